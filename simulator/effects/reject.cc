// REJECT: drops, and tells the sender (net/ipv4/netfilter/nf_reject_ipv4.c, nf_reject_ipv6.c). The
// answer is a locally sent packet of the rejected one's connection; the source address of an ICMP
// error about a packet for somebody else is 0, which the engine replaces when it routes it.
#include <optional>
#include <utility>

#include "model/socket.hh"
#include "simulator/conntrack.hh"
#include "simulator/conntrack_config.hh"
#include "simulator/effect.hh"
#include "simulator/icmp_error.hh"
#include "simulator/own_packet.hh"
#include "simulator/routing.hh"
#include "simulator/world.hh"

namespace fwsim {
namespace {

constexpr unsigned tcp = 6, udp = 17, gre = 47, esp = 50, ah = 51, sctp = 132, udplite = 136;
constexpr std::uint8_t fin = 0x01, syn = 0x02, rst = 0x04, ack = 0x10;
constexpr std::uint64_t with_reset = 255;

// Protocols whose whole payload is not summed up: the kernel does not look (nf_reject_verify_csum).
bool has_sum(const Packet& packet) {
  const Bytes l4 = packet.transport();
  switch (packet.protocol) {
    case ah:
    case esp:
    case gre:
    case sctp:
    case udplite: return false;
    case udp: return l4.size() < 8 || be16(l4, 6) != 0;
    default: return true;
  }
}

// The sum over everything behind the IP header, of any protocol; only TCP, UDP and all of IPv6
// have a pseudo header. Sums of the host's own packets are left to the device and not checked.
bool sum_is_right(const Packet& packet) {
  constexpr unsigned raw = 255;   // what a program wrote itself is summed up
  const bool left_to_device = packet.locally_sent && !(packet.socket && packet.socket->proto == raw);
  if (left_to_device || packet.truncated || !has_sum(packet)) return true;
  // The IPv4 header is summed up with the rest, and contributes a negative zero.
  std::uint32_t sum = 0xffff;
  if (packet.family == Family::v6 || packet.protocol == tcp || packet.protocol == udp) {
    const std::size_t addresses = packet.family == Family::v4 ? 12 : 8, size = packet.family == Family::v4 ? 8 : 32;
    const auto length = static_cast<std::uint32_t>(packet.transport().size());
    sum = sum_words(packet.all().subspan(addresses, size), packet.protocol + (length >> 16) + (length & 0xffff));
  }
  return fold_sum(sum_words(packet.transport(), sum)) == 0xffff;
}

// --- TCP reset -------------------------------------------------------------------------------

bool deserves_reset(const Packet& packet) {
  const Bytes l4 = packet.transport();
  if (packet.protocol != tcp || !packet.l4_known || packet.fields.number(Field::frag_off) != 0 || l4.size() < 20)
    return false;
  if ((l4[13] & rst) != 0 || !sum_is_right(packet)) return false;
  if (packet.family == Family::v4) return !is_for_many(packet);
  const auto unicast = [](u128 address) { return address != 0 && (address >> 120) != 0xff; };
  return unicast(packet.fields.get(Field::src)) && unicast(packet.fields.get(Field::dst));
}

void put_ip_header(Packet& answer, const Packet& offender, const World& world) {
  auto& b = answer.bytes;
  const u128 src = offender.fields.get(Field::dst), dst = offender.fields.get(Field::src);
  if (answer.family == Family::v4) {
    b.assign(40, 0);
    b[0] = 0x45;
    put16(b, 2, b.size());
    b[6] = 0x40;  // DF, and an id of 0
    b[8] = own_ttl(Family::v4, dst, world);
    b[9] = tcp;
    put_address(Family::v4, b, 12, src);
    put_address(Family::v4, b, 16, dst);
  } else {
    b.assign(60, 0);
    b[0] = 0x60;
    put16(b, 4, 20);
    b[6] = tcp;
    b[7] = own_ttl(Family::v6, dst, world);
    put_address(Family::v6, b, 8, src);
    put_address(Family::v6, b, 24, dst);
  }
}

void put_tcp_header(Packet& answer, Bytes old) {
  auto& b = answer.bytes;
  const std::size_t at = b.size() - 20;
  put16(b, at, be16(old, 2));
  put16(b, at + 2, be16(old, 0));
  b[at + 12] = 0x50;
  if ((old[13] & ack) != 0) {
    put32(b, at + 4, be32(old, 8));
    b[at + 13] = rst;
    return;
  }
  const std::size_t header = static_cast<std::size_t>(old[12] >> 4) * 4;
  const std::size_t used = ((old[13] & syn) ? 1U : 0U) + ((old[13] & fin) ? 1U : 0U) + old.size() - header;
  put32(b, at + 8, static_cast<std::uint32_t>(be32(old, 4) + used));
  b[at + 13] = rst | ack;
}

std::optional<Packet> make_reset(const Packet& offender, const World& world) {
  if (!deserves_reset(offender)) return std::nullopt;
  Packet answer;
  answer.family = offender.family;
  answer.time = offender.time;
  answer.locally_sent = true;
  attach_socket(answer, nullptr);
  put_ip_header(answer, offender, world);
  put_tcp_header(answer, offender.transport());
  decode(answer);
  fix_checksums(answer);
  decode(answer);
  Conntrack::attach_related(answer, offender, offender.time);
  return answer;
}

// --- ICMP error ------------------------------------------------------------------------------

void send_error(const Packet& offender, unsigned code, World& world) {
  if (offender.fields.number(Field::frag_off) != 0 || !offender.l4_known || !sum_is_right(offender)) return;
  send_icmp_error(offender, offender.family == Family::v4 ? 3 : 1, code, 0, world);
}

std::unique_ptr<Target> make(const TargetUse& use, Family, World&) {
  const std::uint64_t with = use.number("reject-with");
  return make_effect([=](Packet& packet, const Where&, World& world) {
    if (with != with_reset) {
      send_error(packet, static_cast<unsigned>(with), world);
      return Outcome::drop;
    }
    auto answer = make_reset(packet, world);
    if (!answer) return Outcome::drop;
    // A known connection is over for conntrack, whatever the ends think.
    if (packet.ct) {
      tcp_set_closing(*packet.ct, world.conntrack.config(), world.now);
      world.conntrack.follow(*packet.ct);
    }
    answer->past_hooks = packet.fields.has(Field::physin);
    if (answer->past_hooks) answer->next_device = name_text(packet.fields.get(Field::physin));
    world.generated.push_back(std::move(*answer));
    return Outcome::drop;
  });
}

}  // namespace

extern const TargetKind effect_REJECT{"REJECT", make};

}  // namespace fwsim
