#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "lint/check.hh"
#include "lint/checks.hh"

namespace fwsim::checks {
namespace {

constexpr unsigned deepest = 15;   // chains below a built-in one that nf_tables takes (NFT_JUMP_STACK_SIZE is 16)

// Of each chain, how many lie below it one behind the other, and the next on that way.
struct Depths {
  const Table& table;
  std::vector<int> depth = std::vector<int>(table.chains.size(), -1);
  std::vector<std::size_t> next = std::vector<std::size_t>(table.chains.size());

  int of(std::size_t chain) {
    if (depth[chain] >= 0) return depth[chain];
    depth[chain] = 0;   // no chain comes back to itself: that is refused when the file is read
    int deep = 0;
    for (const Rule& rule : table.chains[chain].rules)
      if (const auto* jump = std::get_if<Jump>(&rule.target)) {
        const auto to = static_cast<std::size_t>(jump->chain);
        if (const int below = of(to) + 1; below > deep) {
          deep = below;
          next[chain] = to;
        }
      }
    return depth[chain] = deep;
  }
};

void run(const Facts& facts, Findings& findings) {
  for (const Table& table : facts.ruleset().tables) {
    Depths depths{table};
    for (std::size_t c = 0; c < table.chains.size(); ++c) {
      if (!table.chains[c].hook || depths.of(c) <= static_cast<int>(deepest)) continue;
      std::size_t at = c;
      for (unsigned i = 0; i <= deepest; ++i) at = depths.next[at];
      findings.add_chain(table.id, static_cast<std::uint16_t>(at), fmt::format("lies {} calls deep below {}: iptables-nft takes {} and refuses the file ('Too many links')", deepest + 1, table.chains[c].name, deepest));
    }
  }
}

std::string example(unsigned chains) {
  std::string out = "*filter\n:INPUT ACCEPT [0:0]\n";
  for (unsigned i = 1; i <= chains; ++i) out += fmt::format(":C{} - [0:0]\n", i);
  out += "-A INPUT -j C1\n";
  for (unsigned i = 1; i < chains; ++i) out += fmt::format("-A C{} -j C{}\n", i, i + 1);
  return out + fmt::format("-A C{} -p tcp -j DROP\nCOMMIT\n", chains);
}
const std::string bad = example(deepest + 1), good = example(deepest);

}  // namespace

const Check deep_nesting{
    .id = "FW822", .name = "deep-nesting",
    .title = "chains call each other so deep that iptables-nft refuses them",
    .why = "nf_tables keeps 16 places for where to go back to; iptables-legacy takes any depth. A file from an old host does not load on a new one.",
    .fix = "put the rules of a chain that is called once in the place of the call",
    .bad = bad,
    .good = good,
    .covers = "A28 O04",
    .run = run};

}  // namespace fwsim::checks
