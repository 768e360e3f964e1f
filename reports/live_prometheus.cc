// The state of a running fwsim and the counters of its rules as metrics.
#include <string>

#include "reports/live_report.hh"
#include "reports/prometheus.hh"

namespace fwsim {
namespace {

// The labels of the lint format, where a rule's text would make a new series of each edit.
std::string rule_metrics(const std::vector<Ruleset>& rulesets) {
  PrometheusMetric packets("fwsim_rule_packets_total", "counter", "Packets that a rule has matched.");
  PrometheusMetric bytes("fwsim_rule_bytes_total", "counter", "Bytes of the packets that a rule has matched.");
  PrometheusMetric policy_packets("fwsim_policy_packets_total", "counter", "Packets that came to the policy of a base chain.");
  PrometheusMetric policy_bytes("fwsim_policy_bytes_total", "counter", "Bytes of the packets that came to the policy of a base chain.");
  for (const Ruleset& ruleset : rulesets)
    for (const Table& table : ruleset.tables)
      for (const Chain& chain : table.chains) {
        const std::vector<PrometheusLabel> labels{{"file", ruleset.file},
                                                  {"family", ruleset.family == Family::v4 ? "ipv4" : "ipv6"},
                                                  {"table", std::string(table_name(table.id))},
                                                  {"chain", chain.name}};
        if (chain.hook) {
          policy_packets.add(labels, chain.counters.packets);
          policy_bytes.add(labels, chain.counters.bytes);
        }
        for (std::size_t i = 0; i < chain.rules.size(); ++i) {
          auto with = labels;
          with.push_back({"rule", std::to_string(i + 1)});
          packets.add(with, chain.rules[i].counters.packets);
          bytes.add(with, chain.rules[i].counters.bytes);
        }
      }
  return packets.text() + bytes.text() + policy_packets.text() + policy_bytes.text();
}

std::string one(std::string_view name, std::string_view type, std::string_view help, std::uint64_t value) {
  PrometheusMetric metric(name, type, help);
  metric.add({}, value);
  return metric.text();
}

}  // namespace

std::string live_prometheus(const LiveStatus& s, const std::vector<Ruleset>& rulesets) {
  PrometheusMetric packets("fwsim_live_packets_total", "counter", "Packets that were judged, by what became of them.");
  for (std::size_t f = 0; f < s.fates.size(); ++f) packets.add({{"fate", std::string(fate_name(static_cast<Fate>(f)))}}, s.fates[f]);
  PrometheusMetric mode("fwsim_live_mode", "gauge", "How fwsim runs, which is 1.");
  mode.add({{"mode", s.mode}}, 1);
  PrometheusMetric reloads("fwsim_live_reloads_total", "counter", "Reloads, by how they ended.");
  reloads.add({{"result", "done"}}, s.reloads);
  reloads.add({{"result", "refused"}}, s.refused_reloads);
  reloads.add({{"result", "rolled_back"}}, s.rollbacks);
  PrometheusMetric troubles("fwsim_live_troubles_total", "counter", "What went wrong while running, by what it was.");
  for (const auto& [what, times] : s.troubles) troubles.add({{"what", what}}, times);
  return mode.text() + one("fwsim_live_uptime_seconds", "gauge", "Seconds since the start.", static_cast<std::uint64_t>(s.uptime)) + packets.text() +
         one("fwsim_live_bytes_total", "counter", "Bytes of the packets that were judged.", s.bytes) +
         one("fwsim_live_conntrack_entries", "gauge", "Connections in the table.", s.connections) +
         one("fwsim_live_conntrack_entries_limit", "gauge", "Connections that the table may have; 0: any number.", s.most_connections) +
         one("fwsim_live_awaits_confirmation", "gauge", "Whether new rules wait for 'fwsim live confirm'.", s.confirm_within ? 1 : 0) + reloads.text() +
         troubles.text() + rule_metrics(rulesets);
}

}  // namespace fwsim
