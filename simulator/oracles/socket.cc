// -m socket: whether a socket of this host takes the packet (net/netfilter/xt_socket.c). Which
// sockets there are is not known; but protocols without ports have none, and packets for other
// hosts, which are forwarded, have none unless a transparent proxy took their connection.
#include "simulator/oracle.hh"

namespace fwsim {
namespace {

// The kernel looks for sockets of TCP and UDP, and for those that an ICMP error is about.
bool may_have_socket(const Packet& packet) {
  if (packet.protocol == 6 || packet.protocol == 17) return packet.fields.has(Field::sport);
  const std::uint64_t type = packet.fields.number(Field::icmp) >> 8;
  if (!packet.fields.has(Field::icmp)) return false;
  if (packet.protocol == 58) return type < 128;
  return type == 3 || type == 4 || type == 5 || type == 11 || type == 12;
}

class SocketMatch : public Oracle {
 public:
  explicit SocketMatch(const MatchUse& use) : transparent_(use.has("transparent")) {}

  Answer test(Packet& packet, const Where&, World&) override {
    constexpr std::uint64_t unicast = 1;  // RTN_UNICAST: not an address of this host
    if (!may_have_socket(packet)) return Answer::no;
    const bool foreign = packet.fields.has(Field::dst_type) && packet.fields.number(Field::dst_type) == unicast;
    if (foreign && (!transparent_ || opens_connection(packet))) return Answer::no;
    return Answer::unknown;
  }
  std::string why() const override { return "which sockets are open on the host is not known"; }

 private:
  // A proxy's listener is found by TPROXY, not here: it is bound to any address.
  static bool opens_connection(const Packet& packet) {
    return packet.fields.has(Field::tcp_flags) && (packet.fields.number(Field::tcp_flags) & 0x17) == 0x02;
  }
  bool transparent_;
};

}  // namespace

extern const OracleKind oracle_socket{"socket", [](const MatchUse& use, Family, World&) -> std::unique_ptr<Oracle> {
                                        return std::make_unique<SocketMatch>(use);
                                      }};

}  // namespace fwsim
