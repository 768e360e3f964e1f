#include "reports/graph_report.hh"

#include <fmt/format.h>

#include <map>

#include "reports/list_report.hh"

namespace fwsim {
namespace {

// "ACCEPT 2, DROP 1, policy DROP": what its rules do with packets, by how often; calls are drawn.
std::string ends_of(const Chain& chain, const Table& table) {
  std::map<std::string, std::size_t> count;
  for (const Rule& rule : chain.rules)
    if (!std::holds_alternative<Jump>(rule.target) && !std::holds_alternative<std::monostate>(rule.target)) ++count[std::string(target_name(rule, table))];
  std::string out;
  for (const auto& [name, n] : count) out += fmt::format("{}{} {}", out.empty() ? "" : ", ", name, n);
  if (chain.hook) out += fmt::format("{}policy {}", out.empty() ? "" : ", ", chain.policy == Verdict::drop ? "DROP" : "ACCEPT");
  return out;
}

void add(ChainGraph& graph, const GraphReport& report, const Table& table, std::size_t index) {
  const Chain& chain = table.chains[index];
  const auto number = static_cast<std::uint16_t>(index);
  graph.nodes.push_back({.table = table.id, .chain = number, .title = fmt::format("{} {}", table_name(table.id), chain_title(chain)), .ends = ends_of(chain, table),
                         .base = chain.hook.has_value(), .entered = report.entered(table.id, number)});
}

}  // namespace

const Chain& chain_of(const Ruleset& ruleset, const ChainNode& node) { return ruleset.find(node.table)->chains[node.chain]; }

ChainGraph graph_of(const GraphReport& report) {
  ChainGraph graph;
  for (std::size_t h = 0; h < hook_count; ++h)
    for (const Stage stage : stages(static_cast<Hook>(h))) {
      const auto id = stage_table(stage);
      const Table* table = id && (!report.table || report.table == id) ? report.ruleset->find(*id) : nullptr;
      const Chain* chain = table ? table->at(static_cast<Hook>(h)) : nullptr;
      if (chain) add(graph, report, *table, static_cast<std::size_t>(chain - table->chains.data()));
    }
  for (const Table& table : report.ruleset->tables) {
    if (report.table && report.table != table.id) continue;
    for (std::size_t c = 0; c < table.chains.size(); ++c)
      if (!table.chains[c].hook) add(graph, report, table, c);
  }
  for (const Table& table : report.ruleset->tables)
    if (!report.table || report.table == table.id) add_calls(graph, table);
  for (ChainCall& call : graph.calls) {
    const ChainNode &from = graph.nodes[call.from], &to = graph.nodes[call.to];
    const std::vector<Rule>& rules = chain_of(*report.ruleset, from).rules;
    call.taken = false;
    for (std::size_t i = 0; i < rules.size() && from.entered; ++i)
      if (const auto* jump = std::get_if<Jump>(&rules[i].target); jump && jump->chain == static_cast<int>(to.chain) && jump->go == call.go)
        call.taken = call.taken || !report.never({from.table, from.chain, static_cast<std::uint32_t>(i)});
  }
  return graph;
}

}  // namespace fwsim
