// What tells a finding from others, however lines and rules move: a hash of its check, its chain, the text of its
// rule, and how many equal ones come before. Code scanning services and baselines know findings by it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reports/lint_report.hh"

namespace fwsim {

// 32 hexadecimal digits that tell a text from others, unless somebody makes others to mislead.
std::string digest(std::string_view text);
// 32 hexadecimal digits. `rule` is the rule's text without counters, empty for policies and chains; `nth` counts from 0.
std::string fingerprint(const Finding& finding, Family family, const std::string& rule, std::size_t nth);
// Of all findings; equal ones are counted over all rulesets of a family, so that no two are the same.
void set_fingerprints(std::vector<LintedRuleset>& rulesets);

}  // namespace fwsim
