// A netlink socket for requests that are answered: libmnl with errors as exceptions. Private to simulator/live.
#pragma once

#include <libmnl/libmnl.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace fwsim {

// Whether this process has CAP_NET_ADMIN: the kernel says EPERM for other reasons, too.
bool may_configure_networks();

class Netlink {
 public:
  // NETLINK_NETFILTER, NETLINK_ROUTE; `groups` whose messages it gets, a bit each. Throws EnvironmentError.
  explicit Netlink(int bus, unsigned groups = 0);
  ~Netlink();
  Netlink(const Netlink&) = delete;
  Netlink& operator=(const Netlink&) = delete;

  int descriptor() const { return mnl_socket_get_fd(socket_); }
  mnl_socket* socket() const { return socket_; }
  std::uint32_t next() { return ++sequence_; }

  // Sends messages that ask for an acknowledgement each, `count` of them; the first error as errno, 0 for none.
  int transact(const void* messages, std::size_t length, unsigned count);

 private:
  mnl_socket* socket_ = nullptr;
  std::uint32_t sequence_ = 0;
};

}  // namespace fwsim
