#include "simulator/flow_view.hh"

#include <algorithm>

namespace fwsim {
namespace {

constexpr unsigned tcp = 6, udp = 17, linktype_ethernet = 1;
constexpr std::size_t ethernet_header = 14, v4_header = 20, v6_header = 40;

// Whether the transport header is there and consistent.
bool whole_header(const FlowView& v) {
  if (v.packet.size() < v.l4) return false;
  const Bytes l4 = v.transport();
  if (v.tuple.proto == udp) return l4.size() >= 8;
  if (l4.size() < 20) return false;
  const std::size_t header = static_cast<std::size_t>(l4[12] >> 4) * 4;
  return header >= 20 && header <= l4.size();
}

bool view_v4(FlowView& v, Bytes b) {
  if (b.size() < v4_header || b[0] != 0x45 || (be16(b, 6) & 0x3fff) != 0 || fold_sum(sum_words(b.first(v4_header))) != 0xffff) return false;
  v.length = be16(b, 2);
  v.l4 = v4_header;
  v.tos = b[1];
  v.ttl = b[8];
  v.tuple.proto = b[9];
  v.tuple.src = be32(b, 12);
  v.tuple.dst = be32(b, 16);
  return v.length >= v4_header;
}

bool view_v6(FlowView& v, Bytes b) {
  if (b.size() < v6_header || b[0] >> 4 != 6 || be16(b, 4) == 0) return false;
  v.length = v6_header + be16(b, 4);
  v.l4 = v6_header;
  v.tos = static_cast<std::uint8_t>(be16(b, 0) >> 4);
  v.ttl = b[7];
  v.tuple.family = Family::v6;
  v.tuple.proto = b[6];
  v.tuple.src = address_at(Family::v6, b, 8);
  v.tuple.dst = address_at(Family::v6, b, 24);
  return true;
}

}  // namespace

std::optional<FlowView> view_flow(const Frame& frame) {
  if (frame.link_type != linktype_ethernet || frame.bytes.size() < ethernet_header + v4_header) return std::nullopt;
  const unsigned ethertype = be16(frame.bytes, 12);
  const Bytes b = frame.bytes.subspan(ethernet_header);
  FlowView v;
  if (ethertype == 0x0800 ? !view_v4(v, b) : ethertype != 0x86dd || !view_v6(v, b)) return std::nullopt;
  if (v.tuple.proto != tcp && v.tuple.proto != udp) return std::nullopt;
  if (v.length > frame.original - ethernet_header) return std::nullopt;
  v.packet = b.first(std::min(b.size(), v.length));
  v.truncated = v.packet.size() < v.length;
  if (!whole_header(v)) return std::nullopt;
  v.tuple.sport = be16(v.packet, v.l4);
  v.tuple.dport = be16(v.packet, v.l4 + 2);
  return v;
}

}  // namespace fwsim
