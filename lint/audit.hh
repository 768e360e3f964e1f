// Audits: what the controls of a standard ask of a ruleset, each answered by proof. A control is a row of a profile
// (lint/profiles/), and names the question it asks; a question (lint/audit/) is judged on packets, so that it makes no
// difference how a rule is written.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lint/answers.hh"
#include "lint/finding.hh"
#include "model/host.hh"
#include "model/settings.hh"

namespace fwsim {

class Audited;

struct Evidence {
  std::string text;              // names its rules
  std::vector<Spot> by;
  std::string packet;            // that the simulator shows to go that way; may be empty
};

struct Judgement {
  enum class Answer : std::uint8_t { pass, fail, not_applicable, cannot_tell };   // the last: not from a ruleset, or not without more
  Answer answer = Answer::pass;
  std::vector<std::string> why;  // of what fails or cannot be told, each in a line
  std::vector<Evidence> evidence;
  std::vector<std::string> fix;  // commands

  void fail(std::string text);
  void cannot_tell(std::string text);   // unless it fails already
};
std::string_view answer_name(Judgement::Answer answer);   // "pass", "not applicable"

struct AuditQuestion {
  std::string_view name;                      // "default-deny"
  std::string_view text;                      // "is everything dropped that no rule accepts?"
  std::span<const Asked> asks{};
  Judgement (*judge)(const Audited& audited) = nullptr;
};

struct Control {
  std::string_view id, title;                 // as the standard prints them
  std::optional<Family> family{};             // none: holds when it holds for both
  const AuditQuestion* question = nullptr;
  std::string_view also{};                    // its ids in other benchmarks and standards
};

struct Profile {
  std::string_view name;                      // "cis"
  std::string_view title;                     // which standard, and which version of it
  std::span<const Control> controls;
  std::string_view note{};                    // of the ids; may be empty
};

std::span<const Profile* const> all_profiles();

// A control, and what was found for each family that it is about.
struct AuditedControl {
  struct OfFamily {
    Family family = Family::v4;
    Judgement judgement;
  };
  const Control* control = nullptr;
  Judgement::Answer answer = Judgement::Answer::pass;
  std::vector<OfFamily> judged;
};

struct Audit {
  const Profile* profile = nullptr;
  std::vector<AuditedControl> controls;
};

struct AuditedRuleset {
  const Ruleset* ruleset = nullptr;
  const Settings* settings = nullptr;
};

// One ruleset of each family at most; `host` may be null.
std::vector<Audit> audit(const std::vector<AuditedRuleset>& rulesets, const Host* host, std::span<const Profile* const> profiles);

}  // namespace fwsim
