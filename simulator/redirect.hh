// ICMPv6 redirects (net/ipv6/ndisc.c, ndisc_send_redirect; RFC 4861 4.5).
#pragma once

#include <optional>
#include <string>

#include "simulator/packet.hh"
#include "simulator/world.hh"

namespace fwsim {

// Tells the sender of a packet that came by `device` to use `target` instead. Nothing without a
// link-local address to send it from, for a gateway whose own is not known, and for senders that are
// no neighbours. The target's MAC address is in it when the host's description tells it.
std::optional<Packet> make_redirect_v6(const Packet& packet, const std::string& device, u128 target, const World& world);

}  // namespace fwsim
