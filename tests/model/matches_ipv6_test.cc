// Matches on IPv6 headers: how they are read and printed, what is refused, what they mean.
#include "printed.hh"

using namespace fwsim;
using fwsim::test::check_v6;
using fwsim::test::means;
using fwsim::test::refuse_v4;
using fwsim::test::refuse_v6;

TEST_CASE("the tests of the iptables project come out right: IPv6 headers") {
  for (const char* name : {"libip6t_ah.t", "libip6t_frag.t", "libip6t_hbh.t", "libip6t_dst.t", "libip6t_rt.t",
                           "libip6t_mh.t", "libip6t_hl.t"})
    test::run_xt_file(name, {Family::v6});
}

TEST_CASE("frag: printed as iptables 1.8.9 prints it, or refused as it refuses") {
  check_v6({{"-m frag"},
            {"-m frag --fragid 5"},
            {"-m frag --fragid 5:6"},
            {"-m frag ! --fragid 5:6"},
            {"-m frag ! --fragid 5"},
            {"-m frag --fragid 0:4294967295", "-m frag"},
            {"-m frag --fragid 0x10", "-m frag --fragid 16"},
            {"-m frag --fraglen 42"},
            {"-m frag ! --fraglen 42"},
            {"-m frag --fraglen 0"},
            {"-m frag ! --fraglen 0"},
            {"-m frag --fragres --fragfirst --fragmore --fragid 4 --fraglen 5",
             "-m frag --fragid 4 --fraglen 5 --fragres --fragfirst --fragmore"},
            {"-m frag --fraglast --fragfirst --fragid 4", "-m frag --fragid 4 --fragfirst --fraglast"},
            {"-p tcp -m frag --fragfirst"}});
  refuse_v6({"-m frag --fraglen 4294967296", "-m frag ! --fragres", "-m frag ! --fragfirst",
             "-m frag --fragmore --fraglast", "-m frag --fraglen 4:5", "-m frag --fragfirst --fragfirst"});
}

TEST_CASE("hbh: printed as iptables 1.8.9 prints it, or refused as it refuses") {
  check_v6({{"-m hbh --hbh-len 0"},
            {"-m hbh ! --hbh-len 0"},
            {"-m hbh --hbh-len 4294967295"},
            {"-m hbh --hbh-opts 1"},
            {"-m hbh --hbh-opts 1:0"},
            {"-m hbh --hbh-opts 256", "-m hbh --hbh-opts 0"},
            {"-m hbh --hbh-opts 255:255", "-m hbh --hbh-opts 255"},
            {"-m hbh --hbh-opts 1:256", "-m hbh --hbh-opts 1:0"},
            {"-m hbh --hbh-opts 1:65535", "-m hbh --hbh-opts 1"},
            {"-m hbh --hbh-opts 0x10:0x20", "-m hbh --hbh-opts 16:32"},
            {"-m hbh --hbh-opts 010", "-m hbh --hbh-opts 8"},
            {"-m hbh --hbh-opts 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16"},
            {"-m hbh --hbh-opts 1 --hbh-len 8", "-m hbh --hbh-len 8 --hbh-opts 1"}});
  refuse_v6({"-m hbh --hbh-len 4294967296", "-m hbh ! --hbh-opts 1:2", R"(-m hbh --hbh-opts "")",
             "-m hbh --hbh-opts 1,", "-m hbh --hbh-opts 1:", "-m hbh --hbh-opts abc",
             "-m hbh --hbh-opts 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17", "-m hbh --hbh-opts 1 --hbh-opts 2",
             "-m hbh --hbh-len 8:9", "-m hbh --hbh-opts 1:2:3"});
}

TEST_CASE("dst: printed as iptables 1.8.9 prints it, or refused as it refuses") {
  check_v6({{"-m dst"},
            {"-m dst --dst-len 16"},
            {"-m dst ! --dst-len 0"},
            {"-m dst --dst-len 4294967295"},
            {"-m dst --dst-opts 1"},
            {"-m dst --dst-opts 1:0"},
            {"-m dst --dst-opts 256", "-m dst --dst-opts 0"},
            {"-m dst --dst-opts 255:255", "-m dst --dst-opts 255"},
            {"-m dst --dst-opts 1:256", "-m dst --dst-opts 1:0"},
            {"-m dst --dst-opts 1:65535", "-m dst --dst-opts 1"},
            {"-m dst --dst-opts 0x10:0x20", "-m dst --dst-opts 16:32"},
            {"-m dst --dst-opts 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16"},
            {"-m dst --dst-opts 1 --dst-len 8", "-m dst --dst-len 8 --dst-opts 1"},
            {"-p tcp -m dst --dst-len 8"}});
  refuse_v6({"-m dst ! --dst-opts 1:2", R"(-m dst --dst-opts "")", "-m dst --dst-opts 1,",
             "-m dst --dst-opts 1:", "-m dst --dst-opts 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17"});
}

