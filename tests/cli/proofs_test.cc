// Questions about all packets, as users ask them: ask with sets, reach, lockout, verify.
#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/cli/run.hh"

using namespace fwsim;
using test::Folder;
using Json = nlohmann::json;

namespace {

constexpr const char* rules =
    "*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n"
    "-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n"
    "-A INPUT -s 10.0.0.0/8 -p tcp -m tcp --dport 22 -j ACCEPT\n"
    "COMMIT\n";

}  // namespace

TEST_CASE("ask: a set of packets") {
  const Folder folder;
  const std::string file = folder.write("rules.v4", rules);
  test::Ran ran = test::fwsim("ask --rules " + file + " 'tcp any -> 192.0.2.1:22 in eth0'", "2>/dev/null");
  CHECK(ran.status == 1);
  CHECK(ran.out ==
        "some pass\n"
        "passed by filter/INPUT/2 (" + file + ":6):\n"
        "  from 10.0.0.0/8\n"
        "  like: tcp 10.0.0.0:40000 -> 192.0.2.1:22 in eth0 syn\n"
        "dropped by filter/INPUT/policy (" + file + ":2):\n"
        "  from all but 10.0.0.0/8\n"
        "  like: tcp 203.0.113.9:40000 -> 192.0.2.1:22 in eth0 syn\n");
  CHECK(test::fwsim("ask --rules " + file + " 'tcp 10.1.0.0/16 -> 192.0.2.1:22 in eth0'").status == 0);
  ran = test::fwsim("ask --rules " + file + " --format json 'tcp any -> 192.0.2.1:22 in eth0'", "2>/dev/null");
  const Json json = Json::parse(ran.out, nullptr, false);
  CHECK(json["answer"] == "some");
  CHECK(json["classes"][0]["packets"][0]["fields"]["src"] == "10.0.0.0/8");
  // One packet is asked about as before.
  CHECK(test::fwsim("ask --rules " + file + " 'tcp 10.0.0.5 -> 192.0.2.1:22 in eth0'", "2>/dev/null").out.starts_with("yes: "));
}

TEST_CASE("ask: faults of a set") {
  const Folder folder;
  const std::string file = folder.write("rules.v4", rules);
  test::Ran ran = test::fwsim("ask --rules " + file + " 'tcp 10.0.0.0/8 -> any:90-80'");
  CHECK(ran.status == 2);
  CHECK(ran.out.starts_with("question:1:23: error: the range '90-80' is empty: its end comes before its beginning [question]\n"));
  ran = test::fwsim("ask --rules " + file + " 'tcp 2001:db8::/32 -> any:22'");
  CHECK(ran.status == 2);
  CHECK(ran.out == "fwsim: no IPv6 ruleset was given, and the question is about IPv6\n");
}

TEST_CASE("reach: the table") {
  const Folder folder;
  const std::string file = folder.write("rules.v4", rules);
  const test::Ran ran = test::fwsim("reach " + file, "2>/dev/null");
  CHECK(ran.status == 0);
  CHECK(ran.out ==
        "to this host:\n"
        "  PROTOCOL  PORTS  TO   FROM        BY\n"
        "  tcp       22     any  10.0.0.0/8  filter/INPUT/2 (" + file + ":6)\n"
        "through it:\n"
        "  nothing\n");
  CHECK(Json::parse(test::fwsim("reach --format json " + file, "2>/dev/null").out, nullptr, false)["services"].size() == 1);
}

TEST_CASE("lockout: by range, by session, by mistake") {
  const Folder folder;
  const std::string file = folder.write("rules.v4", rules);
  test::Ran ran = test::fwsim("lockout " + file + " --admin 'tcp 10.0.0.0/7 -> :22 in eth0'", "2>/dev/null");
  CHECK(ran.status == 1);
  CHECK(ran.out ==
        "not everybody gets in: tcp 10.0.0.0/7 -> :22 in eth0\n"
        "new connections: do not all get through\n"
        "  dropped by filter/INPUT/policy (" + file + ":2):\n"
        "    from 11.0.0.0/8\n"
        "    like: tcp 11.0.0.0:40000 -> 198.51.100.7:22 in eth0 syn\n"
        "the session that there is: get through\n"
        "the replies: get through\n");
  CHECK(test::fwsim("lockout " + file + " --admin 'tcp 10.0.0.0/8 -> :22'").status == 0);
  CHECK(test::fwsim("lockout " + file + " --admin 'tcp 10.0.0.0/8 -> :22 out eth0'").status == 2);
  CHECK(test::fwsim("lockout " + file + " --admin 'tcp 10.0.0.0/8'").status == 2);
}

TEST_CASE("verify: a policy") {
  const Folder folder;
  const std::string file = folder.write("rules.v4", rules);
  const std::string policy = folder.write("policy.toml",
                                          "[[assert]]\nname = \"SSH from inside only\"\nkind = \"only-from\"\ntraffic = \"tcp any -> any:22\"\nsources = [\"10.0.0.0/8\"]\n"
                                          "[[assert]]\nname = \"the web is open\"\nkind = \"must-pass\"\ntraffic = \"tcp any -> any:80 in eth0\"\nway = \"input\"\n");
  const test::Ran ran = test::fwsim("verify -v " + file + " " + policy, "2>/dev/null");
  CHECK(ran.status == 1);
  CHECK(ran.out ==
        "proved: SSH from inside only (only-from, " + policy + ":1)\n"
        "refuted: the web is open (must-pass, " + policy + ":6)\n"
        "  dropped by filter/INPUT/policy (" + file + ":2):\n"
        "    all of them\n"
        "    like: tcp 203.0.113.9:40000 -> 198.51.100.7:80 in eth0 syn\n"
        "      INPUT filter/INPUT/policy (" + file + ":2)\n"
        "1 of 2 proved\n");
  CHECK(test::fwsim("verify " + file + " " + folder.write("empty.toml", "")).status == 2);
  const test::Ran bad = test::fwsim("verify " + file + " " + folder.write("bad.toml", "[[assert]]\nkind = \"must-pass\"\ntraffic = \"tcp any -> any:x y\"\n"));
  CHECK(bad.status == 2);
  CHECK(bad.out.find("bad.toml:3:27: error: 'x' is not a port [policy]") != std::string::npos);
}

TEST_CASE("proofs: an empty ruleset is a fault") {
  const Folder folder;
  const std::string file = folder.write("none.v4", ""), policy = folder.write("p.toml", "[[assert]]\nkind = \"must-pass\"\ntraffic = \"tcp any -> any:80\"\n");
  for (const std::string& command : {"ask --rules " + file + " 'tcp any -> any:22'", "reach " + file, "lockout " + file, "verify " + file + " " + policy, "lint " + file,
                                     "witness " + file + " -o " + file + ".d"}) {
    const test::Ran ran = test::fwsim(command);
    CHECK(ran.status == 2);
    CHECK(ran.out.find("error: the ruleset is empty: it has no table [empty-ruleset]") != std::string::npos);
  }
  // What has no firewall yet may get one.
  const test::Ran none = test::fwsim("diff " + file + " " + folder.write("some.v4", "*filter\n:INPUT DROP [0:0]\nCOMMIT\n"));
  CHECK(none.status == 1);
  CHECK(none.out.find("warning: the ruleset is empty: it is compared as one that lets everything pass") != std::string::npos);
}
