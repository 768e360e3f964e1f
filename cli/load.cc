#include "cli/load.hh"

#include <fmt/format.h>

#include <cstdio>

#include "model/diagnostic.hh"

namespace fwsim {

void print_diagnostics(const Diagnostics& diagnostics, const Common& common) {
  for (const Diagnostic& diagnostic : diagnostics) fmt::print(stderr, "{}", to_text(diagnostic, common.colour));
}

std::optional<Ruleset> load_ruleset(const std::string& path, std::optional<Family> family, const Common& common) {
  const std::string text = read_file(path);
  Parsed parsed = parse_ruleset(text, {.file = path, .family = family});
  print_diagnostics(parsed.diagnostics, common);
  if (has_errors(parsed.diagnostics)) return std::nullopt;
  return std::move(parsed.ruleset);
}

}  // namespace fwsim
