// fwsim audit, as users run it.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include <sstream>
#include <string>

#include "tests/cli/run.hh"

using fwsim::test::Folder;

namespace {

const char* open_host = "*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n-A INPUT -j ACCEPT\nCOMMIT\n";
const char* closed_host =
    "*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT DROP [0:0]\n-A INPUT -i lo -j ACCEPT\n-A INPUT -s 127.0.0.0/8 -j DROP\n"
    "-A INPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT\n-A OUTPUT -o lo -j ACCEPT\n-A OUTPUT -p udp --dport 53 -j ACCEPT\nCOMMIT\n";

bool has(const std::string& text, std::string_view what) { return text.find(what) != std::string::npos; }

}  // namespace

TEST_CASE("audit as text: a table, evidence, totals, in 80 columns") {
  const Folder folder;
  const auto ran = fwsim::test::fwsim("audit --profile cis " + folder.write("rules.v4", open_host));
  CHECK(ran.status == 1);
  CHECK(has(ran.out, "  FAIL  4.4.2.1  Ensure iptables default deny firewall policy\n"));
  CHECK(has(ran.out, "passes new connections from"));
  CHECK(has(ran.out, "        packet: "));
  CHECK(has(ran.out, "      fix: iptables -D INPUT 1\n"));
  CHECK(has(ran.out, "no IPv6 ruleset was given: nothing here is said of IPv6\n"));
  CHECK(has(ran.out, "cis: 2 pass, 2 fail, 8 cannot be told from a ruleset of 12 controls\n"));
  CHECK_FALSE(has(ran.out, "PCI DSS"));
  std::istringstream lines(ran.out);
  for (std::string line; std::getline(lines, line);)
    if (!has(line, "fix: ") && !has(line, folder.path.string())) CHECK_MESSAGE(line.size() <= 80, line);
  CHECK(fwsim::test::fwsim("audit --profile cis " + folder.write("good.v4", closed_host)).status == 0);
}

TEST_CASE("audit as JSON") {
  const Folder folder;
  const std::string file = folder.write("rules.v4", open_host);
  folder.write(".fwsim.toml", "[site]\nexternal = [\"eth0\"]\npublic = [\"tcp 443\"]\n");
  const auto json = nlohmann::json::parse(fwsim::test::fwsim("audit --format json --profile cis,pci-dss " + file, "2>/dev/null").out);
  CHECK(json["rulesets"][0]["file"] == file);
  REQUIRE(json["profiles"].size() == 2);
  CHECK(json["profiles"][1]["name"] == "pci-dss");
  for (const auto& control : json["profiles"][0]["controls"]) {
    if (control["id"] != "4.4.2.1") continue;
    CHECK(control["answer"] == "fail");
    const auto& judged = control["judged"][0];
    CHECK(judged["family"] == "ipv4");
    CHECK(judged["evidence"][0]["rules"][0]["name"] == "filter/INPUT/1");
    CHECK(judged["evidence"][0]["rules"][0]["line"] == 5);
    CHECK(has(judged["evidence"][0]["packet"].get<std::string>(), " in eth0"));
  }
  for (const auto& control : json["profiles"][1]["controls"])
    if (control["id"] == "1.2.5") CHECK(control["answer"] == "fail");
  CHECK(fwsim::test::fwsim("audit --format json --profile all " + file, "2>/dev/null").out == fwsim::test::fwsim("audit --format json " + file, "2>/dev/null").out);
}

TEST_CASE("audit as Markdown and JUnit") {
  const Folder folder;
  const std::string file = folder.write("rules.v4", open_host);
  const auto markdown = fwsim::test::fwsim("audit --format markdown --profile nist-800-41 " + file);
  CHECK(markdown.status == 1);
  CHECK(has(markdown.out, "| default-deny-in | inbound traffic is denied by default | fail |\n"));
  CHECK(has(markdown.out, "### default-deny-in inbound traffic is denied by default\n\n**fail**"));
  CHECK(has(markdown.out, "```\niptables -I INPUT 1 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n"));
  const auto junit = fwsim::test::fwsim("audit --format junit --profile pci-dss " + file);
  CHECK(junit.status == 1);
  CHECK(has(junit.out, "<testsuite name=\"pci-dss\" tests=\"15\" failures=\""));
  CHECK(has(junit.out, "<testcase classname=\"pci-dss\" name=\"1.3.1 inbound to CDE only necessary, rest specifically denied\">\n      <failure message=\"INPUT: nearly everything is let in\">"));
  CHECK(has(junit.out, "changes approved &amp; managed"));
  CHECK(has(junit.out, "</testsuites>\n"));
}

TEST_CASE("audit without a good profile or file: exit status 2") {
  const Folder folder;
  const std::string file = folder.write("rules.v4", open_host);
  const auto wrong = fwsim::test::fwsim("audit --profile pci " + file);
  CHECK(wrong.status == 2);
  CHECK(has(wrong.out, "fwsim: there is no profile 'pci'"));
  CHECK(has(wrong.out, "there are all, cis, nist-800-41, pci-dss\n"));
  CHECK(fwsim::test::fwsim("audit").status == 2);
  CHECK(fwsim::test::fwsim("audit --format xml " + file).status == 2);
  CHECK(fwsim::test::fwsim("audit /nowhere/rules.v4").status == 2);
  CHECK(fwsim::test::fwsim("audit --rules " + file + " " + file).status == 2);
}
