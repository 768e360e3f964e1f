#include <fmt/format.h>

#include <algorithm>

#include "lint/checks.hh"
#include "lint/checks/set_uses.hh"
#include "lint/managers.hh"

namespace fwsim::checks {
namespace {

void run(const Facts& facts, Findings& findings) {
  for (const auto& uses : by_set(set_uses(facts))) {
    const IpSet* set = set_of(facts, uses.front().name);
    if (!set || set->type->bitmap || set->type->list || set->forceadd) continue;
    const auto used = [&](std::string_view option) { return std::any_of(uses.begin(), uses.end(), [&](const SetUse& use) { return use.option == option; }); };
    const bool grows = used("add-set");
    const std::size_t n = set->elements.size(), most = set->maxelem;
    const std::vector<RuleId> more = other_rules(uses);
    const std::string hint = fmt::format("ipset create {} {} ... maxelem {}, or forceadd", set->name, set->type->name, most * 4);
    if (n * 10 >= most * 9) {
      Finding& f = findings.add(uses.front().id, fmt::format("asks for the set {}, which holds {} of at most {} elements: {}", set->name, n, most, n >= most ? "what is added now is refused" : "soon nothing more can be added"), more);
      f.hint = hint;
      // What nobody adds to while the rules are at work may be as full as it likes.
      if (!grows && !set->timeout && !manager_of(facts.ruleset(), set->name)) f.severity = Severity::note;
      continue;
    }
    const auto adds = std::find_if(uses.begin(), uses.end(), [](const SetUse& use) { return use.option == "add-set"; });
    if (!grows || set->timeout || used("del-set") || facts.never(adds->id)) continue;
    Finding& f = findings.add(adds->id, fmt::format("adds to the set {}, from which nothing ever goes: with {} elements it is full", set->name, most));
    f.severity = Severity::note;
    f.hint = fmt::format("ipset create {} {} timeout 86400, or forceadd", set->name, set->type->name);
  }
}

}  // namespace

const Check set_full{
    .id = "FW834", .name = "set-full",
    .title = "a set is full, or nearly so",
    .why = "When it is, 'ipset add' fails and a SET rule adds nothing, without a word: whoever is to be banned after that is not.",
    .bad = "*filter\n"
           ":INPUT ACCEPT [0:0]\n"
           "-A INPUT -m set --match-set banned src -j DROP\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":INPUT ACCEPT [0:0]\n"
           "-A INPUT -m set --match-set latest src -j DROP\n"
           "COMMIT\n",
    .covers = "I14 traps:E19",
    .host = "sets = \"ipset.save\"\n",
    .sets = "create banned hash:ip family inet maxelem 3\n"
            "add banned 192.0.2.1\n"
            "add banned 192.0.2.2\n"
            "add banned 192.0.2.3\n"
            "create latest hash:ip family inet maxelem 3 forceadd\n"
            "add latest 192.0.2.1\n"
            "add latest 192.0.2.2\n"
            "add latest 192.0.2.3\n",
    .run = run};

}  // namespace fwsim::checks
