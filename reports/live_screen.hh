// `fwsim live --observe` on a terminal: the table that is drawn again each second.
#pragma once

#include "reports/packet_report.hh"

namespace fwsim {

// How often, and how often in the last second.
struct LiveRate {
  std::uint64_t total = 0;
  double per_second = 0;
};

struct LiveScreen {
  std::string devices;                  // "eth0, eth1"
  double seconds = 0;                   // since the start
  LiveRate packets, bytes;
  std::array<LiveRate, fate_count> fates{};
  struct Hit {
    RuleRef rule;
    LiveRate packets;
  };
  std::vector<Hit> rules;               // those hit most
  std::uint64_t lost = 0;               // packets that the kernel could not hand on
};

// Lines of at most `width` columns.
std::string live_screen_text(const LiveScreen& table, const ReportContext& context, std::size_t width);

}  // namespace fwsim
