// fwsim optimize, as a user runs it: what it prints, what it writes, and that diff agrees.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "tests/cli/run.hh"

using fwsim::test::Folder;
using fwsim::test::Ran;

namespace {

const std::string corpora = std::string(FWSIM_SOURCE_DIR) + "/corpora/";

Ran optimize(const std::string& arguments, const char* errors = "2>&1") { return fwsim::test::fwsim("optimize " + arguments, errors); }

std::string without(std::string text, const std::string& part) {
  for (std::size_t at; (at = text.find(part)) != std::string::npos;) text.erase(at, part.size());
  return text;
}

std::string content(const std::string& path) {
  std::ostringstream out;
  out << std::ifstream(path).rdbuf();
  return out.str();
}

const std::string shop =
    "*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n"
    "-A INPUT -i lo -j ACCEPT\n"
    "# the shop\n"
    "-A INPUT -p tcp -m tcp --dport 80 -j ACCEPT\n"
    "-A INPUT -i lo -p udp -j DROP\n"
    "-A INPUT -p tcp -m tcp --dport 443 -j ACCEPT\n"
    "COMMIT\n";
const std::string shorter =
    "*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n"
    "-A INPUT -i lo -j ACCEPT\n"
    "# the shop\n"
    "-A INPUT -p tcp -m tcp -m multiport --dports 80,443 -j ACCEPT\n"
    "COMMIT\n";

}  // namespace

TEST_CASE("optimize tells its steps and writes only when asked; all other lines keep their bytes") {
  const Folder folder;
  const std::string file = folder.write("rules", shop), written = folder / "less";
  const Ran ran = optimize(file);
  CHECK(ran.status == 0);
  CHECK(without(ran.out, folder / "") ==
        "rules:8: goes: never matches: filter/INPUT/1 (rules:5) takes all its packets first; it says ACCEPT, this rule DROP\n"
        "    -A INPUT -i lo -p udp -j DROP\n"
        "rules:7, 9: 2 rules become one: all but the ports is the same\n"
        "    -A INPUT -p tcp -m tcp -m multiport --dports 80,443 -j ACCEPT\n"
        "rules: 4 rules, 2 afterwards (50.0 % less); 2 steps, each proved to treat and log every packet alike\n");
  CHECK(content(file) == shop);
  CHECK(optimize(file + " --write " + written).status == 0);
  CHECK(content(written) == shorter);
  CHECK(optimize(written).out == written + ": 2 rules; nothing is found that could be fewer, or stand better\n");
  const auto json = nlohmann::json::parse(optimize(file + " --format json").out);
  CHECK(json["rules"] == 4);
  CHECK(json["rules_after"] == 2);
  CHECK(json["steps"][1]["step"] == "merged");
  CHECK(json["steps"][1]["lines"] == nlohmann::json({7, 9}));
  CHECK(json["proved_at_once"] == true);
  CHECK(without(optimize(file + " --diff", "2>/dev/null").out, folder / "") ==
        "--- rules\n+++ rules\n@@ -4,7 +4,5 @@\n :OUTPUT ACCEPT [0:0]\n -A INPUT -i lo -j ACCEPT\n # the shop\n"
        "--A INPUT -p tcp -m tcp --dport 80 -j ACCEPT\n+-A INPUT -p tcp -m tcp -m multiport --dports 80,443 -j ACCEPT\n"
        "--A INPUT -i lo -p udp -j DROP\n--A INPUT -p tcp -m tcp --dport 443 -j ACCEPT\n COMMIT\n");
}

TEST_CASE("optimize with a capture moves hot rules up, and says what it saves") {
  const Folder folder;
  const std::string rules = corpora + "rulesets/baseline-host.v4", written = folder / "fast.v4";
  const std::string traffic = " " + corpora + "captures/web-server.pcap --host " + corpora + "hosts/web-server.toml";
  const auto json = nlohmann::json::parse(optimize(rules + traffic + " --format json --write " + written, "2>/dev/null").out);
  CHECK(json["evaluations"]["before"] == 1032);
  CHECK(json["evaluations"]["after"].get<int>() < 1032);
  CHECK(fwsim::test::fwsim("diff --logs " + rules + " " + written).status == 0);
  const auto then = nlohmann::json::parse(fwsim::test::fwsim("cover " + written + traffic + " --format json", "2>/dev/null").out);
  CHECK(then["evaluations"] == json["evaluations"]["after"]);
}

