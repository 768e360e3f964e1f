#include "tests/lint/agreement.hh"

#include <fmt/format.h>

#include "lint/prepare.hh"
#include "lint/solvers/z3_solver.hh"
#include "parser/parse.hh"
#include "tests/lint/random_ruleset.hh"

namespace fwsim::testing {
namespace {

std::string_view answer_name(Explorer::Reached::Answer answer) {
  constexpr std::string_view names[] = {"yes", "maybe", "never", "gave up"};
  return names[static_cast<std::size_t>(answer)];
}

std::vector<RuleId> all_targets(const Ruleset& ruleset) {
  std::vector<RuleId> out;
  for (const Table& table : ruleset.tables)
    for (std::size_t c = 0; c < table.chains.size(); ++c)
      for (std::uint32_t i = 0; i <= table.chains[c].rules.size(); ++i) out.push_back({table.id, static_cast<std::uint16_t>(c), i});
  return out;
}

}  // namespace

void Agreement::operator+=(const Agreement& other) {
  rulesets += other.rulesets;
  rules += other.rules;
  yes += other.yes;
  maybe += other.maybe;
  never += other.never;
  certificates += other.certificates;
  packets += other.packets;
  witnesses += other.witnesses;
  disagreements.insert(disagreements.end(), other.disagreements.begin(), other.disagreements.end());
}

Agreement compare_solvers(const std::string& text, Family family, std::uint32_t seed, const AgreementOptions&) {
  Agreement out{.rulesets = 1, .disagreements = {}};
  const auto disagree = [&](const std::string& what) { out.disagreements.push_back(fmt::format("seed {}: {}", seed, what)); };
  const Parsed parsed = parse_ruleset(text, {.file = "random", .family = family});
  for (const Diagnostic& d : parsed.diagnostics) {
    if (d.severity != Severity::error) continue;
    disagree(fmt::format("line {}: {}", d.line, d.text));
    return out;
  }
  const Prepared prepared = prepare({&parsed.ruleset}, nullptr);
  const Symbolic& rules = *prepared.rules[0];
  Z3Solver z3(rules);
  using Boxes = Explorer::Reached::Answer;
  using Z3 = Z3Answer::Kind;
  for (const RuleId& id : all_targets(parsed.ruleset)) {
    ++out.rules;
    const Explorer::Reached boxes = prepared[0].reach(id);
    const Z3Answer other = z3.reach(id);
    const bool same = (boxes.answer == Boxes::yes && other.kind == Z3::yes) || (boxes.answer == Boxes::never && other.kind == Z3::never) ||
                      (boxes.answer == Boxes::maybe && (other.kind == Z3::maybe || other.kind == Z3::yes));
    if (!same) disagree(fmt::format("{}: boxes say {}, Z3 says {}", rules.name(id), answer_name(boxes.answer), z3_answer_name(other.kind)));
    out.yes += boxes.answer == Boxes::yes ? 1 : 0;
    out.maybe += boxes.answer == Boxes::maybe ? 1 : 0;
    if (boxes.answer != Boxes::never) continue;
    ++out.never;
    const Certificate certificate = z3.certify(id, boxes.by);
    if (certificate.kind == Certificate::Kind::proved)
      ++out.certificates;
    else if (same)
      disagree(fmt::format("{}: never, but not by the {} rules blamed", rules.name(id), boxes.by.size()));
  }
  return out;
}

Agreement compare_random(std::uint32_t seed, const AgreementOptions& options) {
  std::mt19937 random(seed);
  const Family family = seed % 3 == 2 ? Family::v6 : Family::v4;
  const std::string text = random_ruleset(family, random);
  Agreement out = compare_solvers(text, family, seed, options);
  if (!out.disagreements.empty()) out.disagreements.push_back(text);
  return out;
}

}  // namespace fwsim::testing
