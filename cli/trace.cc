// fwsim trace: a capture through the ruleset, packet by packet, or with several threads where connections share nothing.
#include <fmt/format.h>

#include <cstdio>
#include <future>
#include <memory>
#include <vector>

#include "cli/load.hh"
#include "cli/replay.hh"
#include "cli/trace_run.hh"
#include "cli/write_file.hh"
#include "parser/print.hh"
#include "simulator/conntrack_config.hh"
#include "simulator/shards.hh"
#include "simulator/sources/assume.hh"

namespace fwsim {
namespace {

using Runs = std::vector<std::unique_ptr<TraceRun>>;   // none: one thread must take all packets

void say_alone(const std::string& why) { fmt::print(stderr, "note: --jobs: one thread takes all packets, for they share {}\n", why); }

// Why the runs may have decided otherwise than one that took all packets.
std::optional<std::string> shared_by(const Runs& runs, std::uint64_t seed) {
  std::size_t most = 0;
  for (const auto& run : runs) {
    if (auto what = shared_by_packets(run->engine(), seed)) return what;
    most += run->engine().world().conntrack.most();
  }
  const std::uint64_t max = runs.front()->engine().world().conntrack.config().max;
  if (max != 0 && most >= max) return "the connection table, which may have been full";
  return std::nullopt;
}

Runs run_parts(const TraceArgs& args, const Setting& setting, const Common& common, Captures& captures) {
  Runs runs;
  if (args.jobs < 2) return runs;
  const auto alone = [](const std::string& why) {
    say_alone(why);
    return Runs();
  };
  if (args.host_replies) return alone("the sockets of this host");
  if (!args.wire.empty()) return alone("the files of --write-pcap");
  for (unsigned i = 0; i < args.jobs; ++i) {
    Common told = common;
    told.progress = common.progress && i == 0;
    runs.push_back(std::make_unique<TraceRun>(args, setting, told));
    if (i > 0) continue;
    if (const auto what = shared_by_rules(runs.front()->engine())) return alone(*what);
  }
  // Each thread reads all frames, and passes over those of the others: what one has read the others would have to fetch from it.
  std::vector<Captures> twins;
  for (unsigned i = 1; i < args.jobs; ++i) twins.push_back(captures.twin());
  const auto take = [&](unsigned i) { runs[i]->read(*(i == 0 ? captures : twins[i - 1]).frames({i, args.jobs})); };
  std::vector<std::future<void>> others;
  for (unsigned i = 1; i < args.jobs; ++i) others.push_back(std::async(std::launch::async, take, i));
  take(0);
  for (std::future<void>& other : others) other.get();
  if (const auto what = shared_by(runs, args.seed)) return alone(*what);
  return runs;
}

Ruleset counted(const Runs& runs, const Setting& setting, Family family) {
  Ruleset all = runs.front()->engine().with_counters(family);
  const Ruleset& before = *setting.rules(family);
  for (std::size_t i = 1; i < runs.size(); ++i) {
    const Ruleset part = runs[i]->engine().with_counters(family);
    const auto add = [](Counters& to, const Counters& now, const Counters& old) {
      to.packets += now.packets - old.packets;
      to.bytes += now.bytes - old.bytes;
    };
    for (std::size_t t = 0; t < all.tables.size(); ++t)
      for (std::size_t c = 0; c < all.tables[t].chains.size(); ++c) {
        Chain& chain = all.tables[t].chains[c];
        const Chain &now = part.tables[t].chains[c], &old = before.tables[t].chains[c];
        add(chain.counters, now.counters, old.counters);
        for (std::size_t r = 0; r < chain.rules.size(); ++r) add(chain.rules[r].counters, now.rules[r].counters, old.rules[r].counters);
      }
  }
  return all;
}

}  // namespace

int run_trace(const TraceArgs& args, const Common& common) {
  if (!args.only.empty() && !find_fate(args.only)) {
    fmt::print(stderr, "fwsim: --only takes forwarded, delivered, sent, dropped, stolen, queued, bridged, unknown or ignored, not '{}'\n", args.only);
    return status_bad;
  }
  auto setting = load_setting(args.rules, args.host, common);
  if (!setting) return status_bad;
  Captures captures(args.captures, args.filter);
  if (const auto error = captures.filter_error()) {
    fmt::print(stderr, "fwsim: --filter: {}\n", *error);
    return status_bad;
  }
  if (!is_described(setting->host)) describe_by_capture(*setting, captures);
  say_assumptions(setting->host.assumed);

  Runs runs = run_parts(args, *setting, common, captures);
  if (runs.empty()) {
    runs.push_back(std::make_unique<TraceRun>(args, *setting, common));
    runs.front()->read(*captures.frames());
  }
  for (std::size_t i = 1; i < runs.size(); ++i) runs.front()->add(*runs[i]);
  runs.front()->finish();
  for (const std::string& damage : captures.damage()) fmt::print(stderr, "fwsim: {}\n", damage);
  for (const std::string& note : captures.notes()) fmt::print(stderr, "note: {}\n", note);
  if (!args.counters.empty()) write_file(args.counters, print_ruleset(counted(runs, *setting, setting->v4 ? Family::v4 : Family::v6), {.counters = true}));
  return captures.damage().empty() ? status_good : status_bad;
}

}  // namespace fwsim
