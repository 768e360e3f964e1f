#include "lint/checks/judge.hh"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace fwsim {
namespace {

constexpr unsigned nearly_all_ports = 65'000;

// Connections that nobody has translated: what is accepted for having been (--ctstate DNAT) is another rule's doing.
bool untranslated(const Space& space, const Piece& piece) {
  const Var first = space.of(Field::ct_status);
  if (first == no_var) return true;
  for (Var v = first; v < first + space.bit_groups(Field::ct_status); ++v)
    if (!piece[v].contains(space.atom_of(v, 0))) return false;
  return true;
}

// By which packets leave for anywhere; none of a host that nobody described.
std::vector<std::string> default_devices(const Host* host, Family family) {
  std::vector<std::string> out;
  if (host)
    for (const Route& route : host->routes)
      if (route.destination.mask == 0 && route.family == family)
        for (const NextHop& hop : route.hops) out.push_back(hop.device);
  return out;
}

}  // namespace

std::vector<Piece> outside(const Answers& answers, const Class& c) {
  const Space& space = answers.space();
  const Var v = space.of(c.way == Way::output ? Field::out_if : Field::in_if);
  const AtomSet lo = AtomSet::one(space.atom_of(v, name_word("lo")));
  std::vector<Piece> out;
  for (const Piece& piece : c.pieces)
    if (piece[v] != lo && untranslated(space, piece)) out.push_back(piece);
  return out;
}

bool by_certain_devices(const Answers& answers, const std::vector<Piece>& pieces) {
  const Space& space = answers.space();
  const Var v = space.of(Field::in_if);
  const auto come_by = [&](u128 name) { return std::any_of(pieces.begin(), pieces.end(), [&](const Piece& piece) { return piece[v].contains(space.atom_of(v, name)); }); };
  if (come_by(name_word("~"))) return false;   // no rule names it
  const std::vector<std::string> outer = default_devices(answers.host(), space.family());
  if (!outer.empty()) return std::none_of(outer.begin(), outer.end(), [&](const std::string& device) { return come_by(name_word(device)); });
  if (!answers.host() || answers.host()->interfaces.size() < 2) return true;
  const auto& list = answers.host()->interfaces;
  return std::any_of(list.begin(), list.end(), [&](const Interface& i) { return !i.loopback && !come_by(name_word(i.name)); });
}

Outside from_strangers(const Facts& facts, const std::vector<Piece>& pieces) {
  const Space& space = facts.answers().space();
  const Site& site = facts.settings().site;
  // "ppp+" is outside where ppp0 is what the rules name.
  const auto comes_by = [&](const Prefix& device) {
    const Range names{device.address, device.address | ~device.mask};
    return std::any_of(pieces.begin(), pieces.end(), [&](const Piece& piece) { return part_of(space, piece, Field::in_if, {names}).has_value(); });
  };
  if (!site.external.empty()) return std::any_of(site.external.begin(), site.external.end(), comes_by) ? Outside::yes : Outside::no;
  if (!by_certain_devices(facts.answers(), pieces)) return Outside::yes;
  const std::vector<std::string> outer = default_devices(facts.host(), space.family());
  if (std::any_of(outer.begin(), outer.end(), [&](const std::string& device) { return comes_by({name_word(device), all_ones}); })) return Outside::yes;
  std::set<std::pair<u128, u128>> named;
  for (const Table& table : facts.ruleset().tables)
    for (const Chain& chain : table.chains)
      for (const Rule& rule : chain.rules)
        if (rule.basic.in().mask != 0 && !rule.basic.not_in && rule.basic.in().address != name_word("lo")) named.emplace(rule.basic.in().address, rule.basic.in().mask);
  return outer.empty() && named.size() == 1 ? Outside::perhaps : Outside::no;
}

bool stops_outside(const Answers& answers, const Answered& answered, RuleId& by) {
  if (!answered.complete) return false;
  for (const auto* list : {&answered.passed, &answered.other})
    for (const Class& c : *list)
      if (!outside(answers, c).empty()) return false;
  for (const Class& c : answered.stopped)
    if (c.by && !outside(answers, c).empty()) {
      by = *c.by;
      return true;
    }
  return false;
}

std::vector<u128> wide_protocols(const Answers& answers, const Class& c) {
  const Space& space = answers.space();
  std::vector<Piece> pieces = outside(answers, c);
  // By any device: whether a certain one is to be trusted, its owner knows.
  std::erase_if(pieces, [&](const Piece& piece) { return c.way != Way::output && by_certain_devices(answers, {piece}); });
  std::vector<u128> out;
  for (const u128 protocol : {u128{6}, u128{17}}) {
    std::vector<Piece> wide;
    for (const Piece& piece : pieces)
      if (const auto part = part_of(space, piece, Field::proto, {{protocol, protocol}});
          part && values_of(space, Field::dport, {*part}) >= nearly_all_ports && values_of(space, Field::sport, {*part}) >= nearly_all_ports)
        wide.push_back(*part);
    if (from_anywhere(space, wide)) out.push_back(protocol);
  }
  return out;
}

bool wide_open(const Answers& answers, const Class& c) { return !wide_protocols(answers, c).empty(); }

std::string over_protocols(const Answers& answers, const Class& c) {
  const std::vector<u128> wide = wide_protocols(answers, c);
  return wide.size() == 2 || wide.empty() ? "" : wide.front() == 6 ? " over TCP" : " over UDP";
}

std::string ports_text(const Range& ports) {
  const auto low = static_cast<unsigned>(ports.low), high = static_cast<unsigned>(ports.high);
  return low == high ? fmt::format("{}", low) : fmt::format("{}-{}", low, high);
}

std::vector<RuleId> wide_openings(const Answers& answers, Way way) {
  std::vector<RuleId> out;
  for (const Class& c : answers.of(way == Way::input ? new_in : way == Way::forward ? new_through : new_out).passed)
    if (c.by && wide_open(answers, c)) out.push_back(*c.by);
  return out;
}

}  // namespace fwsim
