#include "simulator/live/wire.hh"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>

#include "model/diagnostic.hh"

namespace fwsim {
namespace {

// A slot takes the longest packet that segmentation offload makes (64 KiB), with its headers.
constexpr unsigned slot_size = 69632, slots = 512;
constexpr int send_buffer = 8 << 20;

[[noreturn]] void fail(const std::string& device, const char* what) {
  const char* hint = errno == EPERM || errno == EACCES ? ": it takes root (CAP_NET_RAW and CAP_NET_ADMIN)" : "";
  throw EnvironmentError(fmt::format("{}: {}: {}{}", device, what, std::strerror(errno), hint));
}

// struct virtio_net_hdr, whose header is none for C++ everywhere; in the byte order of this machine.
struct OffloadHeader {
  std::uint8_t flags = 0, kind = 0;
  std::uint16_t headers = 0, segment = 0, checksum_start = 0, checksum_offset = 0;
};
static_assert(sizeof(OffloadHeader) == 10);
constexpr unsigned needs_checksum = 1, tcp_v4 = 1, tcp_v6 = 4, udp_segments = 5, with_ecn = 0x80;

template <class Value>
bool set(int socket, int option, const Value& value) {
  return setsockopt(socket, SOL_PACKET, option, &value, sizeof value) == 0;
}

Offload offload_of(const OffloadHeader& header) {
  const unsigned kind = header.kind & ~with_ecn;
  const bool segments = kind == tcp_v4 || kind == tcp_v6 || kind == udp_segments;
  return {.checksum = (header.flags & needs_checksum) != 0, .segment = segments ? header.segment : 0U};
}

}  // namespace

WireFacts wire_facts(const std::string& device) {
  if (device.empty() || device.size() >= IFNAMSIZ) throw EnvironmentError(fmt::format("there is no device '{}'", device));
  const int s = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);   // who may not make one is told now
  if (s < 0) fail(device, "a packet socket");
  ifreq request{};
  std::memcpy(static_cast<char*>(request.ifr_name), device.data(), device.size());
  WireFacts facts;
  const bool there = ioctl(s, SIOCGIFINDEX, &request) == 0;
  facts.index = static_cast<unsigned>(request.ifr_ifindex);
  const bool ethernet = there && ioctl(s, SIOCGIFHWADDR, &request) == 0 && request.ifr_hwaddr.sa_family == ARPHRD_ETHER;
  for (const std::uint8_t byte : Bytes(reinterpret_cast<const std::uint8_t*>(request.ifr_hwaddr.sa_data), 6))
    facts.mac = facts.mac << 8 | byte;
  if (ioctl(s, SIOCGIFMTU, &request) == 0) facts.mtu = static_cast<unsigned>(request.ifr_mtu);
  if (ioctl(s, SIOCGIFFLAGS, &request) == 0) facts.up = (request.ifr_flags & IFF_UP) != 0;
  close(s);
  if (!there) throw EnvironmentError(fmt::format("there is no device '{}'", device));
  if (!ethernet) throw EnvironmentError(fmt::format("{} is no Ethernet device", device));
  return facts;
}

Wire::Wire(const std::string& device, bool all) : device_(device), facts_(wire_facts(device)) {
  try {
    open(all);
  } catch (...) {
    if (ring_) munmap(ring_, std::size_t{slot_size} * slots);
    if (in_ >= 0) close(in_);
    if (out_ >= 0) close(out_);
    throw;
  }
}

