#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "lint/checks.hh"
#include "lint/checks/judge.hh"
#include "lint/checks/rule_parts.hh"
#include "lint/managers.hh"

namespace fwsim::checks {
namespace {

constexpr Asked asked[] = {
    new_through,
};
constexpr std::size_t most_bridges = 12;

// Bridges of Docker that rules name, by name word.
std::set<u128> bridges(const Facts& facts) {
  std::set<u128> out;
  for_rules(facts, TableId::filter, [&](const RuleId&, const Rule& rule) {
    for (const Prefix& device : {rule.basic.in(), rule.basic.out()})
      if (device.mask == all_ones && out.size() < most_bridges)
        if (const Manager* manager = manager_of_device(facts.ruleset(), name_text(device.address)); manager && manager->name == "docker") out.insert(device.address);
  });
  return out;
}

void run(const Facts& facts, Findings& findings) {
  const Table* filter = facts.ruleset().find(TableId::filter);
  if (!filter || (!filter->find("DOCKER-ISOLATION-STAGE-1") && !filter->find("DOCKER-FORWARD"))) return;
  const std::set<u128> all = bridges(facts);
  if (all.size() < 2) return;
  const Answers& answers = facts.answers();
  const Space& space = answers.space();
  for (const Class& c : answers.of(new_through).passed) {
    if (!c.by || c.by->table != TableId::filter || wide_open(answers, c)) continue;
    const Chain& chain = chain_of(facts, *c.by);
    const Manager* manager = manager_of(facts.ruleset(), chain.name);
    if (manager && !holds_user_rules(*manager, chain.name)) continue;
    // Who names both devices means it.
    if (c.by->index < chain.rules.size() && chain.rules[c.by->index].basic.in().mask != 0 && chain.rules[c.by->index].basic.out().mask != 0) continue;
    const std::vector<Piece> pieces = outside(answers, c);
    const auto pass = [&](u128 from, u128 to) {
      return std::any_of(pieces.begin(), pieces.end(), [&](const Piece& piece) {
        const auto in = part_of(space, piece, Field::in_if, {{from, from}});
        return in && part_of(space, *in, Field::out_if, {{to, to}});
      });
    };
    std::string between;
    for (const u128 from : all)
      for (const u128 to : all)
        if (between.empty() && from != to && pass(from, to)) between = fmt::format("{} to {}", name_text(from), name_text(to));
    if (between.empty()) continue;
    Finding& f = findings.add(*c.by, fmt::format("lets containers begin connections from {}, networks that Docker keeps apart", between));
    if (c.vague) f.certainty = Certainty::may;
    f.hint = "limit it by -i and -o; rules of your own belong into DOCKER-USER, and there ! -o docker0";
  }
}

}  // namespace

const Check docker_isolation{
    .id = "FW845", .name = "docker-isolation",
    .title = "a rule lets packets pass between networks of Docker",
    .why = "Containers of different networks are not to reach each other. A rule that accepts before Docker's own is asked undoes that.",
    .bad = "*filter\n"
           ":FORWARD DROP [0:0]\n"
           ":DOCKER-ISOLATION-STAGE-1 - [0:0]\n"
           ":DOCKER-ISOLATION-STAGE-2 - [0:0]\n"
           "-A FORWARD -s 172.16.0.0/12 -j ACCEPT\n"
           "-A FORWARD -j DOCKER-ISOLATION-STAGE-1\n"
           "-A DOCKER-ISOLATION-STAGE-1 -i docker0 ! -o docker0 -j DOCKER-ISOLATION-STAGE-2\n"
           "-A DOCKER-ISOLATION-STAGE-1 -i br-1a2b3c4d5e6f ! -o br-1a2b3c4d5e6f -j DOCKER-ISOLATION-STAGE-2\n"
           "-A DOCKER-ISOLATION-STAGE-2 -o docker0 -j DROP\n"
           "-A DOCKER-ISOLATION-STAGE-2 -o br-1a2b3c4d5e6f -j DROP\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":FORWARD DROP [0:0]\n"
           ":DOCKER-ISOLATION-STAGE-1 - [0:0]\n"
           ":DOCKER-ISOLATION-STAGE-2 - [0:0]\n"
           "-A FORWARD -j DOCKER-ISOLATION-STAGE-1\n"
           "-A FORWARD -s 172.16.0.0/12 -j ACCEPT\n"
           "-A DOCKER-ISOLATION-STAGE-1 -i docker0 ! -o docker0 -j DOCKER-ISOLATION-STAGE-2\n"
           "-A DOCKER-ISOLATION-STAGE-1 -i br-1a2b3c4d5e6f ! -o br-1a2b3c4d5e6f -j DOCKER-ISOLATION-STAGE-2\n"
           "-A DOCKER-ISOLATION-STAGE-2 -o docker0 -j DROP\n"
           "-A DOCKER-ISOLATION-STAGE-2 -o br-1a2b3c4d5e6f -j DROP\n"
           "COMMIT\n",
    .covers = "S02",
    .asks = asked,
    .run = run};

}  // namespace fwsim::checks
