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

// What Linux writes into the options of an IPv4 header: addresses and times on the way, zeros behind their end.
void blank_written(std::array<char, looked_at>& head, std::size_t end) {
  for (std::size_t at = 20; at + 1 < end;) {
    const auto type = static_cast<std::uint8_t>(head[at]), length = static_cast<std::uint8_t>(head[at + 1]);
    if (type > 1 && length < 2) return;
    const std::size_t next = type == 0 ? end : std::min(end, at + (type == 1 ? 1 : length));
    const bool written = type == 0 || type == 0x07 || type == 0x44 || type == 0x83 || type == 0x89;   // RR, TS, LSRR, SSRR
    for (std::size_t i = at + (type == 0 ? 1 : 2); written && i < next; ++i) head[i] = 0;
    at = next;
  }
}

// A router takes one from the TTL, nobody more.
bool ttl_fits(const Packet& before, const Packet& now) {
  const std::size_t at = now.family == Family::v4 ? 8 : 7;
  const unsigned was = byte_at(before.bytes, at), is = byte_at(now.bytes, at);
  return was == is || was == is + 1;
}

std::size_t key_of(const Packet& packet) {
  std::array<char, looked_at> head{};
  const std::size_t n = std::min(packet.bytes.size(), looked_at);
  std::memcpy(head.data(), packet.bytes.data(), n);
  if (packet.family == Family::v4) {
    head[4] = head[5] = 0;                // id
    head[8] = 0;                          // TTL
    head[10] = head[11] = 0;              // checksum
    blank_written(head, std::min(static_cast<std::size_t>(head[0] & 15) * 4, n));
  } else {
    head[7] = 0;                          // hop limit
  }
  return std::hash<std::string_view>()({head.data(), n}) * 31 + packet.bytes.size();
}

}  // namespace

FlightTable::FlightTable(std::size_t most, std::size_t most_bytes)
    : most_(most), most_bytes_(most_bytes), buckets_(std::bit_ceil(std::min<std::size_t>(most, 4096))) {}

void FlightTable::put(Flight flight) {
  flight->key = key_of(flight->result.packet);
  bytes_ += flight->result.packet.bytes.size();
  bucket(flight->key).push_back(*flight);
  by_age_.push_back(*flight.release());
}

Flight FlightTable::remove(InFlight& flight) {
  bytes_ -= flight.result.packet.bytes.size();
  Bucket& in = bucket(flight.key);
  in.erase(in.iterator_to(flight));
  by_age_.erase(by_age_.iterator_to(flight));
  return Flight(&flight);
}

Flight FlightTable::take(const Packet& packet, bool own) {
  const std::size_t key = key_of(packet);
  for (InFlight& each : bucket(key))
    if (each.key == key && (!own || each.own) && ttl_fits(each.result.packet, packet)) return remove(each);
  return nullptr;
}

std::vector<Flight> FlightTable::lost_before(std::int64_t time) {
  std::vector<Flight> lost;
  while (!by_age_.empty() && (too_many() || by_age_.front().result.packet.time < time)) lost.push_back(remove(by_age_.front()));
  return lost;
}

void FlightTable::forget_rules() {
  for (InFlight& flight : by_age_) {
    Result& r = flight.result;
    flight.undecided = flight.undecided || !r.undecided.empty();
    r.undecided.clear();
    r.path.clear();
    r.generated.clear();
    r.decided_by.reset();
  }
}

void FlightTable::clear() {
  while (!by_age_.empty()) remove(by_age_.front());
}

}  // namespace fwsim
