#include "simulator/live/in_flight.hh"

#include <algorithm>
#include <array>
#include <cstring>
#include <functional>
#include <iterator>
#include <string_view>
#include <utility>

namespace fwsim {
namespace {

constexpr std::size_t looked_at = 96;   // bytes: headers and, with the transport checksum in them, what follows

std::uint64_t key_of(const Packet& packet) {
  std::array<char, looked_at> head{};
  const std::size_t n = std::min(packet.bytes.size(), looked_at);
  std::memcpy(head.data(), packet.bytes.data(), n);
  if (packet.family == Family::v4) {
    head[4] = head[5] = 0;                // id
    head[8] = 0;                          // TTL
    head[10] = head[11] = 0;              // checksum
  } else {
    head[7] = 0;                          // hop limit
  }
  return std::hash<std::string_view>()({head.data(), n}) * 31 + packet.bytes.size();
}

}  // namespace

void FlightTable::put(InFlight flight) {
  const std::uint64_t key = key_of(flight.packet);
  list_.push_back({key, std::move(flight)});
  by_key_.emplace(key, std::prev(list_.end()));
}

std::optional<InFlight> FlightTable::take(const Packet& packet, bool own) {
  const auto [begin, end] = by_key_.equal_range(key_of(packet));
  auto oldest = end;
  for (auto i = begin; i != end; ++i) {
    const InFlight& flight = i->second->flight;
    if (own && !flight.own) continue;
    if (oldest == end || flight.packet.time < oldest->second->flight.packet.time) oldest = i;
  }
  if (oldest == end) return std::nullopt;
  InFlight found = std::move(oldest->second->flight);
  list_.erase(oldest->second);
  by_key_.erase(oldest);
  return found;
}

std::vector<InFlight> FlightTable::lost_before(std::int64_t time) {
  std::vector<InFlight> lost;
  while (!list_.empty() && (list_.size() > most_ || list_.front().flight.packet.time < time)) {
    const auto [begin, end] = by_key_.equal_range(list_.front().key);
    for (auto i = begin; i != end; ++i)
      if (i->second == list_.begin()) {
        by_key_.erase(i);
        break;
      }
    lost.push_back(std::move(list_.front().flight));
    list_.pop_front();
  }
  return lost;
}

void FlightTable::clear() {
  list_.clear();
  by_key_.clear();
}

}  // namespace fwsim
