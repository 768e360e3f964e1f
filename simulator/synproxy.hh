// SYNPROXY (net/netfilter/nf_synproxy_core.c): SYNs are answered with a cookie; who brings it back gets
// a connection to the server, whose sequence numbers and timestamps are translated from then on.
//
// The kernel computes cookies with a secret, so any numbers will do here; which acknowledgement brings
// one back is decided by those that were given out.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "simulator/own_segment.hh"
#include "simulator/packet.hh"

namespace fwsim {

struct World;

// What a connection to a server remembers (struct nf_conn_synproxy).
struct SynproxyTrack {
  std::uint32_t isn = 0;     // the cookie: where the numbers that the client knows begin
  std::uint32_t its = 0;     // the time that the client knows
  std::uint32_t offset = 0;  // of the server's clock against it
};

enum class CookieCheck : std::uint8_t { valid, invalid, unknown };
struct Cookie {
  CookieCheck check = CookieCheck::invalid;
  std::uint16_t mss = 0;     // the class of the client's MSS that it carries
};

// The cookie for this SYN. A client without an MSS option has 0.
std::uint32_t give_cookie(const Packet& syn, std::uint16_t mss, World& world);
// Whether `number` is the cookie of the packet's sender, whose SYN had the number `isn`.
Cookie check_cookie(const Packet& packet, std::uint32_t number, std::uint32_t isn, World& world);

// The SYN to the server for an ACK of the client whose numbers begin at `seq`; nothing with a wrong cookie.
struct Recalled {
  CookieCheck check = CookieCheck::invalid;
  std::optional<Packet> syn;
};
Recalled recall_client(const Packet& packet, std::uint32_t seq, World& world);

// What a rule answers to a SYN.
struct SynproxyRule {
  std::optional<std::uint16_t> mss;
  std::optional<std::uint8_t> wscale;
  bool sack = false, timestamp = false, ecn = false;
};
Packet synproxy_answer(const Packet& syn, const SynproxyRule& rule, World& world);

// The hook before the confirmation, for packets of connections that SYNPROXY made. `send` takes what it
// sends at once: the numbers of the connection change between its packets.
enum class SynproxyVerdict : std::uint8_t { accept, drop, stolen, unknown };
SynproxyVerdict synproxy_hook(Packet& packet, World& world, const std::function<void(Packet)>& send);

}  // namespace fwsim
