// The list of checks, and what runs them.
#include "lint/checks.hh"

#include <algorithm>
#include <iterator>
#include <tuple>

#include "lint/check.hh"
#include "lint/left_out.hh"
#include "lint/suppress.hh"

namespace fwsim {
namespace {

constexpr const Check* list[] = {
    &checks::unused_suppression, &checks::bad_suppression,
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
    &checks::hairpin_missing,
    &checks::not_from_here,
    &checks::redirect_to_nothing,
    &checks::clients_hidden,
    &checks::redirect_loop,
    &checks::vpn_incomplete,
    &checks::one_way_protocol,
    &checks::unnamed_device,
    &checks::loopback_by_address,
    &checks::wrong_device,
    &checks::established_late,
    &checks::begins_nothing,
    &checks::metadata_reachable,
    &checks::log_wrong_set,
    &checks::static_masquerade,
    &checks::prefix_mismatch,
    &checks::few_ports,
    &checks::mixed_refusals,
    &checks::two_macs,
    &checks::listens_widely,
    &checks::echo_unlimited,
    &checks::tcp_without_reset,
    &checks::admin_not_logged,
    &checks::syn_unlimited,
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
    &checks::loose_fragments,
    &checks::negated_state,
    &checks::address_type,
    &checks::string_filter,
    &checks::negated_content,
    &checks::time_window,
    &checks::hashlimit_forgets,
    &checks::owner_sockets,
    &checks::rateest_order,
    &checks::kept_policy,
    &checks::routing_header,
    &checks::late_mark,
    &checks::realm_half,
    &checks::return_in_base,
    &checks::goto_loses_caller,
    &checks::empty_chain,
    &checks::policy_elsewhere,
    &checks::rejects_invalid,
    &checks::expired,
    &checks::no_comment,
    &checks::wide_network,
    &checks::negated_accept,
    &checks::port_twice,
    &checks::comment_contradicts,
    &checks::no_target,
    &checks::spans_zones,
    &checks::bare_address,
    &checks::long_chain,
    &checks::deep_nesting,
    &checks::string_early,
    &checks::asks_twice,
    &checks::state_match,
    &checks::mergeable,
    &checks::called_once,
    &checks::set_missing,
    &checks::set_dimensions,
    &checks::set_empty,
    &checks::set_full,
    &checks::set_options,
    &checks::set_overlap,
    &checks::manager_uncalled,
    &checks::manager_late,
    &checks::manager_saved,
    &checks::policy_skipped,
    &checks::docker_isolation,
    &checks::kube_localnet,
    &checks::kube_mark,
    &checks::kube_nodeport,
    &checks::kube_size,
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
    &checks::one_way_zone,
    &checks::state_in_raw,
    &checks::synproxy,
    &checks::family_gap,
    &checks::bridge_unseen,
    &checks::bridge_cut,
    &checks::network_shadowed,
    &checks::network_spurious,
    &checks::network_redundant,
    &checks::network_one_way,
    &checks::network_pair,
};

bool names(const std::vector<std::string>& words, const Check& check) {
  return std::any_of(words.begin(), words.end(), [&](const std::string& word) { return word == check.id || word == check.name; });
}

const CheckSeverity* severity_of(const Settings& settings, const Check& check) {
  for (const CheckSeverity& severity : settings.severities)
    if (severity.check == check.id || severity.check == check.name) return &severity;
  return nullptr;
}

}  // namespace

std::span<const Check* const> all_checks() {
  static const auto sorted = [] {
    std::vector<const Check*> checks(std::begin(list), std::end(list));
    std::stable_sort(checks.begin(), checks.end(), [](const Check* a, const Check* b) { return a->id < b->id; });
    return checks;
  }();
  return sorted;
}

bool wanted(const Check& check, const LintOptions& options, const Settings& settings) {
  if (names(options.skip, check)) return false;
  if (!options.only.empty()) return names(options.only, check);
  const CheckSeverity* severity = severity_of(settings, check);
  if (names(settings.skip, check) || (severity && !severity->severity)) return false;
  if (!settings.only.empty()) return names(settings.only, check);
  return check.on || severity || options.all;
}

Severity severity_in(const Settings& settings, const Check& check, Severity own) {
  const CheckSeverity* severity = severity_of(settings, check);
  if (!severity || !severity->severity) return own;
  return own > check.severity ? std::max(own, *severity->severity) : *severity->severity;
}

const Answers& Facts::answers() const {
  if (!answers_) {
    std::vector<Asked> questions = asked_;
    if (questions.empty())
      for (const Check* check : all_checks()) questions.insert(questions.end(), check->asks.begin(), check->asks.end());
    answers_ = std::make_unique<Answers>(ruleset_, host_, questions);
  }
  return *answers_;
}

Finding& Findings::add(const RuleId& rule, std::string text, const std::vector<RuleId>& by) {
  Finding finding{.id = std::string(check_.id), .check = std::string(check_.name), .severity = check_.severity, .place = facts_.place(rule), .text = std::move(text), .mend = check_.mend};
  for (const RuleId& other : by) finding.by.push_back(facts_.place(other));
  return result_.findings.emplace_back(std::move(finding));
}

Finding& Findings::add_chain(TableId table, std::uint16_t chain, std::string text, const std::vector<RuleId>& by) {
  Finding& finding = add({table, chain, 0}, std::move(text), by);
  finding.place = facts_.chain_place(table, chain);
  finding.of_chain = true;
  return finding;
}

void Findings::undecided(const RuleId& rule) { result_.undecided.push_back({std::string(check_.name), facts_.place(rule), std::string(check_.id)}); }

namespace {

void sort_by_place(LintResult& result) {
  std::stable_sort(result.findings.begin(), result.findings.end(),
                   [](const Finding& a, const Finding& b) { return std::tie(a.place.line, a.id) < std::tie(b.place.line, b.id); });
}

void set_severities(const Settings& settings, const Check& check, LintResult& result, std::ptrdiff_t from) {
  for (auto f = result.findings.begin() + from; f != result.findings.end(); ++f) f->severity = severity_in(settings, check, f->severity);
}

}  // namespace

void lint_pair(const Facts& v4, const Facts& v6, const LintOptions& options, LintResult& result) {
  LintResult pair;
  std::vector<const Check*> ran;
  for (const Check* check : all_checks()) {
    if (!check->run_pair || !wanted(*check, options, v6.settings())) continue;
    const auto before = static_cast<std::ptrdiff_t>(pair.findings.size());
    Findings findings(v6, *check, pair);
    check->run_pair(v4, v6, findings);
    set_severities(v6.settings(), *check, pair, before);
    ran.push_back(check);
  }
  pair = suppress(std::move(pair), v6, options, ran);
  for (Finding& f : pair.findings)
    if (f.id != checks::bad_suppression.id) result.findings.push_back(std::move(f));   // lint() has said those
  std::move(pair.undecided.begin(), pair.undecided.end(), std::back_inserter(result.undecided));
  std::move(pair.suppressed.begin(), pair.suppressed.end(), std::back_inserter(result.suppressed));
  for (std::size_t i = 0; i < std::min(result.allowed.size(), pair.allowed.size()); ++i) result.allowed[i] = std::max(result.allowed[i], pair.allowed[i]);
  sort_by_place(result);
}

LintResult lint(const Facts& facts, const LintOptions& options) {
  LintResult result;
  std::vector<const Check*> ran;
  for (const Check* check : all_checks()) {
    if (!check->run || !wanted(*check, options, facts.settings())) continue;
    const auto before = static_cast<std::ptrdiff_t>(result.findings.size());
    Findings findings(facts, *check, result);
    check->run(facts, findings);
    set_severities(facts.settings(), *check, result, before);
    ran.push_back(check);
  }
  result = suppress(std::move(result), facts, options, ran);
  if (!options.managed) result = leave_out_managed(std::move(result), facts.ruleset());
  sort_by_place(result);
  return result;
}

LintResult lint(const Ruleset& ruleset, const Host* host, const LintOptions& options, const Settings& settings) {
  Facts facts(ruleset, host, settings);
  facts.know_sets(options.sets);
  return lint(facts, options);
}

}  // namespace fwsim
