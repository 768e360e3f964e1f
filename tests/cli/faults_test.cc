// What a user is told who gives the program something wrong: one clear line or few, exit status 2,
// and files as they were.
#include <doctest/doctest.h>

#include <iterator>

#include "tests/cli/run.hh"

using namespace fwsim;
using test::Folder;

namespace {

const std::string corpora = std::string(FWSIM_SOURCE_DIR) + "/corpora/";
const std::string rules = " --rules " + corpora + "rulesets/baseline-host.v4 --host " + corpora + "hosts/web-server.toml ";
const std::string traced = "trace " + corpora + "captures/web-server.pcap" + rules + "--summary ";
const std::string asked = "ask 'ping -> 203.0.113.10'";

// Refused with status 2, and the output has this in it.
void refused(const std::string& arguments, const std::string& text) {
  const test::Ran ran = test::fwsim(arguments);
  INFO(arguments, "\n", ran.out);
  CHECK(ran.status == 2);
  CHECK(ran.out.find(text) != std::string::npos);
}

std::string content(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t n = 0;
  for (std::size_t at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++n;
  return n;
}

}  // namespace

TEST_CASE("wrong words on the command line are named, with what may be meant") {
  refused(asked + " --rulez x", "fwsim: this is not expected here: '--rulez'\ndid you mean '--rules'?\n");
  refused("check --xx", "not expected here: '--xx'");   // not: a file is missing
  refused("chek x", "there is no subcommand 'chek'\ndid you mean 'fwsim check'?");
  refused(asked + rules + "--seed -1", "--seed: it is a number from 0 on");
}

TEST_CASE("a directory is no file") {
  const Folder folder;
  const std::string path = folder.path.string();
  refused("list " + path, "fwsim: cannot read " + path + ": it is a directory\n");
  refused("check " + path, "fwsim: " + path + ": there is no ruleset and no snapshot in this directory\n");   // of hosts, if there were any
  refused(asked + rules.substr(0, rules.find("--host")) + "--host " + path, "it is a directory");
  refused("trace " + path + rules, "Is a directory");
}

TEST_CASE("of many faults the first are printed, and the others counted") {
  const Folder folder;
  std::string text = "*filter\n:INPUT ACCEPT [0:0]\n";
  for (int i = 0; i < 60; ++i) text += "-A INPUT -m nosuch --x 1\n";
  for (int i = 0; i < 2000; ++i) text += "-A INPUT -p tpc\n";
  const std::string file = folder.write("rules.v4", text + "COMMIT\n");
  const test::Ran ran = test::fwsim("check " + file);
  CHECK(ran.status == 2);
  CHECK(count(ran.out, ": error: ") == 50);
  CHECK(count(ran.out, ": warning: ") == 50);
  CHECK(ran.out.find("... and 1950 more errors\n... and 10 more warnings\n") != std::string::npos);
}

TEST_CASE("a damaged capture is read as far as it goes, and is no success") {
  const Folder folder;
  const std::string whole = content(corpora + "captures/web-server.pcap");
  refused("trace " + folder.write("cut.pcap", whole.substr(0, 5000)) + rules + "--summary",
          "fwsim: " + (folder / "cut.pcap") + ": at byte 4916: the file ends in a packet");
  refused("trace " + folder.write("text.pcap", "no capture at all, but some words") + rules, "this is neither pcap nor pcapng");
  refused("trace " + folder.write("empty.pcap", "") + rules, "the file is empty");
}

TEST_CASE("output that cannot be written is an error, and what was there stays") {
  const Folder folder;
  if (std::filesystem::exists("/dev/full"))
    for (const std::string& command : {"fmt " + corpora + "rulesets/baseline-host.v4", traced, std::string("collect")}) {
      INFO(command);
      const test::Ran ran = test::fwsim(command, "2>&1 >/dev/full");
      CHECK(ran.status == 2);
      CHECK(ran.out.find("cannot write the output: No space left on device") != std::string::npos);
    }
  const std::string file = folder.write("counters.v4", "precious");
  std::filesystem::create_directories(folder.path / "counters.v4.part");   // in the way of the new file
  refused(traced + "--counters " + file, "cannot write " + file);
  CHECK(content(file) == "precious");
  std::filesystem::remove(folder.path / "counters.v4.part");
  CHECK(test::fwsim(traced + "--counters " + file).status == 0);
  CHECK(content(file).substr(0, 8) == "*filter\n");
  CHECK_FALSE(std::filesystem::exists(folder.path / "counters.v4.part"));
}
