#include "simulator/live/in_flight.hh"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <functional>
#include <string_view>

namespace fwsim {
namespace {

constexpr std::size_t looked_at = 96;   // bytes: headers and, with the transport checksum in them, what follows

std::size_t key_of(const Packet& packet) {
  std::array<char, looked_at> head{};
  const std::size_t n = std::min(packet.bytes.size(), looked_at);
  std::memcpy(head.data(), packet.bytes.data(), n);
  if (packet.family == Family::v4) {
    head[4] = head[5] = 0;                // id
    head[8] = 0;                          // TTL
    head[10] = head[11] = 0;              // checksum
    const std::size_t header = std::min(static_cast<std::size_t>(head[0] & 15) * 4, n);
    if (header > 20) std::memset(head.data() + 20, 0, header - 20);   // options: routers write into them
  } else {
    head[7] = 0;                          // hop limit
  }
  return std::hash<std::string_view>()({head.data(), n}) * 31 + packet.bytes.size();
}

}  // namespace

FlightTable::FlightTable(std::size_t most)
    : most_(most), buckets_(std::bit_ceil(std::min<std::size_t>(most, 4096))), by_key_(ByKey::bucket_traits(buckets_.data(), buckets_.size())) {}

void FlightTable::put(Flight flight) {
  flight->key = key_of(flight->packet);
  by_key_.insert(*flight);
  by_age_.push_back(*flight.release());
}

Flight FlightTable::remove(InFlight& flight) {
  by_key_.erase(by_key_.iterator_to(flight));
  by_age_.erase(by_age_.iterator_to(flight));
  return Flight(&flight);
}

Flight FlightTable::take(const Packet& packet, bool own) {
  InFlight* oldest = nullptr;
  const auto [begin, end] = by_key_.equal_range(key_of(packet));
  for (auto i = begin; i != end; ++i)
    if ((!own || i->own) && (!oldest || i->packet.time < oldest->packet.time)) oldest = &*i;
  return oldest ? remove(*oldest) : nullptr;
}

std::vector<Flight> FlightTable::lost_before(std::int64_t time) {
  std::vector<Flight> lost;
  while (!by_age_.empty() && (by_age_.size() > most_ || by_age_.front().packet.time < time)) lost.push_back(remove(by_age_.front()));
  return lost;
}

void FlightTable::clear() {
  while (!by_age_.empty()) remove(by_age_.front());
}

}  // namespace fwsim
