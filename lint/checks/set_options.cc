#include <fmt/format.h>

#include "lint/checks.hh"
#include "lint/checks/set_uses.hh"

namespace fwsim::checks {
namespace {

void run(const Facts& facts, Findings& findings) {
  for (const SetUse& use : set_uses(facts)) {
    const IpSet* set = set_of(facts, use.name);
    if (!set || set->type->list || facts.never(use.id)) continue;
    if (use.option == "add-set" && use.use->has("timeout") && !set->timeout) {
      findings.add(use.id, fmt::format("gives what it adds a timeout of {} seconds, but the set {} has none: it stays for ever", use.use->number("timeout"), set->name)).hint =
          fmt::format("ipset create {} {} timeout 0", set->name, set->type->name);
      continue;
    }
    for (std::string_view test : {"packets-eq", "packets-lt", "packets-gt", "bytes-eq", "bytes-lt", "bytes-gt"}) {
      if (!use.match() || !use.use->has(test) || set->counters) continue;
      findings.add(use.id, fmt::format("asks --{}, but the set {} does not count: every element matches", test, set->name)).hint = fmt::format("ipset create {} {} counters", set->name, set->type->name);
      break;
    }
  }
}

}  // namespace

const Check set_options{
    .id = "FW835", .name = "set-options",
    .title = "a rule asks for timeouts or counters that the set does not have",
    .why = "A set has them only when it was created with 'timeout' or 'counters'; otherwise the kernel passes over what the rule says.",
    .bad = "*filter\n"
           ":INPUT ACCEPT [0:0]\n"
           "-A INPUT -p tcp -m tcp --dport 23 -j SET --add-set banned src --exist --timeout 600\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":INPUT ACCEPT [0:0]\n"
           "-A INPUT -p tcp -m tcp --dport 23 -j SET --add-set trapped src --exist --timeout 600\n"
           "COMMIT\n",
    .covers = "I14",
    .host = "sets = \"ipset.save\"\n",
    .sets = "create banned hash:ip family inet\n"
            "create trapped hash:ip family inet timeout 0\n",
    .run = run};

}  // namespace fwsim::checks
