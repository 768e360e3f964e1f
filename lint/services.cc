#include "lint/services.hh"

#include <algorithm>
#include <map>
#include <tuple>

#include "lint/text.hh"
#include "lint/traffic.hh"

namespace fwsim {
namespace {

constexpr unsigned most_packets = 64;   // of a way

// What passes by one rule, and ends up at one place.
struct Stream {
  std::optional<RuleId> by;
  bool may = false;
  std::string translated;
  std::vector<Piece> pieces;
};

bool rewrites(const Leaf& leaf, Var v) {
  for (const Trail* t = leaf.trail.get(); t; t = t->before.get())
    if (t->kind == Trail::Kind::change && t->var == v) return true;
  return false;
}

class Finder {
 public:
  Finder(const Explorer& explorer, const Host* host, Services& out) : e_(explorer), space_(explorer.space()), host_(host), out_(out) {}

  void find(Way way, const Pred& pred) {
    bool exact = true;
    const std::vector<Piece> asked = pieces_of(e_, way, pred, false, exact);
    if (asked.empty()) return;
    std::map<std::tuple<RuleId, bool, std::string>, Stream> streams;
    for (const Piece& piece : asked) {
      out_.complete = e_.explore(way, piece, [&](const Leaf& leaf) {
        if (leaf.outcome == PieceFate::passed) take(way, leaf, piece, streams);
        return true;
      }, {.apart = true}) && out_.complete;
    }
    std::vector<Piece> relaxed = asked;
    for (Piece& piece : relaxed) relax(space_, piece, piece);
    all_ = hull(relaxed);
    for (auto& [key, stream] : streams) {
      merge(stream.pieces);
      for (const Piece& piece : stream.pieces) add(way, stream, piece);
    }
  }

 private:
  void take(Way way, const Leaf& leaf, const Piece& asked, std::map<std::tuple<RuleId, bool, std::string>, Stream>& streams) {
    Class c;
    if (!add_leaf(e_, way, leaf, asked, c)) return;
    const std::string translated = translation(leaf);
    Stream& stream = streams[{c.by.value_or(RuleId{}), c.vague, translated}];
    stream.by = c.by;
    stream.may = c.vague;
    stream.translated = translated;
    std::move(c.pieces.begin(), c.pieces.end(), std::back_inserter(stream.pieces));
  }

  std::string translation(const Leaf& leaf) const {
    std::string out;
    const Var dst = space_.of(Field::dst), port = space_.of(Field::dport);
    if (dst != no_var && rewrites(leaf, dst)) out = space_.text(dst, (*leaf.piece)[dst]);
    if (port != no_var && rewrites(leaf, port)) {
      const std::string ports = space_.text(port, (*leaf.piece)[port]);
      if (!ports.empty()) out += (out.empty() ? "port " : " port ") + ports;
    }
    return out;
  }

  // What the piece limits this field to, in words; empty when it does not. `before` stands before it in a sentence.
  std::string limited(Field field, const Piece& piece, std::string_view before) const {
    const Var v = space_.of(field);
    if (v == no_var || piece[v].covers(all_[v])) return {};
    Piece only = all_;
    only[v] = piece[v];
    std::string text = text_of(space_, only, all_);
    if (text.starts_with(before)) text.erase(0, before.size());
    return text;
  }

  void add(Way way, const Stream& stream, const Piece& piece) {
    ServiceRow row{.way = way, .protocol = limited(Field::proto, piece, ""), .ports = limited(Field::dport, piece, "any to any port "),
                   .to = limited(Field::dst, piece, "any to "),
                   .translated = stream.translated, .sources = {}};
    if (row.protocol.empty()) row.protocol = "any";
    if (const std::string types = limited(Field::icmp, piece, "any type "); !types.empty()) row.ports += (row.ports.empty() ? "type " : ", type ") + types;
    Piece rest = piece;
    for (Field f : {Field::proto, Field::dport, Field::dst, Field::icmp})
      if (const Var v = space_.of(f); v != no_var) rest[v] = all_[v];
    ServiceSource source{.from = text_of(space_, rest, all_), .by = place_of(e_.rules(), stream.by), .may = stream.may, .packet = {}};
    source.from.erase(0, source.from.find_first_not_of(", ", 3) == std::string::npos ? 3 : source.from.find_first_not_of(", ", 3));
    if (source.from.starts_with("from ")) source.from.erase(0, 5);
    if (source.from.empty()) source.from = "anywhere";
    const Class one{.way = way, .fate = PieceFate::passed, .by = stream.by, .vague = stream.may, .pieces = {piece}, .real = {}};
    if (shown_ < most_packets)
      if (const auto witness = packet_of(e_, one, host_)) source.packet = witness->question, ++shown_;
    const auto same = std::find_if(out_.rows.begin(), out_.rows.end(), [&](const ServiceRow& r) {
      return std::tie(r.way, r.protocol, r.ports, r.to, r.translated) == std::tie(row.way, row.protocol, row.ports, row.to, row.translated);
    });
    if (same == out_.rows.end()) {
      row.sources.push_back(std::move(source));
      out_.rows.push_back(std::move(row));
    } else {
      same->sources.push_back(std::move(source));
    }
  }

  const Explorer& e_;
  const Space& space_;
  const Host* host_;
  Services& out_;
  Piece all_;
  unsigned shown_ = 0;
};

}  // namespace

Services find_services(const Ruleset& ruleset, const Host* host, bool through) {
  Services out{.family = ruleset.family, .rows = {}};
  QuestionFault fault;
  const Traffic everything = *read_traffic("any any -> any", fault);
  const Pred pred = asked(everything, ruleset.family, needs_conntrack(ruleset));
  const Prepared prepared = prepare({&ruleset}, host, {pred});
  for (Way way : {Way::input, Way::forward})
    if (way == Way::input || through) Finder(prepared[0], host, out).find(way, pred);
  std::stable_sort(out.rows.begin(), out.rows.end(), [](const ServiceRow& a, const ServiceRow& b) {
    const auto order = [](const ServiceRow& r) { return std::tuple(r.way, r.protocol == "any", std::cref(r.protocol).get()); };
    return order(a) < order(b);
  });
  return out;
}

}  // namespace fwsim
