#include <fmt/format.h>

#include "lint/checks.hh"
#include "lint/checks/rule_parts.hh"

namespace fwsim::checks {
namespace {

constexpr std::size_t most = 15;   // ports of multiport

// The one port that the rule asks for by -m tcp or udp, and the rule without it.
std::optional<NumRange> port_of(const Rule& rule, Rule& rest) {
  rest = rule;
  for (MatchUse& use : rest.matches) {
    if ((use.name != "tcp" && use.name != "udp") || use.given.size() != 1 || use.inverted("dport")) continue;
    const auto* port = use.get<NumRange>("dport");
    if (!port) return {};
    const NumRange found = *port;
    use.remove("dport");
    return found;
  }
  return {};
}

bool alike(const Rule& a, const Rule& b) { return a.basic == b.basic && a.matches == b.matches && a.target == b.target; }

void run(const Facts& facts, Findings& findings) {
  for (const Table& table : facts.ruleset().tables)
    for (std::size_t c = 0; c < table.chains.size(); ++c) {
      const std::vector<Rule>& rules = table.chains[c].rules;
      for (std::size_t i = 0; i < rules.size();) {
        Rule first, other;
        std::string ports;
        std::size_t slots = 0, end = i;
        // A limit counts each rule by itself, and so do targets that write logs.
        const RuleId id{table.id, static_cast<std::uint16_t>(c), static_cast<std::uint32_t>(i)};
        for (; end < rules.size() && !facts.remembers(id); ++end) {
          const auto port = port_of(rules[end], end == i ? first : other);
          if (!port || (end != i && !alike(first, other))) break;
          slots += port->low == port->high ? 1 : 2;
          if (slots > most) break;
          ports += (ports.empty() ? "" : ",") + (port->low == port->high ? std::to_string(port->low) : fmt::format("{}:{}", port->low, port->high));
        }
        if (end >= i + 2) findings.add(id, fmt::format("and the {} behind it differ in the port only", end - i == 2 ? "rule" : fmt::format("{} rules", end - i - 1))).hint = fmt::format("one rule: -m multiport --dports {}", ports);
        i = std::max(end, i + 1);
      }
    }
}

}  // namespace

const Check mergeable{
    .id = "FW826", .name = "mergeable",
    .title = "rules next to each other could be one",
    .why = "One rule with a list of ports is read and asked once.",
    .bad = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -p tcp -m tcp --dport 80 -j ACCEPT\n"
           "-A INPUT -p tcp -m tcp --dport 443 -j ACCEPT\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -p tcp -m tcp --dport 80 -j ACCEPT\n"
           "-A INPUT -p udp -m udp --dport 443 -j ACCEPT\n"
           "COMMIT\n",
    .severity = Severity::note,
    .on = false,
    .covers = "A26",
    .run = run};

}  // namespace fwsim::checks
