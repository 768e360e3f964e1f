// The sockets of a host, from what `ss -tuanpe` prints (or `ss -tulnp`: then only those that wait).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/host.hh"

namespace fwsim {

// "192.0.2.1:80", "[::]:443", "*:22" (both families), "127.0.0.53%lo:53", "0.0.0.0:*" (any port).
struct SocketEnd {
  Family family = Family::v4;
  u128 address = 0;
  std::uint16_t port = 0;
  std::string device;
  bool both_families = false;
};
std::optional<SocketEnd> read_socket_end(std::string_view text);

// Sets the host's sockets, and which kinds of them are all known. Lines that are none (the heading,
// other kinds of sockets) are passed over, and so are connections in TIME-WAIT.
void read_sockets(std::string_view text, Host& host);

}  // namespace fwsim
