#include "simulator/sources/device_capture.hh"

#include <fmt/format.h>
#include <net/if.h>
#include <pcap/pcap.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "model/diagnostic.hh"

namespace fwsim {
namespace {

// A packet of 64 KiB that offloads put together, and its link header.
constexpr int longest = 262144;
constexpr int buffer_bytes = 16 << 20;
// The kernel hands on what it has after so long. (Its immediate mode would give each packet a place for the longest one,
// and a burst of some hundred would fill the buffer.)
constexpr int batch_ms = 10;
// So long a frame waits for older ones that another handle brings later.
constexpr std::int64_t settling = 4 * batch_ms * 1'000'000LL;
constexpr std::int64_t second = 1'000'000'000;
constexpr int most_at_once = 4096;
constexpr std::size_t most_waiting = 64 << 20;   // bytes

std::int64_t wall_clock() {
  timespec t{};
  clock_gettime(CLOCK_REALTIME, &t);
  return static_cast<std::int64_t>(t.tv_sec) * second + t.tv_nsec;
}

// IFF_UP and the like; none: there is no such device.
int flags_of(const std::string& name) {
  const int descriptor = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  ifreq request{};
  std::memcpy(request.ifr_name, name.data(), std::min<std::size_t>(name.size(), IFNAMSIZ - 1));
  const bool known = descriptor >= 0 && ioctl(descriptor, SIOCGIFFLAGS, &request) == 0;
  if (descriptor >= 0) close(descriptor);
  return known ? request.ifr_flags : 0;
}

std::string why_not(const std::string& name, int status, const char* detail) {
  switch (status) {
    case PCAP_ERROR_NO_SUCH_DEVICE: return fmt::format("there is no device {}", name);
    case PCAP_ERROR_PERM_DENIED: return fmt::format("no permission to capture on {}: that takes root, or CAP_NET_RAW", name);
    case PCAP_ERROR_IFACE_NOT_UP: return fmt::format("{} is down", name);
    default: return fmt::format("cannot capture on {}: {}", name, detail != nullptr && *detail != 0 ? detail : pcap_statustostr(status));
  }
}

struct CloseHandle {
  void operator()(pcap_t* handle) const { pcap_close(handle); }
};

}  // namespace

bool is_log_group(std::string_view name) { return name == "nflog" || name.starts_with("nflog:"); }

struct DeviceCapture::Handle {
  std::unique_ptr<pcap_t, CloseHandle> pcap;
  std::uint32_t direction = 0;   // as in Frame::flags
  bool nanoseconds = false;
  std::uint64_t lost = 0;

