// The list of checks, and what runs them.
#include "lint/checks.hh"

#include <algorithm>
#include <iterator>
#include <tuple>

#include "lint/check.hh"

namespace fwsim {
namespace {

constexpr const Check* list[] = {
    &checks::shadowed,  &checks::repeated,      &checks::redundant, &checks::contradictory, &checks::unreferenced_chain, &checks::unreachable_chain,
    &checks::dead_jump, &checks::duplicate, &checks::policy_unused, &checks::undone, &checks::kernel_first, &checks::generalization, &checks::correlation,
    &checks::admin_exposed,
    &checks::cleartext_exposed,
    &checks::database_exposed,
    &checks::sharing_exposed,
    &checks::amplifier_exposed,
    &checks::input_open,
    &checks::forward_open,
    &checks::output_open,
    &checks::protocol_gap,
    &checks::replies_dropped,
    &checks::loopback_dropped,
    &checks::invalid_accepted,
    &checks::new_without_syn,
    &checks::pmtu_black_hole,
    &checks::neighbours_dropped,
    &checks::redirects_accepted,
    &checks::timestamps_accepted,
    &checks::source_port_only,
    &checks::wide_range,
    &checks::nat_everything,
    &checks::dnat_everything,
    &checks::docker_bypass,
    &checks::denied_not_logged,
    &checks::log_flood,
    &checks::log_prefix,
    &checks::limit_in_vain,
    &checks::limited_drop,
    &checks::shared_hashlimit,
    &checks::recent_never_set,
    &checks::shared_bucket,
    &checks::nth_cascade,
    &checks::connlimit_known,
    &checks::return_in_base,
    &checks::goto_loses_caller,
    &checks::empty_chain,
    &checks::policy_elsewhere,
    &checks::rejects_invalid,
    &checks::expired,
    &checks::no_comment,
    &checks::long_chain,
    &checks::unknown_device,
    &checks::forwarding_off,
    &checks::stale_rule,
    &checks::no_reverse_path,
    &checks::settings_weak,
    &checks::loopback_target,
    &checks::snat_foreign,
    &checks::enslaved_device,
    &checks::mark_unset,
    &checks::half_notrack,
    &checks::helper_missing,
    &checks::family_gap,
};

bool names(const std::vector<std::string>& words, const Check& check) {
  return std::any_of(words.begin(), words.end(), [&](const std::string& word) { return word == check.id || word == check.name; });
}

bool wanted(const Check& check, const LintOptions& options) {
  if (names(options.skip, check)) return false;
  if (!options.only.empty()) return names(options.only, check);
  return check.on || options.all;
}

}  // namespace

std::span<const Check* const> all_checks() { return list; }

const Answers& Facts::answers() const {
  if (!answers_) {
    std::vector<Asked> questions;
    for (const Check* check : all_checks()) questions.insert(questions.end(), check->asks.begin(), check->asks.end());
    answers_ = std::make_unique<Answers>(ruleset_, host_, questions);
  }
  return *answers_;
}

std::vector<const Check*> chosen_checks(const LintOptions& options) {
  std::vector<const Check*> chosen;
  std::copy_if(std::begin(list), std::end(list), std::back_inserter(chosen), [&](const Check* check) { return wanted(*check, options); });
  return chosen;
}

Finding& Findings::add(const RuleId& rule, std::string text, const std::vector<RuleId>& by) {
  Finding finding{.id = std::string(check_.id), .check = std::string(check_.name), .severity = check_.severity, .place = facts_.place(rule), .text = std::move(text)};
  for (const RuleId& other : by) finding.by.push_back(facts_.place(other));
  return result_.findings.emplace_back(std::move(finding));
}

Finding& Findings::add_chain(TableId table, std::uint16_t chain, std::string text, const std::vector<RuleId>& by) {
  Finding& finding = add({table, chain, 0}, std::move(text), by);
  finding.place = facts_.chain_place(table, chain);
  finding.of_chain = true;
  return finding;
}

void Findings::undecided(const RuleId& rule) { result_.undecided.push_back({std::string(check_.name), facts_.place(rule)}); }

namespace {

void sort_by_place(LintResult& result) {
  std::stable_sort(result.findings.begin(), result.findings.end(),
                   [](const Finding& a, const Finding& b) { return std::tie(a.place.line, a.id) < std::tie(b.place.line, b.id); });
}

}  // namespace

void lint_pair(const Facts& v4, const Facts& v6, const LintOptions& options, LintResult& result) {
  for (const Check* check : all_checks()) {
    if (!check->run_pair || !wanted(*check, options)) continue;
    Findings findings(v6, *check, result);
    check->run_pair(v4, v6, findings);
  }
  sort_by_place(result);
}

LintResult lint(const Facts& facts, const LintOptions& options) {
  LintResult result;
  for (const Check* check : chosen_checks(options)) {
    Findings findings(facts, *check, result);
    if (check->run) check->run(facts, findings);
  }
  sort_by_place(result);
  return result;
}

LintResult lint(const Ruleset& ruleset, const Host* host, const LintOptions& options) {
  return lint(Facts(ruleset, host), options);
}

}  // namespace fwsim
