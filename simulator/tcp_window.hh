// Whether a segment fits what both sides have said (nf_conntrack_proto_tcp.c, tcp_in_window; after
// Rooij, "Real stateful TCP packet filtering in IP Filter").
#pragma once

#include <cstdint>

#include "simulator/conntrack.hh"
#include "simulator/tcp_segment.hh"

namespace fwsim {

enum class Window : std::uint8_t {
  good,     // belongs; the sides have been updated
  ignore,   // belongs, but says nothing new: old, or a little ahead
  invalid
};

// `liberal`: nf_conntrack_tcp_be_liberal; a side may be so by itself.
Window check_window(CtEntry& entry, bool reply, const TcpSegment& segment, bool liberal);

// What the options of a SYN say of its sender. One without options leaves what was known before.
void take_options(TcpSide& side, const TcpSegment& syn);
// What a first SYN says of its sender.
void start_side(TcpSide& side, const TcpSegment& syn);

}  // namespace fwsim
