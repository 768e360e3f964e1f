#include "model/set_index.hh"

#include <algorithm>

namespace fwsim {
namespace {

// The finalizer of MurmurHash3: every bit of the input reaches every bit of the result.
std::uint64_t mix(std::uint64_t x) {
  x = (x ^ (x >> 33)) * 0xff51afd7ed558ccdULL;
  x = (x ^ (x >> 33)) * 0xc4ceb9fe1a85ec53ULL;
  return x ^ (x >> 33);
}

std::uint64_t fold(u128 x) { return static_cast<std::uint64_t>(x) + mix(static_cast<std::uint64_t>(x >> 64)); }

// The second part tells elements of these types not apart, or only beside other things.
bool hashes_second(const SetType& type) {
  const SetPart last = type.parts.back();
  return type.parts.size() > 1 && last != SetPart::port && last != SetPart::iface && !(type.bitmap && last == SetPart::mac);
}

bool same_interface(const SetElement& stored, const SetElement& added) {
  if (stored.physdev != added.physdev) return false;
  if (!stored.wildcard) return stored.second == added.second;
  const std::size_t length = name_length(stored.second);
  return length == 0 || (stored.second ^ added.second) >> (8 * (16 - length)) == 0;
}

}  // namespace

ElementKeys::ElementKeys(const IpSet& set)
    : second_(hashes_second(*set.type)),
      exact_(set.family == Family::v4 && !second_ && set.type->parts.back() != SetPart::iface) {}

std::uint64_t ElementKeys::hashed(const SetElement& e) const {
  std::uint64_t small = e.port;
  small = (small << 8) | e.proto;
  small = (small << 8) | e.first_length;
  small = (small << 8) | e.second_length;
  std::uint64_t hash = mix(fold(e.first) ^ (small << 24));
  if (second_) hash = mix(hash + fold(e.second));
  return hash < ElementIndex::removed ? hash : hash - 2;
}

bool same_element(const SetType& type, const SetElement& stored, const SetElement& added) {
  if (stored.first != added.first || stored.port != added.port || stored.proto != added.proto ||
      stored.first_length != added.first_length || stored.second_length != added.second_length)
    return false;
  if (type.parts.back() == SetPart::iface) return same_interface(stored, added);
  return !hashes_second(type) || stored.second == added.second;
}

void ElementIndex::clear() {
  keys_.clear();
  positions_.clear();
  used_ = live_ = 0;
}

void ElementIndex::reserve(std::size_t elements) {
  const std::size_t slots = std::bit_ceil(std::max<std::size_t>(16, elements + elements / 2 + 1));
  if (slots > keys_.size()) resize(slots);
}

void ElementIndex::put(std::uint64_t key, std::uint32_t position) {
  std::size_t at = home(key);
  while (keys_[at] != empty) at = after(at);
  keys_[at] = key;
  positions_[at] = position;
}

void ElementIndex::insert(std::uint64_t key, std::uint32_t position) {
  // At most two thirds are ever in use, so that every search meets an empty slot. Removed ones
  // are swept out before the table grows.
  if (3 * (used_ + 1) > 2 * keys_.size())
    resize(3 * (live_ + 1) > keys_.size() ? std::max<std::size_t>(16, keys_.size() * 2) : keys_.size());
  put(key, position);
  ++used_, ++live_;
}

void ElementIndex::insert_all(const ElementKeys& keys, const SetElements& elements) {
  constexpr std::size_t ahead = 16;   // the places in memory are asked for while others are written to
  reserve(elements.size());
  for (std::size_t i = 0; i < elements.size(); ++i) {
    if (i + ahead < elements.size()) __builtin_prefetch(&keys_[home(keys(elements[i + ahead]))], 1);
    put(keys(elements[i]), static_cast<std::uint32_t>(i));
  }
  used_ = live_ = elements.size();
}

void ElementIndex::erase(std::uint64_t key, std::uint32_t position) {
  if (keys_.empty()) return;
  for (std::size_t at = home(key); keys_[at] != empty; at = after(at))
    if (keys_[at] == key && positions_[at] == position) {
      keys_[at] = removed;
      --live_;
      return;
    }
}

void ElementIndex::resize(std::size_t slots) {
  const auto old_keys = std::exchange(keys_, LargeVector<std::uint64_t>(slots, empty));
  const auto old_positions = std::exchange(positions_, LargeVector<std::uint32_t>(slots));
  shift_ = 64 - static_cast<unsigned>(std::countr_zero(slots));
  used_ = live_;
  for (std::size_t i = 0; i < old_keys.size(); ++i)
    if (old_keys[i] < removed) put(old_keys[i], old_positions[i]);
}

}  // namespace fwsim
