#include "tests/lint/agreement.hh"

#include <fmt/format.h>

#include <set>

#include "lint/facts.hh"
#include "lint/prepare.hh"
#include "lint/solvers/z3_solver.hh"
#include "lint/text.hh"
#include "lint/witness.hh"
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

// The rules that a packet and what it caused came by.
void collect(const Result& result, const Ruleset& ruleset, std::set<RuleId>& out) {
  for (const Step& step : result.path)
    if (step.rule && step.rule->table == ruleset.find(step.rule->table->id))
      out.insert({step.rule->table->id, static_cast<std::uint16_t>(step.rule->chain), step.rule->index});
  for (const Result& more : result.generated) collect(more, ruleset, out);
}

// One packet of the piece.
Piece one_of(const Space& space, const Piece& piece, std::mt19937& random) {
  Piece point = piece;
  for (Var v = 0; v < point.size(); ++v) {
    if (space[v].kind == Variable::Kind::boolean) continue;
    point[v] = AtomSet::one(point[v].nth(std::uniform_int_distribution<std::uint64_t>(0, point[v].size() - 1)(random)));
  }
  return point;
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

Agreement compare_solvers(const std::string& text, Family family, std::uint32_t seed, const AgreementOptions& options) {
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
  const Facts facts(parsed.ruleset, nullptr);
  std::set<RuleId> never;
  for (const RuleId& id : all_targets(parsed.ruleset)) {
    ++out.rules;
    const Explorer::Reached boxes = prepared[0].reach(id);
    const Z3Answer other = z3.reach(id);
    const bool same = (boxes.answer == Boxes::yes && other.kind == Z3::yes) || (boxes.answer == Boxes::never && other.kind == Z3::never) ||
                      (boxes.answer == Boxes::maybe && (other.kind == Z3::maybe || other.kind == Z3::yes));
    if (!same) disagree(fmt::format("{}: boxes say {}, Z3 says {}", rules.name(id), answer_name(boxes.answer), z3_answer_name(other.kind)) +
                         (boxes.packets.empty() ? "" : ": " + text_of(*prepared.space, boxes.packets, prepared[0].plan(boxes.way).start)));
    out.yes += boxes.answer == Boxes::yes ? 1 : 0;
    out.maybe += boxes.answer == Boxes::maybe ? 1 : 0;
    if (boxes.answer == Boxes::yes) {
      const auto witness = confirmed_witness(prepared[0], boxes, id, nullptr);
      out.witnesses += witness ? 1 : 0;
      if (witness && options.witness) options.witness(*witness, text, family, rules, id);
      if (!witness) {
        const auto tried = make_witness(*prepared.space, boxes.way, boxes.packets, nullptr);
        disagree(fmt::format("{}: reached, but not by {} ({})", rules.name(id), tried ? tried->question : "any packet that can be built",
                             text_of(*prepared.space, boxes.packets, prepared[0].plan(boxes.way).start)));
      }
    }
    // What checks are told may have been found without following any way.
    const Explorer::Reached& told = facts.reach(id);
    if (told.answer != boxes.answer) disagree(fmt::format("{}: boxes say {}, but checks are told {}", rules.name(id), answer_name(boxes.answer), answer_name(told.answer)));
    if (boxes.answer != Boxes::never) continue;
    ++out.never;
    never.insert(id);
    const Certificate certificate = z3.certify(id, told.by);
    if (certificate.kind == Certificate::Kind::proved)
      ++out.certificates;
    else if (same)
      disagree(fmt::format("{}: never, but not by the {} rules blamed", rules.name(id), told.by.size()));
  }
  std::mt19937 random(seed);
  for (unsigned i = 0; i < options.packets; ++i) {
    const Way way = all_ways[i % 3];
    Piece packet = one_of(*prepared.space, prepared[0].plan(way).start, random);
    // Lengths taken at random seldom go together.
    for (Field field : {Field::length, Field::l4_len})
      if (const Var v = prepared.space->of(field); v != no_var && i % 4 != 0) packet[v] = prepared.space->everything(v);
    const auto witness = make_witness(*prepared.space, way, packet, nullptr, i);
    if (!witness) continue;
    ++out.packets;
    std::set<RuleId> passed;
    collect(replay(*witness, parsed.ruleset), parsed.ruleset, passed);
    for (const RuleId& id : passed)
      if (never.count(id) != 0) disagree(fmt::format("{}: never, but {} comes there", rules.name(id), witness->question));
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
