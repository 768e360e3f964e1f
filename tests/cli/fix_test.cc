// fwsim lint --fix, as users run it.
#include <doctest/doctest.h>

#include <string>

#include "tests/cli/run.hh"

using fwsim::test::Folder;

namespace {

const std::string before =
    "# by hand\n*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n"
    "-A INPUT -p tcp --dport 22   -j ACCEPT\n# twice\n-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n"
    "-A INPUT -i lo -j ACCEPT\n-A INPUT -i lo -p tcp -j DROP\nCOMMIT\n";
const std::string after =
    "# by hand\n*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n"
    "-A INPUT -p tcp --dport 22   -j ACCEPT\n# twice\n"
    "-A INPUT -i lo -j ACCEPT\n-A INPUT -i lo -p tcp -j DROP\nCOMMIT\n";
const std::string lint = "lint --only FW101,FW108 ";

std::string text_of(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

TEST_CASE("lint --fix writes the file without what is not needed, and reports what is left") {
  namespace fs = std::filesystem;
  const Folder folder;
  const std::string file = folder.write("rules.v4", before);
  const auto mode = fs::perms::owner_read | fs::perms::owner_write | fs::perms::group_read;
  fs::permissions(file, mode);
  const auto ran = fwsim::test::fwsim(lint + "--fix " + file);
  CHECK(ran.status == 1);
  CHECK(text_of(file) == after);
  CHECK(fs::status(file).permissions() == mode);
  CHECK_FALSE(fs::exists(file + ".part"));
  CHECK(ran.out.find(file + ":8: fixed: filter/INPUT/2 repeats filter/INPUT/1 (" + file + ":6): the same packets, the same target [FW108 duplicate]\n"
                     "    -A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n    fix: delete the rule\n") == 0);
  CHECK(ran.out.find(file + ": 1 fixed; it is proved that no packet is treated or logged differently\n") != std::string::npos);
  CHECK(ran.out.find("--fix=FW101\n") != std::string::npos);
  CHECK(ran.out.find("9: warning: filter/INPUT/3 never matches") != std::string::npos);   // by the lines of the new file
  CHECK(ran.out.find(": 1 warning in 3 rules\n") != std::string::npos);
  CHECK(fwsim::test::fwsim("diff --logs " + folder.write("old.v4", before) + " " + file).status == 0);
  // Nothing left to do.
  CHECK(fwsim::test::fwsim(lint + "--fix " + file).out.find(file + ": nothing fixed\n") == 0);
  // The other one by name.
  CHECK(fwsim::test::fwsim(lint + "--fix=shadowed " + file).status == 0);
  CHECK(text_of(file).find("-p tcp -j DROP") == std::string::npos);
}

TEST_CASE("lint --fix --diff prints a patch and writes nothing") {
  const Folder folder;
  const std::string file = folder.write("rules.v4", before);
  const auto ran = fwsim::test::fwsim(lint + "--fix --diff " + file, "2>/dev/null");
  CHECK(ran.status == 1);
  CHECK(text_of(file) == before);
  CHECK(ran.out == "--- " + file + "\n+++ " + file + "\n@@ -5,7 +5,6 @@\n :OUTPUT ACCEPT [0:0]\n -A INPUT -p tcp --dport 22   -j ACCEPT\n # twice\n"
                   "--A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n -A INPUT -i lo -j ACCEPT\n -A INPUT -i lo -p tcp -j DROP\n COMMIT\n");
  CHECK(fwsim::test::fwsim(lint + "--fix=all --dry-run " + file, "2>/dev/null").status == 0);
  CHECK(text_of(file) == before);
  CHECK(fwsim::test::fwsim(lint + "--fix --diff " + file, "2>&1 >/dev/null").out.find(":8: would be fixed: ") != std::string::npos);
}

TEST_CASE("lint --fix of standard input writes the ruleset to standard output") {
  const Folder folder;
  const std::string file = folder.write("rules.v4", before);
  const auto ran = fwsim::test::fwsim(lint + "--fix - < " + file, "2>/dev/null");
  CHECK(ran.out == after);
  CHECK(text_of(file) == before);
  CHECK(fwsim::test::fwsim(lint + "--fix - < " + file, "2>&1 >/dev/null").out.find("-:8: fixed: ") != std::string::npos);
  CHECK(fwsim::test::fwsim(lint + "--fix --format json " + file, "2>/dev/null").out.find("{") == 0);
}

TEST_CASE("lint --fix of what cannot be fixed: exit status 2, and nothing is written") {
  const Folder folder;
  const std::string file = folder.write("rules.v4", before), bad = folder.write("bad.v4", "*filter\n-A INPUT -j NOWHERE\nCOMMIT\n");
  CHECK(fwsim::test::fwsim(lint + "--fix " + file + " " + bad).status == 2);
  CHECK(text_of(file) == before);
  const auto wrong = fwsim::test::fwsim(lint + "--fix=shadwed " + file);
  CHECK(wrong.status == 2);
  CHECK(wrong.out.find("did you mean 'shadowed'?") != std::string::npos);
  CHECK(fwsim::test::fwsim("lint --fix=FW201 " + file).out.find("what FW201 finds has to be mended by hand") != std::string::npos);
  CHECK(fwsim::test::fwsim("lint --fix --snapshot " + folder / "none").status == 2);
  CHECK(text_of(file) == before);
}

TEST_CASE("a file for both families is fixed where neither changes") {
  const Folder folder;
  const std::string start = "*filter\n:INPUT DROP [0:0]\n-A INPUT -i lo -j ACCEPT\n";
  const std::string both = start + "-4 -A INPUT -i eth0 -j ACCEPT\n-A INPUT -i eth0 -p tcp -j ACCEPT\n-A INPUT -i lo -p udp -j ACCEPT\nCOMMIT\n";
  const std::string file = folder.write("rules.v4", both);
  const auto ran = fwsim::test::fwsim("lint --only FW102 --fix " + file);
  CHECK(ran.out.find(":5: not fixed: ") != std::string::npos);   // IPv6 has no rule before it
  CHECK(ran.out.find(":6: fixed: ") != std::string::npos);
  CHECK(text_of(file) == start + "-4 -A INPUT -i eth0 -j ACCEPT\n-A INPUT -i eth0 -p tcp -j ACCEPT\nCOMMIT\n");
}
