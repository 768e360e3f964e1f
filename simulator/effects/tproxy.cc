// TPROXY: gives the packet to a transparent socket of this host, or drops it (net/netfilter/xt_TPROXY.c,
// nf_tproxy_ipv4.c, nf_tproxy_ipv6.c): to its own connection, else to whoever waits at the given address.
#include <string>
#include <utility>

#include "simulator/effect.hh"
#include "simulator/rewrite.hh"
#include "simulator/routing.hh"
#include "simulator/tcp_options.hh"
#include "simulator/world.hh"

namespace fwsim {
namespace {

constexpr std::uint8_t tcp = 6;

bool is_connected(const Socket& s) { return s.state == Socket::State::established; }

FoundSocket connection(const SocketKey& key, const Sockets& sockets) {
  if (key.proto == tcp) return sockets.connection(key);
  FoundSocket found = sockets.datagram(key);
  if (found.socket && (!is_connected(*found.socket) || found.socket->address == 0)) found.socket = nullptr;
  return found;
}

FoundSocket waiting(const SocketKey& key, const Sockets& sockets) {
  if (key.proto == tcp) return sockets.listener(key);
  FoundSocket found = sockets.datagram(key);
  if (found.socket && is_connected(*found.socket)) found.socket = nullptr;
  return found;
}

class Tproxy : public Target {
 public:
  explicit Tproxy(const TargetUse& use) : port_(static_cast<std::uint16_t>(use.number("on-port"))) {
    if (const auto* address = use.get<AddressRange>("on-ip")) address_ = address->low;
    if (const auto* mark = use.get<Masked>("tproxy-mark")) mark_ = *mark;
  }

  Outcome apply(Packet& packet, const Where&, World& world) override {
    const Bytes l4 = packet.transport();
    if (l4.size() < 8) return Outcome::drop;
    const FoundSocket found = find(packet, l4, world);
    if (!found.known) return unknown("which sockets are open on the host is not known");
    if (!found.socket) return Outcome::drop;
    if (!found.socket->transparent) return unknown("whether the socket that waits is transparent is not known");
    if (!*found.socket->transparent) return Outcome::drop;
    const std::uint64_t old = packet.fields.number(Field::mark);
    set_field(packet, Field::mark, ((old & ~mark_.mask) ^ mark_.value) & 0xffffffff);
    attach_socket(packet, found.socket);
    return Outcome::accept;
  }
  std::string why() const override { return why_; }

 private:
  Outcome unknown(std::string why) {
    why_ = "TPROXY accepts the packet if a transparent socket takes it, and drops it if none does: " + std::move(why);
    return Outcome::unknown;
  }

  FoundSocket find(const Packet& packet, Bytes l4, const World& world) const {
    SocketKey key{.family = packet.family,
                  .proto = static_cast<std::uint8_t>(packet.protocol),
                  .src = packet.fields.get(Field::src),
                  .sport = be16(l4, 0),
                  .dst = packet.fields.get(Field::dst),
                  .dport = be16(l4, 2),
                  .device = name_text(packet.fields.get(Field::in_if))};
    if (key.proto == tcp && l4.size() < 20) return {};
    key.opens = key.proto == tcp && is_bare_syn(l4[13]);
    FoundSocket found = connection(key, world.sockets);
    if (found.socket || !found.known) return found;
    if (address_ != 0)
      key.dst = address_;
    else if (world.routing)
      key.dst = world.routing->first_address(packet.family, key.device).value_or(key.dst);
    if (port_ != 0) key.dport = port_;
    return waiting(key, world.sockets);
  }

  std::uint16_t port_;
  u128 address_ = 0;
  Masked mark_{};
  std::string why_;
};

std::unique_ptr<Target> make(const TargetUse& use, Family, World&) { return std::make_unique<Tproxy>(use); }

}  // namespace

extern const TargetKind effect_TPROXY{"TPROXY", make};

}  // namespace fwsim
