// The settings of connection tracking, from the host's sysctls or the kernel's defaults.
#pragma once

#include <array>
#include <cstdint>

#include "model/host.hh"
#include "simulator/conntrack.hh"

namespace fwsim {

struct CtConfig {
  std::array<std::int64_t, 10> tcp{};  // ns, by TcpState
  std::int64_t tcp_max_retrans = 0, tcp_unacknowledged = 0;  // ns
  std::array<std::int64_t, sctp_state_count> sctp{};         // ns, by SctpState
  std::int64_t udp = 0, udp_stream = 0, icmp = 0, icmpv6 = 0, generic = 0, gre = 0, gre_stream = 0;
  std::uint64_t tcp_max_retrans_count = 3;
  bool tcp_loose = true, tcp_liberal = false, tcp_ignore_invalid_rst = false, checksum = true, accounting = false;
  std::uint64_t max = 262144;
  std::uint64_t expect_max = 4096;
};

CtConfig read_ct_config(const Host& host);

}  // namespace fwsim
