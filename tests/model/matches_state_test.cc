// Matches with memory, connections, time and the host: what iptables 1.8.9 printed for a rule, or
// that it refused it, and what the match means.
#include "tests/one_rule.hh"

using namespace fwsim;
using fwsim::test::means;
using fwsim::test::saved;

namespace {

struct Case {
  const char* given;
  const char* printed;  // null: the same as given
};

void check(std::initializer_list<Case> cases, const test::Place& place = {}) {
  for (const Case& c : cases) {
    INFO(c.given);
    CHECK(saved(c.given, place) == (c.printed ? c.printed : c.given));
  }
}

const test::Place v6{.family = Family::v6};
const test::Place output{.chain = "OUTPUT"};
const test::Place forward{.chain = "FORWARD"};

}  // namespace

TEST_CASE("the tests of the iptables project come out right") {
  const std::vector<Family> v4only{Family::v4}, v6only{Family::v6}, both{Family::v4, Family::v6};
  for (const char* name : {"libipt_connlimit.t", "libipt_iprange.t", "libipt_realm.t", "libipt_recent.t"})
    test::run_xt_file(name, v4only);
  for (const char* name :
       {"libip6t_connlimit.t", "libip6t_conntrack.t", "libip6t_iprange.t", "libip6t_policy.t", "libip6t_recent.t"})
    test::run_xt_file(name, v6only);
  for (const char* name : {"libxt_cgroup.t", "libxt_cluster.t", "libxt_comment.t", "libxt_connlabel.t",
                           "libxt_connmark.t", "libxt_helper.t", "libxt_iprange.t", "libxt_ipvs.t", "libxt_mac.t",
                           "libxt_physdev.t", "libxt_policy.t", "libxt_quota.t", "libxt_rateest.t", "libxt_socket.t"})
    test::run_xt_file(name, both);
  test::run_xt_file("libxt_set.t", both, "foo src,dst");  // that a set is missing shows where the host is known
}

TEST_CASE("hashlimit prints the rate that the kernel keeps, and defaults by the unit that it prints") {
  check({{"-m hashlimit --hashlimit 10/s --hashlimit-name a",
          "-m hashlimit --hashlimit-upto 10/sec --hashlimit-burst 5 --hashlimit-name a"},
         {"-m hashlimit ! --hashlimit-upto 10/s --hashlimit-name a",
          "-m hashlimit --hashlimit-above 10/sec --hashlimit-burst 5 --hashlimit-name a"},
         {"-m hashlimit --hashlimit-upto 60/min --hashlimit-name a",
          "-m hashlimit --hashlimit-upto 1/sec --hashlimit-burst 5 --hashlimit-name a --hashlimit-htable-expire 60000"},
         {"-m hashlimit --hashlimit-upto 10/min --hashlimit-rate-match --hashlimit-name a",
          "-m hashlimit --hashlimit-upto 10/sec --hashlimit-burst 5 --hashlimit-name a --hashlimit-htable-expire 60000 "
          "--hashlimit-rate-match --hashlimit-rate-interval 60"},
         {"-m hashlimit --hashlimit-upto 1mb --hashlimit-name a",
          "-m hashlimit --hashlimit-upto 1/sec --hashlimit-burst 5 --hashlimit-name a"},
         {"-m hashlimit --hashlimit-upto 1/day --hashlimit-name a", "FAIL"},  // overflow
         {"-m hashlimit --hashlimit-upto 1000001/sec --hashlimit-name a", "FAIL"}});
}

TEST_CASE("hashlimit counts bytes in units of 16 and bursts in whole seconds") {
  check({{"-m hashlimit --hashlimit-upto 100b/s --hashlimit-burst 1000b --hashlimit-name a",
          "-m hashlimit --hashlimit-upto 96b/s --hashlimit-burst 1kb --hashlimit-name a"},
         {"-m hashlimit --hashlimit-upto 10mb/s --hashlimit-name a", nullptr},
         {"-m hashlimit --hashlimit-upto 1048592b/s --hashlimit-name a", nullptr},
         {"-m hashlimit --hashlimit-upto 1049600b/s --hashlimit-name a",
          "-m hashlimit --hashlimit-upto 1025kb/s --hashlimit-name a"},
         {"-m hashlimit --hashlimit-upto 4096mb/s --hashlimit-name a",
          "-m hashlimit --hashlimit-upto 4581298432b/s --hashlimit-name a"},
         {"-m hashlimit --hashlimit-upto 1kb/s --hashlimit-burst 4096mb --hashlimit-name a",
          "-m hashlimit --hashlimit-upto 1kb/s --hashlimit-name a --hashlimit-htable-expire 60000"},
         {"-m hashlimit --hashlimit-upto 100b/s --hashlimit-burst 10 --hashlimit-name a", "FAIL"},
         {"-m hashlimit --hashlimit-upto 32768mb/s --hashlimit-name a", "FAIL"}});
}