TEST_CASE("rt: printed as iptables 1.8.9 prints it, or refused as it refuses") {
  check_v6({{"-m rt --rt-type 0"},
            {"-m rt ! --rt-type 0"},
            {"-m rt --rt-type 255"},
            {"-m rt --rt-type 4294967295"},
            {"-m rt --rt-segsleft 0:4294967295", "-m rt"},
            {"-m rt --rt-segsleft 5"},
            {"-m rt ! --rt-segsleft 5"},
            {"-m rt --rt-len 0"},
            {"-m rt ! --rt-len 0"},
            {"-m rt ! --rt-len 24"},
            {"-m rt --rt-len 24 --rt-segsleft 0 --rt-type 0", "-m rt --rt-type 0 --rt-segsleft 0 --rt-len 24"},
            {"-m rt --rt-type 0 --rt-0-addrs 2001:db8::1"},
            {"-m rt --rt-type 0 --rt-0-addrs 2001:db8::1,2001:DB8:0::2",
             "-m rt --rt-type 0 --rt-0-addrs 2001:db8::1,2001:db8::2"},
            {"-m rt --rt-type 0 --rt-0-addrs 2001:db8::1 --rt-0-not-strict"},
            {"-m rt --rt-type 0 --rt-0-res --rt-0-addrs ::1 --rt-0-not-strict --rt-len 24 --rt-segsleft 1",
             "-m rt --rt-type 0 --rt-segsleft 1 --rt-len 24 --rt-0-res --rt-0-addrs ::1 --rt-0-not-strict"},
            {"-m rt --rt-type 0 --rt-0-addrs ::1,::2,::3,::4,::5,::6,::7,::8,::9,::a,::b,::c,::d,::e,::f,::10"},
            {"-p tcp -m rt --rt-type 0"},
            {"-m rt --rt-type 0 --rt-0-addrs fe80::1,fe80::2 --rt-0-not-strict"}});
  refuse_v6({"-m rt --rt-type 4294967296", "-m rt --rt-type 0:1", "-m rt --rt-0-res", "-m rt --rt-type 1 --rt-0-res",
             "-m rt ! --rt-type 0 --rt-0-res", "-m rt --rt-type 0 ! --rt-0-res",
             "-m rt --rt-type 0 ! --rt-0-addrs 2001:db8::1", "-m rt --rt-type 0 --rt-0-not-strict",
             "-m rt --rt-0-addrs ::1", R"(-m rt --rt-type 0 --rt-0-addrs "")", "-m rt --rt-type 0 --rt-0-addrs ::1,",
             "-m rt --rt-type 0 --rt-0-addrs 10.0.0.1",
             "-m rt --rt-type 0 --rt-0-addrs ::1,::2,::3,::4,::5,::6,::7,::8,::9,::a,::b,::c,::d,::e,::f,::10,::11",
             "-m rt --rt-type 0 --rt-type 0", "-m rt --rt-type 0 --rt-0-addrs ::1/64",
             "-m rt --rt-type 0 --rt-0-addrs ::1 --rt-0-addrs ::2", "-m rt --rt-type 2 --rt-0-addrs ::1",
             "-m rt --rt-len 24:30"});
}

