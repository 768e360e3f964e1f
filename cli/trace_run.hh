// One engine that takes the packets of captures, or its share of them, and what is told of them.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "cli/captures.hh"
#include "cli/commands.hh"
#include "cli/host.hh"
#include "reports/packet_report.hh"
#include "simulator/engine.hh"
#include "simulator/flow_memory.hh"
#include "simulator/sources/wire_writer.hh"

namespace fwsim {

std::optional<Fate> find_fate(std::string_view name);

class TraceRun : private FrameWatch {
 public:
  TraceRun(const TraceArgs& args, const Setting& setting, const Common& common);

  // Throws EnvironmentError.
  void read(FrameSource& frames);

  // What has become of them, where each packet is not told of: known after read().
  const Summary& summary() const { return summary_; }
  void add(const TraceRun& other) { summary_.add(other.summary_); }
  // Prints the summary, and puts the files into place that --write-pcap asks for.
  void finish();
  const Engine& engine() const { return engine_; }

 private:
  void coming(std::span<const Upcoming> frames) override;
  bool known(std::size_t place) override;
  void take(Captured& captured);
  bool remembers() const;
  void show_progress(std::uint64_t number);
  void print(const Traced& traced) const;

  const TraceArgs& args_;
  ReportContext context_;
  bool progress_;
  Engine engine_;
  std::optional<Fate> only_;
  std::optional<WireWriter> wire_;
  std::optional<FlowMemory> memory_;
  // What of the frames that come is known before their turn.
  struct Coming {
    std::optional<FlowView> view;
    std::uint64_t hash = 0;   // FlowMemory::fetch()
    bool fetched = false;     // FlowMemory::fetch_connection()
  };
  std::span<const Upcoming> frames_;
  std::vector<Coming> coming_;
  Summary summary_;
  const FrameSource* source_ = nullptr;
  std::uint64_t shown_ = 0;   // the packet whose number was told of last
};

}  // namespace fwsim
