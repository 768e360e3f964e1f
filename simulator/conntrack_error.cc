// ICMP before the ordinary look-up: errors belong to the connection of the packet they quote
// (nf_conntrack_proto_icmp.c, nf_conntrack_proto_icmpv6.c, nf_conntrack_inet_error).
#include "simulator/address_scope.hh"
#include "simulator/conntrack_parts.hh"
#include "simulator/quoted.hh"

namespace fwsim {
namespace {

constexpr unsigned icmp = 1, icmpv6 = 58;
constexpr unsigned newest_icmp_type = 18, redirect_v6 = 137;
constexpr unsigned option_redirected_header = 4;

// Neighbour discovery and multicast listener messages are never tracked.
bool is_untracked_icmpv6(unsigned type) {
  return (type >= 130 && type <= 136) || type == 143 || type == 151 || type == 152;
}

// Where an error of this type quotes its packet; 0 in a redirect that must not be believed.
std::size_t quotation_at(const Packet& packet, unsigned type) {
  if (packet.family == Family::v4 || type != redirect_v6) return packet.l4 + 8;
  const Bytes l4 = packet.transport();
  if (l4.size() < 42 || byte_at(l4, 1) != 0 || packet.fields.number(Field::ttl) != 255 ||
      !is_link_local_v6(packet.fields.get(Field::src)))
    return 0;
  if (byte_at(l4, 41) == 0 || byte_at(l4, 40) != option_redirected_header) return 0;
  return packet.l4 + 48;
}

}  // namespace

bool Conntrack::take_icmp(Packet& packet, bool from_wire, std::int64_t now) {
  const bool v4 = packet.family == Family::v4;
  if (packet.protocol != (v4 ? icmp : icmpv6)) return false;
  if (packet.fields.number(Field::l4_len) < 8) return true;
  if (from_wire && config_->checksum && !transport_checksum_ok(packet)) return true;
  const unsigned type = byte_at(packet.transport(), 0);
  if (v4 && type > newest_icmp_type) return true;
  if (!v4 && is_untracked_icmpv6(type)) {
    packet.untracked = true;
    set_state(packet, CtState::untracked);
    return true;
  }
  if (!is_icmp_error_type(packet.family, type)) return false;
  if (const std::size_t at = quotation_at(packet, type); at != 0) attach_error(packet, at, now);
  return true;
}

void Conntrack::attach_error(Packet& packet, std::size_t at, std::int64_t now) {
  const auto quoted = read_quoted(packet, at);
  if (!quoted || quoted->frag_off != 0) return;
  const auto tuple = complete(
      read_tuple(packet.family, quoted->src, quoted->dst, quoted->protocol, packet.all().subspan(quoted->l4)), now);
  // Read as if it came the other way.
  const auto wanted = tuple ? inverted(*tuple) : std::nullopt;
  if (!wanted) return;
  bool reply = false;
  const auto entry = find(*wanted, zones_of(packet), now, reply);
  if (!entry) return;
  // The error goes to the sender of the quoted packet as the wire saw it, or it is forged.
  if (packet.fields.get(Field::dst) != entry->tuple(reply).dst) return;
  packet.ct = entry;
  packet.ct_reply = reply;
  set_state(packet, CtState::related);
}

void Conntrack::attach_related(Packet& answer, const Packet& offender, std::int64_t now) {
  if (!offender.fields.has(Field::ct_state)) return;
  answer.ct = offender.ct;
  answer.ct_reply = !offender.ct_reply;
  set_state(answer, offender.ct ? CtState::related : static_cast<CtState>(offender.fields.number(Field::ct_state)));
  describe(answer, now);
}

}  // namespace fwsim
