// fwsim lint and fwsim witness, as users run them.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include <string>

#include "tests/cli/run.hh"

using fwsim::test::Folder;

namespace {

const char* metadata =
    "*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n"
    "-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n"
    "-A INPUT -s 10.0.0.0/8 -p tcp -m tcp --dport 22 -j ACCEPT\n"
    "-A FORWARD -i eth1 -o eth0 -j ACCEPT\n"
    "-A OUTPUT -d 169.254.169.254/32 -j ACCEPT\n"
    "-A OUTPUT -d 169.254.169.254/32 -m owner ! --uid-owner 0 -j DROP\nCOMMIT\n";

}  // namespace

TEST_CASE("lint says what is wrong, shows the rule and exits with 1") {
  const Folder folder;
  const std::string file = folder.write("rules.v4", metadata);
  const auto ran = fwsim::test::fwsim("lint --skip redundant --skip denied-not-logged --skip loopback-dropped " + file);
  CHECK(ran.status == 1);
  CHECK(ran.out.find("9: warning: filter/OUTPUT/2 never matches: filter/OUTPUT/1 (" + file + ":8) takes all its packets first") != std::string::npos);
  CHECK(ran.out.find("    -A OUTPUT -d 169.254.169.254/32 -m owner ! --uid-owner 0 -j DROP\n") != std::string::npos);
  CHECK(ran.out.find("1 warning in 5 rules\n") != std::string::npos);
  CHECK(fwsim::test::fwsim("lint --only FW104 " + file).status == 0);
  CHECK(fwsim::test::fwsim("lint - < " + file).status == 1);
}

TEST_CASE("lint as JSON") {
  const Folder folder;
  const auto ran = fwsim::test::fwsim("lint --format json --only shadowed " + folder.write("rules.v4", metadata));
  CHECK(ran.status == 1);
  const auto json = nlohmann::json::parse(ran.out);
  CHECK(json["version"] == 1);
  REQUIRE(json["rulesets"].size() == 1);
  const auto& findings = json["rulesets"][0]["findings"];
  REQUIRE(findings.size() == 1);
  CHECK(findings[0]["id"] == "FW101");
  CHECK(findings[0]["certainty"] == "proved");
  CHECK(findings[0]["by"][0]["name"] == "filter/OUTPUT/1");
}

TEST_CASE("lint without a good file or check: exit status 2") {
  const Folder folder;
  CHECK(fwsim::test::fwsim("lint").status == 2);
  CHECK(fwsim::test::fwsim("lint /nowhere/rules.v4").status == 2);
  CHECK(fwsim::test::fwsim("lint " + folder.write("bad.v4", "*filter\n-A INPUT -j NOWHERE\nCOMMIT\n")).status == 2);
  const auto wrong = fwsim::test::fwsim("lint --only shadwed " + folder.write("rules.v4", metadata));
  CHECK(wrong.status == 2);
  CHECK(wrong.out.find("did you mean 'shadowed'?") != std::string::npos);
  CHECK(fwsim::test::fwsim("lint --list").out.find("FW101 shadowed            warning a rule never matches") == 0);
}

TEST_CASE("lint with settings: beside the ruleset, or named") {
  const Folder folder;
  const std::string file = folder.write("rules.v4", metadata);
  const std::string only = "lint --only FW101,FW901 ";
  folder.write(".fwsim.toml", "[[allow]]\nid = \"shadowed\"\nat = \"filter/OUTPUT\"\nreason = \"the new router\"\n");
  const auto quiet = fwsim::test::fwsim(only + file);
  CHECK(quiet.status == 0);
  CHECK(quiet.out == file + ": nothing else found, 1 suppressed in 5 rules\n");
  const auto json = nlohmann::json::parse(fwsim::test::fwsim(only + "--format json " + file).out);
  REQUIRE(json["rulesets"][0]["suppressed"].size() == 1);
  CHECK(json["rulesets"][0]["suppressed"][0]["reason"] == "the new router");
  CHECK(json["rulesets"][0]["suppressed"][0]["place"]["name"] == "filter/OUTPUT/2");
  // One ruleset of several needs it: that is use enough.
  const std::string other = folder.write("other.v4", "*filter\n:OUTPUT DROP [0:0]\nCOMMIT\n");
  CHECK(fwsim::test::fwsim(only + file + " " + other).status == 0);
  const auto unused = fwsim::test::fwsim(only + other);
  CHECK(unused.status == 1);
  CHECK(unused.out.find(".fwsim.toml:1: warning: [[allow]] has no shadowed at filter/OUTPUT to allow [FW901 unused-suppression]\n") != std::string::npos);
  const auto bad = fwsim::test::fwsim(only + "--config " + folder.write("bad.toml", "[lint]\nskip = [\"shadwed\"]\n") + " " + file);
  CHECK(bad.status == 2);
  CHECK(bad.out.find("bad.toml:2:10: error: there is no check 'shadwed' [settings]") != std::string::npos);
  CHECK(fwsim::test::fwsim(only + "--config /nowhere.toml " + file).status == 2);
  // The host of the settings is the one that is linted for.
  folder.write("host.toml", "[interfaces.eth0]\naddresses = [\"192.0.2.1/24\"]\n");
  const std::string site = folder.write("site.toml", "[site]\nhost = \"host.toml\"\n");
  CHECK(fwsim::test::fwsim("lint --only FW111 " + file + " --config " + site).out.find("filter/FORWARD/1 never matches: the kernel lets no such packet come here") != std::string::npos);
}