TEST_CASE("optimize puts lists of addresses into ipsets when asked, and says that they must be there first") {
  const Folder folder;
  std::string list = "*filter\n:INPUT DROP [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n";
  for (int i = 1; i < 30; ++i) list += "-A INPUT -s 198.51." + std::to_string(i * 3) + ".0/24 -j DROP\n";
  list += "-A INPUT -j ACCEPT\nCOMMIT\n";
  const std::string file = folder.write("list.v4", list), written = folder / "short.v4", sets = folder / "sets";
  CHECK(optimize(file).out == file + ": 30 rules; nothing is found that could be fewer, or stand better\n");
  const Ran refused = optimize(file + " --ipset --write " + written);
  CHECK(refused.status == 2);
  CHECK(refused.out == "fwsim: the rules need ipsets that have to be loaded before them: --write-sets says where they go; nothing is written\n");
  CHECK_FALSE(std::filesystem::exists(written));
  const Ran ran = optimize(file + " --ipset --write " + written + " --write-sets " + sets);
  CHECK(ran.status == 0);
  CHECK(ran.out.find("list.v4:5-33: 29 rules become one, with the ipset INPUT-src: all but the source addresses is the same\n"
                     "    -A INPUT -m set --match-set INPUT-src src -j DROP\n") != std::string::npos);
  CHECK(ran.out.find("ipset INPUT-src (hash:net, 29 elements) must be loaded before the rules\n") != std::string::npos);
  CHECK(content(sets).starts_with("create INPUT-src hash:net family inet hashsize 1024 maxelem 65536 bucketsize 12\nadd INPUT-src 198.51.3.0/24\n"));
  CHECK(fwsim::test::fwsim("diff --logs --sets " + sets + " " + file + " " + written).status == 0);
  CHECK(fwsim::test::fwsim("diff " + file + " " + written).status == 1);   // who does not know the set cannot tell
}

TEST_CASE("optimize and bad input") {
  const Folder folder;
  CHECK(optimize("").status == 2);
  CHECK(optimize("/nowhere").status == 2);
  CHECK(optimize(folder.write("bad", "*filter\n-A INPUT --frob\nCOMMIT\n")).status == 2);
  CHECK(optimize(folder.write("good", shop) + " /nowhere.pcap").status == 2);
  const std::string both = folder.write("both", "*filter\n:INPUT DROP [0:0]\n-4 -A INPUT -s 10.0.0.0/8 -p udp -j ACCEPT\n-A INPUT -p tcp --dport 22 -j ACCEPT\n-A INPUT -p tcp --dport 23 -j ACCEPT\nCOMMIT\n");
  CHECK(optimize(both).out.find("--dport 22:23") != std::string::npos);
}

TEST_CASE("optimize: the rulesets of the corpora do the same afterwards") {
  const Folder folder;
  const std::string written = folder / "written", sets = folder / "sets";
  std::size_t fewer = 0, files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(corpora + "rulesets")) {
    const std::string extension = entry.path().extension();
    if (extension != ".v4" && extension != ".v6") continue;
    INFO(entry.path().string());
    ++files;
    std::filesystem::remove(written);
    const Ran ran = optimize(entry.path().string() + " --managed --format json --write " + written, "2>/dev/null");
    REQUIRE(ran.status == 0);
    const auto json = nlohmann::json::parse(ran.out);
    CHECK(json["complete"] == true);
    if (!std::filesystem::exists(written)) continue;
    fewer += json["rules_after"] < json["rules"];
    CHECK(fwsim::test::fwsim("diff --logs " + entry.path().string() + " " + written).status == 0);
    CHECK(nlohmann::json::parse(optimize(written + " --managed --format json", "2>/dev/null").out)["steps"].empty());
  }
  CHECK(files > 30);
  CHECK(fewer > 5);
}
