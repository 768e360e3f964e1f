// The text format of Prometheus, for node_exporter's textfile collector: findings, rules and policies as gauges, and
// the counters of the file where it has them.
#include <fmt/format.h>

#include "reports/lint_formats.hh"
#include "reports/lint_words.hh"
#include "reports/prometheus.hh"
#include "reports/rule_counters.hh"

namespace fwsim {
namespace {

using Label = PrometheusLabel;

// A metric whose samples all say of which ruleset they are.
class Metric {
 public:
  Metric(std::string_view name, std::string_view type, std::string_view help) : metric_(name, type, help) {}
  void add(const LintedRuleset& linted, const std::vector<Label>& labels, std::uint64_t value) {
    std::vector<Label> all{{"file", linted.file}, {"family", std::string(family_word(linted.family))}};
    all.insert(all.end(), labels.begin(), labels.end());
    metric_.add(all, value);
  }
  std::string text() const { return metric_.text(); }

 private:
  PrometheusMetric metric_;
};

void add_findings(Metric& metric, const LintReport& report, const LintedRuleset& linted) {
  for (const Check* check : report.checks)
    for (const Severity severity : {Severity::error, Severity::warning, Severity::note}) {
      std::uint64_t n = 0;
      for (const Finding& f : linted.result.findings) n += f.id == check->id && f.severity == severity ? 1U : 0U;
      // A series that was there must not vanish when its last finding is mended.
      if (n != 0 || severity == check->severity)
        metric.add(linted, {{"id", std::string(check->id)}, {"check", std::string(check->name)}, {"severity", std::string(severity_word(severity))}},
                   n);
    }
}

}  // namespace

std::string lint_prometheus(const LintReport& report) {
  Metric findings("fwsim_findings", "gauge", "Findings of fwsim lint.");
  Metric undecided("fwsim_undecided", "gauge", "Checks of rules that could not be decided.");
  Metric rules("fwsim_rules", "gauge", "Rules of a chain.");
  Metric policies("fwsim_chain_policy", "gauge", "The policy of a base chain, which is 1.");
  Metric rule_packets("fwsim_rule_packets_total", "counter", "Packets that a rule has matched.");
  Metric rule_bytes("fwsim_rule_bytes_total", "counter", "Bytes of the packets that a rule has matched.");
  Metric chain_packets("fwsim_policy_packets_total", "counter", "Packets that came to the policy of a base chain.");
  Metric chain_bytes("fwsim_policy_bytes_total", "counter", "Bytes of the packets that came to the policy of a base chain.");
  for (const LintedRuleset& linted : report.rulesets) {
    add_findings(findings, report, linted);
    undecided.add(linted, {}, linted.result.undecided.size());
    if (linted.ruleset == nullptr) continue;
    const CountersThere there = counters_there(*linted.ruleset);
    for (const Table& table : linted.ruleset->tables)
      for (std::size_t c = 0; c < table.chains.size(); ++c) {
        const Chain& chain = table.chains[c];
        const std::vector<Label> labels{{"table", std::string(table_name(table.id))}, {"chain", chain.name}};
        rules.add(linted, labels, chain.rules.size());
        if (chain.hook) {
          auto with = labels;
          with.push_back({"policy", chain.policy == Verdict::drop ? "DROP" : "ACCEPT"});
          policies.add(linted, with, 1);
          if (there.policies) {
            chain_packets.add(linted, labels, chain.counters.packets);
            chain_bytes.add(linted, labels, chain.counters.bytes);
          }
        }
        for (std::size_t i = 0; there.rules && i < chain.rules.size(); ++i) {
          auto with = labels;
          with.push_back({"rule", std::to_string(i + 1)});
          with.push_back({"text", linted.source(Spot{.rule = {table.id, static_cast<std::uint16_t>(c), static_cast<std::uint32_t>(i)}})});
          rule_packets.add(linted, with, chain.rules[i].counters.packets);
          rule_bytes.add(linted, with, chain.rules[i].counters.bytes);
        }
      }
  }
  std::string out;
  for (const Metric* m : {&findings, &undecided, &rules, &policies, &rule_packets, &rule_bytes, &chain_packets, &chain_bytes}) out += m->text();
  return out;
}

}  // namespace fwsim
