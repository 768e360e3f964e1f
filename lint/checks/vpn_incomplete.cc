#include <fmt/format.h>

#include <algorithm>

#include "lint/checks.hh"
#include "lint/checks/judge.hh"
#include "lint/checks/rule_parts.hh"

namespace fwsim::checks {
namespace {

constexpr Asked asked[] = {
    {Way::input, "udp any -> any:500"}, {Way::input, "udp any -> any:4500"}, {Way::input, "esp any -> any"}, {Way::input, "esp any -> any established"},
    {Way::input, "tcp any -> any:1723"}, {Way::input, "gre any -> any"},
    {Way::forward, "udp any -> any:500"}, {Way::forward, "udp any -> any:4500"}, {Way::forward, "esp any -> any"}, {Way::forward, "esp any -> any established"},
    {Way::forward, "tcp any -> any:1723"}, {Way::forward, "gre any -> any"},
};

// Whether the rule is for this port, and not for many.
bool for_port(const Facts& facts, const RuleId& id, unsigned port) {
  // The question is about one port; how many the rule is for, its conditions say.
  const Space& space = facts.space();
  const Var v = space.of(Field::dport);
  if (v == no_var) return false;
  const auto& boxes = facts.rules().rule(id)->match.boxes;
  return std::all_of(boxes.begin(), boxes.end(), [&](const Box& box) {
    const AtomSet* ports = box.find(v);
    if (!ports || !ports->contains(space.atom_of(v, port))) return false;
    u128 n = 0;
    for (const Range& r : space.ranges(v, *ports)) n += r.high - r.low + 1;
    return n <= 16;
  });
}

bool named(const Facts& facts, const Class& c, unsigned port) {
  return c.by && c.by->index < chain_of(facts, *c.by).rules.size() && !wide_open(facts.answers(), c) && for_port(facts, *c.by, port);
}

// Most rulesets have no such rule, and need not be asked.
bool any_for(const Facts& facts, unsigned port) {
  return std::any_of(facts.all().begin(), facts.all().end(), [&](const RuleId& id) { return id.table == TableId::filter && accepts(facts.rules().source(id)) && for_port(facts, id, port); });
}

// Whether any packet of the answer that is not stopped comes from where these do.
bool some_pass(const Answers& answers, const Answered& answered, const std::vector<Piece>& from) {
  const Space& space = answers.space();
  const Var src = space.of(Field::src), in = space.of(Field::in_if);
  for (const auto* list : {&answered.passed, &answered.other})
    for (const Class& c : *list)
      for (const Piece& piece : c.pieces)
        for (const Piece& other : from)
          if ((src == no_var || piece[src].overlaps(other[src])) && piece[in].overlaps(other[in])) return true;
  return !answered.complete;
}

// Those that do not come by a tunnel themselves.
std::vector<Piece> unwrapped(const Answers& answers, const Class& c) {
  std::vector<Piece> pieces = outside(answers, c);
  const Var v = answers.space().of(Field::ipsec);
  if (v != no_var) std::erase_if(pieces, [&](const Piece& piece) { return !piece[v].contains(answers.space().atom_of(v, 0)); });
  return pieces;
}

bool helped(const Facts& facts) {
  bool found = false;
  for_rules(facts, TableId::raw, [&](const RuleId&, const Rule& rule) {
    const TargetUse* ct = target_of(rule, "CT");
    found = found || (ct && ct->text("helper") == "pptp");
  });
  return found;
}

void run(const Facts& facts, Findings& findings) {
  const Answers& answers = facts.answers();
  const bool ike = any_for(facts, 500), pptp = any_for(facts, 1723);
  if (!ike && !pptp) return;
  for (const std::size_t first : {std::size_t{0}, std::size_t{6}}) {
    const std::string_view where = first == 0 ? "" : " through";
    const auto answer = [&](std::size_t i) -> const Answered& { return answers.of(asked[first + i]); };
    for (const Class& c : ike ? answer(0).passed : std::vector<Class>()) {
      const std::vector<Piece> from = unwrapped(answers, c);
      if (!named(facts, c, 500) || from.empty() || some_pass(answers, answer(1), from) || some_pass(answers, answer(2), from)) continue;
      const bool later = facts.rules().conntrack && some_pass(answers, answer(3), from);
      Finding& f = findings.add(*c.by, fmt::format("lets IKE{} (udp 500), but from there neither ESP nor udp 4500: a tunnel is agreed upon, {}", first == 0 ? " in" : where,
                                                   later ? "and carries only what answers this side" : "and carries nothing"));
      f.hint = "accept -p esp, and udp 4500 for who is behind NAT";
      break;
    }
    for (const Class& c : pptp ? answer(4).passed : std::vector<Class>()) {
      const std::vector<Piece> from = unwrapped(answers, c);
      if (!named(facts, c, 1723) || from.empty() || some_pass(answers, answer(5), from) || helped(facts)) continue;
      findings.add(*c.by, fmt::format("lets PPTP{} (tcp 1723), but from there no GRE: its tunnels carry nothing", first == 0 ? " in" : where)).hint =
          "accept -p gre, or RELATED after -t raw -A PREROUTING -p tcp --dport 1723 -j CT --helper pptp";
      break;
    }
  }
}

}  // namespace

const Check vpn_incomplete{
    .id = "FW209", .name = "vpn-incomplete",
    .title = "a VPN may be set up, and what it carries is dropped",
    .why = "Keys are agreed upon over one port, and the packets come by another protocol: the tunnel is up, and nothing gets through.",
    .bad = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -p udp -m udp --dport 500 -j ACCEPT\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -p udp -m multiport --dports 500,4500 -j ACCEPT\n"
           "COMMIT\n",
    .covers = "F07 traps:E47",
    .asks = asked,
    .run = run};

}  // namespace fwsim::checks
