#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "lint/check.hh"
#include "lint/checks.hh"
#include "lint/checks/judge.hh"

namespace fwsim::checks {
namespace {

constexpr unsigned nearly_all_ports = 60'000, most_leaves = 200;
constexpr unsigned syn = 2, all_but_push = 0x17;

// Whole packets of new connections that are otherwise like these fragments.
bool make_whole(const Space& space, Piece& piece, u128 protocol) {
  for (Field f : {Field::sport, Field::dport, Field::tcp_flags, Field::length, Field::frag_more})
    if (const Var v = space.of(f); v != no_var) piece[v] = space.everything(v);
  if (const Var v = space.of(Field::l4_len); v != no_var) piece[v] = space.in(v, {{protocol == 6 ? 20U : 8U, limit_of(Field::l4_len, space.family())}});
  piece[space.of(Field::frag_off)] = space.in(space.of(Field::frag_off), {{0, 0}});
  if (const Var v = space.of(Field::tcp_flags); v != no_var && protocol == 6) piece[v] = space.masked(v, syn, all_but_push);
  return std::none_of(piece.begin(), piece.end(), [](const AtomSet& set) { return set.empty(); });
}

// The rule that stops nearly all of these.
std::optional<RuleId> stopper(const Facts& facts, Way way, const Piece& whole) {
  std::vector<Piece> stopped;
  std::optional<RuleId> by;
  const bool all = facts.explorer().explore(way, whole, [&](const Leaf& leaf) {
    if (leaf.vague || (leaf.outcome != PieceFate::dropped && leaf.outcome != PieceFate::rejected)) return true;
    for (Piece& piece : facts.explorer().origins(way, leaf, 16)) stopped.push_back(std::move(piece));
    if (!by) by = leaf.by;
    return true;
  }, {.budget = 100'000});
  return all && values_of(facts.space(), Field::dport, stopped) >= nearly_all_ports ? by : std::nullopt;
}

void run(const Facts& facts, Findings& findings) {
  const Space& space = facts.space();
  const Var offset = space.of(Field::frag_off), protocol = space.of(Field::proto);
  if (facts.rules().defrag || offset == no_var || protocol == no_var) return;   // fragments are put together first; or no rule asks for a port
  std::set<RuleId> said;
  for (const Way way : {Way::input, Way::forward})
    for (const u128 number : {u128{6}, u128{17}}) {
      Piece begin = facts.explorer().plan(way).start;
      begin[offset] = begin[offset] & space.in(offset, {{1, limit_of(Field::frag_off, space.family())}});
      begin[protocol] = begin[protocol] & space.in(protocol, {{number, number}});
      if (begin[offset].empty() || begin[protocol].empty()) continue;
      unsigned leaves = 0;
      facts.explorer().explore(way, begin, [&](const Leaf& leaf) {
        const auto by = decider(leaf);
        if (leaf.outcome != PieceFate::passed || !by || said.contains(*by)) return ++leaves < most_leaves;
        for (Piece piece : facts.explorer().origins(way, leaf, 4)) {
          if (!from_anywhere(space, {piece}) || !make_whole(space, piece, number)) continue;
          const auto stops = stopper(facts, way, piece);
          if (!stops || !said.insert(*by).second) continue;
          Finding& f = findings.add(*by, fmt::format("lets in the later fragments of {} packets that {} stops: they have no ports that it could ask for", number == 6 ? "TCP" : "UDP", facts.names({*stops})), {*stops});
          if (leaf.vague) f.certainty = Certainty::may;
          f.hint = fmt::format("ask for a connection's state anywhere (-m conntrack): then the kernel puts fragments together first{}", space.family() == Family::v4 ? "; or drop them: -f -j DROP" : "");
          break;
        }
        return ++leaves < most_leaves;
      }, {.budget = 200'000});
    }
}

}  // namespace

const Check loose_fragments{
    .id = "FW620", .name = "loose-fragments",
    .title = "later fragments pass where whole packets are stopped",
    .why = "Only the first fragment has ports and flags: of the others every test of them is false, a negated one too. Without connection tracking they go on to later rules: attacks by fragments, and data for who waits for it.",
    .bad = "*filter\n"
           ":FORWARD ACCEPT [0:0]\n"
           "-A FORWARD -i eth0 -p tcp -m tcp ! --dport 443 -j DROP\n"
           "-A FORWARD -i eth0 -p udp -j DROP\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":FORWARD ACCEPT [0:0]\n"
           "-A FORWARD -i eth0 -p tcp -m tcp --dport 443 -j ACCEPT\n"
           "-A FORWARD -i eth0 -p tcp -j DROP\n"
           "-A FORWARD -i eth0 -p udp -j DROP\n"
           "COMMIT\n",
    .severity = Severity::note,
    .covers = "N04 traps:E11",
    .run = run};

}  // namespace fwsim::checks
