#include "reports/path_drawing.hh"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "reports/markup.hh"

namespace fwsim {
namespace {

constexpr double box_width = 130, box_height = 44, column_width = 210, row_height = 92, margin = 28;

// A host or a link; hosts before links.
struct Node {
  bool host = false;
  std::size_t index = 0;
  auto operator<=>(const Node&) const = default;
};

struct Point {
  double x = 0, y = 0;   // the middle
};

class Drawing {
 public:
  explicit Drawing(const PathReport& report) : report_(report), net_(report.net) {
    join();
    place();
  }

  std::string svg() {
    std::string body;
    for (const auto& [node, others] : joined_)
      if (node.host)
        for (const Node& link : others) body += edge(node, link);
    for (const auto& [node, spot] : spots_) body += box(node, spot);
    body += way(report_.answer.there, "there", -7);
    if (report_.answer.back) body += way(*report_.answer.back, "back", 7);
    return fmt::format("<svg viewBox=\"0 0 {:.0f} {:.0f}\" role=\"img\" aria-label=\"the network and the way of the packet\">\n"
                       "<defs>{}{}</defs>\n{}</svg>\n", width_, height_, arrow("there"), arrow("back"), body);
  }

 private:
  static std::string arrow(const char* name) {
    return fmt::format("<marker id=\"{0}\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" orient=\"auto\">"
                       "<path class=\"{0}-head\" d=\"M0 0L8 4L0 8z\"/></marker>", name);
  }

  bool is_used(std::size_t link) const {
    if (link < net_.described_links()) return true;
    const auto on = [&](const PathLeg& leg) {
      return (!leg.from.host && leg.from.link == link) || leg.link == link ||
             std::any_of(leg.hops.begin(), leg.hops.end(), [&](const PathHop& hop) { return hop.out_link == link; });
    };
    return on(report_.answer.there) || (report_.answer.back && on(*report_.answer.back));
  }

  void join() {
    for (std::size_t host = 0; host < net_.hosts().size(); ++host) joined_[{true, host}];
    for (std::size_t link = 0; link < net_.links().size(); ++link) {
      if (!is_used(link)) continue;
      joined_[{false, link}];
      for (const LinkEnd& end : net_.links()[link].ends) {
        joined_[{false, link}].push_back({true, end.host});
        joined_[{true, end.host}].push_back({false, link});
      }
    }
  }

  // Columns by distance from the beginning; what is not joined to it stands in the last.
  void place() {
    const PathPlace& from = report_.answer.there.from;
    std::vector<std::vector<Node>> columns{{from.host ? Node{true, *from.host} : Node{false, from.link}}};
    std::map<Node, bool> seen{{columns[0][0], true}};
    for (std::size_t c = 0; c < columns.size(); ++c) {
      std::vector<Node> next;
      for (const Node& node : columns[c])
        for (const Node& other : joined_[node])
          if (!std::exchange(seen[other], true)) next.push_back(other);
      if (!next.empty()) columns.push_back(std::move(next));
    }
    std::vector<Node> rest;
    for (const auto& [node, others] : joined_)
      if (!seen.contains(node)) rest.push_back(node);
    if (!rest.empty()) columns.push_back(std::move(rest));
    std::size_t rows = 1;
    for (const auto& column : columns) rows = std::max(rows, column.size());
    width_ = static_cast<double>(columns.size() - 1) * column_width + box_width + 2 * margin;
    height_ = static_cast<double>(rows) * row_height + margin;
    for (std::size_t c = 0; c < columns.size(); ++c)
      for (std::size_t r = 0; r < columns[c].size(); ++r)
        spots_[columns[c][r]] = {margin + box_width / 2 + static_cast<double>(c) * column_width,
                                 height_ / 2 + (static_cast<double>(r) - static_cast<double>(columns[c].size() - 1) / 2) * row_height};
  }

  std::string box(const Node& node, const Point& at) const {
    const TopologyLink* link = node.host ? nullptr : &net_.links()[node.index];
    const char* style = node.host ? "host" : link->outside ? "link outside" : "link";
    const std::string name = node.host ? net_.name(node.index) : link->name;
    return fmt::format("<rect class=\"{}\" x=\"{:.0f}\" y=\"{:.0f}\" width=\"{:.0f}\" height=\"{:.0f}\" rx=\"{}\"/>"
                       "<text class=\"name\" x=\"{:.0f}\" y=\"{:.0f}\">{}</text>{}\n",
                       style, at.x - box_width / 2, at.y - box_height / 2, box_width, box_height, node.host ? 5 : 22, at.x, at.y - 27, markup_text(name),
                       link && link->outside ? fmt::format("<text class=\"device\" x=\"{:.0f}\" y=\"{:.0f}\">outside</text>", at.x, at.y + 36) : "");
  }

  std::string edge(const Node& host, const Node& link) const {
    const Point &a = spots_.at(host), &b = spots_.at(link);
    const double side = b.x > a.x ? 1 : b.x < a.x ? -1 : 0;
    const std::string& device = net_.end_of(host.index, link.index).device;
    return fmt::format("<path class=\"wire\" d=\"M{:.0f} {:.0f}L{:.0f} {:.0f}\"/><text class=\"device\" x=\"{:.0f}\" y=\"{:.0f}\">{}</text>\n", a.x, a.y, b.x, b.y,
                       a.x + side * (box_width / 2 + 18), a.y + (b.y - a.y) * 0.25 - 14, markup_text(device));
  }

  // From node to node, a little above the middles or below; a cross where it is stopped.
  std::string way(const PathLeg& leg, const char* style, double aside) const {
    std::vector<Point> points;
    const auto go = [&](const Node& node) {
      if (const auto at = spots_.find(node); at != spots_.end()) points.push_back({at->second.x, at->second.y + aside});
    };
    if (!leg.from.host) go({false, leg.from.link});
    for (std::size_t i = 0; i < leg.hops.size() && i < 40; ++i) {
      go({true, leg.hops[i].host});
      if (leg.hops[i].out_link) go({false, *leg.hops[i].out_link});
    }
    if (leg.hops.empty() && leg.link && leg.link != leg.from.link) go({false, *leg.link});
    if (points.empty()) return {};
    std::string path;
    for (const Point& p : points) path += fmt::format("{}{:.0f} {:.0f}", path.empty() ? "M" : "L", p.x, p.y);
    const Point& last = points.back();
    std::string text = fmt::format("<path class=\"way {0}\" d=\"{1}\" marker-end=\"url(#{0})\"/>", style, path);
    text += fmt::format("<circle class=\"{}-head\" cx=\"{:.0f}\" cy=\"{:.0f}\" r=\"4\"/>\n", style, points.front().x, points.front().y);
    if (!leg.ended_well())
      text += fmt::format("<path class=\"stop\" d=\"M{0:.0f} {2:.0f}L{1:.0f} {3:.0f}M{0:.0f} {3:.0f}L{1:.0f} {2:.0f}\"/>\n", last.x - 8, last.x + 8,
                          last.y - 8, last.y + 8);
    return text;
  }

  const PathReport& report_;
  const Internetwork& net_;
  std::map<Node, std::vector<Node>> joined_;
  std::map<Node, Point> spots_;
  double width_ = 0, height_ = 0;
};

}  // namespace

std::string drawing_of(const PathReport& report) { return Drawing(report).svg(); }

}  // namespace fwsim
