#include <fmt/format.h>

#include "lint/check.hh"
#include "lint/checks.hh"

namespace fwsim::checks {
namespace {

void run(const Facts& facts, Findings& findings) {
  constexpr std::size_t long_row = 50;
  for (const Table& table : facts.ruleset().tables)
    for (std::size_t c = 0; c < table.chains.size(); ++c) {
      // A row of rules that ask for one address each and do the same.
      const Chain& chain = table.chains[c];
      std::size_t begin = 0;
      const auto like = [&](std::size_t a, std::size_t b) {
        const Rule &x = chain.rules[a], &y = chain.rules[b];
        BasicMatch p = x.basic, q = y.basic;
        p.src = q.src = p.dst = q.dst = {};
        return p == q && x.matches == y.matches && x.target == y.target && (x.basic.src.mask == 0) == (y.basic.src.mask == 0) && (x.basic.dst.mask == 0) == (y.basic.dst.mask == 0);
      };
      for (std::size_t i = 1; i <= chain.rules.size(); ++i) {
        if (i < chain.rules.size() && like(begin, i)) continue;
        if (i - begin >= long_row && (chain.rules[begin].basic.src.mask == 0) != (chain.rules[begin].basic.dst.mask == 0)) {
          const RuleId first{table.id, static_cast<std::uint16_t>(c), static_cast<std::uint32_t>(begin)};
          Finding& f = findings.add(first, fmt::format("begins a row of {} rules that differ in one address only: packets are compared with each in turn", i - begin));
          f.hint = fmt::format("an ipset (hash:net) and one rule: -m set --match-set NAME {}", chain.rules[begin].basic.src.mask != 0 ? "src" : "dst");
        }
        begin = i;
      }
    }
}

}  // namespace

const Check long_chain{
    .id = "FW821", .name = "long-chain",
    .title = "a chain so long that each packet pays for it",
    .why = "The kernel asks rule after rule: a thousand rules cost every packet some ten microseconds. A set is asked once.",
    .bad = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -s 192.0.2.0/32 -j DROP\n"
           "-A INPUT -s 192.0.2.1/32 -j DROP\n"
           "-A INPUT -s 192.0.2.2/32 -j DROP\n"
           "-A INPUT -s 192.0.2.3/32 -j DROP\n"
           "-A INPUT -s 192.0.2.4/32 -j DROP\n"
           "-A INPUT -s 192.0.2.5/32 -j DROP\n"
           "-A INPUT -s 192.0.2.6/32 -j DROP\n"
           "-A INPUT -s 192.0.2.7/32 -j DROP\n"
           "-A INPUT -s 192.0.2.8/32 -j DROP\n"
           "-A INPUT -s 192.0.2.9/32 -j DROP\n"
           "-A INPUT -s 192.0.2.10/32 -j DROP\n"
           "-A INPUT -s 192.0.2.11/32 -j DROP\n"
           "-A INPUT -s 192.0.2.12/32 -j DROP\n"
           "-A INPUT -s 192.0.2.13/32 -j DROP\n"
           "-A INPUT -s 192.0.2.14/32 -j DROP\n"
           "-A INPUT -s 192.0.2.15/32 -j DROP\n"
           "-A INPUT -s 192.0.2.16/32 -j DROP\n"
           "-A INPUT -s 192.0.2.17/32 -j DROP\n"
           "-A INPUT -s 192.0.2.18/32 -j DROP\n"
           "-A INPUT -s 192.0.2.19/32 -j DROP\n"
           "-A INPUT -s 192.0.2.20/32 -j DROP\n"
           "-A INPUT -s 192.0.2.21/32 -j DROP\n"
           "-A INPUT -s 192.0.2.22/32 -j DROP\n"
           "-A INPUT -s 192.0.2.23/32 -j DROP\n"
           "-A INPUT -s 192.0.2.24/32 -j DROP\n"
           "-A INPUT -s 192.0.2.25/32 -j DROP\n"
           "-A INPUT -s 192.0.2.26/32 -j DROP\n"
           "-A INPUT -s 192.0.2.27/32 -j DROP\n"
           "-A INPUT -s 192.0.2.28/32 -j DROP\n"
           "-A INPUT -s 192.0.2.29/32 -j DROP\n"
           "-A INPUT -s 192.0.2.30/32 -j DROP\n"
           "-A INPUT -s 192.0.2.31/32 -j DROP\n"
           "-A INPUT -s 192.0.2.32/32 -j DROP\n"
           "-A INPUT -s 192.0.2.33/32 -j DROP\n"
           "-A INPUT -s 192.0.2.34/32 -j DROP\n"
           "-A INPUT -s 192.0.2.35/32 -j DROP\n"
           "-A INPUT -s 192.0.2.36/32 -j DROP\n"
           "-A INPUT -s 192.0.2.37/32 -j DROP\n"
           "-A INPUT -s 192.0.2.38/32 -j DROP\n"
           "-A INPUT -s 192.0.2.39/32 -j DROP\n"
           "-A INPUT -s 192.0.2.40/32 -j DROP\n"
           "-A INPUT -s 192.0.2.41/32 -j DROP\n"
           "-A INPUT -s 192.0.2.42/32 -j DROP\n"
           "-A INPUT -s 192.0.2.43/32 -j DROP\n"
           "-A INPUT -s 192.0.2.44/32 -j DROP\n"
           "-A INPUT -s 192.0.2.45/32 -j DROP\n"
           "-A INPUT -s 192.0.2.46/32 -j DROP\n"
           "-A INPUT -s 192.0.2.47/32 -j DROP\n"
           "-A INPUT -s 192.0.2.48/32 -j DROP\n"
           "-A INPUT -s 192.0.2.49/32 -j DROP\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n"
           "COMMIT\n",
    .severity = Severity::note,
    .covers = "O01",
    .run = run};

}  // namespace fwsim::checks
