#include "simulator/live/tun_device.hh"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "model/diagnostic.hh"
#include "model/types.hh"

namespace fwsim {
namespace {

constexpr std::size_t longest = 65536;
constexpr const char* gate = "/dev/net/tun";

int open_gate() {
  const int descriptor = open(gate, O_RDWR | O_NONBLOCK | O_CLOEXEC);
  if (descriptor >= 0) return descriptor;
  if (errno == EACCES || errno == EPERM) throw EnvironmentError(fmt::format("{}: {}: it takes root", gate, std::strerror(errno)));
  throw EnvironmentError(fmt::format("{}: {}: the kernel module 'tun' is missing, or the container has no such device", gate, std::strerror(errno)));
}

std::string why_not(const std::string& name, bool there, int error) {
  if (error == EBUSY) return fmt::format("{} is in use: another program has that TUN device", name);
  if (error == EPERM || error == EACCES) return fmt::format("{}: making a TUN device takes root (CAP_NET_ADMIN)", name);
  if (there) return fmt::format("there is a device {} already, and it is no TUN device", name);
  return fmt::format("{}: no TUN device can be made: {}", name, std::strerror(error));
}

}  // namespace

TunDevice::TunDevice(const std::string& name) {
  if (name.size() > max_interface_name) throw EnvironmentError(fmt::format("'{}' is too long for a device: {} characters at most", name, max_interface_name));
  if (name.empty() || name == "." || name == ".." || name.find_first_of("/:% \t\n") != name.npos)
    throw EnvironmentError(fmt::format("'{}' is no name of a device", name));
  const bool there = if_nametoindex(name.c_str()) != 0;
  descriptor_ = open_gate();
  ifreq request{};
  std::memcpy(static_cast<char*>(request.ifr_name), name.data(), name.size());
  request.ifr_flags = IFF_TUN | IFF_NO_PI;
  if (ioctl(descriptor_, TUNSETIFF, &request) == 0) return;
  const int error = errno;
  close(descriptor_);
  throw EnvironmentError(why_not(name, there, error));
}

TunDevice::~TunDevice() { close(descriptor_); }

bool TunDevice::receive(std::vector<std::uint8_t>& packet) {
  packet.resize(longest);
  const ssize_t size = read(descriptor_, packet.data(), packet.size());
  packet.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
  return size > 0;
}

int TunDevice::send(Bytes packet) { return write(descriptor_, packet.data(), packet.size()) < 0 ? errno : 0; }

}  // namespace fwsim
