// fwsim optimize: the same with fewer rules, and hot ones first.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <set>

#include "cli/ask_all.hh"
#include "cli/counted.hh"
#include "cli/host.hh"
#include "cli/mend.hh"
#include "cli/write_file.hh"
#include "lint/left_out.hh"
#include "parser/ipset.hh"
#include "parser/print.hh"
#include "reports/mend_report.hh"
#include "reports/optimize_report.hh"
#include "simulator/sources/assume.hh"

namespace fwsim {
namespace {

// Programs that wrote some of the chains.
std::vector<std::string> programs(const Ruleset& ruleset) {
  std::set<std::string> names;
  for (const Table& table : ruleset.tables)
    for (std::size_t c = 0; c < table.chains.size(); ++c)
      for (std::size_t r = 0; r < table.chains[c].rules.size(); ++r)
        if (const Manager* manager = responsible(ruleset, {table.id, static_cast<std::uint16_t>(c), static_cast<std::uint32_t>(r)}, false)) names.emplace(manager->name);
  return {names.begin(), names.end()};
}

Host with_sets(Host host, const KnownSets& more) {
  for (const auto& [name, set] : more) host.sets.insert_or_assign(name, set);
  return host;
}

// What a packet's way costs, and whether the two rulesets do the same to all.
struct Cost {
  const OptimizeArgs& args;
  const Host& host;
  Captures* captures = nullptr;   // null: the counters of the file tell, if it has any
  std::string name;

  Counted count(const Ruleset& ruleset, const KnownSets& more) const { return count_packets(ruleset, with_sets(host, more), *captures, args.host_replies, args.seed); }

  Weights weigh(const Ruleset& ruleset, const KnownSets& more) const {
    return captures ? weights_by_coverage(count(ruleset, more).coverage, ruleset) : weights_by_counters(ruleset);
  }

  std::optional<OptimizeGain> gain(const Optimized& found, bool& alike) const {
    const Ruleset &before = found.before.front(), &after = found.after.front();
    if (!captures) return OptimizeGain{.source = name, .before = evaluations_by_counters(before), .after = evaluations_by_counters(after)};
    const Counted was = count(before, {}), is = count(after, found.sets);
    alike = was.fates == is.fates;
    return OptimizeGain{.source = name, .packets = was.packets, .before = was.coverage.evaluations(), .after = is.coverage.evaluations()};
  }
};

int write(const OptimizeArgs& args, const Optimized& found) {
  if (args.write.empty() && args.write_sets.empty()) return status_good;
  if (found.steps.empty()) {
    fmt::print(stderr, "note: there is nothing to do, so {} is not written\n", args.write.empty() ? args.write_sets : args.write);
    return status_good;
  }
  if (!args.write_sets.empty()) write_file(args.write_sets, print_ipsets(found.sets));
  if (!args.write.empty()) write_file(args.write, found.text);
  return status_good;
}

}  // namespace

int run_optimize(const OptimizeArgs& args, const Common& common) {
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
  const Family family = ruleset.family;

  std::optional<Captures> captures;
  if (!files.empty()) {
    captures.emplace(files, args.filter);
    if (const auto error = captures->filter_error()) {
      fmt::print(stderr, "fwsim: --filter: {}\n", *error);
      return status_bad;
    }
    if (!is_described(setting->host)) describe_by_capture(*setting, *captures);
    say_assumptions(setting->host.assumed);
  }
  const bool counted = has_counters(ruleset);
  const Cost cost{.args = args, .host = setting->host, .captures = captures ? &*captures : nullptr,
                        .name = captures ? fmt::format("{}", fmt::join(files, ", ")) : "its counters"};
  const OptimizeSource source = optimize_source(*setting, family, counted);
  OptimizeOptions options{.sets = args.ipset, .managed = args.managed, .seconds = args.seconds, .known = setting->host.sets};
  if (captures || counted) options.weigh = [&](const Ruleset& r, const KnownSets& more) { return cost.weigh(r, more); };
  const std::string text = setting->text(family).empty() ? source.print_all(ruleset) : setting->text(family);
  const auto found = optimize(text, source, options);
  if (!found) {   // it was loaded before
    fmt::print(stderr, "fwsim: {} cannot be read again\n", ruleset.file);
    return status_bad;
  }

  OptimizeReport report{.file = ruleset.file, .result = &*found, .gain = {}, .left = args.managed ? std::vector<std::string>() : programs(ruleset), .whole = args.whole};
  bool alike = true;
  if (captures || counted) report.gain = cost.gain(*found, alike);
  if (captures && !captures->damage().empty())
    for (const std::string& damage : captures->damage()) fmt::print(stderr, "fwsim: {}\n", damage);
  if (!alike) {   // proved otherwise: one of the two is wrong, and nothing of it is to be used
    fmt::print(stderr, "fwsim: {} does not do the same with {}: this is a fault of fwsim; nothing is written\n", ruleset.file, cost.name);
    return status_bad;
  }
  if (!found->sets.empty() && !args.write.empty() && args.write_sets.empty()) {
    fmt::print(stderr, "fwsim: the rules need ipsets that have to be loaded before them: --write-sets says where they go; nothing is written\n");
    return status_bad;
  }
  const bool patch = args.patch && args.format != "json";
  if (patch) fmt::print("{}", patch_text(ruleset.file, text, found->edits));
  fmt::print(patch ? stderr : stdout, "{}", args.format == "json" ? optimize_json(report) : optimize_text(report));
  const int status = write(args, *found);
  return captures && !captures->damage().empty() ? status_bad : status;
}

}  // namespace fwsim
