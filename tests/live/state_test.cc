// What a run keeps for the next one, and what it writes meanwhile: records and metrics.
#include <doctest/doctest.h>
#include <sys/stat.h>

#include "cli/live/state.hh"
#include "model/diagnostic.hh"
#include "simulator/conntrack_import.hh"
#include "simulator/conntrack_text.hh"
#include "simulator/ipsets.hh"
#include "tests/live/live.hh"

using namespace fwsim;
using namespace fwsim::test;

namespace {

const Common common;
const std::string remembering =
    "*nat\n:PREROUTING ACCEPT [0:0]\n:INPUT ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n"
    "-A PREROUTING -p tcp -m tcp --dport 8080 -j DNAT --to-destination 192.0.2.1:80\nCOMMIT\n"
    "*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n"
    "-A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT\n"
    "-A INPUT -p tcp -m tcp --dport 80 -j ACCEPT\n"
    "-A INPUT -m recent --rcheck --name knock -j ACCEPT\n"
    "-A INPUT -p udp -m udp --dport 7 -m recent --set --name knock -j DROP\n"
    "-A INPUT -p udp -m udp --dport 8 -j SET --add-set bad src --timeout 600\n"
    "-A INPUT -m set --match-set still src -j DROP\nCOMMIT\n";
const std::string sets = "create bad hash:ip family inet timeout 60\ncreate still hash:ip family inet\nadd still 203.0.113.1\n";
const std::string web = "tcp 198.51.100.7:4000 -> 192.0.2.1:8080 in eth0 syn";

LiveArgs remembering_args(const Folder& folder) {
  LiveArgs args = live_args(folder, remembering);
  args.host.set_files = {folder.write("sets", sets)};
  args.state = folder / "state";
  return args;
}

}  // namespace

TEST_CASE("state: connections, recent lists and changed sets outlive a restart") {
  const Folder folder;
  const LiveArgs args = remembering_args(folder);
  std::string before;
  {
    Session session(args, common);
    CHECK(give(session, web).fate == Fate::delivered);
    CHECK(give(session, "udp 203.0.113.9:5 -> 192.0.2.1:7 in eth0").fate == Fate::dropped);
    CHECK(give(session, "udp 203.0.113.5:5 -> 192.0.2.1:8 in eth0").fate == Fate::dropped);
    session.save();
    before = read(folder / "state");
  }
  CHECK(before.find(" SYN_SENT src=198.51.100.7 dst=192.0.2.1 sport=4000 dport=8080 ") != std::string::npos);
  CHECK(before.find("src=192.0.2.1 dst=198.51.100.7 sport=80 dport=4000") != std::string::npos);
  CHECK(before.find("[recent knock]\nsrc=203.0.113.9 ttl: 64 ") != std::string::npos);
  CHECK(before.find("add bad 203.0.113.5 timeout ") != std::string::npos);
  CHECK(before.find("add still") == std::string::npos);   // no rule changes it: it is the host's
  struct stat s {};
  REQUIRE(stat(args.state.c_str(), &s) == 0);
  CHECK((s.st_mode & 07777) == 0600);

  Session session(args, common);
  const auto entries = session.engine().world().conntrack.entries(session.now());
  REQUIRE(entries.size() == 1);
  CHECK((entries[0]->status & ct_dst_nat) != 0);
  CHECK(entries[0]->original().dport == 8080);
  CHECK(entries[0]->reply().sport == 80);
  // The knock is still known, so any packet of that host passes; the other's address is still in the set.
  CHECK(give(session, "udp 203.0.113.9:5 -> 192.0.2.1:99 in eth0").fate == Fate::delivered);
  const SetStore& store = ipsets(session.engine().world());
  const IpSet bad = store.state(store.find("bad"), session.now());
  REQUIRE(bad.elements.size() == 1);
  CHECK(bad.elements[0].timeout > 500);
  CHECK(bad.elements[0].timeout <= 600);
}

