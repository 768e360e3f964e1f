// PPTP control messages (RFC 2637) as far as net/netfilter/nf_conntrack_pptp.c reads them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "simulator/packet.hh"

namespace fwsim {

enum class PptpType : std::uint16_t {
  start_request = 1, start_reply, stop_request, stop_reply, echo_request, echo_reply, out_call_request,
  out_call_reply, in_call_request, in_call_reply, in_call_connect, call_clear_request, call_disconnect_notify,
  wan_error_notify, set_link_info
};

struct PptpMessage {
  PptpType type{};
  std::uint16_t call_id = 0;       // the first two fields of every message about a call
  std::uint16_t peer_call_id = 0;
  std::uint8_t result = 0;
};
// The control message at the begin of a TCP payload; nothing when it is another packet or cut short.
std::optional<PptpMessage> read_pptp(Bytes payload);
// Where in the payload a message has its first 16-bit field, and the second one.
inline constexpr std::size_t pptp_first_id = 12, pptp_second_id = 14;

}  // namespace fwsim
