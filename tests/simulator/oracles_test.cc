// Matches with memory, one by one. Numbers marked "kernel" were
// observed on Linux 6.18.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>

#include "simulator/oracles/hashlimit.hh"
#include "simulator/oracles/recent.hh"
#include "tests/simulator/entry_builder.hh"
#include "tests/simulator/oracle_match.hh"

using namespace fwsim;
using namespace fwsim::test;

namespace {

Packet of_length(std::size_t length) { return decoded(v4(17, Octets(length - 20))); }

// "101": which of some answers in a row were yes.
template <class Ask>
std::string answers(unsigned count, Ask ask) {
  std::string text;
  for (unsigned i = 0; i < count; ++i) text += ask(i) ? '1' : '0';
  return text;
}

CtRef connection(std::uint64_t packets = 0, std::uint64_t bytes = 0, std::uint64_t reply_packets = 0,
                 std::uint64_t reply_bytes = 0) {
  CtRef entry = make_entry();
  entry->set_counters(false, {packets, bytes});
  entry->set_counters(true, {reply_packets, reply_bytes});
  return entry;
}
Packet of(CtRef entry) {
  Packet packet = from(client);
  packet.ct = std::move(entry);
  return packet;
}

}  // namespace

TEST_CASE("recent: both families share a list, and an IPv4 mask clears most of an IPv6 address (kernel)") {
  World world;
  world.now = 1000 * tick;
  Match four(world, "-m recent --set --name x --mask 255.255.255.0");
  Match six(world, "-m recent --set --name x", Family::v6);
  four(from(client));
  six(decoded(v6(17, datagram())));
  CHECK(recent_lists(world)["x"] ==
        "src=192.168.1.0 ttl: 65 last_seen: 1000 oldest_pkt: 1 1000\n"
        "src=2001:0d00:0000:0000:0000:0000:0000:0000 ttl: 65 last_seen: 1000 oldest_pkt: 1 1000\n");
}

TEST_CASE("recent: the TTL is the arriving one, so one more where a packet without socket leaves (kernel)") {
  World world;
  Match input(world, "-m recent --set --name in", Family::v4, Hook::input);
  Match output(world, "-m recent --set --name out", Family::v4, Hook::output);
  Match forward(world, "-m recent --set --name forward");
  Packet sent = from(client);
  sent.locally_sent = true;
  input(from(client)), output(sent), forward(from(client));
  const auto lists = recent_lists(world);
  CHECK(lists.at("in").find("ttl: 64 ") != std::string::npos);
  CHECK(lists.at("out").find("ttl: 64 ") != std::string::npos);
  CHECK(lists.at("forward").find("ttl: 65 ") != std::string::npos);
}

TEST_CASE("recent: the 101st address takes the place of the one stamped longest ago (kernel)") {
  World world;
  Match set(world, "-m recent --set"), update(world, "-m recent --update"), check(world, "-m recent --rcheck");
  for (std::uint32_t i = 1; i <= 100; ++i) set(from(i));
  CHECK(update(from(1)));
  set(from(1000));
  CHECK(check(from(1)));
  CHECK_FALSE(check(from(2)));
  CHECK(check(from(3)));
}

TEST_CASE("recent: the module's parameters come from the snapshot") {
  World world;
  world.host.sysctls["xt_recent.ip_list_tot"] = "2";
  Match set(world, "-m recent --set"), check(world, "-m recent --rcheck");
  for (std::uint32_t i = 1; i <= 3; ++i) set(from(i));
  CHECK_FALSE(check(from(1)));
  CHECK(check(from(2)));
}

TEST_CASE("recent: a hitcount of 40 makes room for 64 stamps (kernel)") {
  World world;
  Match set(world, "-m recent --set --name h"), check(world, "-m recent --rcheck --hitcount 40 --name h"),
      most(world, "-m recent --rcheck --hitcount 64 --name h");
  CHECK(answers(70, [&](unsigned) { return set(from(client)); }) == std::string(70, '1'));
  CHECK(check(from(client)));
  CHECK(most(from(client)));
  CHECK(recent_lists(world)["h"].find("oldest_pkt: 6 ") != std::string::npos);
}

TEST_CASE("recent: --seconds counts an age of exactly so many seconds, and not a tick more") {
  World world;
  world.now = 100 * second;
  Match set(world, "-m recent --set"), check(world, "-m recent --rcheck --seconds 10");
  set(from(client));
  world.now += 10 * second;
  CHECK(check(from(client)));
  world.now += tick;
  CHECK_FALSE(check(from(client)));
}

TEST_CASE("hashlimit: a full table drops packets of new keys (kernel)") {
  World world;
  Match match(world, "-m hashlimit --hashlimit-upto 1/min --hashlimit-mode srcip --hashlimit-name full "
                     "--hashlimit-htable-size 1 --hashlimit-htable-max 2");
  CHECK(match.ask(from(1)) == Answer::yes);
  CHECK(match.ask(from(2)) == Answer::yes);
  CHECK(match.ask(from(3)) == Answer::hotdrop);
  CHECK(match.ask(from(1)) == Answer::yes);
}

