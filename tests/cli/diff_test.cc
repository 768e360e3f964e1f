// fwsim diff, as a user runs it: exact text, exit status, and the largest real ruleset.
#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <random>
#include <sstream>

#include "tests/cli/run.hh"
#include "tests/shared.hh"

using fwsim::test::Folder;
using fwsim::test::Ran;

namespace {

Ran diff(const std::string& arguments) { return fwsim::test::fwsim("diff " + arguments); }

std::string filter(const std::string& rules) { return "*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n" + rules + "COMMIT\n"; }

std::string without(std::string text, const std::string& part) {
  for (std::size_t at; (at = text.find(part)) != std::string::npos;) text.erase(at, part.size());
  return text;
}

}  // namespace

TEST_CASE("what a new rule lets in, with a packet; allowed when named") {
  const Folder folder;
  const std::string old = folder.write("old", filter("-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n"));
  const std::string now = folder.write("new", filter("-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n-A INPUT -p tcp -m tcp --dport 443 -j ACCEPT\n"));
  const Ran ran = diff(old + " " + now);
  CHECK(ran.status == 1);
  CHECK(without(ran.out, folder / "") ==
        "1 class of packets is treated differently\n"
        "dropped at filter/INPUT/policy (old:2) -> passed at filter/INPUT/2 (new:6)\n"
        "  to the host: tcp to any port 443\n"
        "    tcp 203.0.113.9:40000 -> 198.51.100.7:443 in eth0 syn\n");
  const Ran allowed = diff(old + " " + now + " --allow 'tcp any -> any:443'");
  CHECK(allowed.status == 0);
  CHECK(allowed.out.starts_with("no other packet is treated differently\nallowed: 1 class\n"));
  CHECK(diff(old + " " + old).out == "no packet is treated differently\n");
  CHECK(diff(old + " " + old).status == 0);
  const auto json = nlohmann::json::parse(diff(old + " " + now + " --format json").out);
  CHECK(json["same"] == false);
  CHECK(json["groups"][0]["new"]["by"]["rule"] == "filter/INPUT/2");
  CHECK(json["groups"][0]["classes"][0]["confirmed"] == true);
}

TEST_CASE("bad input is status 2, and says why") {
  const Folder folder;
  const std::string v4 = folder.write("a", filter("-A INPUT -s 10.0.0.0/8 -j ACCEPT\n")), v6 = folder.write("b", filter("-A INPUT -s 2001:db8::/32 -j ACCEPT\n"));
  const std::string open = folder.write("c", filter("")), bad = folder.write("d", filter("-A INPUT --frob -j ACCEPT\n"));
  const Ran mixed = diff(v4 + " " + v6);
  CHECK(mixed.status == 2);
  CHECK(mixed.out.find("is for IPv4 and") != std::string::npos);
  CHECK(diff(v6 + " " + open).status == 1);   // a file that fits either family
  CHECK(diff(folder.write("e", "") + " " + v6).status == 1);
  CHECK(diff(v4 + " " + bad).status == 2);
  CHECK(diff(v4 + " " + v4 + " --allow 'tcp any'").status == 2);
  CHECK(diff(v4 + " /nowhere/file").status == 2);
}

TEST_CASE("the largest real ruleset: shuffled within independent rules, and with ten edits") {
  const std::string path = fwsim::test::shared("corpora/rulesets/github/Vssblt__iptables-gfw-list__rules.v4");
  if (path.empty()) return;
  std::ifstream file(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  const auto write = [&](const Folder& folder, const char* name, const std::vector<std::string>& list) {
    std::ostringstream text;
    for (const std::string& line : list) text << line << '\n';
    return folder.write(name, text.str());
  };
  // Rules with the same target that follow each other are in any order.
  const auto target = [](const std::string& line) {
    const auto at = line.find(" -j ");
    return line.starts_with("-A ") && at != std::string::npos ? line.substr(0, line.find(' ', 3)) + line.substr(at) : std::string();
  };
  const Folder folder;
  const std::string old = write(folder, "old", lines);
  std::vector<std::string> shuffled = lines;
  std::mt19937 random(7);
  for (std::size_t i = 0; i < shuffled.size();) {
    std::size_t end = i + 1;
    while (end < shuffled.size() && !target(shuffled[i]).empty() && target(shuffled[end]) == target(shuffled[i])) ++end;
    std::shuffle(shuffled.begin() + static_cast<std::ptrdiff_t>(i), shuffled.begin() + static_cast<std::ptrdiff_t>(end), random);
    i = end;
  }
  REQUIRE(shuffled != lines);
  const Ran same = diff(old + " " + write(folder, "shuffled", shuffled));
  CHECK(same.status == 0);
  CHECK(same.out.starts_with("no packet is treated differently\n"));
  std::vector<std::string> edited = lines;
  for (std::size_t n = 0, at = edited.size() / 12; n < 10; ++n, at += edited.size() / 11)
    if (target(edited[at]).empty() == false) edited[at] = "-A " + edited[at].substr(3, edited[at].find(' ', 3) - 3) + " -s 198.51.100." + std::to_string(n) + "/32 -p tcp -j ACCEPT";
  const Ran changed = diff(old + " " + write(folder, "edited", edited));
  CHECK(changed.status == 1);
  CHECK(changed.out.find("not decided") == std::string::npos);
  CHECK(changed.out.find("REDIRECT") != std::string::npos);
}

TEST_CASE("a listing of nft is compared by what its rules match, in both families") {
  const Folder folder;
  const std::string rules = R"({"rule": {"family": "inet", "table": "t", "chain": "in", "handle": 5, "expr": [{"match": {"left": {"payload": {"protocol": "tcp", "field": "dport"}}, "op": "==", "right": {"set": [22, 80]}}}, {"accept": null}]}})";
  const std::string listing = R"({"nftables": [{"chain": {"family": "inet", "table": "t", "name": "in", "handle": 1, "type": "filter", "hook": "input", "prio": 0, "policy": "drop"}}, {"chain": {"family": "inet", "table": "t", "name": "f", "handle": 2, "type": "filter", "hook": "forward", "prio": 0, "policy": "drop"}},)" + rules + "]}";
  const std::string nft = folder.write("rules.json", listing);
  const std::string old = folder.write("old", filter("-A INPUT -p tcp -m tcp --dport 80 -j ACCEPT\n-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n"));
  const Ran same = fwsim::test::fwsim("diff " + old + " " + nft, "2>/dev/null");
  CHECK(same.status == 0);
  CHECK(same.out.starts_with("no packet is treated differently\n"));
  const Ran other = fwsim::test::fwsim("diff " + folder.write("less", filter("-A INPUT -p tcp -m tcp --dport 80 -j ACCEPT\n")) + " " + nft, "2>/dev/null");
  CHECK(other.status == 1);
  CHECK(without(other.out, folder / "") ==
        "1 class of packets is treated differently\n"
        "dropped at filter/INPUT/policy (less:2) -> passed at filter/INPUT/1 (rules.json:5)\n"
        "  to the host: tcp to any port 22\n"
        "    tcp 203.0.113.9:40000 -> 198.51.100.7:22 in eth0 syn\n");
  CHECK(diff(nft + " " + nft).out == "IPv4: no packet is treated differently\nIPv6: no packet is treated differently\n");
  const Ran broken = diff(old + " " + folder.write("broken.json", "{\"nftables\": ["));
  CHECK(broken.status == 2);
  CHECK(broken.out.find("broken.json:1:15: error: ") != std::string::npos);
}
