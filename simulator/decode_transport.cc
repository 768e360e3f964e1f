// Transport headers. How many bytes must be there is what the matches ask for before they judge
// (net/netfilter/xt_tcpudp.c, xt_multiport.c, xt_esp.c, xt_ipcomp.c, xt_dccp.c, ip6t_mh.c, ...).
#include "simulator/decode_parts.hh"

namespace fwsim {
namespace {

constexpr unsigned icmp = 1, tcp = 6, udp = 17, dccp = 33, esp = 50, ah = 51, icmpv6 = 58, ipcomp = 108, sctp = 132,
                   mobility = 135, udplite = 136;

// -m tcpmss: the first well-formed MSS option. The walk does not stop at "end of options".
void read_mss(FieldValues& fields, Bytes options) {
  for (std::size_t i = 0; i < options.size();) {
    if (options[i] == 2 && options.size() - i >= 4 && options[i + 1] == 4) {
      fields.set(Field::tcp_mss, be16(options, i + 2));
      return;
    }
    const std::size_t length = options[i] < 2 ? 1 : byte_at(options, i + 1);
    i += length == 0 ? 1 : length;
  }
}

void read_tcp(FieldValues& fields, Bytes b) {
  if (b.size() < 20) return;
  fields.set(Field::tcp_flags, b[13]);
  const std::size_t header = static_cast<std::size_t>(b[12] >> 4) * 4;
  if (header < 20 || header > b.size()) return;
  fields.set(Field::tcp_options, 1);
  read_mss(fields, b.subspan(20, header - 20));
}

void read_ports(FieldValues& fields, Bytes b) {
  if (b.size() < 4) return;
  fields.set(Field::sport, be16(b, 0));
  fields.set(Field::dport, be16(b, 2));
}

void read_icmp(FieldValues& fields, Bytes b) {
  if (b.size() >= 8) fields.set(Field::icmp, be16(b, 0));
}

void read_mobility(FieldValues& fields, Bytes b) {
  if (b.size() < 6) return;
  fields.set(Field::mh_type, b[2]);
  fields.set(Field::mh_payload, b[0]);
}

}  // namespace

void read_transport(Packet& packet) {
  const Bytes b = packet.transport();
  FieldValues& fields = packet.fields;
  const bool v4 = packet.family == Family::v4;
  switch (packet.protocol) {
    case tcp:
      read_ports(fields, b);
      read_tcp(fields, b);
      break;
    case dccp:
      if (b.size() >= 12) fields.set(Field::dccp_type, (b[8] >> 1) & 15);
      read_ports(fields, b);
      break;
    case udp:
    case udplite:
    case sctp: read_ports(fields, b); break;
    case icmp:
      if (v4) read_icmp(fields, b);
      break;
    case icmpv6:
      if (!v4) read_icmp(fields, b);
      break;
    case esp:
      if (b.size() >= 8) fields.set(Field::esp_spi, be32(b, 0));
      break;
    case ah: read_ah(packet, packet.l4); break;  // v4: v6 passes it as an extension header
    case ipcomp:
      if (b.size() >= 4) fields.set(Field::ipcomp_cpi, be16(b, 2));
      break;
    case mobility:
      if (!v4) read_mobility(fields, b);
      break;
    default: break;
  }
}

}  // namespace fwsim
