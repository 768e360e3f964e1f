#include "lint/fixes.hh"

#include <fmt/format.h>

#include <algorithm>

namespace fwsim {
namespace {

class Fixer {
 public:
  Fixer(const Ruleset& ruleset, std::string_view text, const RulePrinter& print) : ruleset_(ruleset), lines_(ruleset, text, print) {}

  std::optional<Fix> fix(const Finding& f) {
    Fix out{.title = {}, .safe = f.mend == Mend::safe, .edits = {}};
    const bool note = std::any_of(ruleset_.remarks.begin(), ruleset_.remarks.end(), [&](const Remark& r) { return r.line == f.place.line; });
    if (note) {
      out.title = "delete the note";
      out.edits.emplace(f.place.line, "");
    } else if (f.of_chain) {
      chain(f.place.rule, out);
    } else {
      out.title = lines_.rules_at(f.place.line) > 1 ? "write the line without this rule" : "delete the rule";
      lines_.rewrite({{f.place.rule, std::nullopt}}, out.edits);
    }
    const bool known = !out.edits.empty() && out.edits.begin()->first >= 1 && out.edits.rbegin()->first <= lines_.count();
    return known ? std::optional(std::move(out)) : std::nullopt;
  }

 private:
  const Table& table(const RuleId& id) const { return *ruleset_.find(id.table); }
  const Chain& chain_of(const RuleId& id) const { return table(id).chains[id.chain]; }

  // Its declaration, its rules and those that call it.
  void chain(const RuleId& id, Fix& out) {
    std::map<RuleId, std::optional<Rule>> gone;
    std::size_t callers = 0;
    const std::vector<Chain>& chains = table(id).chains;
    for (std::size_t c = 0; c < chains.size(); ++c)
      for (std::size_t r = 0; r < chains[c].rules.size(); ++r) {
        const auto* jump = std::get_if<Jump>(&chains[c].rules[r].target);
        const bool calls = c != id.chain && jump && jump->chain == static_cast<int>(id.chain);
        if (calls || c == id.chain) gone.emplace(RuleId{id.table, static_cast<std::uint16_t>(c), static_cast<std::uint32_t>(r)}, std::nullopt);
        callers += calls;
      }
    const std::size_t rules = chain_of(id).rules.size();
    out.title = "delete the chain";
    if (rules != 0) out.title += fmt::format("{}its {}", callers == 0 ? " and " : ", ", rules == 1 ? "rule" : fmt::format("{} rules", rules));
    if (callers != 0) out.title += fmt::format(" and the {} it", callers == 1 ? "rule that calls" : fmt::format("{} rules that call", callers));
    lines_.rewrite(gone, out.edits);
    lines_.remove(chain_of(id).line, out.edits);
  }

  const Ruleset& ruleset_;
  const RuleLines lines_;
};

}  // namespace

void add_fixes(LintResult& result, const Ruleset& ruleset, std::string_view text, const RulePrinter& print) {
  if (text.empty()) return;
  Fixer fixer(ruleset, text, print);
  for (Finding& f : result.findings)
    if (f.mend != Mend::none && f.place.file == ruleset.file) f.fix = fixer.fix(f);
}

}  // namespace fwsim
