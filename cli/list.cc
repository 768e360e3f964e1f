// fwsim list: a ruleset as iptables -L shows it, with what lint found beside the rules.
#include <fmt/format.h>

#include <cstdio>

#include "cli/load.hh"
#include "lint/check.hh"
#include "parser/print.hh"
#include "reports/list_report.hh"

namespace fwsim {

int run_list(const ListArgs& args, const Common& common) {
  std::optional<TableId> table;
  if (!args.table.empty() && !(table = find_table(args.table))) return no_such_table(args.table);
  const auto ruleset = load_ruleset(args.file, args.family, common);
  if (!ruleset) return status_bad;
  if (table ? !ruleset->find(*table) : ruleset->tables.empty()) return table_missing(args.file, table);
  LintResult found;
  if (args.findings) found = lint(*ruleset, nullptr);
  const Listing listing{.ruleset = &*ruleset, .findings = args.findings ? &found : nullptr, .table = table, .exact = args.exact, .colour = common.colour,
                        .source = [&](const Table& t, const Chain& chain, const Rule& rule) { return print_rule(rule, chain, t, ruleset->family); }};
  fmt::print("{}", args.format == "json" ? list_json(listing) : list_text(listing));
  return status_good;
}

}  // namespace fwsim
