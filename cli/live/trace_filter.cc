#include "cli/live/trace_filter.hh"

#include "simulator/conntrack.hh"
#include "simulator/rewrite.hh"

namespace fwsim {
namespace {

constexpr unsigned raw_ip = 101;   // LINKTYPE_RAW

bool translated(const Packet& packet) { return packet.ct && (packet.ct->status & (ct_src_nat | ct_dst_nat)) != 0; }

}  // namespace

Packet as_it_came(const Packet& packet) {
  Packet before = packet;
  if (!translated(packet)) return before;
  const Tuple tuple = packet.ct->tuple(packet.ct_reply);
  if (packet.fields.number(Field::proto) != tuple.proto) return before;   // an error about the connection: its quotation tells
  set_field(before, Field::src, tuple.src);
  set_field(before, Field::dst, tuple.dst);
  if (is_icmp_tuple(tuple)) {
    set_icmp_id(before, tuple.sport);
  } else {
    set_field(before, Field::sport, tuple.sport);
    set_field(before, Field::dport, tuple.dport);
  }
  return before;
}

TraceFilter::TraceFilter(const std::string& expression) {
  if (expression.find_first_not_of(" \t") != std::string::npos) filter_.emplace(expression);
}

std::optional<std::string> TraceFilter::error() const { return filter_ ? filter_->error() : std::nullopt; }

bool TraceFilter::takes(const Packet& packet) {
  return filter_->matches({.link_type = raw_ip, .bytes = packet.all(), .original = packet.stated_length(), .time = packet.time, .interface = {}});
}

bool TraceFilter::matches(const Packet& packet) { return !filter_ || takes(packet) || (translated(packet) && takes(as_it_came(packet))); }

}  // namespace fwsim
