// The H.323 helpers (net/netfilter/nf_conntrack_h323_main.c, net/ipv4/netfilter/nf_nat_h323.c): "Q.931" for call
// signalling, "H.245" for its control channels, "RAS" for gatekeepers.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "simulator/helper.hh"
#include "simulator/helpers/per.hh"

namespace fwsim {

inline constexpr std::size_t h323_rtp_channels = 4;

// struct nf_ct_h323_master. By direction of the packet that named the port: [original, reply].
struct H323State {
  std::array<std::uint16_t, 2> signal_port{};                           // of a Q.931 or H.245 listener, on both sides
  std::array<std::array<std::uint16_t, 2>, h323_rtp_channels> rtp_port{};
  std::array<std::uint16_t, 2> announced{};                             // length of a TPKT whose header came alone
  std::uint32_t lifetime = 0;                                           // RAS: seconds
};

// One message in a payload.
struct H323Message {
  HelperContext& context;
  std::size_t at = 0;  // in the payload
  std::size_t size = 0;

  Bytes bytes() const { return payload(context.packet).subspan(at, size); }
  H323State& state() const { return context.state_of<H323State>(); }
  bool v4_translated() const { return context.translated() && context.packet.family == Family::v4; }
};

// An address and port in a message.
struct H323Address {
  u128 address = 0;
  std::uint16_t port = 0;
  std::size_t at = 0;  // in the message
};
// Of a TransportAddress (H.225.0) and an H245TransportAddress; nothing when it is of another family.
std::optional<H323Address> h225_address(const H323Message& message, const PerNode* node);
std::optional<H323Address> h245_address(const H323Message& message, const PerNode* node);
// Puts another IPv4 address and port there.
bool set_address(H323Message& message, const H323Address& where, u128 address, std::uint16_t port);
void unexpect_h323(HelperContext& context, const Expectation& expectation);

// These are false when the packet is to be dropped.
bool process_h245(H323Message& message, const PerNode& control);
bool process_channel(H323Message& message, const PerNode& open_logical_channel);
bool expect_h245_connection(H323Message& message, const std::optional<H323Address>& address);
bool expect_forwarded_call(H323Message& message, const std::optional<H323Address>& address);
bool process_ras(H323Message& message, const PerNode& ras);

}  // namespace fwsim
