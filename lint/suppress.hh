// Findings that are no fault where they are, as somebody wrote down: in the ruleset, before a rule or in its comment,
//
//   # fwsim: allow FW101,FW103 waits for the new router
//   -A INPUT -s 192.0.2.1 -m comment --comment "fwsim: allow FW101 ..." -j DROP
//
// or in the settings. What is allowed and not there, and what cannot be read, is found in turn (FW901, FW902).
#pragma once

#include <span>

#include "lint/check.hh"

namespace fwsim {

// The result without them, and with what is wrong with them. `ran`: the checks whose findings it holds.
LintResult suppress(LintResult result, const Facts& facts, const LintOptions& options, std::span<const Check* const> ran);

// The settings are of several rulesets together: what they allow, and none of these results needed, is added to the last.
void add_unused_settings(const Settings& settings, const LintOptions& options, std::span<LintResult* const> results);

}  // namespace fwsim
