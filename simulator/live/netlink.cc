#include "simulator/live/netlink.hh"

#include <fmt/format.h>
#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "model/diagnostic.hh"

namespace fwsim {

bool may_configure_networks() {
  __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> sets{};
  return syscall(SYS_capget, &header, sets.data()) != 0 || (sets[CAP_TO_INDEX(CAP_NET_ADMIN)].effective & CAP_TO_MASK(CAP_NET_ADMIN)) != 0;
}

Netlink::Netlink(int bus, unsigned groups) : socket_(mnl_socket_open2(bus, SOCK_CLOEXEC)) {
  if (!socket_) throw EnvironmentError(fmt::format("netlink: {}", std::strerror(errno)));
  if (mnl_socket_bind(socket_, groups, MNL_SOCKET_AUTOPID) < 0) {
    const int error = errno;
    mnl_socket_close(socket_);
    throw EnvironmentError(fmt::format("netlink: {}", std::strerror(error)));
  }
}

Netlink::~Netlink() { mnl_socket_close(socket_); }

int Netlink::transact(const void* messages, std::size_t length, unsigned count) {
  if (mnl_socket_sendto(socket_, messages, length) < 0) return errno;
  int error = 0;
  alignas(nlmsghdr) std::array<char, 16384> buffer;
  while (count > 0) {
    const ssize_t n = mnl_socket_recvfrom(socket_, buffer.data(), buffer.size());
    if (n < 0) {
      if (errno == EINTR) continue;
      return errno;
    }
    int left = static_cast<int>(n);
    for (const nlmsghdr* m = reinterpret_cast<const nlmsghdr*>(buffer.data()); mnl_nlmsg_ok(m, left); m = mnl_nlmsg_next(m, &left)) {
      if (m->nlmsg_type != NLMSG_ERROR) continue;
      const auto* answer = static_cast<const nlmsgerr*>(mnl_nlmsg_get_payload(m));
      if (answer->error != 0) {
        if (error == 0) error = -answer->error;
        // A batch that fails may be answered once for the whole of it.
        if (answer->msg.nlmsg_type == 0x10) return error;
      }
      if (count > 0) --count;
    }
    if (error != 0) return error;
  }
  return error;
}

}  // namespace fwsim
