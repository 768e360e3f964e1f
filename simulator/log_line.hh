// The kernel's text about a packet, as LOG and TRACE write it (net/netfilter/nf_log_syslog.c). Every
// item ends with a space, so does the line.
#pragma once

#include <string>
#include <string_view>

#include "simulator/packet.hh"

namespace fwsim {

struct LogParts {
  bool tcp_sequence = false;
  bool tcp_options = false;
  bool ip_options = false;
  bool uid = false;
  bool mac_decode = false;
};
inline constexpr LogParts trace_parts{true, true, true, true, false};  // what TRACE shows

// "PREFIXIN=eth0 OUT= MAC=... SRC=192.0.2.1 ..."; nothing stands between prefix and "IN=".
std::string log_line(const Packet& packet, std::string_view prefix, const LogParts& parts);

}  // namespace fwsim
