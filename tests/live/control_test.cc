// The control socket of a running fwsim, and reloads by it.
#include <doctest/doctest.h>
#include <sys/stat.h>

#include <atomic>
#include <chrono>

#include "cli/live/control.hh"
#include "model/diagnostic.hh"
#include "tests/live/live.hh"

using namespace fwsim;
using namespace fwsim::test;

namespace {

const Common common;
const std::string ssh = "tcp 198.51.100.7:4000 -> 192.0.2.1:22 in eth0 syn";
const std::string telnet = "tcp 198.51.100.7:4001 -> 192.0.2.1:23 in eth0 syn";

}  // namespace

TEST_CASE("control: the socket is its owner's, one fwsim has it, and it goes at the end") {
  const Folder folder;
  const LiveArgs args = live_args(folder);
  {
    const Session session(args, common);
    REQUIRE(session.good());
    struct stat s {};
    REQUIRE(stat(args.control.c_str(), &s) == 0);
    CHECK(S_ISSOCK(s.st_mode));
    CHECK((s.st_mode & 07777) == 0600);
    try {
      const Session second(args, common);
      FAIL("a second fwsim has the same socket");
    } catch (const EnvironmentError& e) {
      CHECK(std::string(e.what()).find("another fwsim live answers at " + args.control) == 0);
    }
  }
  CHECK_FALSE(std::filesystem::exists(args.control));
}