TEST_CASE("verify takes the policy of the settings") {
  const Folder folder;
  const std::string file = folder.write("rules.v4", metadata);
  folder.write(".fwsim.toml", "[site]\npolicy = \"policy.toml\"\n");
  folder.write("policy.toml", "[[assert]]\nname = \"no telnet\"\nkind = \"must-not-pass\"\nway = \"input\"\ntraffic = \"tcp any -> any:23\"\n");
  const auto ran = fwsim::test::fwsim("verify " + file);
  CHECK(ran.status == 0);
  CHECK(ran.out.find("no telnet") != std::string::npos);
  folder.write(".fwsim.toml", "");
  CHECK(fwsim::test::fwsim("verify " + file).status == 2);
}

TEST_CASE("lint leaves out what is odd in chains that a program made, and says so") {
  const Folder folder;
  // In DOCKER-USER the user's rules are told of; the RETURN behind them is docker's.
  const std::string file = folder.write("rules.v4", "*filter\n:FORWARD ACCEPT [0:0]\n:DOCKER-USER - [0:0]\n-A FORWARD -j DOCKER-USER\n"
                                                    "-A DOCKER-USER -s 192.0.2.1/32 -j RETURN\n-A DOCKER-USER -j RETURN\nCOMMIT\n");
  const auto ran = fwsim::test::fwsim("lint --only FW103 " + file);
  CHECK(ran.out.find(file + ": 1 note in 3 rules\n") != std::string::npos);
  CHECK(ran.out.find("filter/DOCKER-USER/1 changes nothing") != std::string::npos);
  CHECK(ran.out.find(file + ": 2 in chains of docker left out, --managed shows them\n") != std::string::npos);
  CHECK(fwsim::test::fwsim("lint --only FW103 --managed " + file).out.find("filter/FORWARD/1 changes nothing") != std::string::npos);
}

TEST_CASE("explain tells about checks, in text, markdown and JSON") {
  const auto text = fwsim::test::fwsim("explain FW101 contradictory");
  CHECK(text.status == 0);
  CHECK(text.out.find("FW101 shadowed (warning)\n") == 0);
  CHECK(text.out.find("rules:4: warning: filter/OUTPUT/2 never matches: filter/OUTPUT/1 (rules:3) takes all its packets first") != std::string::npos);
  CHECK(text.out.find("\nFW104 contradictory (warning)\n") != std::string::npos);
  CHECK(text.out.find("\nDeleted by: fwsim lint --fix=FW101\n") != std::string::npos);
  const auto wrong = fwsim::test::fwsim("explain shadwed");
  CHECK(wrong.status == 2);
  CHECK(wrong.out.find("did you mean 'shadowed'?") != std::string::npos);
  CHECK(fwsim::test::fwsim("explain").status == 2);
  const auto json = nlohmann::json::parse(fwsim::test::fwsim("explain --all --format json").out);
  CHECK(json.size() >= 15);
  for (const auto& check : json) {
    INFO(check["id"]);
    CHECK(check["printed"].get<std::string>().find(check["id"].get<std::string>() + " ") != std::string::npos);
    CHECK_FALSE(check["title"].get<std::string>().empty());
    CHECK_FALSE(check["fix"].get<std::string>().empty());
  }
  const auto markdown = fwsim::test::fwsim("explain --all --format markdown");
  CHECK(markdown.out.find("# Checks of fwsim lint\n\n## FW101 shadowed (warning)\n") == 0);
  CHECK(markdown.out.find("\n| A01 | FW101 |\n") != std::string::npos);
  CHECK(markdown.out.find("\n| Q01 | `fwsim diff`") != std::string::npos);
}

TEST_CASE("a traced witness capture raises the counter of each rule that can be reached") {
  const Folder folder;
  const std::string file = folder.write("rules.v4", metadata), made = folder / "made";
  const auto ran = fwsim::test::fwsim("witness " + file + " -o " + made);
  CHECK(ran.status == 0);
  CHECK(ran.out.find("filter/OUTPUT/2 (" + file + ":9): no packet can reach it\n") != std::string::npos);
  CHECK(ran.out.find("4 of 5 rules shown by a packet\n") != std::string::npos);
  // The last line is the command.
  const std::string command = ran.out.substr(ran.out.rfind("fwsim trace ") + 6, ran.out.size());
  const std::string counters = folder / "counters";
  CHECK(fwsim::test::fwsim(command.substr(0, command.size() - 1) + " --summary --counters " + counters).status == 0);
  std::ifstream in(counters);
  int rules = 0;
  for (std::string line; std::getline(in, line);) {
    if (line.rfind('[', 0) != 0) continue;
    ++rules;
    INFO(line);
    CHECK((line.rfind("[0:0]", 0) == 0) == (line.find("--uid-owner") != line.npos));
  }
  CHECK(rules == 5);
  CHECK(fwsim::test::fwsim("witness " + file + " -o " + made).status == 2);   // they are there
}
