// fwsim cover: which rules traffic comes to, and an order that would be cheaper for it.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "cli/host.hh"
#include "cli/replay.hh"
#include "cli/write_file.hh"
#include "model/diagnostic.hh"
#include "parser/print.hh"
#include "reports/cover_report.hh"
#include "simulator/sources/assume.hh"

namespace fwsim {
namespace {

bool has_counters(const Ruleset& ruleset) {
  for (const Table& table : ruleset.tables)
    for (const Chain& chain : table.chains)
      for (const Rule& rule : chain.rules)
        if (rule.counters.packets > 0) return true;
  return false;
}

Ruleset without_counters(const Ruleset& ruleset) {
  Ruleset out = ruleset;
  for (Table& table : out.tables)
    for (Chain& chain : table.chains) {
      chain.counters = {};
      for (Rule& rule : chain.rules) rule.counters = {};
    }
  return out;
}

struct Replayed {
  Coverage coverage;
  std::vector<Fate> fates;
  Ruleset counted;
  std::uint64_t packets = 0, bytes = 0;
};

// `rules`: of the setting's family.
Replayed run(const CoverArgs& args, const Ruleset& rules, const Setting& setting, Captures& captures) {
  const Ruleset plain = without_counters(rules);
  const Family family = rules.family;
  Engine engine(family == Family::v4 ? &plain : nullptr, family == Family::v6 ? &plain : nullptr, setting.host,
                {.paths = true, .host_replies = args.host_replies}, args.seed);
  engine.world().recorded = true;
  Replayed out;
  captures.read([&](Captured& c) {
    if (!c.fault.empty() || c.packet.family != family) return;
    const Result result = replay(c, engine);
    out.fates.push_back(result.fate);
    if (result.fate == Fate::ignored) return;
    ++out.packets;
    out.bytes += c.packet.stated_length();
    out.coverage.add(result, c.packet.time);
  });
  out.counted = engine.with_counters(family);
  return out;
}

Weights weights_of(const Coverage& coverage, const Ruleset& ruleset) {
  Weights out;
  for (const Table& table : ruleset.tables)
    if (const TableUse* uses = coverage.uses(ruleset.family, table.id))
      for (const auto& chain : *uses) {
        auto& list = out[static_cast<std::size_t>(table.id)].emplace_back();
        for (const RuleUse& use : chain) list.push_back(use.left);
      }
  return out;
}

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
  const Replayed now = run(args, ruleset, *setting, captures);
  const auto complain = [&] {
    for (const std::string& damage : captures.damage()) fmt::print(stderr, "fwsim: {}\n", damage);
  };
  if (now.fates.empty() && !captures.damage().empty()) {   // nothing could be read: there is nothing to report
    complain();
    return status_bad;
  }
  say_assumptions(setting->host.assumed);
  Reordering found = suggest_order(ruleset, weights_of(now.coverage, ruleset));
  if (!found.chains.empty()) {
    const Replayed then = run(args, found.after, *setting, captures);
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
