#include "lint/fixes.hh"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "model/value.hh"

namespace fwsim {
namespace {

class Fixer {
 public:
  Fixer(const Ruleset& ruleset, std::string_view text, const RulePrinter& print) : ruleset_(ruleset), lines_(split(text, '\n')), print_(print) {
    for (const Table& table : ruleset.tables)
      for (std::size_t c = 0; c < table.chains.size(); ++c) {
        if (!table.chains[c].hook) spots_.insert(table.chains[c].line);
        for (std::size_t r = 0; r < table.chains[c].rules.size(); ++r) {
          rules_[table.chains[c].rules[r].line].push_back({table.id, static_cast<std::uint16_t>(c), static_cast<std::uint32_t>(r)});
          spots_.insert(table.chains[c].rules[r].line);
        }
      }
  }

  std::optional<Fix> fix(const Finding& f) {
    Fix out{.title = {}, .safe = f.mend == Mend::safe, .edits = {}};
    const bool note = std::any_of(ruleset_.remarks.begin(), ruleset_.remarks.end(), [&](const Remark& r) { return r.line == f.place.line; });
    if (note) {
      out.title = "delete the note";
      out.edits.emplace(f.place.line, "");
    } else if (f.of_chain) {
      chain(f.place.rule, out);
    } else {
      out.title = rules_[f.place.line].size() > 1 ? "write the line without this rule" : "delete the rule";
      without({f.place.rule}, out.edits);
    }
    const bool known = !out.edits.empty() && out.edits.begin()->first >= 1 && out.edits.rbegin()->first <= lines_.size();
    return known ? std::optional(std::move(out)) : std::nullopt;
  }

 private:
  const Table& table(const RuleId& id) const { return *ruleset_.find(id.table); }
  const Chain& chain_of(const RuleId& id) const { return table(id).chains[id.chain]; }

  // Its declaration, its rules and those that call it.
  void chain(const RuleId& id, Fix& out) {
    std::set<RuleId> gone;
    std::size_t callers = 0;
    const std::vector<Chain>& chains = table(id).chains;
    for (std::size_t c = 0; c < chains.size(); ++c)
      for (std::size_t r = 0; r < chains[c].rules.size(); ++r) {
        const auto* jump = std::get_if<Jump>(&chains[c].rules[r].target);
        const bool calls = c != id.chain && jump && jump->chain == static_cast<int>(id.chain);
        if (calls || c == id.chain) gone.insert({id.table, static_cast<std::uint16_t>(c), static_cast<std::uint32_t>(r)});
        callers += calls;
      }
    const std::size_t rules = chain_of(id).rules.size();
    out.title = "delete the chain";
    if (rules != 0) out.title += fmt::format("{}its {}", callers == 0 ? " and " : ", ", rules == 1 ? "rule" : fmt::format("{} rules", rules));
    if (callers != 0) out.title += fmt::format(" and the {} it", callers == 1 ? "rule that calls" : fmt::format("{} rules that call", callers));
    without(gone, out.edits);
    remove(chain_of(id).line, out.edits);
  }

  // One line can hold several rules (-s a,b): what is left of them is written out.
  void without(const std::set<RuleId>& gone, Edits& edits) {
    for (const RuleId& id : gone) {
      const unsigned line = chain_of(id).rules[id.index].line;
      std::string left;
      for (const RuleId& other : rules_[line])
        if (!gone.contains(other)) left += fmt::format("{}{}\n", counters(line), print_(chain_of(other).rules[other.index], chain_of(other), table(other)));
      if (left.empty())
        remove(line, edits);
      else
        edits.insert_or_assign(line, std::move(left));
    }
  }

  // Notes for fwsim that stand before the line are about what is deleted.
  void remove(unsigned line, Edits& edits) const {
    for (const Remark& remark : ruleset_.remarks)
      if (const auto next = spots_.upper_bound(remark.line); next != spots_.end() && *next == line) edits.insert_or_assign(remark.line, "");
    edits.insert_or_assign(line, "");
  }

  // "[3:180] ", as it stands before the rules of a line.
  std::string_view counters(unsigned line) const {
    if (line == 0 || line > lines_.size() || lines_[line - 1].substr(0, 1) != "[") return {};
    const std::size_t end = lines_[line - 1].find_first_not_of(" \t", lines_[line - 1].find(']') + 1);
    return lines_[line - 1].substr(0, end);
  }

  const Ruleset& ruleset_;
  const std::vector<std::string_view> lines_;
  const RulePrinter& print_;
  std::map<unsigned, std::vector<RuleId>> rules_;   // by line
  std::set<unsigned> spots_;                        // lines of rules and chains
};

}  // namespace

void add_fixes(LintResult& result, const Ruleset& ruleset, std::string_view text, const RulePrinter& print) {
  if (text.empty()) return;
  Fixer fixer(ruleset, text, print);
  for (Finding& f : result.findings)
    if (f.mend != Mend::none && f.place.file == ruleset.file) f.fix = fixer.fix(f);
}

}  // namespace fwsim
