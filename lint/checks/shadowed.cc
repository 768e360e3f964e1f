#include <fmt/format.h>

#include <set>

#include "lint/checks.hh"
#include "lint/checks/dead_rules.hh"

namespace fwsim::checks {
namespace {

// "; they are ACCEPTed, this rule would DROP them"
std::string contrast(const Facts& facts, const RuleId& id, const Cover& cover) {
  std::set<std::string> ends;
  for (const RuleId& other : cover.by) ends.insert(facts.target(other));
  if (facts.rules().rule(id)->ending == Ending::next || ends.size() != 1) return {};
  return fmt::format("; it says {}, this rule {}", *ends.begin(), facts.target(id));
}

bool jumps(const Facts& facts, const RuleId& id) {
  const Ending ending = facts.rules().rule(id)->ending;
  return ending == Ending::jump || ending == Ending::go;
}

void run(const Facts& facts, Findings& findings) {
  for_dead_rules(facts, &findings, [&](const RuleId& id, const Cover& cover) {
    if (cover.kind == Cover::Kind::kernel || jumps(facts, id) || same_end(facts, id, cover)) return;
    Finding& f = findings.add(id, dead_text(facts, cover) + (cover.kind == Cover::Kind::one ? contrast(facts, id, cover) : ""), cover.by);
    if (cover.kind == Cover::Kind::one && cover.by.front().chain == id.chain)
      f.hint = fmt::format("if it is meant as an exception, it belongs before {}", f.by.front().text());
  });
}

}  // namespace

const Check shadowed{
    .id = "FW101", .name = "shadowed",
    .title = "a rule never matches, because earlier rules take all its packets and do something else with them",
    .why = "What the rule says is not what happens: the traffic it blocks passes, or what it allows is dropped.",
    .fix = "move it before the rules that take its packets, or delete it",
    .bad = "*filter\n:OUTPUT ACCEPT [0:0]\n"
           "-A OUTPUT -d 169.254.169.254/32 -j ACCEPT\n"
           "-A OUTPUT -d 169.254.169.254/32 -m owner ! --uid-owner 0 -j DROP\nCOMMIT\n",
    .good = "*filter\n:OUTPUT ACCEPT [0:0]\n"
            "-A OUTPUT -d 169.254.169.254/32 -m owner ! --uid-owner 0 -j DROP\n"
            "-A OUTPUT -d 169.254.169.254/32 -j ACCEPT\nCOMMIT\n",
    .mend = Mend::asked,
    .covers = "A01 A02 A09 A13 A14 A15 A16 A24 B15 G08 G16 K02 L04 traps:A1 traps:A2 traps:A3 traps:E43",
    .run = run};

}  // namespace fwsim::checks
