#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "lint/check.hh"
#include "lint/checks.hh"
#include "lint/checks/rule_parts.hh"

namespace fwsim::checks {
namespace {

struct Zoned {
  RuleId id;
  std::vector<Piece> packets;
};

// Values of one variable as atoms of another of the same kind; more where those are coarser.
AtomSet as_values_of(const Space& space, Var from, const AtomSet& set, Var to) {
  if (from == no_var || to == no_var) return to == no_var ? AtomSet() : space.everything(to);
  std::vector<AtomInterval> list;
  for (const Range& r : space.ranges(from, set)) list.push_back({space.atom_of(to, r.low), space.atom_of(to, r.high)});
  return AtomSet::of(std::move(list));
}

// Packets that may answer: source and destination change places, unless translated; nothing else is known of them.
Piece answers_of(const Facts& facts, const Piece& piece) {
  const Space& space = facts.space();
  Piece out = whole(space);
  if (const Var v = space.of(Field::proto); v != no_var) out[v] = piece[v];
  if (facts.rules().translates) return out;
  constexpr std::pair<Field, Field> pairs[] = {{Field::src, Field::dst}, {Field::dst, Field::src}, {Field::sport, Field::dport}, {Field::dport, Field::sport}};
  for (const auto& [from, to] : pairs)
    if (const Var a = space.of(from), b = space.of(to); b != no_var && a != no_var && !piece[a].covers(space.present(a))) out[b] = as_values_of(space, a, piece[a], b);
  return out;
}

bool found_by(const std::vector<Zoned>& rules, const RuleId& but, const Piece& packets) {
  return std::any_of(rules.begin(), rules.end(), [&](const Zoned& rule) {
    return rule.id != but && std::any_of(rule.packets.begin(), rule.packets.end(), [&](const Piece& piece) { return overlaps(piece, packets); });
  });
}

void run(const Facts& facts, Findings& findings) {
  constexpr std::uint64_t by_mark = 0x10000;
  std::map<std::uint64_t, std::vector<Zoned>> zones;
  for_rules(facts, TableId::raw, [&](const RuleId& id, const Rule& rule) {
    const TargetUse* ct = target_of(rule, "CT");
    if (!ct || facts.never(id)) return;
    if (ct->has("zone-orig") || ct->has("zone-reply")) zones[by_mark];   // somebody has thought of directions
    if (ct->has("zone")) zones[ct->number("zone")].push_back({id, facts.wanted(id)});
  });
  if (zones.contains(by_mark)) return;
  const Var device = facts.space().of(Field::in_if);
  for (const auto& [zone, rules] : zones)
    for (const Zoned& rule : rules) {
      const bool arriving = (facts.explorer().hooks_of_chain(rule.id.table, rule.id.chain) & set_of(Hook::prerouting)) != 0;
      const bool answered = std::all_of(rule.packets.begin(), rule.packets.end(), [&](const Piece& piece) {
        const Piece back = answers_of(facts, piece);
        if (found_by(rules, rule.id, back)) return true;
        if (!arriving) return false;
        // By itself, where its packets are their own answers.
        return subtract(back, facts.rules().rule(rule.id)->match.boxes).empty();
      });
      if (answered || rule.packets.empty()) continue;
      const bool by_device = !rule.packets.front()[device].covers(facts.space().everything(device)) && arriving;
      Finding& f = findings.add(rule.id, fmt::format("puts packets of one direction into zone {}: their answers{} are in no zone, where the connection is not known", zone, by_device ? ", which come by other devices or from this host," : ""));
      f.certainty = Certainty::may;
      f.hint = "the same zone for the answers (raw PREROUTING by the other devices, raw OUTPUT), or --zone-orig";
    }
}

}  // namespace

const Check one_way_zone{
    .id = "FW713", .name = "one-way-zone",
    .title = "only one direction of connections is put into a conntrack zone",
    .why = "A connection is looked for in the zone of the packet: answers in another zone begin a connection of their own (NEW) or are INVALID, and are not translated back.",
    .bad = "*raw\n"
           ":PREROUTING ACCEPT [0:0]\n"
           "-A PREROUTING -i eth1 -j CT --zone 1\n"
           "-A PREROUTING -i eth2 -j CT --zone 2\n"
           "-A PREROUTING -i eth3 -j CT --zone 2\n"
           "COMMIT\n",
    .good = "*raw\n"
           ":PREROUTING ACCEPT [0:0]\n"
           "-A PREROUTING -i eth1 -j CT --zone 1\n"
           "-A PREROUTING -i eth0 -d 192.0.2.0/24 -j CT --zone 1\n"
           "-A PREROUTING -i eth2 -j CT --zone 2\n"
           "-A PREROUTING -i eth3 -j CT --zone 2\n"
           "COMMIT\n",
    .covers = "E15 traps:B11",
    .run = run};

}  // namespace fwsim::checks
