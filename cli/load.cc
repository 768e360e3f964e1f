#include "cli/load.hh"

#include <fmt/format.h>

#include <array>
#include <cstdio>

#include "model/diagnostic.hh"
#include "parser/nft_json.hh"
#include "parser/print.hh"
#include "reports/lint_fingerprint.hh"

namespace fwsim {

void print_diagnostics(const Diagnostics& diagnostics, const Common& common) {
  if (common.heard) {
    common.heard->insert(common.heard->end(), diagnostics.begin(), diagnostics.end());
    return;
  }
  constexpr unsigned most_shown = 50;
  std::array<unsigned, 3> shown{}, hidden{};
  for (const Diagnostic& diagnostic : diagnostics) {
    const auto severity = static_cast<std::size_t>(diagnostic.severity);
    if (diagnostic.times == 1 && shown[severity] < most_shown) {
      ++shown[severity];
      fmt::print(stderr, "{}", to_text(diagnostic, common.colour));
    } else {
      hidden[severity] += diagnostic.times;
    }
  }
  constexpr const char* words[] = {"error", "warning", "note"};
  for (std::size_t severity = 0; severity < hidden.size(); ++severity)
    if (const unsigned more = hidden[severity]; more > 0)
      fmt::print(stderr, "... and {} more {}{}\n", more, words[severity], more == 1 ? "" : "s");
}

std::optional<Ruleset> load_ruleset(const std::string& path, std::optional<Family> family, const Common& common) {
  return load_ruleset(path, read_file(path), family, common);
}

std::optional<Ruleset> load_ruleset(const std::string& path, std::string_view text, std::optional<Family> family, const Common& common) {
  Parsed parsed = parse_ruleset(text, {.file = path, .family = family});
  print_diagnostics(parsed.diagnostics, common);
  if (has_errors(parsed.diagnostics)) return std::nullopt;
  return std::move(parsed.ruleset);
}

std::string ruleset_digest(const Ruleset& ruleset, std::string_view text) {
  return is_nft_json(text) ? digest(text) : digest(print_ruleset(ruleset));
}

int no_such_table(const std::string& word) {
  const std::string near = did_you_mean(word, {"filter", "nat", "mangle", "raw", "security"});
  fmt::print(stderr, "fwsim: there is no table '{}'{}\n", word, near.empty() ? "" : fmt::format(", did you mean '{}'?", near));
  return status_bad;
}

int table_missing(const std::string& file, std::optional<TableId> table) {
  fmt::print(stderr, "fwsim: {} has no {}\n", file, table ? fmt::format("table '{}'", table_name(*table)) : "table: it should look like what iptables-save prints");
  return status_bad;
}

}  // namespace fwsim
