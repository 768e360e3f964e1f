// fwsim cover: which rules traffic comes to, and an order that would be cheaper for it.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "cli/counted.hh"
#include "cli/write_file.hh"
#include "model/diagnostic.hh"
#include "parser/print.hh"
#include "reports/cover_report.hh"
#include "simulator/sources/assume.hh"

namespace fwsim {
namespace {

int report(const CoverArgs& args, const CoverReport& r) {
  fmt::print("{}", args.format == "json" ? cover_json(r) : cover_text(r));
  if (args.write.empty()) return status_good;
  if (r.reordering->chains.empty()) {
    fmt::print(stderr, "note: there is no better order, so {} is not written\n", args.write);
    return status_good;
  }
  write_file(args.write, print_ruleset(r.reordering->after, {.counters = r.has_counters, .keep_order = true}));
  return status_good;
}

}  // namespace

int run_cover(const CoverArgs& args, const Common& common) {
  RuleArgs rules{.rules = args.rules.rules, .rules6 = {}};
  std::vector<std::string> files = args.files;
  if (rules.rules.empty() && args.host.snapshot.empty()) {
    if (files.empty()) {
      fmt::print(stderr, "fwsim: no ruleset: give RULES, or a --snapshot that has one\n");
      return status_bad;
    }
    rules.rules = files.front();
    files.erase(files.begin());
  }
  auto setting = load_setting(rules, args.host, common);
  if (!setting) return status_bad;
  if (setting->v4 && setting->v6) (args.family == Family::v6 ? setting->v4 : setting->v6).reset();
  const Ruleset& ruleset = setting->v4 ? *setting->v4 : *setting->v6;
  const auto source = [&](const Table& table, const Chain&, const Rule& rule) { return print_rule_body(rule, table, ruleset.family); };
  CoverReport r{.ruleset = &ruleset, .has_counters = has_counters(ruleset), .whole = args.whole, .source = source};
  if (files.empty()) {
    if (!r.has_counters) {
      fmt::print(stderr, "fwsim: {} has no counters (iptables-save -c), and no capture was given\n", ruleset.file);
      return status_bad;
    }
    const Reordering found = suggest_order(ruleset, weights_by_counters(ruleset));
    r.counted = &ruleset;
    r.evaluations = evaluations_by_counters(ruleset);
    r.reordering = &found;
    std::uint64_t saves = 0;
    for (const ChainOrder& order : found.chains) saves += order.saves;
    if (!found.chains.empty()) r.evaluations_after = r.evaluations - std::min(saves, r.evaluations);
    return report(args, r);
  }
  Captures captures(files, args.filter);
  if (const auto error = captures.filter_error()) {
    fmt::print(stderr, "fwsim: --filter: {}\n", *error);
    return status_bad;
  }
  if (!is_described(setting->host)) describe_by_capture(*setting, captures);
  const Counted now = count_packets(ruleset, setting->host, captures, args.host_replies, args.seed);
  const auto complain = [&] {
    for (const std::string& damage : captures.damage()) fmt::print(stderr, "fwsim: {}\n", damage);
  };
  if (now.fates.empty() && !captures.damage().empty()) {   // nothing could be read: there is nothing to report
    complain();
    return status_bad;
  }
  say_assumptions(setting->host.assumed);
  Reordering found = suggest_order(ruleset, weights_by_coverage(now.coverage, ruleset));
  if (!found.chains.empty()) {
    const Counted then = count_packets(found.after, setting->host, captures, args.host_replies, args.seed);
    r.evaluations_after = then.coverage.evaluations();
    // What the proof says shows in this traffic, too; and less work is the point of it.
    if (then.fates != now.fates || then.coverage.evaluations() >= now.coverage.evaluations()) {
      found.chains.clear();
      found.after = ruleset;
      r.evaluations_after.reset();
    }
  }
  r.counted = &now.counted;
  r.coverage = &now.coverage;
  r.packets = now.packets;
  r.bytes = now.bytes;
  r.evaluations = now.coverage.evaluations();
  r.reordering = &found;
  const int status = report(args, r);
  complain();
  for (const std::string& note : captures.notes()) fmt::print(stderr, "note: {}\n", note);
  return captures.damage().empty() ? status : status_bad;
}

}  // namespace fwsim