TEST_CASE("hashlimit: ports are what stands at their place, also in a fragment; none there: dropped (kernel)") {
  World world;
  Match match(world, "-m hashlimit --hashlimit-upto 1/min --hashlimit-mode srcport,dstport --hashlimit-name p");
  CHECK(match.ask(decoded(v4(17, hex("11223344 00000000"), 0x0001))) == Answer::yes);  // offset 8
  CHECK(match.ask(decoded(v4(17, hex("112233"), 0x0002))) == Answer::hotdrop);
  CHECK(match.ask(decoded(v4(50, hex("00010002 00000000")))) == Answer::yes);
  CHECK(match.ask(decoded(v4(51, hex("00010002 00030004")))) == Answer::yes);
  CHECK(match.ask(decoded(v4(51, hex("00010002 000300")))) == Answer::hotdrop);
  CHECK(match.ask(decoded(v4(47, hex("0009")))) == Answer::yes);
  const std::string keys = hashlimit_tables(world, Family::v4)["p"];
  for (const std::string_view key : {"0.0.0.0:4386->0.0.0.0:13124 ", "0.0.0.0:1->0.0.0.0:2 ", "0.0.0.0:3->0.0.0.0:4 ",
                                     "0.0.0.0:0->0.0.0.0:0 "})
    CHECK(keys.find(key) != std::string::npos);
}

TEST_CASE("hashlimit: credits as the kernel shows them") {
  World world;
  world.now = 1000 * second;
  Match match(world, "-m hashlimit --hashlimit-upto 10/sec --hashlimit-burst 3 --hashlimit-mode srcip "
                     "--hashlimit-name a");
  match(from(client));
  CHECK(hashlimit_tables(world, Family::v4)["a"] ==
        "1 192.168.1.10:0->0.0.0.0:0 27487790600000 41231685900000 13743895300000\n");
}

TEST_CASE("hashlimit: an idle entry is forgotten by the clean-up and starts full again") {
  World world;
  world.now = 1000 * second;
  Match match(world, "-m hashlimit --hashlimit-upto 1/hour --hashlimit-burst 2 --hashlimit-name g "
                     "--hashlimit-htable-expire 1000 --hashlimit-htable-gcinterval 1000");
  CHECK(answers(3, [&](unsigned) { return match(from(client)); }) == "110");
  world.now += second / 2;
  CHECK(answers(1, [&](unsigned) { return match(from(client)); }) == "0");
  world.now += 2 * second;
  CHECK(answers(3, [&](unsigned) { return match(from(client)); }) == "110");
}

TEST_CASE("hashlimit: rules of one name share buckets; the kernel refuses mixing in --hashlimit-rate-match") {
  World world;
  Match first(world, "-m hashlimit --hashlimit-upto 1/min --hashlimit-burst 2 --hashlimit-name s"),
      second_one(world, "-m hashlimit --hashlimit-above 100/sec --hashlimit-name s"),
      mixed(world, "-m hashlimit --hashlimit-upto 5/sec --hashlimit-rate-match --hashlimit-name s");
  CHECK(first(from(client)));
  CHECK_FALSE(second_one(from(client)));
  CHECK_FALSE(first(from(client)));
  CHECK(second_one(from(client)));
  CHECK(mixed.ask(from(client)) == Answer::unknown);
  CHECK(mixed.why().find("'s'") != std::string::npos);
}

TEST_CASE("quota: the packet that does not fit uses up the rest (kernel)") {
  World world;
  Match match(world, "-m quota --quota 100");
  constexpr std::array<std::size_t, 5> lengths{40, 40, 40, 29, 29};
  CHECK(answers(5, [&](unsigned i) { return match(of_length(lengths[i])); }) == "11000");
}

TEST_CASE("statistic: every third packet, counted from 0 (kernel)") {
  World world;
  Match match(world, "-m statistic --mode nth --every 3 --packet 2"),
      inverted(world, "-m statistic --mode nth ! --every 4 --packet 0");
  CHECK(answers(7, [&](unsigned) { return match(from(client)); }) == "0010010");
  CHECK(answers(6, [&](unsigned) { return inverted(from(client)); }) == "011101");
}

TEST_CASE("statistic: chance is the seed's, and 0 and 1 are certain") {
  World a, b;
  a.random.seed(7), b.random.seed(7);
  const std::string quarter = "-m statistic --mode random --probability 0.25";
  Match in_a(a, quarter), in_b(b, quarter);
  const std::string drawn = answers(2000, [&](unsigned) { return in_a(from(client)); });
  CHECK(drawn == answers(2000, [&](unsigned) { return in_b(from(client)); }));
  CHECK(std::abs(std::count(drawn.begin(), drawn.end(), '1') - 500) < 60);
  Match never(a, "-m statistic --mode random --probability 0"), always(a, "-m statistic --mode random --probability 1");
  CHECK(answers(50, [&](unsigned) { return never(from(client)); }) == std::string(50, '0'));
  CHECK(answers(50, [&](unsigned) { return always(from(client)); }) == std::string(50, '1'));
}

