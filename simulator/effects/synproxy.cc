// SYNPROXY: a SYN is answered here and goes no further; an ACK that brings the cookie back opens the
// connection to the server (net/ipv4/netfilter/ipt_SYNPROXY.c, net/ipv6/netfilter/ip6t_SYNPROXY.c).
#include <string>
#include <utility>

#include "simulator/effect.hh"
#include "simulator/synproxy.hh"
#include "simulator/tcp_options.hh"
#include "simulator/world.hh"

namespace fwsim {
namespace {

SynproxyRule read_rule(const TargetUse& use) {
  SynproxyRule rule{.sack = use.has("sack-perm"), .timestamp = use.has("timestamp"), .ecn = use.has("ecn")};
  if (use.has("mss")) rule.mss = static_cast<std::uint16_t>(use.number("mss"));
  if (use.has("wscale")) rule.wscale = static_cast<std::uint8_t>(use.number("wscale"));
  return rule;
}

class Synproxy : public Target {
 public:
  explicit Synproxy(const TargetUse& use) : rule_(read_rule(use)) {}

  Outcome apply(Packet& packet, const Where&, World& world) override {
    if (!transport_checksum_ok(packet) && !packet.locally_sent) return Outcome::drop;
    const Bytes tcp = packet.transport();
    if (tcp.size() < 20 || tcp_header_size(tcp) < 20 || tcp_header_size(tcp) > tcp.size()) return Outcome::drop;
    const std::uint8_t flags = tcp[13];
    if ((flags & tcp_flag::syn) != 0 && (flags & (tcp_flag::ack | tcp_flag::fin | tcp_flag::rst)) == 0) {
      world.generated.push_back(synproxy_answer(packet, rule_, world));
      return Outcome::stolen;
    }
    if ((flags & tcp_flag::ack) == 0 || (flags & (tcp_flag::fin | tcp_flag::rst | tcp_flag::syn)) != 0)
      return Outcome::next_rule;
    Recalled client = recall_client(packet, be32(tcp, 4), world);
    if (client.check == CookieCheck::unknown) return Outcome::unknown;
    if (!client.syn) return Outcome::drop;
    world.generated.push_back(std::move(*client.syn));
    return Outcome::stolen;
  }
  std::string why() const override {
    return "SYNPROXY takes this ACK if it brings back its cookie, and drops it if not: which numbers are cookies is a "
           "secret of the kernel, and how long one is good depends on its clock";
  }

 private:
  SynproxyRule rule_;
};

std::unique_ptr<Target> make(const TargetUse& use, Family, World&) { return std::make_unique<Synproxy>(use); }

}  // namespace

extern const TargetKind effect_SYNPROXY{"SYNPROXY", make};

}  // namespace fwsim