TEST_CASE("ipv6header: printed as iptables 1.8.9 prints it, or refused as it refuses") {
  check_v6({{"-m ipv6header --header hop", "-m ipv6header --header hop-by-hop"},
            {"-m ipv6header --header hop-by-hop"},
            {"-m ipv6header --header hop,dst,route,frag,auth,esp,none,prot",
             "-m ipv6header --header hop-by-hop,ipv6-opts,ipv6-route,ipv6-frag,ah,esp,ipv6-nonxt,protocol"},
            {"-m ipv6header --header hop,dst,route,frag,auth,esp,none,protocol",
             "-m ipv6header --header hop-by-hop,ipv6-opts,ipv6-route,ipv6-frag,ah,esp,ipv6-nonxt,protocol"},
            {"-m ipv6header --header protocol"},
            {"-m ipv6header --header prot,hop", "-m ipv6header --header hop-by-hop,protocol"},
            {"-m ipv6header --header ipv6-opts,ipv6-route,ipv6-frag,ah,esp,ipv6-nonxt"},
            {"-m ipv6header --header 0", "-m ipv6header --header hop-by-hop"},
            {"-m ipv6header --header 60,43", "-m ipv6header --header ipv6-opts,ipv6-route"},
            {"-m ipv6header --header 255", "-m ipv6header --header protocol"},
            {"-m ipv6header --header 59", "-m ipv6header --header ipv6-nonxt"},
            {"-m ipv6header ! --header hop,prot", "-m ipv6header ! --header hop-by-hop,protocol"},
            {"-m ipv6header ! --header hop --soft", "-m ipv6header ! --header hop-by-hop --soft"},
            {"-m ipv6header --header hop --soft", "-m ipv6header --header hop-by-hop --soft"},
            {"-m ipv6header --soft --header hop", "-m ipv6header --header hop-by-hop --soft"},
            {"-m ipv6header --header hop,", "-m ipv6header --header hop-by-hop"},
            {"-m ipv6header --header hop,hop", "-m ipv6header --header hop-by-hop"},
            {"-p tcp -m ipv6header --header hop", "-p tcp -m ipv6header --header hop-by-hop"}});
  refuse_v6(
      {"-m ipv6header", "-m ipv6header --header HOP", "-m ipv6header --header hop,dst,route,frag,auth,esp,none,proto",
       "-m ipv6header --header 6", "-m ipv6header --header tcp", "-m ipv6header --soft", R"(-m ipv6header --header "")",
       "-m ipv6header --header h", "-m ipv6header ! --soft --header hop", "-m ipv6header --header hop --header dst"});
}

TEST_CASE("mh: printed as iptables 1.8.9 prints it, or refused as it refuses") {
  check_v6({{"-p mh -m mh", "-p mobility-header -m mh"},
            {"-p mobility-header -m mh"},
            {"-p mh --mh-type binding-update", "-p mobility-header -m mh --mh-type 5"},
            {"-p mh --mh-type bu", "-p mobility-header -m mh --mh-type 5"},
            {"-p mh --mh-type b", "-p mobility-header -m mh --mh-type 0"},
            {"-p mh --mh-type brr", "-p mobility-header -m mh --mh-type 0"},
            {"-p mh --mh-type binding-refresh-request", "-p mobility-header -m mh --mh-type 0"},
            {"-p mh --mh-type binding-r", "-p mobility-header -m mh --mh-type 0"},
            {"-p mh --mh-type hoti", "-p mobility-header -m mh --mh-type 1"},
            {"-p mh --mh-type home-test-init", "-p mobility-header -m mh --mh-type 1"},
            {"-p mh --mh-type careof-test-init", "-p mobility-header -m mh --mh-type 2"},
            {"-p mh --mh-type coti", "-p mobility-header -m mh --mh-type 2"},
            {"-p mh --mh-type home-test", "-p mobility-header -m mh --mh-type 3"},
            {"-p mh --mh-type hot", "-p mobility-header -m mh --mh-type 3"},
            {"-p mh --mh-type careof-test", "-p mobility-header -m mh --mh-type 4"},
            {"-p mh --mh-type cot", "-p mobility-header -m mh --mh-type 4"},
            {"-p mh --mh-type ba", "-p mobility-header -m mh --mh-type 6"},
            {"-p mh --mh-type binding-acknowledgement", "-p mobility-header -m mh --mh-type 6"},
            {"-p mh --mh-type be", "-p mobility-header -m mh --mh-type 7"},
            {"-p mh --mh-type binding-error", "-p mobility-header -m mh --mh-type 7"},
            {"-p mh --mh-type BU", "-p mobility-header -m mh --mh-type 5"},
            {"-p mh --mh-type hoti:bu", "-p mobility-header -m mh --mh-type 1:5"},
            {"-p mh --mh-type 255", "-p mobility-header -m mh --mh-type 255"},
            {"-p mh --mh-type 0", "-p mobility-header -m mh --mh-type 0"},
            {"-p mh --mh-type 0:255", "-p mobility-header -m mh"},
            {"-p mh ! --mh-type 4", "-p mobility-header -m mh ! --mh-type 4"},
            {"-p mh --mh-type 0x5", "-p mobility-header -m mh --mh-type 5"},
            {"-p mh --mh-type 05", "-p mobility-header -m mh --mh-type 5"},
            {"-p mh --mh-type 1:1", "-p mobility-header -m mh --mh-type 1"},
            {"-p 135 -m mh --mh-type 5", "-p mobility-header -m mh --mh-type 5"},
            {"-p mh -m mh --mh-type :5", "-p mobility-header -m mh --mh-type 0:5"},
            {"-p mh -m mh --mh-type binding", "-p mobility-header -m mh --mh-type 0"}});
  refuse_v6({"-p mh --mh-type 5:3", "-p mh --mh-type 256", "-p mh --mh-type 1:2:3", "-p mh --mh-type 1 --mh-type 2",
             "-m mh --mh-type 1", "! -p mh -m mh --mh-type 1", "-p tcp -m mh --mh-type 1", "-m mh",
             "-p mh -m mh --mh-type 4:hoti", "-p mh -m mh --mh-type xyz"});
}