TEST_CASE("time: days, dates and times past midnight") {
  World world;
  constexpr std::int64_t tuesday = 1795478400;  // 2026-11-24T00:00:00Z
  const auto at = [&](const std::string& options, std::int64_t seconds) {
    world.now = seconds * second;
    return Match(world, "-m time " + options)(from(client));
  };
  CHECK(at("--weekdays Tue", tuesday));
  CHECK_FALSE(at("--weekdays Tue", tuesday - 1));
  CHECK(at("! --monthdays 23", tuesday));
  CHECK(at("--timestart 09:00 --timestop 17:00", tuesday + 17 * 3600));
  CHECK_FALSE(at("--timestart 09:00 --timestop 17:00", tuesday + 17 * 3600 + 1));
  CHECK(at("--timestart 22:00 --timestop 02:00", tuesday + 3600));
  CHECK_FALSE(at("--timestart 22:00 --timestop 02:00", tuesday + 3 * 3600));
  CHECK_FALSE(at("--timestart 22:00 --timestop 02:00 --weekdays Mon", tuesday + 3600));
  CHECK(at("--timestart 22:00 --timestop 02:00 --weekdays Mon --contiguous", tuesday + 3600));
  CHECK(at("--datestop 2026-11-24", tuesday));
  CHECK_FALSE(at("--datestop 2026-11-24", tuesday + 1));
  CHECK_FALSE(at("--datestart 2026-11-25", tuesday));
}

TEST_CASE("time: --kerneltz needs the kernel's time zone") {
  World world;
  world.now = 1795478400 * second;  // a Tuesday, 00:00 UTC
  Match unknown(world, "-m time --kerneltz --weekdays Mon");
  CHECK(unknown.ask(from(client)) == Answer::unknown);
  CHECK(unknown.why().find("time zone") != std::string::npos);
  world.host.minutes_west = 60;
  CHECK(Match(world, "-m time --kerneltz --weekdays Mon")(from(client)));
}

TEST_CASE("connbytes: packets, bytes and their average by direction; a:a is never inverted (kernel)") {
  World world;
  const auto matches = [&](const std::string& options, CtRef entry) {
    return Match(world, "-m connbytes --connbytes-" + options)(of(std::move(entry)));
  };
  const auto entry = connection(3, 120, 2, 96);
  CHECK(matches("mode packets --connbytes-dir original --connbytes 3", entry));
  CHECK_FALSE(matches("mode packets --connbytes-dir both --connbytes 2:3", entry));
  CHECK(matches("mode bytes --connbytes-dir reply --connbytes 96:96", entry));
  CHECK(matches("mode avgpkt --connbytes-dir both --connbytes 43:43", entry));
  CHECK(matches("mode bytes --connbytes-dir both ! --connbytes 0:100", entry));
  CHECK(matches("mode packets --connbytes-dir original ! --connbytes 3:3", entry));
  CHECK_FALSE(matches("mode bytes --connbytes-dir both ! --connbytes 0:100", nullptr));
  CHECK(world.host.sysctl("net.netfilter.nf_conntrack_acct", 0) == 1);
}

TEST_CASE("connlabel: --set also sets with !, without a connection only ! is true (kernel)") {
  World world;
  const auto entry = connection();
  Match plain(world, "-m connlabel --label 127"), inverted(world, "-m connlabel ! --label 127 --set");
  CHECK_FALSE(plain(of(entry)));
  CHECK_FALSE(inverted(of(entry)));
  CHECK(entry->ext().labels[1] == std::uint64_t{1} << 63);
  CHECK(plain(of(entry)));
  CHECK_FALSE(plain(of(nullptr)));
  CHECK(inverted(of(nullptr)));
}

TEST_CASE("cluster: a multicast frame for a unicast address becomes one for this host") {
  World world;
  Match match(world, "-m cluster --cluster-total-nodes 2 --cluster-local-node 1 --cluster-hash-seed 1");
  Packet packet = from(client);
  packet.fields.set(Field::pkttype, 2);
  CHECK(match.ask(packet) == Answer::no);
  CHECK(packet.fields.number(Field::pkttype) == 0);
}

TEST_CASE("helper: of the connection that announced this one; its name begins the given one") {
  World world;
  const auto control = connection(), data = connection();
  control->extend().helper = "ftp";
  data->extend().master = control;
  CHECK(Match(world, "-m helper --helper ftp-2121")(of(data)));
  CHECK(Match(world, "-m helper --helper \"\"")(of(data)));
  CHECK_FALSE(Match(world, "-m helper --helper irc")(of(data)));
  CHECK_FALSE(Match(world, "-m helper --helper ftp")(of(control)));
  CHECK(Match(world, "-m helper ! --helper ftp")(of(nullptr)));
}

TEST_CASE("connlimit: a packet without anything to make a tuple of is dropped; udp counts by address") {
  World world;
  Match match(world, "-m connlimit --connlimit-above 1");
  CHECK(match.ask(decoded(v4(17, hex("03e8")))) == Answer::hotdrop);
  CHECK(match.ask(from(client)) == Answer::no);
}
