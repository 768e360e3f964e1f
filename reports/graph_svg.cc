// The graph as a drawing that needs nothing else: hooks on the left, from top to bottom, and to the right what they call.
#include <fmt/format.h>

#include <array>
#include <tuple>

#include "reports/graph_report.hh"
#include "reports/markup.hh"
#include "reports/utf8.hh"

namespace fwsim {
namespace {

constexpr BoxSizes sizes{.left = 92, .top = 60, .height = 40, .gap = 14, .between = 96, .letter = 6.7, .padding = 10};
constexpr double heading = 26;   // above the first box of a hook

constexpr std::string_view legend = "behind a chain: its rules; at an arrow: how many call; dashed: goto; grey: no packet comes there; blue: the way of packets";

constexpr std::string_view style =
    "text{font:11px monospace;fill:#222}.head{font:bold 13px sans-serif;fill:#27496d}.title{font-weight:bold}.soft{fill:#667}"
    ".box{fill:#fff;stroke:#556;stroke-width:1}.base{stroke-width:2.2;stroke:#27496d;fill:#f2f6fb}.dead{fill:#eee;stroke:#aaa;stroke-dasharray:4 3}"
    ".dead+text,.dead+text+text{fill:#999}.call{fill:none;stroke:#778;stroke-width:1.1}.go{stroke-dasharray:6 4}.never{stroke:#ccc}"
    ".way{fill:none;stroke:#5b8cc0;stroke-width:2}.drop{fill:#a33}.accept{fill:#27713b}";

std::string escaped(std::string_view text) { return markup_text(valid_utf8(text)); }

std::string text(double x, double y, std::string_view style_name, std::string_view words) {
  return fmt::format("<text x=\"{:.0f}\" y=\"{:.0f}\" class=\"{}\">{}</text>\n", x, y, style_name, escaped(words));
}

std::string box(const ChainNode& node) {
  std::string out = fmt::format("<g><rect class=\"box{}{}\" x=\"{:.0f}\" y=\"{:.0f}\" width=\"{:.0f}\" height=\"{:.0f}\" rx=\"5\"/>", node.base ? " base" : "", node.entered ? "" : " dead",
                                node.x, node.y, node.width, sizes.height);
  out += text(node.x + sizes.padding, node.y + 16, "title", node.title) + text(node.x + sizes.padding, node.y + 32, "soft", node.ends);
  if (!node.entered) out += "<title>no packet comes here</title>\n";
  return out + "</g>\n";
}

// From one hook's last chain to another's first, on the left of all.
std::string way(const ChainNode& from, const ChainNode& to, double lane) {
  const double y1 = from.y + sizes.height / 2, y2 = to.y + sizes.height / 2 - (from.y > to.y ? 6 : 0);
  return fmt::format("<path class=\"way\" marker-end=\"url(#on)\" d=\"M{0:.0f},{1:.0f}H{2:.0f}Q{3:.0f},{1:.0f} {3:.0f},{4:.0f}V{5:.0f}Q{3:.0f},{6:.0f} {2:.0f},{6:.0f}H{7:.0f}\"/>\n", from.x, y1,
                     lane + 8, lane, y1 + 8, y2 - 8, y2, to.x - 3);
}

struct Ends {
  const ChainNode *first = nullptr, *last = nullptr;
};

}  // namespace

std::string graph_svg(const GraphReport& report) {
  const Ruleset& ruleset = *report.ruleset;
  ChainGraph graph = graph_of(report);
  std::array<Ends, hook_count> hooks;
  bool lonely = false;
  for (ChainNode& node : graph.nodes) {
    if (!node.base) continue;
    Ends& ends = hooks[static_cast<std::size_t>(*chain_of(ruleset, node).hook)];
    if (!ends.first) {
      ends.first = &node;
      node.above = heading;
    }
    ends.last = &node;
  }
  std::vector<bool> called(graph.nodes.size(), false);
  for (const ChainCall& call : graph.calls) called[call.to] = true;
  const ChainNode* uncalled = nullptr;
  for (std::size_t n = 0; n < graph.nodes.size() && !lonely; ++n)
    if (!graph.nodes[n].base && !called[n]) {
      uncalled = &graph.nodes[n];
      graph.nodes[n].above = heading;
      lonely = true;
    }
  lay_out(graph, sizes);
  const double width = std::max(graph.width, static_cast<double>(legend.size()) * sizes.letter + 32);
  std::string out = fmt::format("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0:.0f}\" height=\"{1:.0f}\" viewBox=\"0 0 {0:.0f} {1:.0f}\" role=\"img\">\n<title>chains of {2}</title>\n<style>{3}</style>\n",
                                width, graph.height, escaped(ruleset.file), style);
  out += "<defs><marker id=\"to\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" markerWidth=\"7\" markerHeight=\"7\" orient=\"auto\"><path d=\"M0,0L10,5L0,10z\" fill=\"#778\"/></marker>"
         "<marker id=\"on\" viewBox=\"0 0 10 10\" refX=\"8\" refY=\"5\" markerWidth=\"5\" markerHeight=\"5\" orient=\"auto\"><path d=\"M0,0L10,5L0,10z\" fill=\"#5b8cc0\"/></marker></defs>\n"
         "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n";
  out += text(16, 24, "head", ruleset.file) + text(16, 42, "soft", legend);
  for (std::size_t h = 0; h < hook_count; ++h)
    if (const Ends& ends = hooks[h]; ends.first) {
      out += text(ends.first->x, ends.first->y - 8, "head", hook_name(static_cast<Hook>(h)));
      for (const ChainNode* node = ends.first; node != ends.last; ++node)
        out += fmt::format("<path class=\"way\" marker-end=\"url(#on)\" d=\"M{0:.0f},{1:.0f}V{2:.0f}\"/>\n", node->x + 24, node->y + sizes.height, (node + 1)->y - 2);
    }
  if (uncalled) out += text(uncalled->x, uncalled->y - 8, "head", "no rule calls these");
  using enum Hook;
  for (const auto& [from, to, lane] : {std::tuple{prerouting, input, 66}, {prerouting, forward, 48}, {forward, postrouting, 30}, {output, postrouting, 66}}) {
    const Ends &a = hooks[static_cast<std::size_t>(from)], &b = hooks[static_cast<std::size_t>(to)];
    if (a.last && b.first) out += way(*a.last, *b.first, lane);
  }
  for (const ChainCall& call : graph.calls) {
    out += fmt::format("<path class=\"call{}{}\" marker-end=\"url(#to)\" d=\"{}\"><title>{} {} {}{}</title></path>\n", call.go ? " go" : "", call.taken ? "" : " never", call_path(graph, call, sizes),
                       escaped(chain_of(ruleset, graph.nodes[call.from]).name), call.go ? "goes to" : "calls", escaped(chain_of(ruleset, graph.nodes[call.to]).name),
                       call.rules > 1 ? fmt::format(", {} times", call.rules) : "");
    if (call.rules > 1) {
      const ChainNode &b = graph.nodes[call.to];
      out += fmt::format("<text x=\"{:.0f}\" y=\"{:.0f}\" text-anchor=\"end\" class=\"soft\">{}</text>\n", b.x - 14, b.y + sizes.height / 2 - 4, call.rules);
    }
  }
  for (const ChainNode& node : graph.nodes) out += box(node);
  return out + "</svg>\n";
}

}  // namespace fwsim
