#include "simulator/carry_over.hh"

#include <functional>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace fwsim {
namespace {

// Where jumps go is told by name: another version may number its chains differently.
bool same_target(const Program& a, const Rule& x, const Program& b, const Rule& y) {
  const auto* from = std::get_if<Jump>(&x.target);
  const auto* to = std::get_if<Jump>(&y.target);
  if (!from || !to) return x.target == y.target;
  const auto name = [](const Program& program, const Jump& jump) -> const std::string& {
    return program.table->chains[static_cast<std::size_t>(jump.chain)].name;
  };
  return from->go == to->go && name(a, *from) == name(b, *to);
}

std::size_t key(const Program& program, const RuleCode& code) {
  const BasicMatch& m = code.rule->basic;
  std::size_t value = std::hash<std::string>()(program.table->chains[code.chain].name);
  for (const u128 word : {m.src.address, m.dst.address, m.in().address, m.out().address})
    value = value * 1'000'003 + static_cast<std::size_t>(word ^ (word >> 64));
  return value * 1'000'003 + m.proto + 256 * code.rule->matches.size() + 65536 * code.rule->target.index();
}

// The oracles of each rule, in the order of its tests.
std::vector<std::vector<std::uint64_t>> oracles_by_rule(const Program& program) {
  std::map<std::uint32_t, std::size_t> ends;   // op behind the rule -> rule
  for (std::size_t r = 0; r < program.rules.size(); ++r) ends[program.rules[r].next] = r;
  std::vector<std::vector<std::uint64_t>> list(program.rules.size());
  for (std::uint32_t op = 0; op < program.ops.size(); ++op) {
    if (program.ops[op].kind != Op::Kind::oracle) continue;
    const auto rule = ends.upper_bound(op);
    if (rule != ends.end()) list[rule->second].push_back(program.ops[op].a);
  }
  return list;
}

}  // namespace

void carry_over(Program& from, Program& to, bool memory) {
  std::unordered_map<std::string, std::size_t> chains;
  for (std::size_t o = 0; o < from.policies.size(); ++o) chains[from.table->chains[o].name] = o;
  for (std::size_t c = 0; c < to.policies.size(); ++c)
    if (const auto old = chains.find(to.table->chains[c].name); old != chains.end()) to.policies[c] = from.policies[old->second];

  std::vector<std::vector<std::size_t>> buckets;
  std::unordered_map<std::size_t, std::size_t> bucket_of;
  for (std::size_t r = 0; r < from.rules.size(); ++r) {
    const auto [at, fresh] = bucket_of.try_emplace(key(from, from.rules[r]), buckets.size());
    if (fresh) buckets.emplace_back();
    buckets[at->second].push_back(r);
  }
  const auto old_oracles = oracles_by_rule(from), new_oracles = oracles_by_rule(to);
  for (std::size_t n = 0; n < to.rules.size(); ++n) {
    RuleCode& code = to.rules[n];
    const auto at = bucket_of.find(key(to, code));
    if (at == bucket_of.end()) continue;
    std::vector<std::size_t>& bucket = buckets[at->second];
    for (std::size_t i = 0; i < bucket.size(); ++i) {
      RuleCode& old = from.rules[bucket[i]];
      if (from.table->chains[old.chain].name != to.table->chains[code.chain].name || old.rule->basic != code.rule->basic ||
          old.rule->matches != code.rule->matches || !same_target(from, *old.rule, to, *code.rule))
        continue;
      code.counters = old.counters;
      const std::size_t o = bucket[i];
      if (memory && old_oracles[o].size() == new_oracles[n].size())
        for (std::size_t k = 0; k < new_oracles[n].size(); ++k) {
          auto& before = from.oracles[old_oracles[o][k]];
          auto& now = to.oracles[new_oracles[n][k]];
          if (before && now && before->remembers() && now->remembers()) now = std::move(before);
        }
      bucket.erase(bucket.begin() + static_cast<std::ptrdiff_t>(i));
      break;
    }
  }
}

}  // namespace fwsim
