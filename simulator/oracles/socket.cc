// -m socket: whether a socket of this host takes the packet, or sent what an ICMP error is about
// (net/netfilter/xt_socket.c, nf_socket_ipv4.c, nf_socket_ipv6.c).
#include <optional>
#include <string>
#include <utility>

#include "simulator/conntrack.hh"
#include "simulator/oracle.hh"
#include "simulator/quoted.hh"
#include "simulator/rewrite.hh"
#include "simulator/tcp_options.hh"
#include "simulator/world.hh"

namespace fwsim {
namespace {

constexpr unsigned icmp = 1, tcp = 6, udp = 17, icmpv6 = 58;

bool is_error(const Packet& packet) {
  if (!packet.fields.has(Field::icmp)) return false;
  const std::uint64_t type = packet.fields.number(Field::icmp) >> 8;
  if (packet.protocol == icmpv6) return type < 128;
  return packet.protocol == icmp && (type == 3 || type == 4 || type == 5 || type == 11 || type == 12);
}

// The answers of a connection that SNAT translated here come to the address it had before.
void undo_snat(const Packet& packet, SocketKey& key) {
  if (packet.family != Family::v4 || !packet.ct || !packet.ct_reply || (packet.ct->status & ct_src_nat_done) == 0) return;
  const auto state = static_cast<CtState>(packet.fields.number(Field::ct_state));
  if (state != (packet.protocol == icmp ? CtState::related : CtState::established)) return;
  key.dst = packet.ct->original().src;
  key.dport = packet.ct->original().sport;
}

// What to look for; nothing for packets that no socket is looked for.
std::optional<SocketKey> key_of(const Packet& packet) {
  SocketKey key{.family = packet.family, .device = name_text(packet.fields.get(Field::in_if))};
  if (packet.protocol == tcp || packet.protocol == udp) {
    const Bytes l4 = packet.transport();
    if (l4.size() < (packet.protocol == tcp ? 20 : 8)) return std::nullopt;
    key.proto = static_cast<std::uint8_t>(packet.protocol);
    key.src = packet.fields.get(Field::src);
    key.dst = packet.fields.get(Field::dst);
    key.sport = be16(l4, 0);
    key.dport = be16(l4, 2);
    key.opens = packet.protocol == tcp && is_bare_syn(l4[13]);
  } else if (is_error(packet)) {
    const auto quoted = read_quoted(packet, packet.l4 + 8);
    if (!quoted || (quoted->protocol != tcp && quoted->protocol != udp) || quoted->l4 + 4 > packet.bytes.size())
      return std::nullopt;
    key.proto = static_cast<std::uint8_t>(quoted->protocol);
    key.src = quoted->dst;
    key.dst = quoted->src;
    key.sport = be16(packet.all(), quoted->l4 + 2);
    key.dport = be16(packet.all(), quoted->l4);
  } else {
    return std::nullopt;
  }
  undo_snat(packet, key);
  return key;
}

class SocketMatch : public Oracle {
 public:
  explicit SocketMatch(const MatchUse& use)
      : transparent_(use.has("transparent")), any_address_(use.has("nowildcard")), restore_(use.has("restore-skmark")) {}

  Answer test(Packet& packet, const Where&, World& world) override {
    if (packet.socket) return judge(packet, *packet.socket);
    const auto key = key_of(packet);
    if (!key) return Answer::no;
    const FoundSocket found = world.sockets.lookup(*key);
    if (found.known) return found.socket ? judge(packet, *found.socket) : Answer::no;
    if (is_for_others(packet) && !any_address_ && (!transparent_ || key->opens)) return Answer::no;
    return unknown("which sockets are open on the host is not known");
  }
  std::string why() const override { return why_; }

 private:
  Answer unknown(std::string why) {
    why_ = std::move(why);
    return Answer::unknown;
  }

  // Only a transparent proxy's sockets have foreign addresses; one is taken to listen on all of them.
  static bool is_for_others(const Packet& packet) {
    constexpr std::uint64_t unicast = 1;  // RTN_UNICAST
    return packet.fields.has(Field::dst_type) && packet.fields.number(Field::dst_type) == unicast;
  }

  Answer judge(Packet& packet, const Socket& socket) {
    if (!any_address_ && is_whole(socket) && socket.address == 0) return Answer::no;
    if (transparent_ && !socket.transparent) return unknown("whether that socket is transparent is not known");
    if (transparent_ && !*socket.transparent) return Answer::no;
    if (restore_ && is_whole(socket)) {
      if (!socket.mark) return unknown("the mark of that socket is not known");
      set_field(packet, Field::mark, *socket.mark);
    }
    return Answer::yes;
  }

  bool transparent_, any_address_, restore_;
  std::string why_;
};

}  // namespace

extern const OracleKind oracle_socket{"socket", [](const MatchUse& use, Family, World&) -> std::unique_ptr<Oracle> {
                                        return std::make_unique<SocketMatch>(use);
                                      }};

}  // namespace fwsim
