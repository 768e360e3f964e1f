// A socket of the host, with what netfilter asks of one (struct sock, struct inet_sock): where it is
// bound, whom it is connected with, who opened it. What is not known of it is empty.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/types.hh"

namespace fwsim {

struct Socket {
  enum class State : std::uint8_t {
    unconnected,  // UDP, or a raw one
    listening,    // TCP
    opening,      // TCP, SYN sent
    request,      // TCP, SYN/ACK sent for a listener: not a whole socket yet (TCP_NEW_SYN_RECV)
    established   // TCP, and UDP after connect()
  };
  Family family = Family::v4;
  std::uint8_t proto = 6;
  State state = State::listening;
  u128 address = 0;                // 0: any
  std::uint16_t port = 0;
  u128 peer = 0;                   // 0: none
  std::uint16_t peer_port = 0;
  std::uint32_t sequence = 0;      // of opening and request: where its numbers begin
  std::string device;              // bound to it; may be empty
  bool v6_only = false;            // an IPv6 wildcard socket that takes no IPv4
  bool kernel = false;             // of the kernel itself: no file, so no owner, behind it
  std::string process;             // the program's name, when known

  std::optional<bool> transparent = false;      // IP_TRANSPARENT
  std::optional<std::uint32_t> mark = 0;        // SO_MARK
  std::optional<std::uint32_t> uid = 0, gid = 0;
  std::optional<std::vector<std::uint32_t>> groups = std::vector<std::uint32_t>{};  // supplementary ones
  std::optional<std::string> cgroup = "";       // path below the root of version 2: "system.slice/x.service"
  std::uint32_t class_id = 0;                   // of net_cls, version 1
};

// A program that decides about the packets of an NFQUEUE queue.
struct QueueListener {
  enum class Verdict : std::uint8_t { accept, drop, repeat };
  Verdict verdict = Verdict::accept;
  std::optional<std::uint32_t> mark;  // it gives the packets this mark
  bool operator==(const QueueListener&) const = default;
};

}  // namespace fwsim