  Handle(const std::string& name, pcap_direction_t side, const std::string& filter) : direction(side == PCAP_D_IN ? 1 : side == PCAP_D_OUT ? 2 : 0) {
    std::array<char, PCAP_ERRBUF_SIZE> error{};
    pcap.reset(pcap_create(name.c_str(), error.data()));
    if (!pcap) throw EnvironmentError(fmt::format("cannot capture on {}: {}", name, error.data()));
    pcap_set_snaplen(pcap.get(), longest);
    pcap_set_promisc(pcap.get(), 0);
    pcap_set_timeout(pcap.get(), batch_ms);
    pcap_set_buffer_size(pcap.get(), buffer_bytes);
    nanoseconds = pcap_set_tstamp_precision(pcap.get(), PCAP_TSTAMP_PRECISION_NANO) == 0;
    if (const int status = pcap_activate(pcap.get()); status < 0) throw EnvironmentError(why_not(name, status, pcap_geterr(pcap.get())));
    const auto check = [&](int status) {
      if (status < 0) throw EnvironmentError(fmt::format("cannot capture on {}: {}", name, pcap_geterr(pcap.get())));
    };
    // Not "inbound and ...": libpcap filters the first packets itself, and cannot tell their direction then.
    if (!filter.empty()) {
      bpf_program program{};
      if (pcap_compile(pcap.get(), &program, filter.c_str(), 1, PCAP_NETMASK_UNKNOWN) < 0)
        throw EnvironmentError(fmt::format("--filter cannot be used on {}: {}", name, pcap_geterr(pcap.get())));
      const int status = pcap_setfilter(pcap.get(), &program);
      pcap_freecode(&program);
      check(status);
    }
    if (side != PCAP_D_INOUT) check(pcap_setdirection(pcap.get(), side));
    if (pcap_setnonblock(pcap.get(), 1, error.data()) < 0) throw EnvironmentError(fmt::format("cannot capture on {}: {}", name, error.data()));
  }
};

struct DeviceCapture::Device {
  std::string name;
  unsigned index = 0;              // which device of that name: another one may come
  std::vector<Handle> handles;     // none: it is gone
  bool up = true;
};

DeviceCapture::DeviceCapture(const std::vector<std::string>& devices, std::string filter) : filter_(std::move(filter)) {
  for (const std::string& name : devices) {
    if (name == "any") throw EnvironmentError("--observe takes the names of devices: eth0,eth1");
    if (std::any_of(devices_.begin(), devices_.end(), [&](const auto& d) { return d->name == name; })) continue;
    devices_.push_back(std::make_unique<Device>(Device{.name = name}));
    open(*devices_.back());
  }
}

DeviceCapture::~DeviceCapture() = default;

void DeviceCapture::open(Device& device) {
  device.index = if_nametoindex(device.name.c_str());
  std::vector<Handle> handles;
  const bool log_group = is_log_group(device.name);
  handles.emplace_back(device.name, log_group ? PCAP_D_INOUT : PCAP_D_IN, filter_);
  // What leaves by lo comes back, and libpcap shows it once.
  if (!log_group && (flags_of(device.name) & IFF_LOOPBACK) == 0) handles.emplace_back(device.name, PCAP_D_OUT, filter_);
  device.handles = std::move(handles);
}

std::vector<std::string> DeviceCapture::devices() const {
  std::vector<std::string> names;
  for (const auto& device : devices_) names.push_back(device->name);
  return names;
}

std::vector<int> DeviceCapture::descriptors() const {
  std::vector<int> list;
  for (const auto& device : devices_)
    for (const Handle& handle : device->handles) list.push_back(pcap_get_selectable_fd(handle.pcap.get()));
  return list;
}

void DeviceCapture::take(Device& device, Handle& handle) {
  struct Context {
    DeviceCapture& capture;
    Device& device;
    Handle& handle;
    unsigned link_type;
  } context{*this, device, handle, static_cast<unsigned>(pcap_datalink(handle.pcap.get()))};
  const auto each = [](u_char* user, const pcap_pkthdr* header, const u_char* bytes) {
    const Context& c = *static_cast<Context*>(static_cast<void*>(user));
    Kept kept;
    kept.bytes.assign(bytes, bytes + header->caplen);
    kept.frame = {.link_type = c.link_type,
                  .original = std::max<std::size_t>(header->len, header->caplen),
                  .time = header->ts.tv_sec * second + header->ts.tv_usec * (c.handle.nanoseconds ? 1 : 1000),
                  .interface = c.device.name,
                  .flags = c.handle.direction};
    c.capture.waiting_bytes_ += kept.bytes.size() + sizeof kept;
    auto& waiting = c.capture.waiting_;
    auto place = waiting.end();
    while (place != waiting.begin() && std::prev(place)->frame.time > kept.frame.time) --place;
    waiting.insert(place, std::move(kept));
  };
  errno = 0;
  if (pcap_dispatch(handle.pcap.get(), most_at_once, each, static_cast<u_char*>(static_cast<void*>(&context))) >= 0) return;
  if (is_log_group(device.name)) {   // netlink sockets: libpcap calls it an error when they are empty, too
    if (errno == EAGAIN) return;
    if (errno == ENOBUFS) {   // how many is not told
      ++handle.lost;
      return say(fmt::format("{}: the kernel's buffer was full: packets are missing", device.name));
    }
  }
  say(fmt::format("{}: {}; waiting for it to come back", device.name, if_nametoindex(device.name.c_str()) == 0 && !is_log_group(device.name) ? "the device is gone" : pcap_geterr(handle.pcap.get())));
  for (const Handle& each_handle : device.handles) lost_before_ += each_handle.lost;
  device.handles.clear();
}

bool DeviceCapture::read() {
  bool changed = false;
  if (waiting_bytes_ > most_waiting) return changed;
  for (const auto& device : devices_)
    for (std::size_t i = 0; i < device->handles.size(); ++i) {
      take(*device, device->handles[i]);
      changed = changed || device->handles.empty();
    }
  return changed;
}

bool DeviceCapture::look() {
  bool changed = false;
  for (const auto& device : devices_) {
    const unsigned index = if_nametoindex(device->name.c_str());
    if (device->handles.empty() || (index != 0 && index != device->index)) {
      if (index == 0 && !is_log_group(device->name)) continue;
      const bool another = index != device->index;
      try {
        open(*device);
      } catch (const EnvironmentError&) {
        continue;   // still down: the next time
      }
      changed = device->up = true;
      say(fmt::format("{} is back{}", device->name, another ? ", as another device: its addresses are taken to be those it had" : ""));
    }
    const bool up = (flags_of(device->name) & IFF_UP) != 0;
    if (index != 0 && up != device->up) {
      say(fmt::format("{} is {}", device->name, up ? "up again" : "down; waiting for it to come back"));
      device->up = up;
    }
    for (Handle& handle : device->handles) {
      pcap_stat stat{};
      if (pcap_stats(handle.pcap.get(), &stat) != 0 || stat.ps_drop <= handle.lost) continue;
      const std::uint64_t before = std::exchange(handle.lost, stat.ps_drop);
      say(fmt::format("{}: the kernel's buffer was full: packets are missing", device->name), handle.lost - before);
    }
  }
  return changed;
}

void DeviceCapture::end() {
  const timespec batch{.tv_sec = 0, .tv_nsec = 3 * batch_ms * 1'000'000L};
  nanosleep(&batch, nullptr);
  read();
  look();
  ended_ = true;
}

std::uint64_t DeviceCapture::lost() const {
  std::uint64_t sum = lost_before_;
  for (const auto& device : devices_)
    for (const Handle& handle : device->handles) sum += handle.lost;
  return sum;
}

// A time to come: somebody has set the clock back.
bool DeviceCapture::settled(const Kept& kept) const {
  const std::int64_t age = wall_clock() - kept.frame.time;
  return ended_ || age >= settling || age < -second;
}

bool DeviceCapture::next(Frame& frame) {
  if (waiting_.empty() || !settled(waiting_.front())) return false;
  current_ = std::move(waiting_.front());
  waiting_.pop_front();
  waiting_bytes_ -= current_.bytes.size() + sizeof current_;
  frame = current_.frame;
  frame.bytes = current_.bytes;
  frame.number = ++number_;
  frame.time = last_time_ = std::max(frame.time, last_time_);   // timers never run back
  return true;
}

std::optional<std::chrono::nanoseconds> DeviceCapture::next_in() const {
  if (waiting_.empty()) return std::nullopt;
  return std::chrono::nanoseconds(std::clamp<std::int64_t>(waiting_.front().frame.time + settling - wall_clock(), 0, settling));
}

}  // namespace fwsim
