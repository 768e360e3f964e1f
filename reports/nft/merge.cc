// Runs of lines that differ in one value, or in a value and the verdict.
#include <fmt/format.h>

#include <algorithm>

#include "reports/nft/rules.hh"

namespace fwsim::nft {
namespace {

constexpr std::size_t shortest_map = 3;  // two lines read better than a map of two, but for states

bool is_pure(const Line& line) {
  return line.is_rule && line.remarks.empty() &&
         std::none_of(line.pieces.begin(), line.pieces.end(), [](const Piece& p) { return p.memory || p.unless; });
}

// Whether its values can stand in a set.
bool is_listable(const Piece& piece) { return !piece.key.empty() && !piece.negated; }

bool same_but_pieces(const Line& a, const Line& b) {
  return a.action == b.action && a.comment == b.comment && a.family == b.family;
}

// Fields that no statement changes: a packet cannot meet the next line only because of this one.
bool is_steady(const Piece& piece) {
  constexpr std::string_view prefixes[] = {"ip saddr",     "ip daddr", "ip6 saddr",   "ip6 daddr",    "iifname",
                                           "oifname",      "tcp ",     "udp ",        "sctp ",        "dccp ",
                                           "udplite ",     "th ",      "icmp",        "meta l4proto", "ether",
                                           "meta pkttype", "ct state", "ct original", "meta length"};
  return std::any_of(std::begin(prefixes), std::end(prefixes),
                     [&](std::string_view p) { return piece.key.starts_with(p); });
}

bool overlap(const Piece& a, const Piece& b) {
  return std::any_of(a.elements.begin(), a.elements.end(), [&](const Element& x) {
    return std::any_of(b.elements.begin(), b.elements.end(),
                       [&](const Element& y) { return x.range.low <= y.range.high && y.range.low <= x.range.high; });
  });
}

// The one piece in which two lines differ, or -1.
int difference(const Line& a, const Line& b) {
  if (a.pieces.size() != b.pieces.size() || !same_but_pieces(a, b)) return -1;
  int at = -1;
  for (std::size_t i = 0; i < a.pieces.size(); ++i) {
    if (a.pieces[i] == b.pieces[i]) continue;
    if (at >= 0 || a.pieces[i].key != b.pieces[i].key || !is_listable(a.pieces[i]) || !is_listable(b.pieces[i]))
      return -1;
    at = static_cast<int>(i);
  }
  return at;
}

// Adds the elements of `b` that `a` does not hold already. False, and nothing is added, when one is partly in it.
bool join(Piece& a, const Piece& b, bool stops) {
  std::vector<const Element*> more;
  for (const Element& e : b.elements) {
    bool held = false;
    for (const Element& x : a.elements) {
      if (x.range.low > e.range.high || e.range.low > x.range.high) continue;
      held = x.range.low <= e.range.low && e.range.high <= x.range.high;
      if (!held || !stops) return false;
      break;  // no packet with it comes there
    }
    if (!held) more.push_back(&e);
  }
  for (const Element* e : more) a.elements.push_back(*e);
  return true;
}

void merge_sets(std::vector<Line>& lines) {
  std::vector<Line> out;
  for (std::size_t i = 0; i < lines.size();) {
    Line run = std::move(lines[i]);
    std::size_t next = i + 1;
    int at = -1;
    while (is_pure(run) && next < lines.size() && is_pure(lines[next]) && lines[next].verdict == run.verdict) {
      const int differs = difference(run, lines[next]);
      if (differs < 0 || (at >= 0 && differs != at)) break;
      Piece& piece = run.pieces[static_cast<std::size_t>(differs)];
      if (!run.stops && !is_steady(piece)) break;
      if (!join(piece, lines[next].pieces[static_cast<std::size_t>(differs)], run.stops)) break;
      at = differs;
      ++next;
    }
    out.push_back(std::move(run));
    i = next;
  }
  lines = std::move(out);
}

bool can_be_in_map(const Line& line) {
  return is_pure(line) && line.action.empty() && !line.verdict.empty() &&
         line.verdict.find(" vmap ") == line.verdict.npos;
}

// The piece that makes a map of lines i, i+1, ...; how many there are goes to `end`.
int map_piece(const std::vector<Line>& lines, std::size_t i, std::size_t& end) {
  end = i + 1;
  if (!can_be_in_map(lines[i]) || end == lines.size() || !can_be_in_map(lines[end])) return -1;
  const int at = difference(lines[i], lines[end]);
  if (at < 0) return -1;
  const auto p = static_cast<std::size_t>(at);
  for (; end < lines.size() && can_be_in_map(lines[end]) && difference(lines[i], lines[end]) == at; ++end)
    for (std::size_t k = i; k < end; ++k) {
      if (overlap(lines[k].pieces[p], lines[end].pieces[p])) return at;
      if (!lines[k].stops && !is_steady(lines[k].pieces[p])) return at;
    }
  return at;
}

void merge_maps(std::vector<Line>& lines) {
  std::vector<Line> out;
  for (std::size_t i = 0; i < lines.size();) {
    std::size_t end = 0;
    const int at = map_piece(lines, i, end);
    const bool states = at >= 0 && lines[i].pieces[static_cast<std::size_t>(at)].bits;
    bool several = false;
    for (std::size_t k = i + 1; k < end && at >= 0; ++k) several = several || lines[k].verdict != lines[i].verdict;
    if (at < 0 || !several || end - i < (states ? 2 : shortest_map)) {
      out.push_back(std::move(lines[i++]));
      continue;
    }
    Line map = lines[i];
    const auto p = static_cast<std::size_t>(at);
    std::vector<std::string> items;
    map.stops = true;
    for (std::size_t k = i; k < end; ++k)
      for (const Element& e : lines[k].pieces[p].elements)
        items.push_back(fmt::format("{} : {}", e.text, lines[k].verdict));
    map.verdict = fmt::format("{} vmap {}", map.pieces[p].key, braces(items, map.pieces[p].key.size() + 14));
    map.pieces.erase(map.pieces.begin() + at);
    map.stops = false;  // of packets that are in none
    out.push_back(std::move(map));
    i = end;
  }
  lines = std::move(out);
}

}  // namespace

void merge_runs(std::vector<Line>& lines) {
  merge_sets(lines);
  merge_maps(lines);
}

}  // namespace fwsim::nft
