// Errors and resets about another packet: ICMP errors belong to the connection of the packet they
// quote (nf_conntrack_proto_icmp.c, nf_conntrack_inet_error).
#include "simulator/conntrack_parts.hh"
#include "simulator/quoted.hh"

namespace fwsim {

// ICMP errors belong to the connection of the packet they quote. True when this is one.
bool Conntrack::icmp_error(Packet& packet, bool from_wire, std::int64_t now) {
  if (!is_icmp_error(packet)) return false;
  if (packet.fields.number(Field::l4_len) < 8 || (from_wire && config_->checksum && !transport_checksum_ok(packet)))
    return true;
  // The quoted packet, read as if it came the other way.
  const auto quoted = read_quoted(packet);
  if (!quoted || quoted->frag_off != 0) return true;
  const auto tuple = read_tuple(packet.family, quoted->src, quoted->dst, quoted->protocol, packet.all().subspan(quoted->l4));
  const auto wanted = tuple ? inverted(*tuple) : std::nullopt;
  if (!wanted) return true;
  bool reply = false;
  const auto entry = find(*wanted, zones_of(packet), now, reply);
  if (!entry) return true;
  // The error goes to the sender of the quoted packet as the wire saw it, or it is forged.
  if (packet.fields.get(Field::dst) != (reply ? entry->reply : entry->original).dst) return true;
  packet.ct = entry;
  packet.ct_reply = reply;
  set_state(packet, CtState::related);
  return true;
}

void Conntrack::attach_related(Packet& answer, const Packet& offender, std::int64_t now) {
  if (!offender.fields.has(Field::ct_state)) return;
  answer.ct = offender.ct;
  answer.ct_reply = !offender.ct_reply;
  set_state(answer, offender.ct ? CtState::related : static_cast<CtState>(offender.fields.number(Field::ct_state)));
  describe(answer, now);
}

}  // namespace fwsim
