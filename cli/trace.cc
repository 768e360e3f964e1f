// fwsim trace: a capture through the ruleset, packet by packet.
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "cli/host.hh"
#include "cli/load.hh"
#include "cli/replay.hh"
#include "cli/write_file.hh"
#include "parser/print.hh"
#include "simulator/engine.hh"
#include "simulator/flow_memory.hh"
#include "simulator/sources/assume.hh"
#include "simulator/sources/wire_writer.hh"

namespace fwsim {
namespace {

std::optional<Fate> find_fate(std::string_view name) {
  for (unsigned i = 0; i < fate_count; ++i)
    if (fate_name(static_cast<Fate>(i)) == name) return static_cast<Fate>(i);
  return std::nullopt;
}

// For tests and measurements: the answers are the same.
Lookup lookup_asked_for() {
  const char* const word = std::getenv("FWSIM_LOOKUP");
  if (!word) return Lookup::indexed;
  return std::string_view(word) == "scan" ? Lookup::one_by_one : std::string_view(word) == "always" ? Lookup::always_indexed : Lookup::indexed;
}

class Run {
 public:
  Run(const TraceArgs& args, const Setting& setting, const Common& common)
      : args_(args), context_(setting.context(common)), progress_(common.progress),
        engine_(setting.rules(Family::v4), setting.rules(Family::v6), setting.host,
                {.paths = args.verbose || args.format == "json", .host_replies = args.host_replies,
                 .frames = !args.summary || !args.wire.empty(), .lookup = lookup_asked_for()}, args.seed) {
    if (!args.only.empty()) only_ = find_fate(args.only);
    engine_.world().recorded = true;
    if (remembers()) memory_.emplace(engine_.world());
    if (!args.wire.empty()) wire_.emplace(args.wire, engine_.host(), args.force);
  }

  // Whether the frame goes a way that an earlier one went, and is counted there.
  bool know(const Frame& frame, std::string_view device) {
    show_progress();
    return memory_ && memory_->recall(frame, device);
  }

  void take(Captured& captured) {
    Traced traced{.number = captured.packet.number, .time = captured.packet.time};
    traced.flow = captured.fault.empty() && !args_.summary ? packet_text(captured.packet) : "-";
    const bool learns = memory_ && captured.fault.empty();
    if (learns) memory_->watch();
    traced.result = replay(captured, engine_);
    summary_.add(traced);
    if (learns) memory_->learn(*captured.frame, captured.device, traced.result);
    if (wire_) wire_->write(traced.result);
    print(traced);
  }

  void finish() {
    if (wire_) {
      wire_->commit();
      if (wire_->left_out() > 0) fmt::print(stderr, "note: {} packets of unknown fate are not in {}\n", wire_->left_out(), args_.wire);
    }
    if (progress_ && args_.summary && taken_ >= progress_step) fmt::print(stderr, "\r                    \r");
    if (memory_) {
      memory_->settle();
      for (const FlowMemory::Way& way : memory_->ways()) summary_.add(way);
    }
    if (!args_.summary) return;
    if (args_.format == "json")
      fmt::print("{}\n", summary_.json(context_));
    else
      fmt::print("{}", summary_.text(context_));
  }

  const Engine& engine() const { return engine_; }

 private:
  static constexpr std::uint64_t progress_step = 65536;

  // What a walk shows beyond its end is asked for only here, and answers of the host change what its sockets are.
  bool remembers() const { return args_.summary && args_.wire.empty() && !args_.verbose && !args_.host_replies && lookup_asked_for() != Lookup::one_by_one; }

  void show_progress() {
    ++taken_;
    if (progress_ && args_.summary && taken_ % progress_step == 0) fmt::print(stderr, "\r{} packets", taken_);
  }

  void print(const Traced& traced) const {
    if (args_.summary || (only_ && traced.result.fate != *only_)) return;
    if (args_.format == "json") {
      fmt::print("{}\n", json_of(traced, context_));
      return;
    }
    fmt::print("{}\n", line_of(traced, context_));
    if (args_.verbose) fmt::print("{}", path_of(traced.result, context_));
  }

  const TraceArgs& args_;
  ReportContext context_;
  bool progress_;
  Engine engine_;
  std::optional<Fate> only_;
  std::optional<WireWriter> wire_;
  std::optional<FlowMemory> memory_;
  Summary summary_;
  std::uint64_t taken_ = 0;
};

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

  Run run(args, *setting, common);
  captures.read([&](Captured& captured) { run.take(captured); },
                [&](const Frame& frame, std::string_view device) { return run.know(frame, device); });
  run.finish();
  for (const std::string& damage : captures.damage()) fmt::print(stderr, "fwsim: {}\n", damage);
  for (const std::string& note : captures.notes()) fmt::print(stderr, "note: {}\n", note);
  if (!args.counters.empty()) {
    const Family family = setting->v4 ? Family::v4 : Family::v6;
    write_file(args.counters, print_ruleset(run.engine().with_counters(family), {.counters = true}));
  }
  return captures.damage().empty() ? status_good : status_bad;
}

}  // namespace fwsim
