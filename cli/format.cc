// fwsim fmt and fwsim check: the canonical iptables-save form, or only whether the file loads.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "cli/fleet/crew.hh"
#include "cli/fleet/hosts.hh"
#include "cli/load.hh"
#include "lint/optimize.hh"
#include "model/diagnostic.hh"
#include "parser/nft_json.hh"
#include "parser/print.hh"
#include "parser/snapshot.hh"
#include "reports/check_report.hh"

namespace fwsim {
namespace {

// Prints what is asked for, or adds it to `lines` where there are any.
int format_one(const std::string& file, const std::string& source, std::optional<Family> family, const FormatArgs& args, const Common& common,
               std::vector<CheckedRuleset>* lines = nullptr) {
  const auto ruleset = load_ruleset(file, source, family, common);
  if (ruleset && !args.check_only && is_nft_json(source)) {
    fmt::print(stderr, "fwsim: {} is a listing of nft: iptables has no words for all of its rules\n", file);
    return status_bad;
  }
  if (!ruleset) return status_bad;
  const std::size_t rules = count_rules(*ruleset);
  const auto text = [&] { return print_ruleset(*ruleset, {.counters = args.counters, .keep_order = args.keep_order}); };
  if (lines) {
    CheckedRuleset& line = lines->emplace_back(CheckedRuleset{file, ruleset->family, rules, ruleset_digest(*ruleset, source), {}});
    if (!args.check_only) line.text = text();
  } else if (args.check_only) {
    fmt::print("{}: {} tables, {} rules, {}: good\n", file, ruleset->tables.size(), rules, ruleset->family == Family::v4 ? "IPv4" : "IPv6");
  } else {
    const std::string printed = text();
    std::fwrite(printed.data(), 1, printed.size(), stdout);
  }
  return status_good;
}

int format_host(const FleetHost& host, const FormatArgs& args, const Common& common, std::vector<CheckedRuleset>* lines) {
  if (!host.fault.empty()) throw EnvironmentError(fmt::format("{}: {}", host.name, host.fault));
  if (!host.snapshot) return format_one(host.name, read_file(host.name), args.family, args, common, lines);
  const Snapshot snapshot = read_snapshot(host.name);
  int status = status_good;
  bool any = false;
  for (const auto& [file, family] : {std::pair(&snapshot.rules4, Family::v4), std::pair(&snapshot.rules6, Family::v6)}) {
    if (!*file || args.family.value_or(family) != family) continue;
    any = true;
    status = std::max(status, format_one((*file)->name, (*file)->text, family, args, common, lines));
  }
  if (any) return status;
  throw EnvironmentError(fmt::format("the snapshot {} has no ruleset{}", host.name, args.family ? " of that family" : ""));
}

// A host is good as a whole or has a fault, as for lint.
int host_line(const FleetHost& host, const FormatArgs& args, const Common& common) {
  Diagnostics heard;
  Common quiet = common;
  quiet.heard = &heard;
  std::vector<CheckedRuleset> rulesets;
  const int status = format_host(host, args, quiet, &rulesets);
  if (status == status_bad) rulesets.clear();
  if (status == status_good || has_errors(heard)) fmt::print("{}", check_ndjson(host.name, rulesets, heard));
  return status;
}

int format_fleet(const FormatArgs& args, const Common& common) {
  const std::vector<FleetHost> hosts = fleet_of(args.files, args.files_from);
  int status = hosts.empty() ? status_bad : status_good;
  const bool lines = args.format == "ndjson";
  const auto work = [&](std::size_t i) { return lines ? host_line(hosts[i], args, common) : format_host(hosts[i], args, common, nullptr); };
  run_crew(args.jobs.value_or(1), hosts.size(), work, [&](std::size_t i, WorkDone done) {
    if (lines && done.out.empty())
      done.out = fault_ndjson(hosts[i].name, std::move(done.err));
    else
      fmt::print(stderr, "{}{}", done.crashed ? hosts[i].name + ": " : "", done.err);
    std::fwrite(done.out.data(), 1, done.out.size(), stdout);
    status = std::max(status, done.status);
  });
  return status;
}

}  // namespace

int run_format(const FormatArgs& args, const Common& common) {
  const bool one = args.files.size() == 1 && args.files_from.empty() && !has_directory(args.files);
  if (!one || args.jobs || args.format == "ndjson") return format_fleet(args, common);
  return format_one(args.files.front(), read_file(args.files.front()), args.family, args, common);
}

}  // namespace fwsim