TEST_CASE("state: connections of every kind come back as they were written") {
  constexpr const char* lines[] = {
      "ipv4     2  tcp      6 431999 ESTABLISHED src=10.0.0.5 dst=192.0.2.1 sport=1000 dport=80 packets=3 bytes=180 src=192.0.2.1 "
      "dst=203.0.113.1 sport=80 dport=2000 packets=2 bytes=120 [ASSURED] mark=7 helper=ftp zone=3 use=1",
      "ipv4     2  udp      17 29 src=10.0.0.5 dst=192.0.2.1 sport=1 dport=53 zone-orig=4 packets=1 bytes=60 [UNREPLIED] src=192.0.2.1 "
      "dst=10.0.0.5 sport=53 dport=1 zone-reply=5 packets=0 bytes=0 mark=0 use=1",
      "ipv6     10 icmpv6   58 30 src=2001:db8::1 dst=2001:db8::2 type=128 code=0 id=77 packets=1 bytes=104 src=2001:db8::2 "
      "dst=2001:db8::1 type=129 code=0 id=77 packets=1 bytes=104 mark=0 use=1",
      "ipv4     2  sctp     132 100 COOKIE_WAIT src=10.0.0.5 dst=192.0.2.1 sport=5 dport=6 packets=1 bytes=60 src=192.0.2.1 dst=10.0.0.5 "
      "sport=6 dport=5 packets=1 bytes=60 mark=0 use=1",
      "ipv4     2  gre      47 170 src=10.0.0.5 dst=192.0.2.1 srckey=0x1 dstkey=0xfe packets=1 bytes=60 src=192.0.2.1 dst=10.0.0.5 "
      "srckey=0xfe dstkey=0x1 packets=1 bytes=60 mark=0 use=1",
      "ipv4     2  unknown  50 599 src=10.0.0.5 dst=192.0.2.1 packets=1 bytes=60 src=192.0.2.1 dst=10.0.0.5 packets=1 bytes=60 mark=0 use=1"};
  constexpr std::int64_t now = 1'764'201'600'000'000'000;
  for (const std::string line : lines) {
    const SavedState saved = read_state(with_end(fmt::format("# fwsim live state 1\n[time {}]\n[connections]\n{}\n[sets]\n", now, line)), "state");
    REQUIRE(saved.connections.size() == 1);
    Conntrack table;
    CHECK(connection_text(*make_known(table, saved.connections[0], saved.time), now, true) == line);
  }
}

