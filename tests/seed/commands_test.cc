// commands.txt says which story covers each command of the recipes. No command of the document they come from may be
// without one, and each rule must have been met by a packet, unless the table says why none can.
#include <doctest/doctest.h>

#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "parser/parse.hh"
#include "tests/kernel/scenario.hh"
#include "tests/shared.hh"

using namespace fwsim;
using kernel::Json;

namespace {

const std::string here = std::string(FWSIM_SOURCE_DIR) + "/tests/";

struct Row {
  std::string story, rule, remark, command;
};

std::vector<Row> read_table() {
  std::vector<Row> rows;
  std::ifstream file(here + "seed/commands.txt");
  for (std::string line; std::getline(file, line);) {
    std::istringstream cells(line);
    Row row;
    for (std::string* cell : {&row.story, &row.rule, &row.remark}) std::getline(cells, *cell, '\t');
    std::getline(cells, row.command);
    rows.push_back(row);
  }
  return rows;
}

std::string replaced(std::string text, const std::string& what, const std::string& with) {
  for (std::size_t at; (at = text.find(what)) != text.npos;) text.replace(at, what.size(), with);
  return text;
}

// The commands in a document: lines that begin with one, commented out or not; continued lines joined, remarks taken
// away, the variables of its NAT gateway filled in.
std::vector<std::string> commands_in(const std::string& document) {
  static const std::regex command(R"((# )?((iptables|ipset) -|ipset [a-z]|iptables-(save|restore)( |$)).*)");
  static const std::regex remark(R"(\s#.*)"), blanks(R"(\s+)"), edges("^(# )?|\\s+$");
  std::vector<std::string> list;
  std::istringstream lines(replaced(document, "\\\n", ""));
  for (std::string line; std::getline(lines, line);) {
    line = std::regex_replace(line, std::regex("^\\s+"), "");
    if (!std::regex_match(line, command)) continue;
    line = std::regex_replace(std::regex_replace(line, remark, ""), blanks, " ");
    line = std::regex_replace(line, edges, "");
    line =
        replaced(replaced(replaced(line, "\"$WAN_IF\"", "eth0"), "\"$LAN_IF\"", "eth1"), "\"$LAN_NET\"", "10.0.1.0/24");
    list.push_back(line);
  }
  return list;
}

}  // namespace

TEST_CASE("every command of the document has a story or a test") {
  std::set<std::string> covered;
  for (const Row& row : read_table()) covered.insert(row.command);
  CHECK(covered.size() > 170);
  const std::string folder = test::shared("seed");
  if (folder.empty()) return;
  std::size_t commands = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    for (const std::string& command : commands_in(read_file(entry.path().string()))) {
      INFO(command);
      CHECK(covered.count(command) == 1);
      ++commands;
    }
  CHECK(commands > 240);
}

TEST_CASE("every rule of the stories is met by a packet, or by none for a reason") {
  for (const Row& row : read_table()) {
    if (row.rule == "-") continue;
    INFO(row.story, " ", row.rule, " ", row.command);
    const Json expected = Json::parse(read_file(here + "kernel/scenarios/" + row.story + "/expected.json"));
    std::string key = replaced(row.rule, "/", ":");
    key.insert(key.rfind(':'), ":rule");
    const Json counters = expected.at("final_counters").value(key, Json());
    REQUIRE(counters.is_array());
    CHECK((counters[0] > 0) == (row.remark.compare(0, 6, "never ") != 0));
  }
}
