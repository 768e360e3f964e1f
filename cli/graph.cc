// fwsim graph: which chain calls which, as a drawing.
#include <fmt/format.h>

#include "cli/load.hh"
#include "cli/write_file.hh"
#include "lint/facts.hh"
#include "reports/graph_report.hh"

namespace fwsim {

int run_graph(const GraphArgs& args, const Common& common) {
  std::optional<TableId> table;
  if (!args.table.empty() && !(table = find_table(args.table))) return no_such_table(args.table);
  const auto ruleset = load_ruleset(args.file, args.family, common);
  if (!ruleset) return status_bad;
  if (table ? !ruleset->find(*table) : ruleset->tables.empty()) return table_missing(args.file, table);
  const Facts facts(*ruleset, nullptr);
  const GraphReport report{.ruleset = &*ruleset, .table = table, .entered = [&](TableId id, std::uint16_t chain) { return facts.entered(id, chain); },
                           .never = [&](const RuleId& id) { return facts.never(id); }};
  const std::string text = args.format == "svg" ? graph_svg(report) : graph_dot(report);
  if (args.output.empty())
    fmt::print("{}", text);
  else
    write_file(args.output, text);
  return status_good;
}

}  // namespace fwsim
