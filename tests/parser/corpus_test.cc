// Real rulesets: what the kernel loaded is printed back as iptables-save printed it, and what
// both tools refused gets a diagnostic on the line they named.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "tests/shared.hh"
#include "parser/parse.hh"
#include "parser/print.hh"

namespace fs = std::filesystem;
using namespace fwsim;

namespace {

struct Row {
  std::string file, legacy, nft;
  std::optional<Family> family;
};

std::string trimmed(const std::string& s) {
  const auto from = s.find_first_not_of(' ');
  return from == s.npos ? "" : s.substr(from, s.find_last_not_of(' ') - from + 1);
}

std::vector<Row> index_rows(const std::string& path) {
  std::vector<Row> rows;
  std::ifstream in(path);
  for (std::string line; std::getline(in, line);) {
    if (line.rfind("| ", 0) != 0) continue;
    std::vector<std::string> cells;
    std::stringstream stream(line);
    for (std::string cell; std::getline(stream, cell, '|');) cells.push_back(trimmed(cell));
    if (cells.size() < 9 || cells[1] == "file" || cells[1].rfind("---", 0) == 0) continue;
    Row row{cells[1], cells[7], cells[8], {}};
    if (row.legacy.rfind("v4", 0) == 0) row.family = Family::v4;
    if (row.legacy.rfind("v6", 0) == 0) row.family = Family::v6;
    rows.push_back(row);
  }
  return rows;
}

bool loads(const Row& row) { return row.legacy.find("FAIL") == std::string::npos; }

std::string without_comments(const std::string& text) {
  std::string out;
  std::stringstream stream(text);
  for (std::string line; std::getline(stream, line);)
    if (line.rfind('#', 0) != 0) out += line + "\n";
  return out;
}

std::string first_difference(const std::string& ours, const std::string& theirs) {
  std::stringstream a(ours), b(theirs);
  std::string x, y;
  for (unsigned n = 1;; ++n) {
    const bool more_a = static_cast<bool>(std::getline(a, x)), more_b = static_cast<bool>(std::getline(b, y));
    if (!more_a && !more_b) return {};
    if (!more_a) x = "(end)";
    if (!more_b) y = "(end)";
    if (x != y) return fmt::format("line {}: ours   {}\n        kernel {}", n, x, y);
    if (!more_a || !more_b) return {};
  }
}

}  // namespace

TEST_CASE("rulesets that the kernel loads are printed as iptables-save prints them") {
  const std::string root = test::shared("corpora/rulesets");
  if (root.empty()) return;
  unsigned total = 0, equal = 0;
  for (const Row& row : index_rows(root + "/INDEX.md")) {
    if (!loads(row)) continue;
    std::string flat = row.file;
    std::replace(flat.begin(), flat.end(), '/', '_');
    flat = row.file;
    flat.replace(flat.find('/'), 1, "__");
    const std::string canonical = root + "/canonical-legacy/" + flat;
    if (!fs::exists(canonical)) continue;
    ++total;
    const Parsed parsed = parse_ruleset(read_file(root + "/" + row.file), {.file = row.file, .family = row.family});
    INFO(row.file);
    std::string faults;
    for (const Diagnostic& d : parsed.diagnostics)
      if (d.severity == Severity::error) faults += to_text(d);
    CHECK(faults == "");
    const std::string ours = print_ruleset(parsed.ruleset, {.counters = true});
    const std::string theirs = without_comments(read_file(canonical));
    const std::string difference = first_difference(ours, theirs);
    CHECK(difference == "");
    equal += faults.empty() && difference.empty() ? 1 : 0;
  }
  fmt::print("canonical form: {} of {} real rulesets\n", equal, total);
  CHECK(total > 150);
}

TEST_CASE("rulesets that both tools refuse get a diagnostic on the line named") {
  const std::string root = test::shared("corpora/rulesets");
  if (root.empty()) return;
  unsigned total = 0, named = 0;
  for (const Row& row : index_rows(root + "/INDEX.md")) {
    if (loads(row) || row.nft.find("FAIL") == std::string::npos) continue;
    std::vector<unsigned> lines;
    for (const std::string& cell : {row.legacy, row.nft}) {
      const auto at = cell.find("line ");
      if (at != cell.npos) lines.push_back(static_cast<unsigned>(std::strtoul(cell.c_str() + at + 5, nullptr, 10)));
    }
    ++total;
    const Parsed parsed = parse_ruleset(read_file(root + "/" + row.file), {.file = row.file, .family = row.family});
    INFO(row.file, " ", row.legacy, " ", row.nft);
    bool found = false;
    for (const Diagnostic& d : parsed.diagnostics)
      found = found || std::find(lines.begin(), lines.end(), d.line) != lines.end();
    CHECK(found);
    named += found ? 1 : 0;
  }
  fmt::print("refused rulesets diagnosed on the line named: {} of {}\n", named, total);
  CHECK(total > 20);
}