TEST_CASE("state: what has ended since is left out") {
  const Folder folder;
  const LiveArgs args = remembering_args(folder);
  Session session(args, common);
  give(session, web);
  give(session, "udp 203.0.113.5:5 -> 192.0.2.1:8 in eth0");
  session.save();
  SavedState saved = read_state(read(folder / "state"), "state");
  REQUIRE(saved.connections.size() == 1);
  LiveArgs other = args;
  other.state.clear();
  other.control += "2";
  Session later(other, common);
  const RulesOfBoth rules{std::make_shared<const Ruleset>(*later.rules(Family::v4)), nullptr};
  CHECK(restore(later.engine().world(), rules, saved, saved.time + 700'000'000'000) ==
        "0 connections, 0 addresses of recent lists and 1 sets of an earlier run");
  CHECK(later.engine().world().host.sets.at("bad").elements.empty());
}

TEST_CASE("state: a damaged file and another one's are refused, and left as they are") {
  const Folder folder;
  const LiveArgs args = remembering_args(folder);
  { Session(args, common).save(); }
  const std::string whole = read(folder / "state");
  const std::string cut = whole.substr(0, whole.size() - 3);
  folder.write("state", cut);
  CHECK_THROWS_WITH_AS(Session(args, common), doctest::Contains("damaged"), EnvironmentError);
  CHECK(read(folder / "state") == cut);
  folder.write("state", "root:x:0:0\n");
  CHECK_THROWS_WITH_AS(Session(args, common), doctest::Contains("this is no state of fwsim live; move it away"), EnvironmentError);
  std::string flipped = whole;
  ++flipped[flipped.find("[time ") + 7];
  CHECK_THROWS_WITH_AS(read_state(flipped, "state"), doctest::Contains("damaged"), EnvironmentError);
  CHECK_THROWS_WITH_AS(read_state(with_end("# fwsim live state 1\n[time x]\n"), "state"), doctest::Contains("when it was written"), EnvironmentError);
  CHECK_THROWS_WITH_AS(read_state(with_end("# fwsim live state 1\n[recent x]\nsrc=1\n"), "state"), doctest::Contains("list x"), EnvironmentError);
  CHECK_THROWS_WITH_AS(read_state(with_end("# fwsim live state 1\n[later]\n"), "state"), doctest::Contains("a part 'later'"), EnvironmentError);
}

TEST_CASE("records: those of LOG and NFLOG go to the file, a line of JSON each") {
  const Folder folder;
  const LiveArgs args = live_args(folder);
  {
    Session session(args, common);
    give(session, "tcp 198.51.100.7:4001 -> 192.0.2.1:23 in eth0 syn");
    give(session, "udp 198.51.100.7:4001 -> 192.0.2.1:53 in eth0");
    give(session, "tcp 198.51.100.7:4001 -> 192.0.2.1:22 in eth0 syn");
  }
  std::ifstream in(args.log);
  std::string line;
  REQUIRE(std::getline(in, line));
  const Json log = Json::parse(line);
  CHECK(log["kind"] == "log");
  CHECK(log["hook"] == "INPUT");
  CHECK(log["level"] == 4);
  CHECK(log["text"].get<std::string>().find("telnet: IN=eth0 OUT= ") == 0);
  REQUIRE(std::getline(in, line));
  const Json nflog = Json::parse(line);
  CHECK(nflog["kind"] == "nflog");
  CHECK(nflog["group"] == 5);
  CHECK(nflog["prefix"] == "dns");
  CHECK_FALSE(std::getline(in, line));
}

TEST_CASE("records: a full disk costs records, and no packet") {
  if (!std::filesystem::exists("/dev/full")) return;
  const Folder folder;
  LiveArgs args = live_args(folder);
  args.log = "/dev/full";
  Session session(args, common);
  run_with(session, [&](Talk&) {});
  CHECK(session.counts().troubles.empty());
  CHECK(give(session, "tcp 198.51.100.7:4001 -> 192.0.2.1:23 in eth0 syn").fate == Fate::dropped);
  run_with(session, [&](Talk& talk) { CHECK(talk.ask("status")["packets"] == 1); });
  REQUIRE(session.counts().troubles.size() == 1);
  CHECK(session.counts().troubles.begin()->first.find("records are lost: cannot write /dev/full") == 0);
}

TEST_CASE("aside: a copy works, and one that fails is told of once") {
  const Folder folder;
  Aside aside;
  REQUIRE(aside.start([&] { folder.write("copy", "done\n"); }));
  CHECK_FALSE(aside.start([] {}));
  CHECK(aside.wait() == true);
  CHECK(read(folder / "copy") == "done\n");
  REQUIRE(aside.start([] { throw EnvironmentError("as it should"); }));
  CHECK(aside.wait() == false);
  CHECK(aside.ended() == std::nullopt);
}

TEST_CASE("metrics: the file is there from the start, and whole at the end") {
  const Folder folder;
  LiveArgs args = live_args(folder);
  args.metrics = folder / "fwsim.prom";
  Session session(args, common);
  CHECK(read(folder / "fwsim.prom").find("fwsim_live_packets_total{fate=\"dropped\"} 0\n") != std::string::npos);
  give(session, "tcp 198.51.100.7:4000 -> 192.0.2.1:22 in eth0 syn");
  run_with(session, [](Talk&) {});
  const std::string text = read(folder / "fwsim.prom");
  CHECK(text.find("fwsim_live_packets_total{fate=\"delivered\"} 1\n") != std::string::npos);
  CHECK(text.find("fwsim_live_conntrack_entries 1\n") != std::string::npos);
  CHECK(text.find("# TYPE fwsim_rule_packets_total counter\n") != std::string::npos);
  CHECK(text.find("family=\"ipv4\",table=\"filter\",chain=\"INPUT\",rule=\"2\"} 1\n") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(args.metrics + ".part"));
  args.metrics = folder / "none/fwsim.prom";
  args.control += "2";
  CHECK_THROWS_AS(Session(args, common), EnvironmentError);
}
