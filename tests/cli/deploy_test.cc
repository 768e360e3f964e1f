// fwsim deploy-script: what it writes is run, on a model of the machine.
#include <doctest/doctest.h>

#include <string>

#include "tests/cli/run.hh"

using fwsim::test::Folder;

namespace {

bool has(const std::string& where, const std::string& what) { return where.find(what) != std::string::npos; }
std::string text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

const std::string before = "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n-A INPUT -p tcp -m tcp --dport 23 -j DROP\nCOMMIT\n";
const std::string after = "*nat\n:PREROUTING ACCEPT [0:0]\n:INPUT ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n-A POSTROUTING -o eth0 -j MASQUERADE\nCOMMIT\n"
                          "*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n-A INPUT -i lo -j ACCEPT\n"
                          "-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n-A INPUT -p icmp -j ACCEPT\n-A INPUT -s 10.0.0.0/8 -p tcp -m tcp --dport 22 -j ACCEPT\nCOMMIT\n";

}  // namespace

TEST_CASE("rules are in force when they are confirmed, and otherwise the old ones") {
  const Folder folder;
  const std::string old_rules = folder.write("old.v4", before), new_rules = folder.write("new.v4", after), script = folder / "deploy.sh";
  REQUIRE(fwsim::test::fwsim("deploy-script --admin 'tcp 10.0.0.0/8 -> :22' -o " + script + " " + new_rules).status == 0);
  const auto yes = fwsim::test::fwsim("run --answers yes --rules " + old_rules + " -o " + (folder / "yes") + " " + script);
  CHECK(yes.status == 0);
  CHECK(has(yes.out, "Confirmed."));
  CHECK_FALSE(has(yes.out, "afterwards"));   // the rollback is gone
  CHECK(has(text(folder / "yes/rules.v4"), "--dport 22 -j ACCEPT"));
  CHECK(has(text(folder / "yes/rules.v4"), "MASQUERADE"));
  CHECK(has(text(folder / "yes/files/etc/iptables/rules.v4"), "--dport 22 -j ACCEPT"));

  const auto no = fwsim::test::fwsim("run --rules " + old_rules + " -o " + (folder / "no") + " " + script);
  CHECK(no.status == 1);
  CHECK(has(no.out, "Not confirmed"));
  CHECK(has(text(folder / "no/rules.v4"), "--dport 23 -j DROP"));
  CHECK_FALSE(has(text(folder / "no/rules.v4"), "MASQUERADE"));
  CHECK_FALSE(has(text(folder / "no/rules.v4"), "--dport 22"));
}

TEST_CASE("rules come back when the script is killed, and when it cannot load them") {
  const Folder folder;
  const std::string old_rules = folder.write("old.v4", before), new_rules = folder.write("new.v4", after), script = folder / "deploy.sh";
  REQUIRE(fwsim::test::fwsim("deploy-script -o " + script + " " + new_rules).status == 0);
  const auto killed = fwsim::test::fwsim("run --later --rules " + old_rules + " -o " + (folder / "killed") + " -- bash -c '(sleep 30; echo yes) | " + script + " & sleep 5; kill -9 $!'");
  CHECK(has(text(folder / "killed/rules.v4"), "--dport 23 -j DROP"));
  CHECK_FALSE(has(text(folder / "killed/rules.v4"), "MASQUERADE"));
}

TEST_CASE("no script is written for rules that lock out") {
  const Folder folder;
  const std::string shut = folder.write("shut.v4", "*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n");
  const auto refused = fwsim::test::fwsim("deploy-script -o " + (folder / "deploy.sh") + " " + shut);
  CHECK(refused.status == 1);
  CHECK(has(refused.out, "no script is written"));
  CHECK_FALSE(std::filesystem::exists(folder / "deploy.sh"));
  CHECK(has(fwsim::test::fwsim("deploy-script --force " + shut).out, "iptables-restore"));
  CHECK(fwsim::test::fwsim("deploy-script " + (folder / "nowhere.v4")).status == 2);
}
