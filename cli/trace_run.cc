#include "cli/trace_run.hh"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>

#include "cli/replay.hh"

namespace fwsim {
namespace {

constexpr std::uint64_t progress_step = 65536;

// For tests and measurements: the answers are the same.
Lookup lookup_asked_for() {
  const char* const word = std::getenv("FWSIM_LOOKUP");
  if (!word) return Lookup::indexed;
  return std::string_view(word) == "scan" ? Lookup::one_by_one : std::string_view(word) == "always" ? Lookup::always_indexed : Lookup::indexed;
}

}  // namespace

std::optional<Fate> find_fate(std::string_view name) {
  for (unsigned i = 0; i < fate_count; ++i)
    if (fate_name(static_cast<Fate>(i)) == name) return static_cast<Fate>(i);
  return std::nullopt;
}

TraceRun::TraceRun(const TraceArgs& args, const Setting& setting, const Common& common)
    : args_(args), context_(setting.context(common)), progress_(common.progress && args.summary),
      engine_(setting.rules(Family::v4), setting.rules(Family::v6), setting.host,
              {.paths = args.verbose || args.format == "json", .host_replies = args.host_replies,
               .frames = !args.summary || !args.wire.empty(), .lookup = lookup_asked_for()}, args.seed) {
  if (!args.only.empty()) only_ = find_fate(args.only);
  engine_.world().recorded = true;
  if (remembers()) memory_.emplace(engine_);
  if (!args.wire.empty()) wire_.emplace(args.wire, engine_.host(), args.force);
}

void TraceRun::read(FrameSource& frames) {
  source_ = &frames;
  take_frames(frames, [this](Captured& captured) { take(captured); }, this);
  if (shown_ > 0) fmt::print(stderr, "\r                              \r");
  if (!memory_) return;
  memory_->settle();
  for (const FlowMemory::Way& way : memory_->ways()) summary_.add(way);
  for (const auto& [first, last] : memory_->opened()) summary_.add_connections(first, last);
}

// What memory holds of them is on its way while the first are taken.
void TraceRun::coming(std::span<const Upcoming> frames) {
  frames_ = frames;
  if (progress_) show_progress(frames.back().frame->number);
  if (!memory_) return;
  coming_.resize(frames.size());
  for (std::size_t i = 0; i < frames.size(); ++i) {
    Coming& c = coming_[i];
    c.view = view_flow(*frames[i].frame);
    if (c.view) c.hash = memory_->fetch(*c.view);
  }
  for (Coming& c : coming_) c.fetched = c.view && memory_->fetch_connection(*c.view, c.hash);
  for (const Coming& c : coming_)
    if (c.view && !c.fetched) memory_->fetch_entry(*c.view);
}

// Whether the frame goes a way that an earlier one went, and is counted there.
bool TraceRun::known(std::size_t place) {
  if (!memory_) return false;
  const Coming& c = coming_[place];
  return c.view && memory_->recall(*frames_[place].frame, *c.view, c.hash, frames_[place].device);
}

void TraceRun::take(Captured& captured) {
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

void TraceRun::finish() {
  if (wire_) {
    wire_->commit();
    if (wire_->left_out() > 0) fmt::print(stderr, "note: {} packets of unknown fate are not in {}\n", wire_->left_out(), args_.wire);
  }
  if (!args_.summary) return;
  if (args_.format == "json")
    fmt::print("{}\n", summary_.json(context_));
  else
    fmt::print("{}", summary_.text(context_));
}

// What a walk shows beyond its end is asked for elsewhere, and answers of the host change what its sockets are.
bool TraceRun::remembers() const {
  return args_.summary && args_.wire.empty() && !args_.verbose && !args_.host_replies && lookup_asked_for() != Lookup::one_by_one;
}

void TraceRun::show_progress(std::uint64_t number) {
  if (number < shown_ + progress_step) return;
  shown_ = number;
  const std::optional<double> share = source_->share_read();
  fmt::print(stderr, "\r{} packets{}", number, share ? fmt::format(", {:.0f} %", *share * 100) : "");
}

void TraceRun::print(const Traced& traced) const {
  if (args_.summary || (only_ && traced.result.fate != *only_)) return;
  if (args_.format == "json") {
    fmt::print("{}\n", json_of(traced, context_));
    return;
  }
  fmt::print("{}\n", line_of(traced, context_));
  if (args_.verbose) fmt::print("{}", path_of(traced.result, context_));
}

}  // namespace fwsim