TEST_CASE("hashlimit's table options") {
  check({{"-m hashlimit --hashlimit-mode dstport,srcip --hashlimit-upto 10/s --hashlimit-htable-max 1048577 "
          "--hashlimit-srcmask 255.255.255.0 --hashlimit-dstmask 32 --hashlimit-htable-size 0 --hashlimit-name a",
          "-m hashlimit --hashlimit-upto 10/sec --hashlimit-burst 5 --hashlimit-mode srcip,dstport --hashlimit-name a "
          "--hashlimit-htable-max 1048576 --hashlimit-srcmask 24"},
         {"-m hashlimit --hashlimit-upto 10/s --hashlimit-name a/b", "FAIL"},
         {"-m hashlimit --hashlimit-upto 10/s --hashlimit-htable-expire 0 --hashlimit-name a", "FAIL"},
         {"-m hashlimit --hashlimit-upto 10/s --hashlimit-mode SRCIP --hashlimit-name a", "FAIL"}});
}

TEST_CASE("hashlimit keeps what its oracle reads") {
  const Parsed parsed =
      test::parse_rule("-m hashlimit --hashlimit-upto 1kb/s --hashlimit-burst 10000b --hashlimit-name a");
  const Use& use = parsed.ruleset.tables.front().find("INPUT")->rules.at(0).matches.at(0);
  CHECK(*use.get<Masked>("hashlimit-upto") == Masked{66076419, 0});  // 0xffffffff / 65
  CHECK(*use.get<Masked>("hashlimit-burst") == Masked{10 * 1024, 0});
  CHECK(use.number("hashlimit-htable-expire") == 60000);
}

TEST_CASE("recent prints name, mask and side always; the last side counts") {
  check({{"-m recent --set", "-m recent --set --name DEFAULT --mask 255.255.255.255 --rsource"},
         {"-m recent --rdest --rsource --set", "-m recent --set --name DEFAULT --mask 255.255.255.255 --rsource"},
         {"-m recent --rsource --rdest --set", "-m recent --set --name DEFAULT --mask 255.255.255.255 --rdest"},
         {"-m recent --rdest --rdest --set", "FAIL"},
         {"-m recent ! --update --rttl --hitcount 4 --reap --seconds 60 --mask 255.255 --name S",
          "-m recent ! --update --seconds 60 --reap --hitcount 4 --rttl --name S --mask 255.0.0.255 --rsource"},
         {"-m recent --set --seconds 5", "FAIL"},
         {"-m recent --rcheck --reap", "FAIL"},
         {"-m recent --set --name .", "FAIL"},
         {"-m recent --rcheck --seconds 4294967295",
          "-m recent --rcheck --seconds -1 --name DEFAULT --mask 255.255.255.255 --rsource"}});
}

TEST_CASE("statistic keeps a probability as so many of 2^31") {
  check(
      {{"-m statistic --mode random --probability 0.33", "-m statistic --mode random --probability 0.33000000007"},
       {"-m statistic ! --probability 5e-1 --mode random", "-m statistic --mode random ! --probability 0.50000000000"},
       {"-m statistic --mode random --probability 0.0000000003",
        "-m statistic --mode random --probability 0.00000000047"},
       {"-m statistic --mode random --probability 1.1", "FAIL"},
       {"-m statistic --mode nth ! --every 3 --packet 2", nullptr},
       {"-m statistic --mode nth --every 3 --packet 3", "FAIL"},
       {"-m statistic --mode nth --every 3", "FAIL"},
       {"-m statistic --mode random --every 3 --packet 0", "FAIL"}});
}

