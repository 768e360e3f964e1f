// The language of graphviz: its dot lays it out.
#include <fmt/format.h>

#include "reports/graph_report.hh"
#include "reports/utf8.hh"

namespace fwsim {
namespace {

std::string in_quotes(std::string_view text) {
  std::string out = "\"";
  for (const char c : valid_utf8(text)) out += c == '"' || c == '\\' ? std::string{'\\', c} : std::string(1, c);
  return out + '"';
}

std::string name(const Ruleset& ruleset, const ChainNode& node) { return in_quotes(fmt::format("{}/{}", table_name(node.table), chain_of(ruleset, node).name)); }

std::string node_line(const Ruleset& ruleset, const ChainNode& node, std::string_view indent) {
  std::string label = in_quotes(node.title);
  if (!node.ends.empty()) label.insert(label.size() - 1, "\\n" + node.ends);
  return fmt::format("{}{} [label={}{}];\n", indent, name(ruleset, node), label,
                     !node.entered ? ", color=gray, fontcolor=gray, style=dashed, tooltip=\"no packet comes here\"" : node.base ? ", penwidth=2" : "");
}

}  // namespace

std::string graph_dot(const GraphReport& report) {
  const Ruleset& ruleset = *report.ruleset;
  const ChainGraph graph = graph_of(report);
  std::string out = fmt::format("digraph {} {{\n  rankdir=LR;\n  node [shape=box, fontname=\"sans-serif\", fontsize=11];\n  edge [fontname=\"sans-serif\", fontsize=9];\n", in_quotes(ruleset.file));
  const ChainNode* first[hook_count] = {};
  const ChainNode* last[hook_count] = {};
  for (const ChainNode& node : graph.nodes) {
    if (!node.base) continue;
    const auto hook = static_cast<std::size_t>(*chain_of(ruleset, node).hook);
    if (!first[hook]) first[hook] = &node;
    last[hook] = &node;
  }
  // Packets go through the chains of a hook from the first to the last.
  std::string way;
  const auto go = [&](const ChainNode* from, const ChainNode* to) {
    if (from && to) way += fmt::format("  {} -> {} [color=steelblue, penwidth=2, constraint=false];\n", name(ruleset, *from), name(ruleset, *to));
  };
  for (std::size_t h = 0; h < hook_count; ++h) {
    if (!first[h]) continue;
    out += fmt::format("  subgraph {} {{\n    label={};\n    color=steelblue;\n", in_quotes(fmt::format("cluster_{}", hook_name(static_cast<Hook>(h)))), in_quotes(hook_name(static_cast<Hook>(h))));
    for (const ChainNode* node = first[h]; node <= last[h]; ++node) {
      out += node_line(ruleset, *node, "    ");
      if (node != first[h]) go(node - 1, node);
    }
    out += "  }\n";
  }
  using enum Hook;
  for (const auto& [from, to] : {std::pair{prerouting, input}, {prerouting, forward}, {forward, postrouting}, {output, postrouting}})
    go(last[static_cast<std::size_t>(from)], first[static_cast<std::size_t>(to)]);
  for (const ChainNode& node : graph.nodes)
    if (!node.base) out += node_line(ruleset, node, "  ");
  out += way;
  for (const ChainCall& call : graph.calls) {
    std::string how = call.go ? "style=dashed" : "";
    const auto add = [&](const std::string& word) { how += (how.empty() ? "" : ", ") + word; };
    if (call.rules > 1) add(fmt::format("label=\"{}\"", call.rules));
    if (!call.taken) add("color=gray");
    out += fmt::format("  {} -> {}{};\n", name(ruleset, graph.nodes[call.from]), name(ruleset, graph.nodes[call.to]), how.empty() ? "" : fmt::format(" [{}]", how));
  }
  return out + "}\n";
}

}  // namespace fwsim
