// Address translation (net/netfilter/nf_nat_core.c, nf_nat_proto.c): the mapping chosen for a
// connection's first packet, and its application to all of them.
#pragma once

#include <cstdint>
#include <optional>
#include <random>

#include "model/hooks.hh"
#include "model/types.hh"
#include "simulator/conntrack.hh"
#include "simulator/packet.hh"

namespace fwsim {

enum class Manip : std::uint8_t { source, destination };

// DNAT happens in PREROUTING and OUTPUT, SNAT in INPUT and POSTROUTING.
constexpr Manip manip_of(Hook hook) {
  return hook == Hook::prerouting || hook == Hook::output ? Manip::destination : Manip::source;
}

// struct nf_nat_range2; what is absent stays as it is.
struct NatRange {
  std::optional<Range> address;
  std::optional<Range> ports;        // or ICMP ids
  std::optional<std::uint16_t> base; // ports are shifted by (original - base)
  bool random = false;
  bool persistent = false;
};

// Whether this side of the connection has been decided already.
bool nat_done(const CtEntry& entry, Manip manip);

// Decides the mapping of one side for a connection that has none (nf_nat_setup_info): sets the
// reply tuple and the status bits. An empty range is the null binding: it changes something only
// when another connection has the same answers already.
void setup_nat(CtEntry& entry, Manip manip, const NatRange& range, Conntrack& table, std::mt19937_64& random,
               std::int64_t now);

// Whether packets of this one's direction are rewritten by such a manipulation.
bool nat_applies(const Packet& packet, Manip manip);

// Rewrites a packet of a translated connection at this hook, in either direction. False: the packet is
// dropped (GRE of a version that has no keys).
bool apply_nat(Packet& packet, Hook hook);

// Rewrites an ICMP error about a translated connection: the quoted packet and the outer addresses.
// False: the packet is dropped (its checksum is wrong, it is a redirect, or quotes too little).
bool apply_nat_to_error(Packet& packet, Hook hook);

}  // namespace fwsim
