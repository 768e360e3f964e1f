// A ruleset from text, ready for questions.
#pragma once

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <string_view>

#include "lint/prepare.hh"
#include "lint/text.hh"
#include "lint/witness.hh"
#include "parser/parse.hh"

namespace fwsim::test {

struct Analysed {
  std::unique_ptr<Ruleset> ruleset;
  Prepared prepared;

  const Explorer& explorer() const { return prepared[0]; }
  // "filter/INPUT/3"; the number of rules plus one is the policy.
  RuleId id(std::string_view name) const {
    const auto slash = name.find('/'), second = name.find('/', slash + 1);
    RuleId id{.table = *find_table(name.substr(0, slash))};
    const Table* table = ruleset->find(id.table);
    REQUIRE(table != nullptr);
    const int chain = table->index(name.substr(slash + 1, second - slash - 1));
    REQUIRE(chain >= 0);
    id.chain = static_cast<std::uint16_t>(chain);
    id.index = static_cast<std::uint32_t>(std::stoul(std::string(name.substr(second + 1))) - 1);
    return id;
  }
  // "yes", "maybe", "never" or "gave up"; a yes that no packet confirms is "unconfirmed".
  std::string reach(std::string_view name) const {
    const Explorer::Reached reached = explorer().reach(id(name));
    switch (reached.answer) {
      case Explorer::Reached::Answer::yes: return confirmed_witness(explorer(), reached, id(name), nullptr) ? "yes" : unconfirmed(reached);
      case Explorer::Reached::Answer::maybe: return "maybe";
      case Explorer::Reached::Answer::never: return "never";
      case Explorer::Reached::Answer::gave_up: return "gave up";
    }
    return {};
  }

  std::string unconfirmed(const Explorer::Reached& reached) const {
    std::string text = "unconfirmed: " + text_of(explorer().space(), reached.packets, explorer().plan(reached.way).start);
    const auto witness = make_witness(explorer().space(), reached.way, reached.packets, nullptr);
    if (!witness) return text + " (no packet could be built)";
    text += "\n  " + witness->question;
    const Result result = replay(*witness, *ruleset);
    for (const Step& step : result.path) text += "\n  " + (step.rule ? step.rule->name() : step.note);
    return text + "\n  " + std::string(fate_name(result.fate)) + " " + result.reason;
  }
};

inline Analysed analyse(std::string_view text, Family family = Family::v4) {
  Analysed out;
  Parsed parsed = parse_ruleset(text, {.file = "rules", .family = family});
  for (const Diagnostic& d : parsed.diagnostics) REQUIRE_MESSAGE(d.severity != Severity::error, d.text);
  out.ruleset = std::make_unique<Ruleset>(std::move(parsed.ruleset));
  out.prepared = prepare({out.ruleset.get()}, nullptr);
  return out;
}

}  // namespace fwsim::test
