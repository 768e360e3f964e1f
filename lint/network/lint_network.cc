#include "lint/network/lint_network.hh"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "lint/checks.hh"
#include "lint/network/find_ha.hh"
#include "lint/network/find_needless.hh"
#include "lint/network/find_paths.hh"
#include "lint/suppress.hh"

namespace fwsim {
namespace {

// As lint_pair(): notes that keep findings quiet, severities of settings.
LintResult finished(LintResult result, const Ruleset& ruleset, const Host& host, const Settings& settings, const LintOptions& options) {
  std::vector<const Check*> ran;
  for (const Check* check : all_checks())
    if (check->of_network && wanted(*check, options, settings)) ran.push_back(check);
  const auto check_of = [&](const Finding& f) { return *std::find_if(all_checks().begin(), all_checks().end(), [&](const Check* c) { return c->id == f.id; }); };
  std::erase_if(result.findings, [&](const Finding& f) { return !wanted(*check_of(f), options, settings); });
  for (Finding& f : result.findings) f.severity = severity_in(settings, *check_of(f), f.severity);
  result = suppress(std::move(result), Facts(ruleset, &host, settings), options, ran);
  std::erase_if(result.findings, [](const Finding& f) { return f.id == checks::bad_suppression.id; });   // lint of the host says those
  std::stable_sort(result.findings.begin(), result.findings.end(),
                   [](const Finding& a, const Finding& b) { return std::tie(a.place.line, a.id) < std::tie(b.place.line, b.id); });
  return result;
}

}  // namespace

std::vector<LintResult> lint_network(const NetworkToLint& net, Family family, const LintOptions& options) {
  std::vector<LintResult> out(net.members.size());
  const Internetwork joined(net.topology, net.members);
  const JointRules rules(joined, family);
  find_needless(net, rules, out);
  find_other_ways(net, rules, out);
  find_unlike_pairs(net, rules, out);
  for (std::size_t i = 0; i < out.size(); ++i)
    if (const Ruleset* ruleset = joined.rules(i, family)) out[i] = finished(std::move(out[i]), *ruleset, net.members[i].host, *net.settings[i], options);
  return out;
}

}  // namespace fwsim
