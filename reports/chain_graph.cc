#include "reports/chain_graph.hh"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>

namespace fwsim {
namespace {

std::vector<std::size_t> depths(const ChainGraph& graph) {
  std::vector<std::size_t> depth(graph.nodes.size(), 0);
  // There are no loops (the kernel refuses them), so this ends; a file that has one is stopped by the bound.
  bool changed = true;
  for (std::size_t round = 0; changed && round <= graph.nodes.size(); ++round) {
    changed = false;
    for (const ChainCall& call : graph.calls)
      if (depth[call.to] <= depth[call.from] && depth[call.from] < graph.nodes.size()) {
        depth[call.to] = depth[call.from] + 1;
        changed = true;
      }
  }
  return depth;
}

// Where each of a column's boxes would like to be, made so that they do not overlap and are moved as little as can be:
// boxes that would are one block, which stands where they all would like it best.
std::vector<double> apart(const std::vector<double>& wishes, double step, double top) {
  struct Block {
    double sum = 0;
    std::size_t count = 0;
    double mean() const { return sum / static_cast<double>(count); }
  };
  std::vector<Block> blocks;
  for (std::size_t i = 0; i < wishes.size(); ++i) {
    blocks.push_back({wishes[i] - static_cast<double>(i) * step, 1});
    while (blocks.size() > 1 && blocks[blocks.size() - 2].mean() >= blocks.back().mean()) {
      const Block last = blocks.back();
      blocks.pop_back();
      blocks.back().sum += last.sum;
      blocks.back().count += last.count;
    }
  }
  std::vector<double> out;
  for (const Block& block : blocks)
    for (std::size_t n = 0; n < block.count; ++n) {
      const auto i = static_cast<double>(out.size());
      out.push_back(std::max(block.mean(), top) + i * step);
    }
  return out;
}

}  // namespace

std::string chain_title(const Chain& chain) { return fmt::format("{} ({})", chain.name, chain.rules.size()); }

void add_calls(ChainGraph& graph, const Table& table) {
  std::map<std::uint16_t, std::size_t> nodes;
  for (std::size_t i = 0; i < graph.nodes.size(); ++i)
    if (graph.nodes[i].table == table.id) nodes.emplace(graph.nodes[i].chain, i);
  for (const auto& [chain, node] : nodes) {
    std::map<std::pair<int, bool>, std::size_t> known;
    for (const Rule& rule : table.chains[chain].rules) {
      const auto* jump = std::get_if<Jump>(&rule.target);
      if (jump == nullptr) continue;
      const auto [at, fresh] = known.try_emplace({jump->chain, jump->go}, graph.calls.size());
      if (fresh) graph.calls.push_back({.from = node, .to = nodes.at(static_cast<std::uint16_t>(jump->chain)), .go = jump->go});
      ++graph.calls[at->second].rules;
    }
  }
}

ChainGraph graph_of(const Table& table) {
  ChainGraph graph;
  for (std::size_t c = 0; c < table.chains.size(); ++c)
    graph.nodes.push_back({.table = table.id, .chain = static_cast<std::uint16_t>(c), .title = chain_title(table.chains[c]), .ends = {}, .base = table.chains[c].hook.has_value()});
  add_calls(graph, table);
  return graph;
}

void lay_out(ChainGraph& graph, const BoxSizes& sizes) {
  const std::vector<std::size_t> depth = depths(graph);
  std::vector<std::vector<std::size_t>> columns, callers(graph.nodes.size());
  std::vector<std::size_t> turn(graph.nodes.size(), 0);   // of those that the same chain calls: in the order of its rules
  for (std::size_t i = graph.calls.size(); i-- > 0;) {
    callers[graph.calls[i].to].push_back(graph.calls[i].from);
    turn[graph.calls[i].to] = i;
  }
  for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
    if (columns.size() <= depth[n]) columns.resize(depth[n] + 1);
    columns[depth[n]].push_back(n);
  }
  double x = sizes.left;
  for (std::size_t c = 0; c < columns.size(); ++c) {
    std::vector<std::size_t>& column = columns[c];
    std::vector<double> wish(graph.nodes.size(), 0), wishes;
    if (c == 0) {
      for (double y = sizes.top; const std::size_t n : column) {
        wishes.push_back(y += graph.nodes[n].above);
        y += sizes.height + sizes.gap;
      }
    } else {
      for (const std::size_t n : column)
        wish[n] = std::accumulate(callers[n].begin(), callers[n].end(), 0.0, [&](double sum, std::size_t from) { return sum + graph.nodes[from].y; }) /
                  static_cast<double>(std::max<std::size_t>(1, callers[n].size()));
      std::stable_sort(column.begin(), column.end(), [&](std::size_t a, std::size_t b) { return std::pair(wish[a], turn[a]) < std::pair(wish[b], turn[b]); });
      for (const std::size_t n : column) wishes.push_back(wish[n]);
      wishes = apart(wishes, sizes.height + sizes.gap, sizes.top);
    }
    std::size_t letters = 0;
    for (const std::size_t n : column) letters = std::max({letters, graph.nodes[n].title.size(), graph.nodes[n].ends.size()});
    const double width = static_cast<double>(letters) * sizes.letter + 2 * sizes.padding;
    for (std::size_t i = 0; i < column.size(); ++i) {
      ChainNode& node = graph.nodes[column[i]];
      node.x = x;
      node.y = wishes[i];
      node.width = width;
      graph.height = std::max(graph.height, node.y + sizes.height + 16);
    }
    graph.width = std::max(graph.width, x + width + 16);
    if (!column.empty()) x += width + sizes.between;
  }
}

std::string call_path(const ChainGraph& graph, const ChainCall& call, const BoxSizes& sizes) {
  const ChainNode &a = graph.nodes[call.from], &b = graph.nodes[call.to];
  const double x1 = a.x + a.width, y1 = a.y + sizes.height / 2, x2 = b.x - 2, y2 = b.y + sizes.height / 2, half = (x2 - x1) / 2;
  const double aside = x2 - x1 > sizes.between + 10 ? sizes.height : 0;   // a long way must not hide behind the boxes on it
  return fmt::format("M{:.0f},{:.0f}C{:.0f},{:.0f} {:.0f},{:.0f} {:.0f},{:.0f}", x1, y1, x1 + half, y1 + aside, x2 - half, y2 + aside, x2, y2);
}

}  // namespace fwsim
