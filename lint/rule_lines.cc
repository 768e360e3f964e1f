#include "lint/rule_lines.hh"

#include <fmt/format.h>

#include <algorithm>

#include "model/value.hh"

namespace fwsim {

RuleLines::RuleLines(const Ruleset& ruleset, std::string_view text, const RulePrinter& print) : ruleset_(ruleset), lines_(split(text, '\n')), print_(print) {
  for (const Table& table : ruleset.tables)
    for (std::size_t c = 0; c < table.chains.size(); ++c) {
      if (!table.chains[c].hook) spots_.insert(table.chains[c].line);
      for (std::size_t r = 0; r < table.chains[c].rules.size(); ++r) {
        rules_[table.chains[c].rules[r].line].push_back({table.id, static_cast<std::uint16_t>(c), static_cast<std::uint32_t>(r)});
        spots_.insert(table.chains[c].rules[r].line);
      }
    }
}

std::size_t RuleLines::rules_at(unsigned line) const {
  const auto found = rules_.find(line);
  return found == rules_.end() ? 0 : found->second.size();
}

bool RuleLines::counted(unsigned line) const { return line >= 1 && line <= lines_.size() && lines_[line - 1].substr(0, 1) == "["; }

std::string RuleLines::written(const RuleId& id, const Rule& rule, bool counters) const {
  const std::string head = counters ? fmt::format("[{}:{}] ", rule.counters.packets, rule.counters.bytes) : "";
  return fmt::format("{}{}\n", head, print_(rule, chain(id), table(id)));
}

void RuleLines::rewrite(const std::map<RuleId, std::optional<Rule>>& changes, Edits& edits) const {
  for (const auto& change : changes) {
    const unsigned line = chain(change.first).rules[change.first.index].line;
    std::string left;
    for (const RuleId& other : rules_.at(line)) {
      const auto found = changes.find(other);
      if (found == changes.end())
        left += written(other, chain(other).rules[other.index], counted(line));
      else if (found->second)
        left += written(other, *found->second, counted(line));
    }
    if (left.empty())
      remove(line, edits);
    else
      edits.insert_or_assign(line, std::move(left));
  }
}

void RuleLines::write_out(Edits& edits) const {
  for (const auto& [line, rules] : rules_) {
    std::string text;
    for (const RuleId& id : rules) {
      const Rule& rule = chain(id).rules[id.index];
      text += written(id, rule, counted(line) || rule.counters != Counters{});
    }
    if (line >= 1 && line <= lines_.size() && text != std::string(lines_[line - 1]) + "\n") edits.insert_or_assign(line, std::move(text));
  }
}

void RuleLines::remove(unsigned line, Edits& edits) const {
  for (const Remark& remark : ruleset_.remarks)
    if (const auto next = spots_.upper_bound(remark.line); next != spots_.end() && *next == line) edits.insert_or_assign(remark.line, "");
  edits.insert_or_assign(line, "");
}

// Its bytes where the line is its own.
std::string RuleLines::text_of(const RuleId& id) const {
  const Rule& rule = chain(id).rules[id.index];
  return rules_at(rule.line) > 1 ? written(id, rule, counted(rule.line)) : std::string(lines_[rule.line - 1]) + "\n";
}

void RuleLines::reorder(TableId table, std::uint16_t c, const std::vector<std::uint32_t>& order, Edits& edits) const {
  const auto id = [&](std::uint32_t index) { return RuleId{table, c, index}; };
  const auto line = [&](std::uint32_t index) { return chain(id(index)).rules[index].line; };
  std::uint32_t lowest = static_cast<std::uint32_t>(order.size());
  std::vector<bool> moves(order.size(), false);
  for (std::size_t place = order.size(); place-- > 0;) {
    moves[order[place]] = order[place] > lowest;
    lowest = std::min(lowest, order[place]);
  }
  // A line with several rules is written out when one of them moves.
  std::map<unsigned, std::string> stay;
  std::set<unsigned> touched;
  for (std::uint32_t i = 0; i < order.size(); ++i)
    if (moves[i]) touched.insert(line(i));
  std::string waiting;   // what has moved to before the next rule that stays
  for (std::uint32_t i : order) {
    if (moves[i]) {
      if (rules_at(line(i)) == 1) {
        unsigned first = line(i);
        while (first > 1 && lines_[first - 2].substr(0, 1) == "#") --first;
        for (unsigned l = first; l < line(i); ++l) {
          waiting += std::string(lines_[l - 1]) + "\n";
          edits.insert_or_assign(l, "");
        }
      }
      waiting += text_of(id(i));
      continue;
    }
    if (waiting.empty() && !touched.contains(line(i))) continue;
    stay[line(i)] += waiting + text_of(id(i));
    touched.insert(line(i));
    waiting.clear();
  }
  for (unsigned l : touched) edits.insert_or_assign(l, stay.contains(l) ? stay[l] : "");
}

bool RuleLines::plain() const {
  for (const Table& table : ruleset_.tables)
    for (const Chain& chain : table.chains)
      if (!std::is_sorted(chain.rules.begin(), chain.rules.end(), [](const Rule& a, const Rule& b) { return a.line < b.line; })) return false;
  // Commands that count rules, or look for them.
  return std::none_of(lines_.begin(), lines_.end(), [](std::string_view line) {
    if (line.substr(0, 1) == "[") line.remove_prefix(std::min(line.find_first_not_of(" \t", line.find(']') + 1), line.size()));
    if (line.substr(0, 2) == "-4" || line.substr(0, 2) == "-6") line.remove_prefix(std::min(line.find_first_not_of(" \t", 2), line.size()));
    return line.substr(0, 1) == "-" && line.substr(0, 3) != "-A " && line.substr(0, 9) != "--append ";
  });
}

}  // namespace fwsim
