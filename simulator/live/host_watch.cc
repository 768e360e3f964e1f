#include "simulator/live/host_watch.hh"

#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

#include "simulator/live/netlink.hh"

namespace fwsim {

HostWatch::HostWatch()
    : netlink_(std::make_unique<Netlink>(NETLINK_ROUTE, RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV4_ROUTE | RTMGRP_IPV4_RULE |
                                                            RTMGRP_IPV6_IFADDR | RTMGRP_IPV6_ROUTE | 1U << (RTNLGRP_IPV6_RULE - 1))) {}

HostWatch::~HostWatch() = default;

int HostWatch::descriptor() const { return netlink_->descriptor(); }

bool HostWatch::changed() {
  bool any = false;
  std::array<char, 64> start;   // that there is a message says all
  for (;;) {
    const ssize_t n = recv(descriptor(), start.data(), start.size(), MSG_DONTWAIT | MSG_TRUNC);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno != ENOBUFS) return any;
    any = true;
  }
}

}  // namespace fwsim
