#include <fmt/format.h>

#include <algorithm>

#include "lint/checks.hh"
#include "lint/checks/rule_parts.hh"
#include "lint/glob.hh"
#include "lint/managers.hh"

namespace fwsim::checks {
namespace {

constexpr std::size_t most_jumps = 16;   // each is looked for by itself

// fail2ban's or sshguard's: a jump to a chain of bans, or a rule for their set.
bool bans(const Facts& facts, const RuleId& id, const Rule& rule) {
  if (const Chain* chain = called_by(facts, id, rule)) return glob("f2b-*", chain->name) || glob("fail2ban-*", chain->name) || chain->name == "sshguard";
  const MatchUse* set = match_of(rule, "set");
  return set && refuses(rule) && (set->text("match-set").starts_with("f2b-") || set->text("match-set").starts_with("fail2ban-"));
}

// The last rule of the chain before this one that accepts what may be a new connection for the containers.
std::optional<RuleId> before(const Facts& facts, const RuleId& jump) {
  const Chain& chain = chain_of(facts, jump);
  const Space& space = facts.space();
  for (std::uint32_t i = jump.index; i-- > 0;) {
    const Rule& rule = chain.rules[i];
    const RuleId id{jump.table, jump.chain, i};
    const Chain* called = called_by(facts, id, rule);
    const bool docker = called && (called->name == "DOCKER" || called->name == "DOCKER-FORWARD");
    if ((!docker && !accepts(rule)) || facts.never(id)) continue;
    // By a device that is no bridge of Docker's nothing comes to a container.
    if (rule.basic.out().mask != 0 && !rule.basic.not_out && !manager_of_device(facts.ruleset(), name_text(rule.basic.out().address))) continue;
    const auto& boxes = facts.rules().rule(id)->match.boxes;
    if (std::any_of(boxes.begin(), boxes.end(), [&](const Box& box) {
          Piece piece = whole(space);
          return narrow(piece, box) && has_new_from_outside(space, piece);
        }))
      return id;
  }
  return {};
}

void run(const Facts& facts, Findings& findings) {
  const Space& space = facts.space();
  const Var state = space.of(Field::ct_state);
  std::vector<RuleId> in_vain, late;
  std::size_t looked = 0;
  for_rules(facts, TableId::filter, [&](const RuleId& id, const Rule& rule) {
    if (!chain_of(facts, id).hook) return;
    const Chain* called = called_by(facts, id, rule);
    if (called && called->name == "DOCKER-USER" && does_something(*called))
      if (const auto first = before(facts, id))
        findings.add(id, fmt::format("asks DOCKER-USER only after {} has let connections to containers pass", facts.names({*first})), {*first}).hint = "make it the first rule of FORWARD; restarting Docker puts it there";
    if (!bans(facts, id, rule) || ++looked > most_jumps) return;
    bool begun = false, running = !facts.rules().conntrack;
    const bool all = facts.explorer().arrivals(id, [&](Way, const Piece& piece) {
      begun = begun || has_new_from_outside(space, piece);
      running = running || piece[state].contains(space.atom_of(state, 3));
      return !begun || !running;
    }, {.budget = 50'000});
    if ((!begun || !running) && all) (begun ? late : in_vain).push_back(id);
  });
  if (!in_vain.empty()) {
    const std::vector<RuleId> more(in_vain.begin() + 1, in_vain.end());
    findings.add(in_vain.front(), fmt::format("asks for bans where no new connection comes any more{}: earlier rules have decided about all of them", facts.so_do(more)), more).hint = "make it the first rule of INPUT";
  }
  if (!late.empty()) {
    const std::vector<RuleId> more(late.begin() + 1, late.end());
    Finding& f = findings.add(late.front(), fmt::format("asks for bans after packets of running connections are accepted{}: who is banned keeps the connections that they have", facts.so_do(more)), more);
    f.severity = Severity::note;
    f.hint = "make it the first rule of INPUT, as fail2ban does";
  }
}

}  // namespace

const Check manager_late{
    .id = "FW842", .name = "manager-late",
    .title = "the rules of fail2ban or DOCKER-USER are asked too late",
    .why = "What earlier rules accept they are not asked about: bans keep nobody out, and what DOCKER-USER forbids passes.",
    .bad = "*filter\n"
           ":INPUT DROP [0:0]\n"
           ":f2b-sshd - [0:0]\n"
           "-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n"
           "-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n"
           "-A INPUT -p tcp -m multiport --dports 22 -j f2b-sshd\n"
           "-A f2b-sshd -s 198.51.100.5/32 -j REJECT --reject-with icmp-port-unreachable\n"
           "-A f2b-sshd -j RETURN\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":INPUT DROP [0:0]\n"
           ":f2b-sshd - [0:0]\n"
           "-A INPUT -s 10.0.0.0/8 -p tcp -m tcp --dport 22 -j ACCEPT\n"
           "-A INPUT -p tcp -m multiport --dports 22 -j f2b-sshd\n"
           "-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n"
           "-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n"
           "-A f2b-sshd -s 198.51.100.5/32 -j REJECT --reject-with icmp-port-unreachable\n"
           "-A f2b-sshd -j RETURN\n"
           "COMMIT\n",
    .covers = "B13",
    .run = run};

}  // namespace fwsim::checks
