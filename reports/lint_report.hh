// What lint found, for every format: one value that each writer takes. lint_formats.hh lists the writers.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lint/check.hh"
#include "lint/finding.hh"
#include "lint/services.hh"
#include "reports/packet_report.hh"

namespace fwsim {

// A packet that somebody looks at, and what became of it.
struct ShownPacket {
  std::string question;                    // as `fwsim ask` takes it: a finding's witness, a service's packet
  Traced traced;                           // with its path
};

struct LintedRuleset {
  std::string file;
  Family family = Family::v4;
  std::size_t rules = 0;
  std::string digest;                      // of the ruleset without its counters; empty: not asked for
  const Ruleset* ruleset = nullptr;        // must outlive this
  LintResult result;
  std::vector<std::string> fingerprints;   // of each finding, in their order (lint_fingerprint.hh)
  std::size_t known = 0;                   // findings left out, since the baseline has them
  // Of the HTML page only: what is reached from where, and the packets that can be stepped through the hooks.
  std::optional<Services> services;
  std::vector<ShownPacket> packets;
  // The rule as it would be loaded: "-A INPUT -j DROP"; empty for policies and chains.
  std::function<std::string(const Spot&)> source;
};

struct LintReport {
  std::vector<LintedRuleset> rulesets;
  std::vector<const Check*> checks;        // those that were run
  std::optional<Severity> fail_on = Severity::warning;   // what is a failure; nothing: never
  std::string version;                     // of fwsim
  bool colour = false;
  std::size_t most = 20;                   // findings that text and markdown show; 0: all
  // Of ndjson: the host whose rulesets these are, and what there is to say about its files. Without rulesets they cannot be read.
  std::string host;
  Diagnostics diagnostics;
};

// Two to four lines for each finding, and a summary of each ruleset.
std::string lint_text(const LintReport& report);
// All findings alone.
std::string findings_text(const LintReport& report);
// "rules.v4: 3 warnings, 1 note in 120 rules", a line.
std::string lint_summary(const LintedRuleset& linted);
// As reports/lint.schema.json says.
std::string lint_json(const LintReport& report);
// Every check, a line: id, name, severity, title.
std::string checks_text();

// Of `fwsim witness`, a line for each rule.
struct WitnessLine {
  Spot place;
  std::string what;         // "shown", "never", "perhaps", "undecided"
  std::size_t packet = 0;   // from 1
  std::string question;
};
std::string witness_text(const std::vector<WitnessLine>& lines);
std::string witness_json(const std::vector<WitnessLine>& lines);

}  // namespace fwsim
