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
  const auto ran = fwsim::test::fwsim("lint --skip redundant " + file);
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
  CHECK(fwsim::test::fwsim("lint --list").out.find("FW101 shadowed") != std::string::npos);
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