TEST_CASE("eui64: printed as iptables 1.8.9 prints it, or refused as it refuses") {
  check_v6({{"-m eui64"}});
  refuse_v6({"! -m eui64", "-m eui64 --foo"});
}

TEST_CASE("hl: printed as iptables 1.8.9 prints it, or refused as it refuses") {
  refuse_v4({"-m hl --hl-eq 5"});
  check_v6({{"-m hl --hl-eq 0"},
            {"-m hl --hl-lt 0"},
            {"-m hl --hl-lt 255"},
            {"-m hl --hl-gt 255"},
            {"-m hl --hl 5", "-m hl --hl-eq 5"},
            {"-m hl --hl-eq 0x10", "-m hl --hl-eq 16"}});
  refuse_v6({"-m hl --hl-eq 256", "-m hl ! --hl-lt 5", "-m hl ! --hl-gt 5", "-m hl --hl-eq 5 --hl-lt 4",
             "-m hl --hl-lt 5 --hl-gt 4", "-m hl --hl-eq 5:6"});
}

TEST_CASE("srh: printed as iptables 1.8.9 prints it, or refused as it refuses") {
  refuse_v4({"-m srh --srh-tag 1"});
  check_v6({{"-m srh"},
            {"-m srh --srh-next-hdr 17"},
            {"-m srh ! --srh-next-hdr 17"},
            {"-m srh --srh-hdr-len-eq 8"},
            {"-m srh --srh-hdr-len-gt 8"},
            {"-m srh --srh-hdr-len-lt 8"},
            {"-m srh ! --srh-hdr-len-eq 8"},
            {"-m srh ! --srh-hdr-len-gt 8"},
            {"-m srh ! --srh-hdr-len-lt 8"},
            {"-m srh --srh-segs-left-eq 1"},
            {"-m srh --srh-segs-left-gt 1"},
            {"-m srh ! --srh-segs-left-lt 1"},
            {"-m srh --srh-last-entry-eq 4"},
            {"-m srh --srh-last-entry-gt 4"},
            {"-m srh ! --srh-last-entry-lt 4"},
            {"-m srh --srh-tag 0"},
            {"-m srh ! --srh-tag 7"},
            {"-m srh --srh-tag 65535"},
            {"-m srh --srh-psid a::/64"},
            {"-m srh --srh-psid a::1", "-m srh --srh-psid a::1/128"},
            {"-m srh --srh-psid a::1/128"},
            {"-m srh ! --srh-psid a::1/64"},
            {"-m srh --srh-psid a::1/ffff::", "-m srh --srh-psid a::1/16"},
            {"-m srh --srh-psid ::/0"},
            {"-m srh ! --srh-psid ::/0"},
            {"-m srh --srh-psid a::1/ffff:0:ffff::", "-m srh --srh-psid a::1/128"},
            {"-m srh --srh-nsid b::/64"},
            {"-m srh ! --srh-lsid c::/64"},
            {"-m srh --srh-psid a::/64 --srh-nsid b::/128 --srh-lsid c::/0"},
            {"-m srh --srh-next-hdr 17 --srh-segs-left-eq 4 --srh-tag 0"},
            {"-m srh ! --srh-next-hdr 17 ! --srh-segs-left-eq 0 --srh-tag 0"},
            {"-m srh --srh-next-hdr 17 --srh-hdr-len-gt 8 --srh-segs-left-eq 1 --srh-last-entry-eq 4 --srh-tag 0"},
            {"-m srh --srh-lsid c::1 --srh-tag 5 --srh-nsid b::1 --srh-psid a::1 --srh-last-entry-lt 4 "
             "--srh-segs-left-gt 1 --srh-hdr-len-eq 6 --srh-next-hdr 59",
             "-m srh --srh-next-hdr 59 --srh-hdr-len-eq 6 --srh-segs-left-gt 1 --srh-last-entry-lt 4 --srh-tag 5 "
             "--srh-psid a::1/128 --srh-nsid b::1/128 --srh-lsid c::1/128"},
            {"-p tcp -m srh --srh-tag 1"},
            {"-m srh --srh-psid fe80::/10 --srh-nsid fe80::/10 ! --srh-lsid ::1",
             "-m srh --srh-psid fe80::/10 --srh-nsid fe80::/10 ! --srh-lsid ::1/128"}});
  refuse_v6({"-m srh --srh-next-hdr tcp", "-m srh --srh-next-hdr 256", "-m srh --srh-tag 65536",
             "-m srh --srh-next-hdr 17 --srh-next-hdr 6", "-m srh --srh-hdr-len-eq 256", "-m srh --srh-psid a::1,b::1",
             "-m srh --srh-hdr-len-eq 8 --srh-hdr-len-eq 9", "-m srh --srh-psid 10.0.0.1", "-m srh --srh-psid a::1/129",
             "-m srh --srh-psid a::1/", "-m srh --srh-psid a::1/64/3", "-m srh --srh-psid localhost"});
}

