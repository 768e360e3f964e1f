// Facts::twin(): rules of one chain that ask the same and do the same, however they are written.
#include <algorithm>
#include <unordered_map>

#include "lint/facts.hh"

namespace fwsim {
namespace {

void append(std::string& key, std::uint32_t number) { key.append(reinterpret_cast<const char*>(&number), sizeof number); }

std::string box_key(const Box& box) {
  std::string key;
  for (const auto& [v, set] : box.limits) {
    append(key, v);
    for (const AtomInterval& i : set.intervals()) {
      append(key, i.low);
      append(key, i.high);
    }
    append(key, ~0U);
  }
  return key;
}

std::string match_key(const SymbolicRule& rule) {
  std::vector<std::string> boxes;
  for (const Box& box : rule.match.boxes) boxes.push_back(box_key(box));
  std::sort(boxes.begin(), boxes.end());
  std::string key;
  for (const std::string& box : boxes) key += box + "|";
  return key;
}

// Between two rules that go on, the packet may become another one, and then asking again is no repetition.
bool changes_between(const SymbolicChain& chain, std::uint32_t first, std::uint32_t second) {
  return std::any_of(chain.rules.begin() + first + 1, chain.rules.begin() + second, [](const SymbolicRule& rule) {
    return (rule.ending == Ending::next && !rule.changes.empty()) || rule.ending == Ending::jump || rule.ending == Ending::go;
  });
}

}  // namespace

void Facts::find_twins(TableId table, std::uint16_t chain) const {
  const SymbolicChain& c = this->table(table).chains[chain];
  std::unordered_map<std::string, std::vector<std::uint32_t>> by_match;
  for (std::uint32_t i = 0; i < c.rules.size(); ++i) {
    const RuleId id{table, chain, i};
    const SymbolicRule& rule = c.rules[i];
    if (!rule.match.exact || rule.match.boxes.empty() || only_looks(id)) continue;
    std::vector<std::uint32_t>& alike = by_match[match_key(rule)];
    const bool ends = rule.ending != Ending::next && rule.ending != Ending::jump;
    for (const std::uint32_t other : alike)
      if (same_target(id, {table, chain, other}) && (ends || !changes_between(c, other, i))) {
        twins_.emplace(id, RuleId{table, chain, other});
        break;
      }
    alike.push_back(i);
  }
}

std::optional<RuleId> Facts::twin(const RuleId& id) const {
  if (twins_known_.emplace(std::pair{id.table, id.chain}, true).second) find_twins(id.table, id.chain);
  const auto found = twins_.find(id);
  if (found == twins_.end()) return std::nullopt;
  return found->second;
}

}  // namespace fwsim