void Wire::open(bool all) {
  in_ = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  out_ = in_ < 0 ? -1 : socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);   // of no protocol: it receives nothing
  if (out_ < 0) fail(device_, "a packet socket");
  const int version = TPACKET_V2, yes = 1;
  set(in_, PACKET_IGNORE_OUTGOING, yes);   // older kernels lack it: receive() looks, too
  tpacket_req ring{};
  ring.tp_block_size = ring.tp_frame_size = slot_size;
  ring.tp_block_nr = ring.tp_frame_nr = slots;
  if (!set(in_, PACKET_VNET_HDR, yes) || !set(in_, PACKET_VERSION, version) || !set(in_, PACKET_RX_RING, ring)) fail(device_, "a ring for packets");
  void* memory = mmap(nullptr, std::size_t{slot_size} * slots, PROT_READ | PROT_WRITE, MAP_SHARED, in_, 0);
  if (memory == MAP_FAILED) fail(device_, "a ring for packets");
  ring_ = static_cast<std::uint8_t*>(memory);
  if (setsockopt(out_, SOL_SOCKET, SO_SNDBUFFORCE, &send_buffer, sizeof send_buffer) != 0)
    setsockopt(out_, SOL_SOCKET, SO_SNDBUF, &send_buffer, sizeof send_buffer);
  sockaddr_ll where{};
  where.sll_family = AF_PACKET;
  where.sll_ifindex = static_cast<int>(facts_.index);
  if (bind(out_, reinterpret_cast<const sockaddr*>(&where), sizeof where) != 0) fail(device_, "bind");
  if (all) {
    packet_mreq member{};
    member.mr_ifindex = where.sll_ifindex;
    member.mr_type = PACKET_MR_PROMISC;
    if (!set(in_, PACKET_ADD_MEMBERSHIP, member)) fail(device_, "promiscuous mode");
  }
  where.sll_protocol = htons(ETH_P_ALL);
  if (bind(in_, reinterpret_cast<const sockaddr*>(&where), sizeof where) != 0) fail(device_, "bind");
}

Wire::~Wire() {
  if (ring_) munmap(ring_, std::size_t{slot_size} * slots);
  close(in_);
  close(out_);
}

std::uint8_t* Wire::slot() const { return ring_ + at_ * slot_size; }

void Wire::give_back() {
  if (!held_) return;
  held_ = false;
  auto& header = *reinterpret_cast<tpacket2_hdr*>(slot());
  std::atomic_ref(header.tp_status).store(TP_STATUS_KERNEL, std::memory_order_release);
  at_ = (at_ + 1) % slots;
}

bool Wire::receive(Arrived& arrived) {
  for (;;) {
    give_back();
    auto& header = *reinterpret_cast<tpacket2_hdr*>(slot());
    const auto status = std::atomic_ref(header.tp_status).load(std::memory_order_acquire);
    if ((status & TP_STATUS_USER) == 0) return false;
    held_ = true;
    const auto& from = *reinterpret_cast<const sockaddr_ll*>(slot() + TPACKET_ALIGN(sizeof(tpacket2_hdr)));
    if (from.sll_pkttype == PACKET_OUTGOING || from.sll_pkttype == PACKET_LOOPBACK) continue;
    const std::uint8_t* bytes = slot() + header.tp_mac;
    OffloadHeader offload;
    std::memcpy(&offload, bytes - sizeof offload, sizeof offload);
    arrived.frame = Bytes(bytes, header.tp_snaplen);
    arrived.for_another = from.sll_pkttype == PACKET_OTHERHOST;
    arrived.cut = header.tp_snaplen < header.tp_len;
    arrived.offload = offload_of(offload);
    if ((status & TP_STATUS_VLAN_VALID) != 0 && arrived.frame.size() >= 12) {
      const unsigned protocol = (status & TP_STATUS_VLAN_TPID_VALID) != 0 ? header.tp_vlan_tpid : ETH_P_8021Q;
      tagged_.assign(bytes, bytes + 12);
      tagged_.resize(16);
      put16(tagged_, 12, protocol);
      put16(tagged_, 14, header.tp_vlan_tci);
      tagged_.insert(tagged_.end(), bytes + 12, bytes + header.tp_snaplen);
      arrived.frame = tagged_;
    }
    return true;
  }
}

int Wire::send(Bytes header, Bytes rest) {
  const auto part = [](Bytes bytes) { return iovec{const_cast<std::uint8_t*>(bytes.data()), bytes.size()}; };
  iovec parts[] = {part(header), part(rest)};
  msghdr message{};
  message.msg_iov = &parts[0];
  message.msg_iovlen = 2;
  return sendmsg(out_, &message, MSG_NOSIGNAL) < 0 ? errno : 0;
}

int Wire::error() {
  int error = 0;
  socklen_t size = sizeof error;
  getsockopt(in_, SOL_SOCKET, SO_ERROR, &error, &size);
  return error;
}

std::uint64_t Wire::lost() {
  tpacket_stats stats{};
  socklen_t size = sizeof stats;
  return getsockopt(in_, SOL_PACKET, PACKET_STATISTICS, &stats, &size) == 0 ? stats.tp_drops : 0;
}

}  // namespace fwsim
