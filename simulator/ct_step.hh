// What connection tracking does with one plain packet of a known connection (flow_view.hh), and takes back where the packet turns out
// not to be for those that judge without a walk: Conntrack::track() does the same for all packets.
#pragma once

#include <optional>

#include "simulator/conntrack.hh"
#include "simulator/flow_view.hh"

namespace fwsim {

// Whether the protocol's header and checksum let the packet be tracked at all.
bool is_trackable(const FlowView& view, const CtConfig& config);

// Connections that read, rewrite or answer packets, or whose end is not known, are not.
bool is_plain(const CtEntry& entry);

class CtStep {
 public:
  CtStep(CtEntry& entry, bool reply) : entry_(entry), reply_(reply), tcp_(entry.tcp), status_(entry.status), expires_(entry.expires) {}

  // The packet's state. Nothing when the protocol does not take it as one of the connection: then the entry is as it was.
  std::optional<CtState> take(const FlowView& view, const CtConfig& config, std::int64_t now);
  void undo();
  // What else track() does.
  void keep(const FlowView& view, Conntrack& conntrack, std::int64_t now);

 private:
  CtEntry& entry_;
  bool reply_;
  bool ignored_ = false;   // by the protocol: it changes nothing
  TcpTrack tcp_;
  std::uint32_t status_;
  std::int64_t expires_;
};

}  // namespace fwsim