TEST_CASE("time prints days complemented and a stop date always") {
  check({{"-m time", "-m time --datestop 2038-01-19T03:14:07"},
         {"-m time --timestart 8:0", "-m time --timestart 08:00:00 --timestop 23:59:59 --datestop 2038-01-19T03:14:07"},
         {"-m time ! --weekdays Sat,7", "-m time --weekdays Mon,Tue,Wed,Thu,Fri --datestop 2038-01-19T03:14:07"},
         {"-m time --weekdays 1,2,3,4,5,6,7 --kerneltz", "-m time --datestop 2038-01-19T03:14:07 --kerneltz"},
         {"-m time --monthdays 011,31", "-m time --monthdays 1,31 --datestop 2038-01-19T03:14:07"},
         {"-m time --datestop 2024-12-31", "-m time --datestop 2024-12-31T00:00:00"},
         {"-m time --datestart 2024-02-31", "-m time --datestart 2024-03-02T00:00:00 --datestop 2038-01-19T03:14:07"},
         {"-m time --datestart 2024-06-", "-m time --datestart 2024-05-31T00:00:00 --datestop 2038-01-19T03:14:07"},
         {"-m time --datestop 1970", "-m time"},
         {"-m time --timestart 08:00 --timestop 09:00 --contiguous", "FAIL"},
         {"-m time --timestart 24:00", "FAIL"},
         {"-m time --weekdays mon", "FAIL"},
         {"-m time --utc --kerneltz", "FAIL"}});
}

TEST_CASE("set prints its flags in a fixed order") {
  check({{"-m set --packets-gt 0x10 ! --update-counters --set s src,dst",
          "-m set --match-set s src,dst ! --update-counters --packets-gt 16"},
         {"-m set ! --match-set s src --update-counters", "-m set ! --match-set s src"},
         {"-m set --match-set s src,dst,src,dst,src,dst,src", "FAIL"},
         {"-m set --match-set s SRC", "FAIL"},
         {"-m set --match-set s src --packets-lt 1 --packets-gt 5", "FAIL"},
         {"-m set --match-set s src ! --bytes-gt 5", "FAIL"}});
}

TEST_CASE("states are a set, and a packet that conntrack has not seen is INVALID") {
  CHECK(saved("-m state --state new,UNTRACKED,INVALID") == "-m state --state INVALID,NEW,UNTRACKED");
  CHECK(saved("-m state --state SNAT") == "FAIL");
  CHECK(means("-m state --state NEW,ESTABLISHED") == "ct_state in 1,3");
  CHECK(means("-m state ! --state NEW,INVALID") == "ct_state in 2,3,4");
  CHECK(means("-m state ! --state NEW") == "(ct_state in 0,2,3,4 or not has ct_state)");
  CHECK(means("-m conntrack ! --ctstate NEW,DNAT") == "not (ct_state in 1 or ct_status & 32 == 32)");
}

TEST_CASE("conntrack's other options count only for packets with a connection") {
  CHECK(means("-m conntrack --ctstate INVALID --ctproto 17") ==
        "((ct_state in 0 or not has ct_state) and (not has ct_status or ct_proto in 17))");
  CHECK(means("-m conntrack ! --ctproto 17") == "(has ct_status and (has ct_proto and not ct_proto in 17))");
  CHECK(means("-m conntrack --ctstatus ASSURED --ctdir REPLY") ==
        "(has ct_status and ct_status & 4 == 4 and ct_dir in 1)");
}

TEST_CASE("conntrack keeps the host bits of its addresses and compares without them") {
  CHECK(saved("-m conntrack --ctorigsrc 10.0.0.1/24") == "-m conntrack --ctorigsrc 10.0.0.1/24");
  CHECK(means("-m conntrack --ctorigsrc 10.0.0.1/24") == "(has ct_status and ct_orig_src & 0xffffff00 == 0xa000000)");
  CHECK(saved("-m conntrack --ctorigsrc 10.0.0.1/255.0.255.0") == "-m conntrack --ctorigsrc 10.0.0.1");
  CHECK(saved("-m conntrack --ctorigsrc 10.1") == "-m conntrack --ctorigsrc 10.0.0.1");
  CHECK(saved("-m conntrack --ctreplsrc 2001:db8::1/64", v6) == "-m conntrack --ctreplsrc 2001:db8::1/64");
  CHECK(means("-m conntrack --ctorigsrcport 90:80") == "(has ct_status and never)");
}

