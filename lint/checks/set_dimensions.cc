#include <fmt/format.h>

#include <algorithm>

#include "lint/checks.hh"
#include "lint/checks/set_uses.hh"

namespace fwsim::checks {
namespace {

// Why packets of this rule are in no such set; empty when they may be.
std::string unfit(const Facts& facts, const SetUse& use, const IpSet& set) {
  const std::span<const SetPart> parts = set.type->parts;
  if (use.sides.size() < parts.size()) return fmt::format("is a {} and needs {} of src and dst, not {}", set.type->name, parts.size(), use.sides.size());
  const HookSet hooks = facts.explorer().hooks_of_chain(use.id.table, use.id.chain);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (parts[i] != SetPart::iface) continue;
    const bool in = use.sides[i] == "src";
    const HookSet without = in ? hooks_of(Hook::output) : hooks_of(Hook::prerouting, Hook::input);
    if (hooks != 0 && (hooks & static_cast<HookSet>(~without)) == 0) return fmt::format("is a {}, and here packets have no {} device ({})", set.type->name, in ? "incoming" : "outgoing", use.sides[i]);
  }
  return {};
}

void run(const Facts& facts, Findings& findings) {
  for (const SetUse& use : set_uses(facts)) {
    const IpSet* set = set_of(facts, use.name);
    if (!set) continue;
    std::string why;
    if (!set->type->list) {
      why = unfit(facts, use, *set);
    } else {   // its members are asked, each by itself
      for (const SetElement& e : set->elements) {
        const IpSet* member = set_of(facts, member_name(e));
        const std::string one = member ? unfit(facts, use, *member) : std::string();
        why = one.empty() ? one : fmt::format("has only members like {}, which {}", member->name, one);
        if (one.empty()) break;
      }
    }
    if (why.empty() || facts.never(use.id)) continue;
    const std::string_view effect = use.match() ? (use.inverted ? "every packet matches" : "no packet matches") : use.option == "add-set" ? "nothing is added" : "nothing happens";
    std::string sides;
    for (std::size_t i = 0; i < std::max<std::size_t>(set->type->parts.size(), 1); ++i) sides += i == 0 ? "src" : i == 1 ? ",dst" : ",src";
    findings.add(use.id, fmt::format("asks the set {} in vain: it {}; {}", use.name, why, effect)).hint = fmt::format("one of src and dst for each part, as --{} {} {}", use.option, use.name, sides);
  }
}

}  // namespace

const Check set_dimensions{
    .id = "FW832", .name = "set-dimensions",
    .title = "a rule gives a set fewer parts of the packet than it has",
    .why = "The kernel does not complain: the packet counts as not in the set. A block list blocks nobody, and with '!' the rule takes everybody.",
    .bad = "*filter\n"
           ":INPUT ACCEPT [0:0]\n"
           "-A INPUT -m set --match-set blocked src -j DROP\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":INPUT ACCEPT [0:0]\n"
           "-A INPUT -m set --match-set blocked src,dst -j DROP\n"
           "COMMIT\n",
    .severity = Severity::error,
    .covers = "I14 traps:E17",
    .host = "sets = \"ipset.save\"\n",
    .sets = "create blocked hash:ip,port family inet\n"
            "add blocked 192.0.2.7,tcp:25\n",
    .run = run};

}  // namespace fwsim::checks
