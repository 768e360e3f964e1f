// fwsim help, --help and docs.
#include <doctest/doctest.h>

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include "tests/cli/run.hh"

using namespace fwsim;
using test::Folder;
using test::Ran;

namespace {

std::vector<std::string> lines(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> all;
  for (std::string line; std::getline(in, line);) all.push_back(line);
  return all;
}

std::size_t widest(const std::string& text) {
  std::size_t most = 0;
  for (const std::string& line : lines(text)) most = std::max(most, line.size());
  return most;
}

}  // namespace

TEST_CASE("manual: every subcommand has a --help that fits a screen, and a page") {
  std::size_t commands = 0;
  for (const std::string& line : lines(test::fwsim("__complete ''").out)) {
    const std::string name = line.substr(0, line.find('\t'));
    CAPTURE(name);
    const Ran help = test::fwsim(name + " --help"), page = test::fwsim("help " + name);
    CHECK(help.status == 0);
    CHECK(help.out.find("Usage: fwsim " + name) != std::string::npos);
    CHECK(lines(help.out).size() <= 52);
    CHECK(widest(help.out) <= 80);
    CHECK(page.status == 0);
    CHECK(page.out.starts_with("fwsim-" + name + ": "));
    ++commands;
  }
  CHECK(commands >= 27);
  CHECK(widest(test::fwsim("--help").out) <= 80);
}

TEST_CASE("manual: help of a match, a target, a check, and of what is none") {
  CHECK(test::fwsim("help recent").out.starts_with("-m recent\n"));
  CHECK(test::fwsim("help LOG").out.starts_with("-j LOG\n"));
  CHECK(test::fwsim("help FW101").out.starts_with("FW101 shadowed"));
  CHECK(test::fwsim("help shadowed").out == test::fwsim("explain FW101").out);
  const Ran wrong = test::fwsim("help recnt");
  CHECK(wrong.status == 2);
  CHECK(wrong.out == "fwsim: there is no subcommand, match, target or check 'recnt'\ndid you mean 'fwsim help recent'?\n");
}

TEST_CASE("manual: docs writes a page, or pages for man") {
  const Folder folder;
  const Ran all = test::fwsim("docs");
  CHECK(all.status == 0);
  CHECK(all.out.starts_with("<!DOCTYPE html>"));
  CHECK(test::fwsim("docs --html " + folder / "site.html" + " --man " + folder / "man").status == 0);
  CHECK(std::filesystem::file_size(folder / "site.html") == all.out.size());
  CHECK(std::filesystem::exists(folder / "man/man1/fwsim-trace.1"));
  CHECK(std::filesystem::exists(folder / "man/man7/fwsim-extensions.7"));
  const Ran refused = test::fwsim("docs --man " + folder / "site.html");
  CHECK(refused.status == 2);
  CHECK(refused.out.find("site.html") != std::string::npos);
}

TEST_CASE("manual: completion tells values of options, and where files may stand") {
  CHECK(test::fwsim("__complete lint --fail-on w").out == "warning\t\n");
  CHECK(test::fwsim("__complete lint --skip FW101,FW102").out == "FW101,FW102\trepeated\n");
  CHECK(test::fwsim("__complete lint --baseline ''").out == ":files\n");
  CHECK(test::fwsim("__complete completion z").out == "zsh\t\n");
  CHECK(test::fwsim("__complete trace --only deliv").out == "delivered\t\n");
  CHECK(test::fwsim("__complete explain " FWSIM_SOURCE_DIR "/corpora/rulesets/nat-gateway.v4 --chain nat/POST").out.starts_with("nat/POSTROUTING\t"));
  CHECK(test::fwsim("__complete nonsense ''").out.empty());
  CHECK(test::fwsim("completion tcsh").status == 2);
}
