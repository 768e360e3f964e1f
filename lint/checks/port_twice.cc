#include <fmt/format.h>

#include "lint/checks.hh"
#include "lint/checks/judge.hh"
#include "lint/checks/rule_parts.hh"

namespace fwsim::checks {
namespace {

void run(const Facts& facts, Findings& findings) {
  for_rules(facts, [&](const RuleId& id, const Rule& rule) {
    const MatchUse* use = match_of(rule, "multiport");
    if (!use) return;
    for (std::string_view option : {"dports", "sports", "ports"}) {
      const auto* list = use->get<std::vector<NumRange>>(option);
      for (std::size_t i = 0; list && i < list->size(); ++i)
        for (std::size_t k = 0; k < i; ++k) {
          const NumRange &a = (*list)[k], &b = (*list)[i];
          // "5060,1024:65535" is how programs write where answers may come from.
          if (a.high < b.low || b.high < a.low || (option == "sports" && a != b)) continue;
          const auto text = [](const NumRange& r) { return ports_text({r.low, r.high}); };
          findings.add(id, a == b ? fmt::format("names port {} twice", text(a)) : fmt::format("names ports {} and {}, which overlap", text(a), text(b))).hint = "is one of them a slip?";
          return;
        }
    }
  });
}

}  // namespace

const Check port_twice{
    .id = "FW815", .name = "port-twice",
    .title = "a list of ports names one of them twice",
    .why = "It changes nothing, but mostly another port was meant, and that is not in the list.",
    .bad = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -p tcp -m multiport --dports 80,443,443 -j ACCEPT\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -p tcp -m multiport --dports 80,443,8000:8080 -j ACCEPT\n"
           "COMMIT\n",
    .severity = Severity::note,
    .covers = "I12",
    .run = run};

}  // namespace fwsim::checks
