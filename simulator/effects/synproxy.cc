// SYNPROXY: a SYN is answered here, with a cookie as its sequence number, and goes no further; an ACK
// is taken to bring a cookie back (net/netfilter/nf_synproxy_core.c). Cookies are made with a secret
// of the kernel: the answer's numbers are random here, and whether an ACK is accepted is unknown.
#include <algorithm>
#include <optional>
#include <vector>

#include "simulator/effect.hh"
#include "simulator/tcp_options.hh"
#include "simulator/world.hh"

namespace fwsim {
namespace {

constexpr std::uint8_t fin = 0x01, syn = 0x02, rst = 0x04, ack = 0x10, ece = 0x40, cwr = 0x80;
constexpr unsigned longest_wscale = 14;

struct Offer {  // TCP options of one side, and of the answer
  bool mss = false, wscale = false, sack = false, timestamp = false, ecn = false;
  unsigned mss_value = 0, wscale_value = 0;
  std::uint32_t ts_value = 0, ts_echo = 0;
};

// Nothing when the options are malformed (synproxy_parse_options).
std::optional<Offer> read_options(Bytes tcp) {
  Offer offer;
  const std::size_t end = tcp_header_size(tcp);
  if (end < 20 || end > tcp.size()) return std::nullopt;
  for (std::size_t i = 20; i < end;) {
    const std::uint8_t kind = tcp[i];
    if (kind == tcp_eol) break;
    if (kind == tcp_nop) {
      ++i;
      continue;
    }
    if (i + 1 >= end) break;
    const std::size_t size = tcp[i + 1];
    if (size < 2 || i + size > end) break;
    if (kind == tcp_mss_kind && size == 4) offer.mss = true, offer.mss_value = be16(tcp, i + 2);
    if (kind == tcp_wscale_kind && size == 3)
      offer.wscale = true, offer.wscale_value = std::min<unsigned>(tcp[i + 2], longest_wscale);
    if (kind == tcp_sack_perm_kind && size == 2) offer.sack = true;
    if (kind == tcp_timestamp_kind && size == 10)
      offer.timestamp = true, offer.ts_value = be32(tcp, i + 2), offer.ts_echo = be32(tcp, i + 6);
    i += size;
  }
  return offer;
}

Offer read_rule(const TargetUse& use) {
  return {.mss = use.has("mss"),
          .wscale = use.has("wscale"),
          .sack = use.has("sack-perm"),
          .timestamp = use.has("timestamp"),
          .ecn = use.has("ecn"),
          .mss_value = static_cast<unsigned>(use.number("mss")),
          .wscale_value = static_cast<unsigned>(use.number("wscale"))};
}

// What both sides know. Window scale, SACK and ECN are carried back in the timestamp, so without one
// they are left out.
Offer common(const Offer& client, const Offer& rule, World& world) {
  Offer answer{.mss = client.mss && rule.mss,
               .wscale = client.wscale && rule.wscale,
               .sack = client.sack && rule.sack,
               .timestamp = client.timestamp && rule.timestamp,
               .ecn = client.ecn && rule.ecn,
               .mss_value = rule.mss_value,
               .wscale_value = rule.wscale_value};
  if (!answer.timestamp) answer.wscale = answer.sack = answer.ecn = false;
  answer.ts_value = static_cast<std::uint32_t>(world.random());
  answer.ts_echo = client.ts_value;
  return answer;
}

std::vector<std::uint8_t> option_bytes(const Offer& o) {
  std::vector<std::uint8_t> b;
  const auto word = [&](std::uint32_t value) {
    for (int shift = 24; shift >= 0; shift -= 8) b.push_back(static_cast<std::uint8_t>(value >> shift));
  };
  if (o.mss) word(0x02040000U | o.mss_value);
  if (o.timestamp) {
    word(o.sack ? 0x0402080aU : 0x0101080aU);
    word(o.ts_value);
    word(o.ts_echo);
  } else if (o.sack) {
    word(0x01010402U);
  }
  if (o.wscale) word(0x01030300U | (o.wscale_value & 0xff));
  return b;
}

Packet syn_ack(const Packet& client, const Offer& offer, World& world) {
  const Bytes old = client.transport();
  const auto options = option_bytes(offer);
  const bool v4 = client.family == Family::v4;
  const std::size_t header = v4 ? 20 : 40, size = header + 20 + options.size();
  Packet answer;
  answer.family = client.family;
  answer.time = client.time;
  answer.locally_sent = true;
  auto& b = answer.bytes;
  b.assign(size, 0);
  if (v4) {
    b[0] = 0x45;
    put16(b, 2, size);
    b[6] = 0x40;
    b[8] = 64;
    b[9] = 6;
  } else {
    b[0] = 0x60;
    put16(b, 4, size - header);
    b[6] = 6;
    b[7] = 64;
  }
  put_address(client.family, b, v4 ? 12 : 8, client.fields.get(Field::dst));
  put_address(client.family, b, v4 ? 16 : 24, client.fields.get(Field::src));
  put16(b, header, be16(old, 2));
  put16(b, header + 2, be16(old, 0));
  put32(b, header + 4, world.random() & 0xffffffff);
  put32(b, header + 8, be32(old, 4) + 1);
  b[header + 12] = static_cast<std::uint8_t>((5 + options.size() / 4) << 4);
  b[header + 13] = static_cast<std::uint8_t>(syn | ack | (offer.ecn ? ece : 0));
  std::copy(options.begin(), options.end(), b.begin() + static_cast<std::ptrdiff_t>(header + 20));
  decode(answer);
  fix_checksums(answer);
  decode(answer);
  return answer;
}

Outcome apply(Packet& packet, const Offer& rule, World& world) {
  if (!transport_checksum_ok(packet) && !packet.locally_sent) return Outcome::drop;
  const Bytes tcp = packet.transport();
  if (tcp.size() < 20) return Outcome::drop;
  auto client = read_options(tcp);
  if (!client) return Outcome::drop;
  const std::uint8_t flags = tcp[13];
  if ((flags & syn) != 0 && (flags & (ack | fin | rst)) == 0) {
    client->ecn = (flags & (ece | cwr)) == (ece | cwr);
    world.generated.push_back(syn_ack(packet, common(*client, rule, world), world));
    return Outcome::stolen;
  }
  if ((flags & ack) != 0 && (flags & (fin | rst | syn)) == 0) return Outcome::unknown;
  return Outcome::next_rule;
}

std::unique_ptr<Target> make(const TargetUse& use, Family, World&) {
  return make_effect(
      [rule = read_rule(use)](Packet& packet, const Where&, World& world) { return apply(packet, rule, world); },
      "SYNPROXY takes this ACK if it brings back its cookie, and drops it if not");
}

}  // namespace

extern const TargetKind effect_SYNPROXY{"SYNPROXY", make};

}  // namespace fwsim
