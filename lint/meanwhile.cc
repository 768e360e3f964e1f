#include "lint/meanwhile.hh"

#include <algorithm>
#include <initializer_list>
#include <utility>

#include "lint/traffic.hh"

namespace fwsim {
namespace {

// Of these packets those that a ruleset certainly ends like this.
std::vector<Class> only(const Explorer& explorer, Way way, const std::vector<Piece>& pieces, bool passes, bool& complete) {
  if (pieces.empty()) return {};
  Classes found = classify(explorer, way, pieces);
  complete = complete && found.complete;
  std::erase_if(found.list, [&](const Class& c) { return c.vague || (c.fate == PieceFate::passed) != passes; });
  return std::move(found.list);
}

std::vector<Piece> pieces_of_all(const std::vector<Class>& classes) {
  std::vector<Piece> pieces;
  for (const Class& c : classes) pieces.insert(pieces.end(), c.real.begin(), c.real.end());
  return pieces;
}

// New connections of any kind.
Pred beginnings(Way way, std::string_view text, Family family, bool conntrack) {
  QuestionFault fault;
  Traffic traffic = *read_traffic(text, fault);
  traffic.way = way;
  return asked(traffic, family, conntrack);
}

bool tracks(const Rule& rule, TableId table, Family family) {
  Ruleset one{.family = family};
  one.tables.push_back({.id = table, .chains = {{.name = "x", .rules = {rule}}}});
  return needs_conntrack(one);
}

// Rulesets of which only some have the kernel track connections know other packets. A rule of one that does, in a chain
// that nobody calls, makes all of them alike.
Ruleset tracking_like(Ruleset ruleset, std::initializer_list<const Ruleset*> others) {
  if (needs_conntrack(ruleset)) return ruleset;
  for (const Ruleset* other : others)
    for (const Table& table : other->tables)
      for (const Chain& chain : table.chains)
        for (const Rule& rule : chain.rules) {
          if (!tracks(rule, table.id, other->family)) continue;
          auto mine = std::find_if(ruleset.tables.begin(), ruleset.tables.end(), [&](const Table& t) { return t.id == table.id; });
          if (mine == ruleset.tables.end()) {
            mine = ruleset.tables.insert(ruleset.tables.end(), {.id = table.id});
            for (const Chain& c : table.chains)
              if (c.hook) mine->chains.push_back({.name = c.name, .hook = c.hook});
          }
          mine->chains.push_back({.name = "(nobody calls this)", .rules = {rule}});
          if (std::holds_alternative<Jump>(rule.target)) mine->chains.back().rules[0].target = std::monostate();
          return ruleset;
        }
  return ruleset;
}

bool passes(const Witness& packet, const Ruleset& rules) { return agrees(replay(packet, rules), PieceFate::passed); }

}  // namespace

bool closes_anything(const Ruleset& ruleset, const Host* host) {
  for (const Way way : {Way::input, Way::forward}) {
    const Pred pred = beginnings(way, "any any -> any", ruleset.family, needs_conntrack(ruleset));
    const Prepared prepared = prepare({&ruleset}, host, {pred});
    bool exact = true, complete = true;
    if (!only(prepared[0], way, pieces_of(prepared[0], way, pred, false, exact), false, complete).empty() || !complete) return true;
  }
  return false;
}

std::optional<Meanwhile> exposed_meanwhile(const Ruleset& old_rules, const Ruleset& rules, const Ruleset& new_rules, const Host* host, bool& complete) {
  const Ruleset before = tracking_like(old_rules, {&rules, &new_rules}), during = tracking_like(rules, {&old_rules, &new_rules}),
                after = tracking_like(new_rules, {&old_rules, &rules});
  const bool conntrack = needs_conntrack(during);
  // What is reached by TCP says most; whatever else there is comes after it.
  const bool v4 = during.family == Family::v4;
  const char* tcp = v4 ? "tcp 1.0.0.0-126.255.255.255,128.0.0.0-223.255.255.255 -> 1.0.0.0-126.255.255.255,128.0.0.0-223.255.255.255" : "tcp 2000::/3 -> 2000::/3";
  for (const auto& [way, traffic] : {std::pair(Way::input, tcp), {Way::forward, tcp}, {Way::input, "any any -> any"}, {Way::forward, "any any -> any"}}) {
    const Pred pred = beginnings(way, traffic, during.family, conntrack);
    const Prepared prepared = prepare({&before, &during, &after}, host, {pred});
    const Explorer &first = prepared[0], &now = prepared[1], &last = prepared[2];
    bool exact = true;
    const std::vector<Piece> all = pieces_of(now, way, pred, false, exact);
    for (const Class& open : only(now, way, all, true, complete)) {
      const std::vector<Class> closed_then = only(first, way, open.real, false, complete);
      for (const Class& closed : only(last, way, pieces_of_all(closed_then), false, complete)) {
        auto packet = packet_of(last, closed, host);
        if (!packet || passes(*packet, before) || !passes(*packet, during) || passes(*packet, after)) continue;
        return Meanwhile{.way = way, .by = place_of(now.rules(), open.by), .packet = std::move(*packet)};
      }
    }
  }
  return std::nullopt;
}

}  // namespace fwsim
