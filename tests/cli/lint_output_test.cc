// What fwsim lint tells, of which severity it fails, and where it writes.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <string>

#include "tests/cli/run.hh"

using fwsim::test::Folder;

namespace {

const std::string head = "*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n";
const std::string one_warning = head + "-A INPUT -s 10.0.0.0/8 -j ACCEPT\n-A INPUT -s 10.1.0.0/16 -j DROP\nCOMMIT\n";
const std::string one_note = head + "-A INPUT -s 10.0.0.0/8 -j DROP\nCOMMIT\n";

// `n` rules that an earlier one shadows.
std::string shadowed(int n) {
  std::string text = head + "-A INPUT -s 10.0.0.0/8 -j ACCEPT\n";
  for (int i = 0; i < n; ++i) text += "-A INPUT -s 10.0.0." + std::to_string(i) + "/32 -j DROP\n";
  return text + "COMMIT\n";
}

std::size_t count(const std::string& text, const std::string& what) {
  std::size_t n = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++n;
  return n;
}

}  // namespace

TEST_CASE("--fail-on says from which severity on lint fails") {
  const Folder folder;
  const std::string warning = folder.write("warning.v4", one_warning), note = folder.write("note.v4", one_note);
  const auto status = [](const std::string& arguments) { return fwsim::test::fwsim("lint --only FW101 --only FW103 " + arguments).status; };
  CHECK(status(warning) == 1);
  CHECK(status("--fail-on warning " + warning) == 1);
  CHECK(status("--fail-on error " + warning) == 0);
  CHECK(status("--fail-on never " + warning) == 0);
  CHECK(status(note) == 0);
  CHECK(status("--fail-on note " + note) == 1);
  const auto wrong = fwsim::test::fwsim("lint --fail-on warnings " + warning);
  CHECK(wrong.status == 2);
  CHECK(wrong.out.find("did you mean 'warning'?") != std::string::npos);
}

TEST_CASE("a format that is not there: exit status 2 with a hint") {
  const auto wrong = fwsim::test::fwsim("lint --format saref rules.v4");
  CHECK(wrong.status == 2);
  CHECK(wrong.out.find("did you mean 'sarif'?") != std::string::npos);
}

TEST_CASE("lint prints a screenful, the most severe findings, and counts all") {
  const Folder folder;
  // Notes come first in the file, and are what is left out.
  std::string text = shadowed(19);
  text.insert(text.find("-A INPUT"), "-A OUTPUT -d 192.0.2.1/32 -j ACCEPT\n-A OUTPUT -d 192.0.2.2/32 -j ACCEPT\n-A OUTPUT -d 192.0.2.3/32 -j ACCEPT\n");
  const std::string file = folder.write("rules.v4", text);
  const auto ran = fwsim::test::fwsim("lint --only shadowed --only redundant " + file);
  CHECK(count(ran.out, ": warning: ") == 19);
  CHECK(count(ran.out, ": note: ") == 1);
  CHECK(ran.out.find("note: ") < ran.out.find("warning: "));   // by place
  CHECK(ran.out.find("\nand 2 more (--all-findings)\n") != std::string::npos);
  CHECK(ran.out.find(": 19 warnings, 3 notes in 23 rules\n") != std::string::npos);
  const auto all = fwsim::test::fwsim("lint --only shadowed --only redundant --all-findings " + file);
  CHECK(count(all.out, ": note: ") == 3);
  CHECK(all.out.find("more (") == std::string::npos);
}

TEST_CASE("lint with a baseline tells what is new") {
  const Folder folder;
  const std::string file = folder.write("rules.v4", shadowed(3)), old = folder / "old.json";
  CHECK(fwsim::test::fwsim("lint --only shadowed --format json --output " + old + " " + file).status == 1);
  auto ran = fwsim::test::fwsim("lint --only shadowed --baseline " + old + " " + file);
  CHECK(ran.status == 0);
  CHECK(ran.out == file + ": nothing new in 4 rules (3 of the baseline left out)\n");

  // A rule before the others moves their lines and numbers; another one is new.
  std::string text = shadowed(4);
  text.insert(text.find("-A INPUT"), "-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n");
  ran = fwsim::test::fwsim("lint --only shadowed --format json --baseline " + old + " " + folder.write("rules.v4", text), "2>/dev/null");
  CHECK(ran.status == 1);
  const auto json = nlohmann::json::parse(ran.out)["rulesets"][0];
  CHECK(json["known"] == 3);
  REQUIRE(json["findings"].size() == 1);
  CHECK(json["findings"][0]["rule"] == "-A INPUT -s 10.0.0.3/32 -j DROP");
  CHECK(json["findings"][0]["place"]["name"] == "filter/INPUT/6");
}

TEST_CASE("a bad baseline is said to be one, with its place") {
  const Folder folder;
  const std::string rules = folder.write("rules.v4", one_warning);
  const auto lint = [&](const std::string& text) { return fwsim::test::fwsim("lint --baseline " + folder.write("old.json", text) + " " + rules); };
  const auto cut = lint("{\"version\": 1,\n \"rulesets\": [}");
  CHECK(cut.status == 2);
  CHECK(cut.out.find("old.json:2:15: error: this is not JSON [bad-baseline]") != std::string::npos);
  CHECK(cut.out.find("fwsim lint --format json") != std::string::npos);
  CHECK(lint("").status == 2);
  CHECK(lint("[]").out.find("this is no report of fwsim lint") != std::string::npos);
  CHECK(lint("{\"version\": 2, \"rulesets\": []}").out.find("version 1 is known here") != std::string::npos);
  CHECK(lint("{\"version\": 1, \"rulesets\": [{\"findings\": [{}]}]}").out.find("finding 1 of ruleset 1 has no 'fingerprint'") != std::string::npos);
  CHECK(lint("{\"version\": 1, \"rulesets\": [7]}").status == 2);
  CHECK(lint("{\"version\": 1, \"rulesets\": []}").status == 1);
  CHECK(fwsim::test::fwsim("lint --baseline /nowhere/old.json " + rules).status == 2);
}

TEST_CASE("--output writes the whole report or leaves what is there") {
  const Folder folder;
  const std::string rules = folder.write("rules.v4", one_warning), out = folder.write("out.csv", "before\n");
  CHECK(fwsim::test::fwsim("lint --format csv --output " + out + " /nowhere").status == 2);
  const auto text = [&] {
    std::ifstream in(out);
    return std::string(std::istreambuf_iterator<char>(in), {});
  };
  CHECK(text() == "before\n");
  const auto ran = fwsim::test::fwsim("lint --format csv --output " + out + " " + rules);
  CHECK(ran.status == 1);
  CHECK(ran.out.empty());
  CHECK(text().rfind("file,line,", 0) == 0);
  CHECK(fwsim::test::fwsim("lint --output /nowhere/out " + rules).status == 2);
  CHECK(!std::filesystem::exists(out + ".part"));
}
