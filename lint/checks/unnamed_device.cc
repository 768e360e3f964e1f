#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "lint/checks.hh"
#include "lint/checks/judge.hh"
#include "lint/checks/rule_parts.hh"
#include "lint/managers.hh"

namespace fwsim::checks {
namespace {

constexpr Asked asked[] = {
    new_in,
    new_through,
};

// Devices of the host that rules of filter pass over, though they ask for others.
std::vector<const Interface*> unnamed(const Facts& facts) {
  std::vector<const Interface*> out;
  bool some = false;
  for (const Interface& i : facts.host()->interfaces) {
    bool named = i.loopback || !i.up || !i.master.empty() || manager_of_device(facts.ruleset(), i.name) || has_device(facts.settings().site.internal, name_word(i.name));
    for_rules(facts, TableId::filter, [&](const RuleId&, const Rule& rule) {
      const Prefix& device = rule.basic.in();
      if (device.mask == 0 || (name_word(i.name) & device.mask) != device.address) return;
      named = true;
      some = some || !i.loopback;
    });
    if (!named) out.push_back(&i);
  }
  if (!some) out.clear();
  return out;
}

// A rule for all devices but some is meant for those that it does not name.
bool for_all_others(const Facts& facts, const RuleId& id) {
  const Chain& chain = chain_of(facts, id);
  return id.index < chain.rules.size() && chain.rules[id.index].basic.not_in;
}

void run(const Facts& facts, Findings& findings) {
  if (!facts.host()) return;
  const std::vector<const Interface*> devices = unnamed(facts);
  if (devices.empty()) return;
  const Answers& answers = facts.answers();
  const Space& space = answers.space();
  for (const Asked& question : asked) {
    std::map<RuleId, std::string> found;
    for (const Class& c : answers.of(question).passed) {
      if (!c.by || c.vague || wide_open(answers, c) || for_all_others(facts, *c.by)) continue;
      for (const Interface* i : devices) {
        std::vector<Piece> pieces;
        for (const Piece& piece : outside(answers, c))
          if (auto part = part_of(space, piece, Field::in_if, {{name_word(i->name), name_word(i->name)}}))
            if (part = part_of(space, *part, Field::proto, {{6, 6}}); part && values_of(space, Field::dport, {*part}) > 65'000 && values_of(space, Field::sport, {*part}) > 65'000) pieces.push_back(*part);
        if (from_anywhere(space, pieces)) found[*c.by] += (found.contains(*c.by) ? ", " : "") + i->name;
      }
    }
    for (const auto& [by, names] : found) {
      Finding& f = findings.add(by, fmt::format("{} everything that comes by {}, which this host has and no rule names", question.way == Way::forward ? "forwards" : "lets in", names));
      f.hint = "say what is allowed there, and drop the rest by the policy";
    }
  }
}

}  // namespace

const Check unnamed_device{
    .id = "FW211", .name = "unnamed-device",
    .title = "a device that no rule names is open",
    .why = "Who wrote rules for each device forgot this one, or it came later (a tunnel, a second card): whatever comes by it is accepted.",
    .bad = "*filter\n"
           ":INPUT ACCEPT [0:0]\n"
           "-A INPUT -i eth0 -p tcp -m tcp --dport 22 -j ACCEPT\n"
           "-A INPUT -i eth0 -j DROP\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":INPUT ACCEPT [0:0]\n"
           "-A INPUT -i eth0 -p tcp -m tcp --dport 22 -j ACCEPT\n"
           "-A INPUT -i eth0 -j DROP\n"
           "-A INPUT -i wg0 -p tcp -m tcp --dport 443 -j ACCEPT\n"
           "-A INPUT -i wg0 -j DROP\n"
           "COMMIT\n",
    .covers = "C11",
    .host = "[interfaces.eth0]\n"
            "addresses = [\"192.0.2.1/24\"]\n"
            "[interfaces.wg0]\n"
            "addresses = [\"10.9.0.1/24\"]\n",
    .asks = asked,
    .run = run};

}  // namespace fwsim::checks