TEST_CASE("control: what a dead fwsim left is replaced; a file and a missing directory are refused") {
  const Folder folder;
  LiveArgs args = live_args(folder);
  const int dead = socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, args.control.data(), args.control.size());
  REQUIRE(bind(dead, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  close(dead);
  {
    Session session(args, common);
    run_with(session, [](Talk& talk) { CHECK(talk.ask("status")["ok"] == true); });
  }
  args.control = folder.write("text", "mine\n");
  CHECK_THROWS_AS(Session(args, common), EnvironmentError);
  CHECK(read(folder / "text") == "mine\n");
  args.control = folder / "none/control";
  CHECK_THROWS_WITH_AS(Session(args, common), doctest::Contains("there is no such directory"), EnvironmentError);
}

TEST_CASE("control: status, counters and connections") {
  const Folder folder;
  const LiveArgs args = live_args(folder);
  Session session(args, common);
  CHECK(give(session, ssh).fate == Fate::delivered);
  CHECK(give(session, telnet).fate == Fate::dropped);
  run_with(session, [&](Talk& talk) {
    const Json status = talk.ask("status");
    CHECK(status["ok"] == true);
    CHECK(status["mode"] == "observe eth0");
    CHECK(status["packets"] == 2);
    CHECK(status["fates"]["delivered"] == 1);
    CHECK(status["fates"]["dropped"] == 1);
    CHECK(status["connections"] == 1);
    CHECK(status["rules"]["ipv4"] == args.rules.rules);
    CHECK(status["confirm_within"].is_null());
    CHECK(status["text"].get<std::string>().find("1 delivered") != std::string::npos);
    const std::string counters = talk.ask("counters")["text"];
    CHECK(counters.find("[1:40] -A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n") != std::string::npos);
    CHECK(counters.find(":INPUT DROP [1:40]\n") != std::string::npos);
    CHECK(talk.line()["ok"] == true);
    const std::string connection = talk.ask("conntrack")["text"];
    CHECK(connection.find("ipv4     2  tcp      6 ") == 0);
    CHECK(connection.find(" SYN_SENT src=198.51.100.7 dst=192.0.2.1 sport=4000 dport=22") != std::string::npos);
    CHECK(connection.find(" [UNREPLIED] src=192.0.2.1 dst=198.51.100.7 sport=22 dport=4000") != std::string::npos);
    CHECK(talk.line()["ok"] == true);
  });
}

TEST_CASE("control: what is no request gets an error, and the next one is answered") {
  const Folder folder;
  const LiveArgs args = live_args(folder);
  Session session(args, common);
  run_with(session, [](Talk& talk) {
    const Json unknown = talk.ask("statu");
    CHECK(unknown["ok"] == false);
    CHECK(unknown["hint"] == "did you mean 'status'?");
    talk.say("status\n");
    CHECK(talk.line()["error"] == "this is no JSON object");
    talk.say("{\"do\":\"trace\",\"filter\":\"tcp prot 22\"}\n");
    const Json filter = talk.line();
    CHECK(filter["ok"] == false);
    CHECK(filter["hint"].get<std::string>().find("tcpdump") != std::string::npos);
    CHECK(talk.ask("confirm")["error"] == "nothing waits to be confirmed");
    CHECK(talk.ask("status")["ok"] == true);
    talk.say(std::string(ControlSocket::most_in + 1, 'x'));
    CHECK(talk.line()["error"] == "this line is too long");
    CHECK(talk.line().is_null());
  });
}

TEST_CASE("control: a trace shows the way of the packets that its filter takes") {
  const Folder folder;
  const LiveArgs args = live_args(folder);
  Session session(args, common);
  session.loop().every(std::chrono::milliseconds(5), [&] {
    give(session, telnet);
    give(session, ssh);
  });
  run_with(session, [&](Talk& talk) {
    talk.say("{\"do\":\"trace\",\"filter\":\"tcp port 22\"}\n");
    CHECK(talk.line()["ok"] == true);
    for (int i = 0; i < 3; ++i) {
      const Json packet = talk.line();
      CHECK(packet["do"] == "trace");
      CHECK(packet["packet"]["fate"] == "delivered");
      CHECK(packet["packet"]["by"]["chain"] == "INPUT");
      const std::string text = packet["text"];
      CHECK(text.find("198.51.100.7:4000 > 192.0.2.1:22") != std::string::npos);
      CHECK(text.find("        rule filter/INPUT/2 (" + args.rules.rules + ":6)\n") != std::string::npos);
    }
  });
}

TEST_CASE("control: a reader of a trace that is too slow is told what it lost, and nobody waits for it") {
  const Folder folder;
  const LiveArgs args = live_args(folder);
  Session session(args, common);
  std::atomic<bool> told = false;
  const auto flood = session.loop().every(std::chrono::milliseconds(1), [&] {
    if (!told) return;
    for (int i = 0; i < 20; ++i) give(session, telnet);
  });
  run_with(session, [&](Talk& talk) {
    talk.say("{\"do\":\"trace\"}\n");
    CHECK(talk.line()["ok"] == true);
    told = true;
    Talk second(args.control);
    std::uint64_t packets = 0;
    while (packets < 3000) packets = second.ask("status")["packets"];
    std::uint64_t lost = 0;
    for (Json line = talk.line(); !line.is_null() && lost == 0; line = talk.line()) lost = line.value("lost", std::uint64_t{0});
    CHECK(lost > 0);
  });
  session.loop().cancel(flood);
}

TEST_CASE("reload: a file with faults is refused, and rules and counters stay") {
  const Folder folder;
  const LiveArgs args = live_args(folder);
  Session session(args, common);
  give(session, ssh);
  folder.write("rules.v4", "*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -p tcp --dprot 22 -j ACCEPT\nCOMMIT\n");
  run_with(session, [&](Talk& talk) {
    const Json answer = talk.ask("reload");
    CHECK(answer["ok"] == false);
    const std::string error = answer["error"];
    CHECK(error.find(args.rules.rules + ":3:") == 0);
    CHECK(error.find("--dprot") != std::string::npos);
    CHECK(error.find("the old ones stay") != std::string::npos);
    CHECK(talk.ask("status")["reloads_refused"] == 1);
  });
  CHECK(give(session, telnet).fate == Fate::dropped);
  CHECK(session.engine().with_counters(Family::v4).find(TableId::filter)->chains[0].rules[1].counters.packets == 1);
}

TEST_CASE("an empty file is refused: everything would pass") {
  const Folder folder;
  LiveArgs args = live_args(folder);
  {
    Session session(args, common);
    REQUIRE(session.good());
    folder.write("rules.v4", "");   // as when somebody is writing it
    run_with(session, [&](Talk& talk) {
      const Json answer = talk.ask("reload");
      CHECK(answer["ok"] == false);
      CHECK(std::string(answer["error"]).find(args.rules.rules + " has no table: everything would pass") != std::string::npos);
    });
    CHECK(give(session, telnet).fate == Fate::dropped);
  }
  CHECK_FALSE(Session(args, common).good());
}

TEST_CASE("reload: each file stays with its family") {
  const Folder folder;
  LiveArgs args = live_args(folder);
  args.rules.rules6 = folder.write("rules.v6", "*filter\n:INPUT DROP [0:0]\n-A INPUT -p tcp --dport 22 -j ACCEPT\nCOMMIT\n");   // tells no family
  Session session(args, common);
  REQUIRE(session.good());
  run_with(session, [](Talk& talk) { CHECK(talk.ask("reload")["ok"] == true); });
  REQUIRE(session.rules(Family::v6));
  CHECK(session.rules(Family::v6)->file == args.rules.rules6);
  folder.write("rules.v4", "*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -s 2001:db8::/32 -j ACCEPT\nCOMMIT\n");
  run_with(session, [](Talk& talk) { CHECK(talk.ask("reload")["ok"] == false); });
  CHECK(give(session, telnet).fate == Fate::dropped);
}

TEST_CASE("reload: rules that are the same keep their counters") {
  const Folder folder;
  const LiveArgs args = live_args(folder);
  Session session(args, common);
  give(session, ssh);
  std::string rules = some_rules;
  rules.replace(rules.find("--dport 23"), 10, "--dport 25");
  folder.write("rules.v4", rules);
  run_with(session, [](Talk& talk) { CHECK(talk.ask("reload")["ok"] == true); });
  const Ruleset now = session.engine().with_counters(Family::v4);
  CHECK(now.find(TableId::filter)->chains[0].rules[1].counters.packets == 1);
  CHECK(session.engine().world().conntrack.entries(session.now()).size() == 1);
  CHECK(session.context().files[0] == args.rules.rules);
}

TEST_CASE("reload: without a confirmation the old rules come back, with one the new ones stay") {
  const Folder folder;
  LiveArgs args = live_args(folder);
  args.rollback = 0.05;
  Session session(args, common);
  const std::string open = "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n";
  folder.write("rules.v4", open);
  run_with(session, [&](Talk& talk) {
    const Json answer = talk.ask("reload");
    CHECK(answer["ok"] == true);
    CHECK(answer["text"].get<std::string>().find("'fwsim live confirm'") != std::string::npos);
    while (talk.ask("status")["rollbacks"] == 0) {
    }
    CHECK(talk.ask("confirm")["ok"] == false);
  });
  CHECK(give(session, telnet).fate == Fate::dropped);
  LiveArgs patient = args;
  patient.rollback = 600;
  patient.control += "2";
  folder.write("rules.v4", some_rules);
  Session other(patient, common);
  folder.write("rules.v4", open);
  run_with(other, [](Talk& talk) {
    CHECK(talk.ask("reload")["ok"] == true);
    CHECK(talk.ask("status")["confirm_within"] > 500);
    CHECK(talk.ask("confirm")["ok"] == true);
    CHECK(talk.ask("status")["confirm_within"].is_null());
  });
  CHECK(give(other, telnet).fate == Fate::delivered);
}

TEST_CASE("client: it prints for people or as is, and its status says how it went") {
  const Folder folder;
  const LiveArgs args = live_args(folder);
  Session session(args, common);
  const std::string control = " --control " + args.control;
  folder.write("rules.v4", "*filter\n-A NONE -j ACCEPT\nCOMMIT\n");
  run_with(session, [&](Talk&) {
    const Ran status = test::fwsim("live status" + control);
    CHECK(status.status == 0);
    CHECK(status.out.find("mode         observe eth0\n") == 0);
    const Ran json = test::fwsim("live status --format json" + control);
    CHECK(Json::parse(json.out)["packets"] == 0);
    const Ran reload = test::fwsim("live reload" + control);
    CHECK(reload.status == 1);
    CHECK(reload.out.find(args.rules.rules + ":2:") == 0);
    CHECK(reload.out.find("\nfwsim: the new rules are refused, the old ones stay\n") != std::string::npos);
    const Ran confirm = test::fwsim("live confirm" + control);
    CHECK(confirm.status == 1);
    CHECK(confirm.out == "fwsim: nothing waits to be confirmed\n");
    const Ran filter = test::fwsim("live trace tcp prot 22" + control);
    CHECK(filter.status == 2);
    const Ran word = test::fwsim("live cuonters" + control);
    CHECK(word.status == 2);
    CHECK(word.out == "fwsim: a running fwsim knows no 'cuonters'\ndid you mean 'counters'?\n");
  });
  const Ran nobody = test::fwsim("live status --control " + (folder / "nobody"));
  CHECK(nobody.status == 2);
  CHECK(nobody.out.find("fwsim: no fwsim live answers at ") == 0);
}
