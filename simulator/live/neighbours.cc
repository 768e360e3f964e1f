#include "simulator/live/neighbours.hh"

#include <fmt/format.h>
#include <libmnl/libmnl.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <vector>

#include "model/diagnostic.hh"
#include "simulator/packet.hh"

namespace fwsim {
namespace {

constexpr std::int64_t ask_again = 1'000'000'000;   // ns
constexpr std::size_t most_entries = 65536;
using Buffer = std::array<char, 256>;

int number_of(Family family) { return family == Family::v4 ? AF_INET : AF_INET6; }

Bytes payload(const nlattr* attribute) {
  return {static_cast<const std::uint8_t*>(mnl_attr_get_payload(attribute)), mnl_attr_get_payload_len(attribute)};
}

}  // namespace

Neighbours::Neighbours() : socket_(mnl_socket_open2(NETLINK_ROUTE, SOCK_NONBLOCK | SOCK_CLOEXEC)) {
  if (!socket_ || mnl_socket_bind(socket_, 1U << (RTNLGRP_NEIGH - 1), MNL_SOCKET_AUTOPID) < 0) {
    const int error = errno;
    if (socket_) mnl_socket_close(socket_);
    throw EnvironmentError(fmt::format("the kernel's table of neighbours: {}", std::strerror(error)));
  }
  ask_for_all();
}

Neighbours::~Neighbours() { mnl_socket_close(socket_); }

int Neighbours::descriptor() const { return mnl_socket_get_fd(socket_); }

void Neighbours::ask_for_all() {
  alignas(nlmsghdr) Buffer buffer{};
  nlmsghdr* message = mnl_nlmsg_put_header(buffer.data());
  message->nlmsg_type = RTM_GETNEIGH;
  message->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  mnl_nlmsg_put_extra_header(message, sizeof(ndmsg));
  mnl_socket_sendto(socket_, message, message->nlmsg_len);
}

// As a packet of the kernel's own to that neighbour would have it ask ("ip neigh add ... use").
void Neighbours::ask(const Key& key) {
  alignas(nlmsghdr) Buffer buffer{};
  nlmsghdr* message = mnl_nlmsg_put_header(buffer.data());
  message->nlmsg_type = RTM_NEWNEIGH;
  message->nlmsg_flags = NLM_F_REQUEST | NLM_F_CREATE;
  auto* head = static_cast<ndmsg*>(mnl_nlmsg_put_extra_header(message, sizeof(ndmsg)));
  head->ndm_family = static_cast<std::uint8_t>(number_of(key.family));
  head->ndm_ifindex = static_cast<int>(key.device);
  head->ndm_flags = NTF_USE;
  std::vector<std::uint8_t> address(address_bits(key.family) / 8);
  put_address(key.family, address, 0, key.address);
  mnl_attr_put(message, NDA_DST, address.size(), address.data());
  mnl_socket_sendto(socket_, message, message->nlmsg_len);
}

std::optional<std::uint64_t> Neighbours::find(const Key& key, std::int64_t now) {
  if (entries_.size() > most_entries) std::erase_if(entries_, [](const auto& entry) { return entry.second.mac == 0; });
  Entry& entry = entries_[key];
  if (!entry.fresh && (entry.asked == 0 || now - entry.asked > ask_again)) {
    entry.asked = now;
    ask(key);
  }
  return entry.mac != 0 ? std::optional(entry.mac) : std::nullopt;
}

void Neighbours::read() {
  alignas(nlmsghdr) std::array<char, 32768> buffer;
  for (;;) {
    const ssize_t size = mnl_socket_recvfrom(socket_, buffer.data(), buffer.size());
    if (size < 0 && errno == ENOBUFS) {
      ask_for_all();
      continue;
    }
    if (size <= 0) return;
    int left = static_cast<int>(size);
    for (const auto* m = reinterpret_cast<const nlmsghdr*>(buffer.data()); mnl_nlmsg_ok(m, left); m = mnl_nlmsg_next(m, &left))
      if (m->nlmsg_type == RTM_NEWNEIGH || m->nlmsg_type == RTM_DELNEIGH) take(*m);
  }
}

void Neighbours::take(const nlmsghdr& message) {
  const auto* head = static_cast<const ndmsg*>(mnl_nlmsg_get_payload(&message));
  if (head->ndm_family != AF_INET && head->ndm_family != AF_INET6) return;
  Key key{.device = static_cast<unsigned>(head->ndm_ifindex), .family = head->ndm_family == AF_INET ? Family::v4 : Family::v6};
  std::uint64_t mac = 0;
  const auto* end = reinterpret_cast<const char*>(&message) + message.nlmsg_len;
  for (const auto* a = static_cast<const nlattr*>(mnl_nlmsg_get_payload_offset(&message, sizeof(ndmsg)));
       mnl_attr_ok(a, static_cast<int>(end - reinterpret_cast<const char*>(a))); a = mnl_attr_next(a)) {
    const Bytes value = payload(a);
    if (mnl_attr_get_type(a) == NDA_DST && value.size() == address_bits(key.family) / 8) key.address = address_at(key.family, value, 0);
    if (mnl_attr_get_type(a) == NDA_LLADDR && value.size() == 6) mac = std::uint64_t{be16(value, 0)} << 32 | be32(value, 2);
  }
  const bool gone = message.nlmsg_type == RTM_DELNEIGH;
  const bool known = !gone && mac != 0 && (head->ndm_state & (NUD_REACHABLE | NUD_STALE | NUD_DELAY | NUD_PROBE | NUD_PERMANENT | NUD_NOARP)) != 0;
  Entry& entry = entries_[key];
  entry.mac = known ? mac : 0;
  entry.fresh = known && (head->ndm_state & NUD_STALE) == 0;
  if (known && found) found(key, mac);
  if ((gone || (head->ndm_state & NUD_FAILED) != 0) && lost) lost(key);
  if (gone) entries_.erase(key);
}

}  // namespace fwsim
