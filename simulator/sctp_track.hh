// What connection tracking remembers of an SCTP association (struct ip_ct_sctp).
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace fwsim {

// Named as the kernel names them, which are not quite the states of an endpoint.
enum class SctpState : std::uint8_t {
  none, closed, cookie_wait, cookie_echoed, established, shutdown_sent, shutdown_recd, shutdown_ack_sent, heartbeat_sent
};
inline constexpr std::size_t sctp_state_count = 9;
std::string_view sctp_state_name(SctpState state);  // "COOKIE_WAIT"

struct SctpTrack {
  SctpState state = SctpState::none;
  std::array<std::uint32_t, 2> vtag{};  // that packets of each direction carry; 0: not known yet
  std::array<bool, 2> init{};           // an INIT was seen and no COOKIE ACK since
  std::array<bool, 2> unknown_tag{};    // of a snapshot: the next packet tells it
  bool heartbeat_failed = false;        // a HEARTBEAT had another tag; its answer decides
  unsigned last_dir = 0;                // of that HEARTBEAT
};

}  // namespace fwsim
