// fwsim merge: what lint found on many hosts, as one report.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <optional>

#include "cli/fleet/crew.hh"
#include "cli/load.hh"
#include "cli/write_file.hh"
#include "parser/nft_json.hh"
#include "reports/fleet_report.hh"

namespace fwsim {
namespace {

// A variant that is to be compared, and where: what diff takes as its new version.
struct Comparison {
  GoldenVariant* variant;
  std::string path;
};

// Both families may be in a listing of nft. Nothing, with messages, when it has faults.
std::optional<std::vector<Ruleset>> read_golden(const std::string& file, std::string_view text, const Common& common) {
  std::vector<std::optional<Family>> families;
  if (is_nft_json(text))
    for (const Family f : nft_families(text)) families.emplace_back(f);
  if (families.empty()) families.emplace_back();
  std::vector<Ruleset> rules;
  for (const auto family : families) {
    auto ruleset = load_ruleset(file, text, family, common);
    if (!ruleset) return std::nullopt;
    rules.push_back(std::move(*ruleset));
  }
  return rules;
}

// `same`: the digest of the golden ruleset.
Golden golden_of(const FleetReport& report, const Ruleset& ruleset, const std::string& same, std::vector<Comparison>& comparisons) {
  Golden golden{.file = ruleset.file, .family = ruleset.family, .variants = {}, .without = 0};
  std::vector<std::pair<std::string, const FleetVariant*>> variants;
  for (const auto& [key, variant] : report.variants)
    if (key.first == ruleset.family) variants.emplace_back(key.second, &variant);
  std::stable_sort(variants.begin(), variants.end(), [](const auto& a, const auto& b) {
    return std::pair(b.second->hosts.size(), *a.second->hosts.begin()) < std::pair(a.second->hosts.size(), *b.second->hosts.begin());
  });
  golden.variants.reserve(variants.size());
  for (const auto& [key, variant] : variants) {
    GoldenVariant& v = golden.variants.emplace_back(GoldenVariant{.hosts = variant->hosts, .file = variant->file, .text = {}});
    // The host is a directory or an archive, or the ruleset itself.
    if (key != same) comparisons.push_back({&v, *variant->hosts.begin()});
  }
  const unsigned seen = ruleset.family == Family::v4 ? 1 : 2;
  for (const auto& [name, host] : report.hosts) golden.without += host.fault.empty() && !host.plain && (host.seen & seen) == 0 ? 1U : 0U;
  return golden;
}

// By diff itself, of one host of each variant; in the crew's processes.
void compare(const Golden& golden, const std::vector<Comparison>& comparisons, const MergeArgs& args, const Common& common) {
  Common plain = common;
  plain.colour = false;
  const auto work = [&](std::size_t i) {
    DiffArgs diff;
    diff.before = golden.file;
    diff.after = comparisons[i].path;
    diff.family = golden.family;
    return run_diff(diff, plain);
  };
  run_crew(args.jobs, comparisons.size(), work, [&](std::size_t i, WorkDone done) {
    GoldenVariant& v = *comparisons[i].variant;
    v.likeness = done.status == status_good ? Likeness::same_packets : done.status == status_not ? Likeness::differs : Likeness::not_compared;
    v.text = done.status == status_bad ? std::move(done.err) : std::move(done.out);
  });
}

// False, with messages, when the golden ruleset has faults.
bool compare_all(FleetReport& report, const std::string& golden, const MergeArgs& args, const Common& common) {
  const std::string text = read_file(golden);
  const auto rules = read_golden(golden, text, common);
  if (!rules) return false;
  for (const Ruleset& ruleset : *rules) {
    std::vector<Comparison> comparisons;
    report.golden.push_back(golden_of(report, ruleset, ruleset_digest(ruleset, text), comparisons));
    compare(report.golden.back(), comparisons, args, common);
  }
  return true;
}

// Whether not all are known to treat packets as the golden rulesets do.
bool has_outliers(const FleetReport& report) {
  if (!report.golden.empty() && count(report).broken > 0) return true;
  for (const Golden& golden : report.golden) {
    if (golden.without > 0) return true;
    for (const GoldenVariant& v : golden.variants)
      if (v.likeness == Likeness::differs || v.likeness == Likeness::not_compared) return true;
  }
  return false;
}

}  // namespace

int run_merge(const MergeArgs& args, const Common& common) {
  for (const std::string& result : args.results)
    if (result == args.output) {
      fmt::print(stderr, "fwsim: {} is a result to be merged; --output would replace it\n", result);
      return status_bad;
    }
  FleetReport report;
  Diagnostics faults;
  for (const std::string& result : args.results) add_result(report, read_file(result), result, faults);
  print_diagnostics(faults, common);
  if (report.hosts.empty() && has_errors(faults)) return status_bad;
  if (report.hosts.empty()) {
    fmt::print(stderr, "fwsim: there is no host in {}\n", args.results.size() == 1 ? args.results.front() : "these results");
    return status_bad;
  }
  if (report.repeated > 0)
    fmt::print(stderr, "fwsim: {} left out: an earlier one is of the same host and family\n", report.repeated == 1 ? "a line was" : fmt::format("{} lines were", report.repeated));
  if (!args.output.empty()) expect_to_write(args.output);
  for (const std::string& file : args.golden)
    if (!compare_all(report, file, args, common)) return status_bad;
  const FleetOptions options{.whole = args.whole, .colour = common.colour && args.output.empty()};
  const std::string text = args.format == "json" ? fleet_json(report) : args.format == "html" ? fleet_html(report, options) : fleet_text(report, options);
  if (!args.output.empty())
    write_file(args.output, text);
  else
    fmt::print("{}", text);
  return has_errors(faults) ? status_bad : has_outliers(report) ? status_not : status_good;
}

}  // namespace fwsim
