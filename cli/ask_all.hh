// fwsim ask about a set of packets: parts that verify, lockout and reach share.
#pragma once

#include <string>

#include "cli/commands.hh"
#include "cli/host.hh"
#include "lint/traffic.hh"
#include "model/diagnostic.hh"

namespace fwsim {

// As load_setting(); a ruleset without a table is a fault too: nothing can be proved of what does not filter.
std::optional<Setting> load_for_proofs(const RuleArgs& rules, const HostArgs& host, const Common& common);
// The host of a setting, or null when nobody described it.
const Host* known_host(const Setting& setting);
// "question:1:5: error: ..." with `name` as the file.
Diagnostic diagnostic_of(const QuestionFault& fault, const std::string& text, const std::string& name = "question");
// The rulesets that traffic is about. Empty, with a message, when none of its family was given.
std::vector<const Ruleset*> rulesets_for(const Traffic& traffic, const Setting& setting);

int run_ask_all(const AskArgs& args, const Traffic& traffic, const Common& common);

}  // namespace fwsim
