// The iptables project's own tests of its extensions, all of them: what they say loads is read and
// printed as they expect, what they say fails is refused. Exceptions are listed with their reason.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "../shared.hh"
#include "parser/parse.hh"
#include "parser/print.hh"

using namespace fwsim;

namespace {

struct Exception {
  std::string_view file, rule, reason;
};
constexpr Exception exceptions[] = {
    {"iptables.t", "! -i +", "iptables-legacy 1.8.9 loses it on saving; so does fwsim, which prints as it does"},
    {"libxt_set.t", "-m set --match-set foo src,dst", "fails because no set foo exists: a ruleset alone cannot tell"},
    {"libxt_SET.t", "-j SET --add-set foo src,dst", "fails because no set foo exists: a ruleset alone cannot tell"},
};

// "FAIL", or the rule as saved.
std::string outcome(Family family, const std::string& table, const std::string& chain, const std::string& rule) {
  const Parsed parsed = parse_ruleset(fmt::format("*{}\n-A {} {}\nCOMMIT\n", table, chain, rule), {.file = "test", .family = family});
  if (has_errors(parsed.diagnostics)) return "FAIL";
  const Table& t = parsed.ruleset.tables.front();
  return print_rule_body(t.find(chain)->rules.at(0), t, family);
}

struct Counts {
  unsigned accepted = 0, refused = 0, total_ok = 0, total_fail = 0, excepted = 0;
};

void run_file(const std::filesystem::path& path, Family family, Counts& counts) {
  std::ifstream in(path);
  std::vector<std::string> chains;
  std::string table = "filter";
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line[0] == '#' || line[0] == '%' || line[0] == '@') continue;
    if (line[0] == '*') {
      table = line.substr(1);
      continue;
    }
    if (line[0] == ':') {
      chains.clear();
      for (std::string_view chain : split(std::string_view(line).substr(1), ',')) chains.emplace_back(chain);
      continue;
    }
    const auto parts = split(line, ';');
    const std::string rule(parts.at(0));
    const bool ok = parts.at(2).substr(0, 2) == "OK";
    const std::string expected = !ok ? "FAIL" : std::string(parts.at(1) == "=" ? parts.at(0) : parts.at(1));
    const auto exception = std::find_if(std::begin(exceptions), std::end(exceptions), [&](const Exception& e) {
      return e.file == path.filename().string() && e.rule == rule;
    });
    if (exception != std::end(exceptions)) {
      ++counts.excepted;
      fmt::print("  exception: {} '{}': {}\n", exception->file, exception->rule, exception->reason);
      continue;
    }
    for (const std::string& chain : chains) {
      INFO(path.filename().string(), " ", family == Family::v4 ? "v4 " : "v6 ", table, " ", chain, " ", line);
      const std::string got = outcome(family, table, chain, rule);
      CHECK(got == expected);
      ++(ok ? counts.total_ok : counts.total_fail);
      if (got == expected) ++(ok ? counts.accepted : counts.refused);
    }
  }
}

}  // namespace

TEST_CASE("the tests of the iptables project come out as they say") {
  const std::string root = test::shared("corpora/rulesets/xt-tests");
  if (root.empty()) return;
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(root)) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  Counts counts;
  for (const auto& path : files) {
    const std::string name = path.filename().string();
    const auto starts = [&](std::string_view start) { return name.rfind(start, 0) == 0; };
    if (starts("libxt_") || starts("libipt_") || starts("iptables")) run_file(path, Family::v4, counts);
    if (starts("libxt_") || starts("libip6t_")) run_file(path, Family::v6, counts);
  }
  fmt::print("xt-tests: {} of {} accepted and printed as expected, {} of {} refused, {} lines excepted\n", counts.accepted,
             counts.total_ok, counts.refused, counts.total_fail, counts.excepted);
  CHECK(counts.total_ok > 300);
}
