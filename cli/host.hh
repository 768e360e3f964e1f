// The host and its rulesets, from the flags that trace, ask and others share.
#pragma once

#include <array>
#include <optional>
#include <string>

#include "cli/commands.hh"
#include "model/host.hh"
#include "model/ruleset.hh"
#include "reports/packet_report.hh"

namespace fwsim {

struct Setting {
  std::optional<Ruleset> v4, v6;
  Host host;
  std::array<std::string, 2> texts;     // of the rulesets' files; empty for those of a snapshot

  const std::string& text(Family family) const { return texts[family == Family::v4 ? 0 : 1]; }
  const Ruleset* rules(Family family) const {
    const auto& r = family == Family::v4 ? v4 : v6;
    return r ? &*r : nullptr;
  }
  ReportContext context(const Common& common) const {
    return {.files = {v4 ? v4->file : "", v6 ? v6->file : ""}, .colour = common.colour};
  }
};

// Nothing when a file has faults, which are printed; rules come from the flags, or from the
// snapshot when they name none.
std::optional<Setting> load_setting(const RuleArgs& rules, const HostArgs& host, const Common& common, bool rules_needed = true);

// Whether they say whose addresses and routes these are.
bool is_described(const HostArgs& host);

// "assumed: ..." lines to standard error.
void say_assumptions(const std::vector<std::string>& assumed);

}  // namespace fwsim
