#include <fmt/format.h>

#include "reports/list_report.hh"
#include "model/listing/rule_prose.hh"

namespace fwsim {

namespace {

std::string finding_line(const Finding& f, bool colour) {
  constexpr int colours[] = {31, 33, 36};
  const std::string what = fmt::format("{} {}", f.id, f.check);
  return fmt::format("     ^ {}: {}{}\n", colour ? fmt::format("\033[1;{}m{}\033[0m", colours[static_cast<std::size_t>(f.severity)], what) : what,
                     f.certainty == Certainty::may ? "perhaps " : "", f.text);
}

std::string findings_of(const Listing& listing, TableId table, std::size_t chain, std::size_t index, bool of_chain) {
  std::string out;
  if (!listing.findings) return out;
  for (const Finding& f : listing.findings->findings)
    if (f.place.rule.table == table && f.place.rule.chain == chain && f.of_chain == of_chain && (of_chain || f.place.rule.index == index))
      out += finding_line(f, listing.colour);
  return out;
}

}  // namespace

std::string list_text(const Listing& listing) {
  const Ruleset& ruleset = *listing.ruleset;
  const ListStyle style{.verbose = true, .numeric = true, .exact = listing.exact, .line_numbers = true};
  std::string out;
  bool first_table = true;
  for (const Table& table : ruleset.tables) {
    if (listing.table && table.id != *listing.table) continue;
    if (!listing.table) out += fmt::format("{}Table {}\n\n", first_table ? "" : "\n", table_name(table.id));
    first_table = false;
    for (std::size_t c = 0; c < table.chains.size(); ++c) {
      const Chain& chain = table.chains[c];
      if (c > 0) out += '\n';
      out += list_header(table, c, style) + findings_of(listing, table.id, c, 0, true);
      for (std::size_t i = 0; i <= chain.rules.size(); ++i) {
        if (i < chain.rules.size()) out += list_row(chain.rules[i], table, i + 1, ruleset.family, style);
        out += findings_of(listing, table.id, c, i, false);
      }
    }
  }
  return out;
}

}  // namespace fwsim
