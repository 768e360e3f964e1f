#include "cli/fleet/diff.hh"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <map>

#include "cli/fleet/crew.hh"
#include "cli/fleet/hosts.hh"
#include "model/diagnostic.hh"
#include "parser/snapshot.hh"
#include "reports/diff_report.hh"
#include "reports/lint_words.hh"

namespace fwsim {
namespace {

// What a host is called in both directories, and where it is in each; null where it is not.
using Pairs = std::map<std::string, std::array<const FleetHost*, 2>>;

std::string name_below(const std::string& directory, const FleetHost& host) { return std::filesystem::path(host.name).lexically_relative(directory).string(); }

// A directory in which there is nothing at all would make everything new, or gone.
bool has_hosts(const std::string& directory, const std::vector<FleetHost>& hosts) {
  for (const FleetHost& host : hosts) {
    if (host.name != directory || host.fault.empty()) continue;
    fmt::print(stderr, "fwsim: {}: {}\n", directory, host.fault);
    return false;
  }
  return !hosts.empty();
}

Pairs pairs_of(const std::array<std::string, 2>& directories, const std::array<std::vector<FleetHost>, 2>& hosts) {
  Pairs pairs;
  for (const std::size_t version : {0U, 1U})
    for (const FleetHost& host : hosts[version])
      pairs[name_below(directories[version], host)][version] = &host;
  return pairs;
}

std::string host_words(const std::string& name, std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return fmt::format("{}: {}\n", name, text);
}

}  // namespace

bool is_fleet(const DiffArgs& args) {
  const auto fleet = [](const std::string& path) { return has_directory({path}) && !is_snapshot_directory(path); };
  return fleet(args.before) && fleet(args.after);
}

int run_diff_fleet(const DiffArgs& args, const Common& common) {
  if (args.format == "json") {
    fmt::print(stderr, "fwsim: of directories, diff prints --format ndjson: a line for each host\n");
    return status_bad;
  }
  const std::array<std::string, 2> directories{without_slash(args.before), without_slash(args.after)};
  const std::array<std::vector<FleetHost>, 2> hosts{fleet_of({args.before}, {}), fleet_of({args.after}, {})};
  if (!has_hosts(directories[0], hosts[0]) || !has_hosts(directories[1], hosts[1])) return status_bad;
  const bool lines = args.format == "ndjson";
  const Pairs pairs = pairs_of(directories, hosts);
  std::vector<const Pairs::value_type*> list;
  for (const auto& pair : pairs) list.push_back(&pair);
  const auto work = [&](std::size_t i) {
    const auto& [before, after] = list[i]->second;
    for (const FleetHost* host : {before, after})
      if (host && !host->fault.empty()) throw EnvironmentError(fmt::format("{}: {}", host->name, host->fault));
    if (!before || !after) {
      fmt::print("{}", before ? "it is gone" : "it is new");
      return status_not;
    }
    DiffArgs one = args;
    one.before = before->name;
    one.after = after->name;
    if (lines) one.format = "json";
    return run_diff_pair(one, common, true);
  };
  std::array<std::size_t, 3> counts{};   // by status
  run_crew(args.jobs, list.size(), work, [&](std::size_t i, WorkDone done) {
    const std::string& name = list[i]->first;
    ++counts[static_cast<std::size_t>(std::clamp(done.status, 0, 2))];
    if (lines)
      fmt::print("{}", diff_line(name, done.status, done.out, done.err));
    else if (done.status == status_bad)
      fmt::print(stderr, "{}", host_words(name, done.err));
    else
      fmt::print("{}", host_words(name, done.out));
    if (!lines && done.status != status_bad) fmt::print(stderr, "{}", done.err);
  });
  if (!lines)
    fmt::print("{}: {} the same, {} not{}\n", plural(list.size(), "host"), counts[0], counts[1], counts[2] == 0 ? "" : fmt::format(", {} could not be compared", counts[2]));
  return counts[2] > 0 ? status_bad : counts[1] > 0 ? status_not : status_good;
}

}  // namespace fwsim
