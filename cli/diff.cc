// fwsim diff: what a new version of a ruleset changes.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <utility>

#include "cli/fleet/diff.hh"
#include "cli/fleet/hosts.hh"
#include "cli/load.hh"
#include "lint/diff.hh"
#include "lint/known_sets.hh"
#include "parser/ipset.hh"
#include "parser/nft_json.hh"
#include "parser/snapshot.hh"
#include "reports/diff_report.hh"

namespace fwsim {
namespace {

struct Version {
  std::string name;
  std::vector<Ruleset> rules;   // of a snapshot, perhaps both families
  std::string text;             // of a file
  bool bad = false;
  bool nft = false;

  const Ruleset* of(Family family) const {
    for (const Ruleset& r : rules)
      if (r.family == family) return &r;
    return nullptr;
  }
};

bool is_snapshot(const std::string& path) {
  return std::filesystem::is_directory(path) || std::filesystem::path(path).extension() == ".tar";
}

void add(Version& version, const std::string& text, const std::string& file, std::optional<Family> family, const Common& common) {
  Parsed parsed = parse_ruleset(text, {.file = file, .family = family});
  // A host that has no firewall yet saves nothing; so does a generator that failed.
  if (parsed.diagnostics.empty() && parsed.ruleset.tables.empty())
    parsed.diagnostics.push_back({.severity = Severity::warning, .file = file, .id = "empty-ruleset",
                                  .text = "the ruleset is empty: it is compared as one that lets everything pass", .hint = {}, .source = {}});
  print_diagnostics(parsed.diagnostics, common);
  version.bad = version.bad || has_errors(parsed.diagnostics);
  version.rules.push_back(std::move(parsed.ruleset));
}

Version load(const std::string& path, std::optional<Family> family, const Common& common) {
  Version version{.name = path};
  if (!is_snapshot(path)) {
    version.text = read_file(path);
    version.nft = is_nft_json(version.text);
    // A listing of nft has both families.
    std::vector<Family> all;
    if (version.nft && !family) all = nft_families(version.text);
    if (all.size() < 2) add(version, version.text, path, family, common);
    else for (Family f : all) add(version, version.text, path, f, common);
    return version;
  }
  const Snapshot snapshot = read_snapshot(path);
  // Only the rules are of interest: that other files are missing is none of a diff's concern.
  if (snapshot.rules4 && family != Family::v6) add(version, snapshot.rules4->text, snapshot.rules4->name, Family::v4, common);
  if (snapshot.rules6 && family != Family::v4) add(version, snapshot.rules6->text, snapshot.rules6->name, Family::v6, common);
  if (version.rules.empty()) {
    fmt::print(stderr, "fwsim: the snapshot {} has no ruleset{}\n", path, family ? " of that family" : "");
    version.bad = true;
  }
  return version;
}

// A file that names no family in its comments is read as the other version's, if it can be.
bool adopt(Version& version, Family family) {
  if (version.text.empty() && version.rules.size() != 1) return false;
  if (version.text.find("iptables-save") != std::string::npos || version.text.find("ip6tables-save") != std::string::npos) return false;
  Parsed parsed = parse_ruleset(version.text, {.file = version.name, .family = family});
  if (has_errors(parsed.diagnostics)) return false;
  version.rules = {};
  version.rules.push_back(std::move(parsed.ruleset));
  return true;
}

std::string_view family_text(Family family) { return family == Family::v4 ? "IPv4" : "IPv6"; }

// The families that both have; empty, with a message, when there is none. `all` becomes false when one has more.
std::vector<Family> families(Version& before, Version& after, bool& all) {
  std::vector<Family> both;
  const auto meet = [&] {
    for (Family f : {Family::v4, Family::v6})
      if (before.of(f) && after.of(f)) both.push_back(f);
  };
  meet();
  if (both.empty() && (adopt(before, after.rules.front().family) || adopt(after, before.rules.front().family))) meet();
  if (both.empty())
    fmt::print(stderr, "fwsim: {} is for {} and {} for {}: there is nothing to compare\nsay -4 or -6 when one was taken for the wrong family\n", before.name,
               family_text(before.rules.front().family), after.name, family_text(after.rules.front().family));
  for (Family f : {Family::v4, Family::v6})
    if (!both.empty() && (before.of(f) != nullptr) != (after.of(f) != nullptr)) {
      all = false;
      fmt::print(stderr, "fwsim: only {} has {} rules; they are not compared\n", before.of(f) ? before.name : after.name, family_text(f));
    }
  return both;
}

bool read_allowed(const std::vector<std::string>& texts, std::vector<Traffic>& allowed, const Common& common) {
  bool good = true;
  for (const std::string& text : texts) {
    QuestionFault fault;
    if (auto traffic = read_traffic(text, fault)) {
      allowed.push_back(std::move(*traffic));
      continue;
    }
    good = false;
    print_diagnostics({{.severity = Severity::error, .file = "--allow", .line = 1, .column = static_cast<unsigned>(fault.column),
                        .width = static_cast<unsigned>(fault.width), .id = "traffic", .text = fault.text, .hint = fault.hint, .source = text}},
                      common);
  }
  return good;
}

bool read_sets(const std::vector<std::string>& files, IpSets& sets, const Common& common) {
  bool good = true;
  for (const std::string& file : files) {
    ParsedSets parsed = parse_ipset(read_file(file), {.file = file});
    print_diagnostics(parsed.diagnostics, common);
    good = good && !has_errors(parsed.diagnostics);
    sets.merge(parsed.sets);
  }
  return good;
}

}  // namespace

int run_diff(const DiffArgs& args, const Common& common) {
  if (!is_fleet(args)) return run_diff_pair(args, common, false);
  std::vector<Traffic> allowed;   // what is wrong with these is said once, and not for each host
  IpSets sets;
  const bool good = read_allowed(args.allow, allowed, common);
  return read_sets(args.set_files, sets, common) && good ? run_diff_fleet(args, common) : status_bad;
}

int run_diff_pair(const DiffArgs& args, const Common& common, bool of_hosts) {
  DiffOptions options{.logs = args.logs};
  IpSets sets;
  bool good = read_allowed(args.allow, options.allowed, common);
  good = read_sets(args.set_files, sets, common) && good;
  if (args.format == "ndjson") {
    fmt::print(stderr, "fwsim: --format ndjson is for two directories of hosts; of one pair it is json\n");
    return status_bad;
  }
  for (const auto& [fleet, other] : {std::pair(&args.before, &args.after), std::pair(&args.after, &args.before)})
    if (good && has_directory({*fleet}) && !is_snapshot_directory(*fleet)) {
      fmt::print(stderr, "fwsim: {} is a directory of hosts, and {} {}\n", *fleet, *other, std::filesystem::exists(*other) ? "is none" : "is not there");
      return status_bad;
    }
  Version before = load(args.before, args.family, common), after = load(args.after, args.family, common);
  options.other_words = before.nft != after.nft;
  if (!good || before.bad || after.bad) return status_bad;
  bool all = true;
  const std::vector<Family> compared = families(before, after, all);
  if (compared.empty()) return status_bad;
  int status = all || !of_hosts ? status_good : status_not;
  const bool json = args.format == "json", several = compared.size() > 1;
  std::string text;
  for (Family family : compared) {
    const Ruleset old = with_known_sets(*before.of(family), sets), now = with_known_sets(*after.of(family), sets);
    const Diff found = diff(old, now, nullptr, options);
    if (several) text += json ? (text.empty() ? "[\n" : ",\n") : fmt::format("{}: ", family_text(family));
    text += json ? diff_json(found) : diff_text(found, options);
    if (!found.acceptable()) status = status_not;
  }
  if (json && several) text += "]\n";
  fmt::print("{}", text);
  return status;
}

}  // namespace fwsim