TEST_CASE("addrtype: IPv6 wants all types at once, and decides some by the address") {
  CHECK(saved("-m addrtype --limit-iface-in --dst-type loc ! --src-type U") ==
        "-m addrtype ! --src-type UNSPEC --dst-type LOCAL --limit-iface-in");
  CHECK(means("-m addrtype --dst-type LOCAL,BROADCAST --limit-iface-in") == "dst_type_in in 2,3");
  CHECK(saved("-m addrtype --dst-type LOCAL --limit-iface-in", output) == "FAIL");
  CHECK(saved("-m addrtype --dst-type LOCAL --limit-iface-out") == "FAIL");
  CHECK(saved("-m addrtype --dst-type BROADCAST", v6) == "FAIL");
  CHECK(means("-m addrtype --dst-type LOCAL,UNSPEC", v6) == "(has dst and dst in 0 and dst_type in 2)");
}

TEST_CASE("iprange takes a reversed range, which matches nothing") {
  CHECK(saved("-m iprange --src-range 1.1-1.2") == "-m iprange --src-range 1.1.0.0-1.2.0.0");
  CHECK(means("-m iprange --src-range 1.1.1.9-1.1.1.1") == "never");
  CHECK(means("-m iprange ! --src-range 1.1.1.9-1.1.1.1") == "has src");
}

TEST_CASE("devgroup ignores bits outside its mask, realm and connmark do not") {
  CHECK(saved("-m devgroup --src-group 0 --dst-group 18/15", forward) ==
        "-m devgroup --src-group default --dst-group 0x12/0xf");
  CHECK(means("-m devgroup --src-group 0x12/0xf") == "in_group & 15 == 2");
  CHECK(means("-m realm --realm 0x15/0xf") == "realm & 15 == 21");
  CHECK(saved("-m realm --realm 0") == "-m realm --realm cosmos");
  CHECK(saved("-m realm --realm 5", {.table = "mangle", .chain = "PREROUTING"}) == "FAIL");
  CHECK(means("-m connmark ! --mark 1/1") == "(has ct_mark and not ct_mark & 1 == 1)");
  CHECK(saved("-m devgroup --dst-group 1") == "FAIL");
}

TEST_CASE("physdev without bridge information: options fail, negated ones pass") {
  CHECK(means("-m physdev --physdev-in p1 --physdev-is-bridged") ==
        "(physin & 0xffffffffffffffffffffffffffffffff == 0x70310000000000000000000000000000 and has physout)");
  CHECK(means("-m physdev ! --physdev-is-in") == "not has physin");
  CHECK(saved("-m physdev --physdev-out p1", output) == "FAIL");
  CHECK(saved("-m physdev --physdev-out p1 --physdev-is-bridged", output) ==
        "-m physdev --physdev-out p1 --physdev-is-bridged");
  CHECK(saved("-m physdev --physdev-out p1 ! --physdev-is-bridged", output) == "FAIL");
}

TEST_CASE("owner without a socket matches only when all options are negated") {
  CHECK(saved("-m owner ! --gid-owner 5-7 --uid-owner root", output) == "-m owner --uid-owner 0 ! --gid-owner 5-7");
  CHECK(saved("-m owner --uid-owner 5-0", output) == "FAIL");
  CHECK(saved("-m owner --uid-owner 5") == "FAIL");
  CHECK(means("-m owner ! --uid-owner 5", output) == "(not socket in 1 or (socket in 1 and not uid in 5))");
  CHECK(means("-m owner --uid-owner 5-6 ! --gid-owner 7", output) == "(socket in 1 and uid in 5-6 and not gid in 7)");
}