TEST_CASE("sloppy ranges follow later iptables: the saved rule must not mean something else") {
  refuse_v6({"-m frag --fragid 4:3", "-m rt --rt-segsleft 4:3", "-m ah --ahspi 4:3"});
  check_v6({{"-m frag ! --fragid :", "-m frag ! --fragid 0:4294967295"},
            {"-m rt ! --rt-segsleft :", "-m rt ! --rt-segsleft 0:4294967295"},
            {"-p mh -m mh ! --mh-type :", "-p mobility-header -m mh ! --mh-type 0:255"}});
}

TEST_CASE("srh: options that share one number in the kernel cannot differ") {
  check_v6({{"-m srh --srh-hdr-len-eq 8 ! --srh-hdr-len-gt 8"}});
  refuse_v6({"-m srh --srh-hdr-len-eq 8 --srh-hdr-len-gt 3"});
}

TEST_CASE("eui64 needs packets that came in by a device") {
  CHECK(test::saved("-m eui64", {Family::v6, "mangle", "PREROUTING"}) == "-m eui64");
  CHECK(test::saved("-m eui64", {Family::v6, "filter", "OUTPUT"}) == "FAIL");
  CHECK(test::saved("-m eui64", {Family::v6, "mangle", "POSTROUTING"}) == "FAIL");
}

TEST_CASE("ipv6header: exactly these, or with --soft all of these, negated none of them") {
  const test::Place v6{.family = Family::v6};
  CHECK(means("-m ipv6header --header hop,prot", v6) == "ipv6_exts in 129");
  CHECK(means("-m ipv6header ! --header hop,prot", v6) == "(has ipv6_exts and not ipv6_exts in 129)");
  CHECK(means("-m ipv6header --header hop,prot --soft", v6) == "ipv6_exts & 129 == 129");
  CHECK(means("-m ipv6header ! --header hop,prot --soft", v6) == "ipv6_exts & 129 == 0");
}

TEST_CASE("a header that is not there fails every test, one that cannot be read drops the packet") {
  const Parsed parsed = test::parse_rule("-m frag --fragres --fragmore", {.family = Family::v6});
  const Meaning m = meaning_of(parsed.ruleset.tables.front().find("INPUT")->rules.at(0).matches.at(0), Family::v6);
  CHECK(to_text(m.matches) == "(has frag_id and frag_reserved in 0 and frag_more in 1)");
  CHECK(to_text(m.hotdrop) == "ipv6_bad_exts & 16 == 16");
  CHECK(means("-m ah ! --ahlen 0", {.family = Family::v6}) == "has ah_spi");
  CHECK(means("-m srh ! --srh-psid ::1", {.family = Family::v6}) ==
        "(has srh_next_hdr and (has srh_psid and not srh_psid & 0xffffffffffffffffffffffffffffffff == 1))");
}
