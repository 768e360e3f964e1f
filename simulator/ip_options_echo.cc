// The options of an answer: recorded routes and stamps go on in it, source routes turn round
// (net/ipv4/ip_options.c, __ip_options_echo and ip_options_build).
#include <algorithm>

#include "simulator/ip_options.hh"

namespace fwsim {
namespace {

constexpr unsigned time_prespecified = 3;
constexpr std::size_t header = 20;

using Buffer = std::vector<std::uint8_t>;

void copy_option(Buffer& to, const Buffer& from, std::size_t at) {
  to.insert(to.end(), from.begin() + static_cast<std::ptrdiff_t>(at),
            from.begin() + static_cast<std::ptrdiff_t>(at + from[at + 1]));
}

// The answer's source address is filled in here, as the answer leaves with it.
bool echo_record_route(EchoedOptions& result, const Buffer& b, const IpOptions& o, u128 source) {
  Buffer& to = result.bytes;
  const std::size_t at = o.record_route, length = b[at + 1], next = b[at + 2], here = to.size();
  copy_option(to, b, at);
  result.built.record_route = header + here;
  if (!o.needs_address || next > length) return true;
  if (next + 3 > length) return false;
  result.built.needs_address = true;
  to[here + 2] = static_cast<std::uint8_t>(next + 4);
  put_address(Family::v4, to, here + next - 1, source);
  return true;
}

bool echo_timestamp(EchoedOptions& result, const Buffer& b, const IpOptions& o, const OptionsHost& host, u128 source) {
  Buffer& to = result.bytes;
  const std::size_t at = o.timestamp, length = b[at + 1], here = to.size();
  std::size_t next = b[at + 2];
  copy_option(to, b, at);
  result.built.timestamp = header + here;
  if (next > length) return true;
  const bool address = o.stamps_address;
  if (address) {
    if (next + 3 > length) return false;
    next += 4;
  }
  bool time = false;
  if (o.stamps_time) {
    if (next + 3 > length) return false;
    if ((to[here + 3] & 15U) != time_prespecified) {
      time = true;
      next += 4;
    } else if (next + 7 <= length &&
               host.routing.address_type(Family::v4, address_at(Family::v4, to, here + next - 1)) !=
                   RouteType::unicast) {
      time = true;
      next += 8;
    }
  }
  result.built.stamps_address = address;
  result.built.stamps_time = time;
  to[here + 2] = static_cast<std::uint8_t>(next);
  if (address) put_address(Family::v4, to, here + next - 9, source);
  if (time) put32(to, here + next - 5, clock_of_day(host.now));
  return true;
}

// The addresses passed so far, backwards; the packet's sender comes last.
void echo_source_route(EchoedOptions& to, const Packet& packet, const IpOptions& o) {
  const Buffer& b = packet.bytes;
  const std::size_t at = o.source_route, length = b[at + 1];
  const std::size_t next = std::min<std::size_t>(b[at + 2], length + 1);
  std::vector<u128> passed;   // the last one first
  for (std::size_t i = next; i >= 8; i -= 4) passed.push_back(address_at(Family::v4, b, at + i - 5));
  if (passed.empty()) return;
  // A route that begins with the sender itself would go there twice (RFC 1812).
  const u128 sender = packet.fields.get(Field::src);
  if (passed.back() == sender && passed.size() > 1) passed.pop_back();
  else if (passed.back() == sender) return;
  to.first_hop = passed.front();
  const std::size_t here = to.bytes.size(), size = 3 + passed.size() * 4;
  to.bytes.resize(here + size);
  to.bytes[here] = b[at];
  to.bytes[here + 1] = static_cast<std::uint8_t>(size);
  to.bytes[here + 2] = 4;
  for (std::size_t i = 1; i < passed.size(); ++i) put_address(Family::v4, to.bytes, here + 3 + (i - 1) * 4, passed[i]);
  put_address(Family::v4, to.bytes, here + size - 4, sender);
}

}  // namespace

std::optional<EchoedOptions> echo_options(const Packet& packet, const IpOptions& read, const OptionsHost& host) {
  EchoedOptions result;
  if (read.length == 0) return result;
  // The source route decides where the answer goes first, and so its own address.
  EchoedOptions route;
  if (read.source_route != 0) echo_source_route(route, packet, read);
  const u128 source = host.own_address;
  if (read.record_route != 0 && !echo_record_route(result, packet.bytes, read, source)) return std::nullopt;
  if (read.timestamp != 0 && !echo_timestamp(result, packet.bytes, read, host, source)) return std::nullopt;
  if (!route.bytes.empty()) result.built.source_route = header + result.bytes.size();
  result.bytes.insert(result.bytes.end(), route.bytes.begin(), route.bytes.end());
  result.first_hop = route.first_hop;
  if (read.cipso != 0) {
    result.built.cipso = header + result.bytes.size();
    copy_option(result.bytes, packet.bytes, read.cipso);
  }
  while (result.bytes.size() % 4 != 0) result.bytes.push_back(0);
  result.built.length = result.bytes.size();
  return result;
}

}  // namespace fwsim