TEST_CASE("policy is known for packets without IPsec") {
  CHECK(means("-m policy --dir in --pol none") == "not ipsec in 1");
  CHECK(means("-m policy --dir in") == "ipsec in 1");
  CHECK(saved("-m policy --dir in --pol none --reqid 1") == "-m policy --dir in --pol none");
  CHECK(saved("-m policy --dir in --next --reqid 2 --strict --proto 51 --spi 1") == "FAIL");
  CHECK(saved("-m policy --dir in --spi 1 --proto 51 --next --reqid 2 --strict") ==
        "-m policy --dir in --pol ipsec --strict --spi 0x1 --proto ah --next --reqid 2");
  CHECK(saved("-m policy --dir in --tunnel-src 1.1.1.1") == "FAIL");
  CHECK(saved("-m policy --dir out", {.chain = "INPUT"}) == "FAIL");
  CHECK(saved("-m policy --dir out --pol ipsec", forward) == "-m policy --dir out --pol ipsec");
}

TEST_CASE("matches of connections keep their defaults and inversions as iptables does") {
  check({{"-m connbytes ! --connbytes 10:10 --connbytes-mode packets --connbytes-dir both",
          "-m connbytes --connbytes 10:10 --connbytes-mode packets --connbytes-dir both"},
         {"-m connbytes --connbytes 10: --connbytes-dir reply --connbytes-mode avgpkt",
          "-m connbytes --connbytes 10 --connbytes-mode avgpkt --connbytes-dir reply"},
         {"-m connbytes --connbytes 20:10 --connbytes-mode packets --connbytes-dir both", "FAIL"},
         {"-m connlimit ! --connlimit-upto 5 --connlimit-mask 33",
          "-m connlimit --connlimit-above 5 --connlimit-mask 32 --connlimit-saddr"},
         {"-m connlabel ! --label 0x7 --set", "-m connlabel ! --label \"7\" --set"},
         {"-m helper --helper irc.x", "-m helper --helper \"irc.x\""},
         {"-m helper --helper abcdefghijklmnopqrstuvwxyzabcdefgh", "-m helper --helper abcdefghijklmnopqrstuvwxyzabc"},
         {"-m cluster --cluster-total-nodes 4 ! --cluster-local-node 3 --cluster-hash-seed 5",
          "-m cluster ! --cluster-local-nodemask 0x00000004 --cluster-total-nodes 4 --cluster-hash-seed 0x00000005"},
         {"-m nfacct --nfacct-name N", "-m nfacct --nfacct-name  N"}});
}

TEST_CASE("a rule with one of these matches turns connection tracking on") {
  for (const char* rule : {"-m state --state NEW", "-m conntrack --ctstate NEW", "-m connmark --mark 1",
                           "-m connlabel --label 1", "-m helper --helper ftp", "-m connlimit --connlimit-upto 1",
                           "-m connbytes --connbytes 1 --connbytes-mode packets --connbytes-dir both",
                           "-m cluster --cluster-total-nodes 2 --cluster-local-node 1 --cluster-hash-seed 1"}) {
    INFO(rule);
    CHECK(needs_conntrack(test::parse_rule(rule).ruleset));
  }
  const Ruleset socket = test::parse_rule("-m socket").ruleset;
  CHECK(!needs_conntrack(socket));
  CHECK(needs_defrag(socket));
}

TEST_CASE("rpfilter belongs into raw or mangle PREROUTING") {
  CHECK(saved("-m rpfilter --invert --loose", {.table = "raw", .chain = "PREROUTING"}) ==
        "-m rpfilter --loose --invert");
  CHECK(saved("-m rpfilter") == "FAIL");
  CHECK(saved("-m rpfilter", {.table = "nat", .chain = "PREROUTING"}) == "FAIL");
}

TEST_CASE("matches from outside the kernel are read, printed and not judged") {
  CHECK(saved("-m geoip --src-cc de,FR,DE") == "-m geoip --source-country DE,FR ");
  CHECK(saved("-m psd") ==
        "-m psd --psd-weight-threshold 21 --psd-delay-threshold 300 --psd-lo-ports-weight 3 --psd-hi-ports-weight 1 ");
  CHECK(saved("-m iface ! --down --dev-in") == "-m iface --dev-in --up ");
  CHECK(saved("-m ipv4options --flags !ssrr,lsrr --any") == "-m ipv4options --flags 3,!9 --any ");
  CHECK(saved("-m length2 --length 5") == "-m length2 --layer3  --length 5 ");
  CHECK(means("-m condition --condition x") == "unknown(match 'condition' is read but not simulated)");
}
