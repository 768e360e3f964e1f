// The tests of the iptables project: "rule;saved form or =;OK|FAIL", after lines that say for which
// chains (":INPUT,FORWARD") of which table ("*mangle") they are meant.
#pragma once

#include <fstream>
#include <string>
#include <vector>

#include "model/value.hh"

namespace fwsim::test {

struct XtTest {
  std::string line;   // as it stands in the file
  std::string table;
  std::vector<std::string> chains;
  std::string rule;
  std::string expected;   // the rule as saved, or "FAIL"
};

inline std::vector<XtTest> read_xt_file(const std::string& path) {
  std::ifstream in(path);
  std::vector<XtTest> tests;
  std::vector<std::string> chains;
  std::string table = "filter";
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line[0] == '#' || line[0] == '%' || line[0] == '@') continue;
    if (line[0] == '*') {
      table = line.substr(1);
    } else if (line[0] == ':') {
      chains.clear();
      for (std::string_view chain : split(std::string_view(line).substr(1), ',')) chains.emplace_back(chain);
    } else {
      const auto parts = split(line, ';');
      const bool good = parts.at(2).substr(0, 2) == "OK";
      const std::string_view saved = parts.at(1) == "=" ? parts.at(0) : parts.at(1);
      tests.push_back({line, table, chains, std::string(parts.at(0)), std::string(good ? saved : "FAIL")});
    }
  }
  return tests;
}

}  // namespace fwsim::test
