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
  return type.parts.back() != SetPart::iface && !(type.bitmap && type.parts.back() == SetPart::mac);
}

bool same_interface(const SetElement& stored, const SetElement& added) {
  if (stored.physdev != added.physdev) return false;
  if (!stored.wildcard) return stored.second == added.second;
  const std::size_t length = name_length(stored.second);
  return length == 0 || (stored.second ^ added.second) >> (8 * (16 - length)) == 0;
}

}  // namespace

std::uint32_t element_hash(const SetType& type, const SetElement& e) {
  std::uint64_t small = e.port;
  small = (small << 8) | e.proto;
  small = (small << 8) | e.first_length;
  small = (small << 8) | e.second_length;
  std::uint64_t hash = mix(fold(e.first) ^ (small << 24));
  if (hashes_second(type) && e.second != 0) hash = mix(hash + fold(e.second));
  return static_cast<std::uint32_t>(hash >> 32);
}

bool same_element(const SetType& type, const SetElement& stored, const SetElement& added) {
  if (stored.first != added.first || stored.port != added.port || stored.proto != added.proto ||
      stored.first_length != added.first_length || stored.second_length != added.second_length)
    return false;
  if (type.parts.back() == SetPart::iface) return same_interface(stored, added);
  return !hashes_second(type) || stored.second == added.second;
}

void ElementIndex::reserve(std::size_t elements) {
  std::size_t slots = 16;
  while (slots < elements * 2) slots *= 2;
  if (slots > slots_.size()) resize(slots);
}

void ElementIndex::insert(std::uint32_t hash, std::uint32_t position) {
  // At most two thirds are ever in use, so that every search meets an empty slot. Removed ones
  // are swept out before the table grows.
  if (3 * (used_ + 1) > 2 * slots_.size())
    resize(3 * (live_ + 1) > slots_.size() ? std::max<std::size_t>(16, slots_.size() * 2) : slots_.size());
  std::size_t at = hash & (slots_.size() - 1);
  while (slots_[at].position != none) at = (at + 1) & (slots_.size() - 1);
  slots_[at] = {hash, position};
  ++used_, ++live_;
}

void ElementIndex::erase(std::uint32_t hash, std::uint32_t position) {
  if (slots_.empty()) return;
  for (std::size_t at = hash & (slots_.size() - 1); slots_[at].position != none; at = (at + 1) & (slots_.size() - 1))
    if (slots_[at].position == position) {
      slots_[at].position = removed;
      --live_;
      return;
    }
}

void ElementIndex::resize(std::size_t slots) {
  std::vector<Slot> old(slots);
  old.swap(slots_);
  used_ = live_;
  for (const Slot& slot : old) {
    if (slot.position == none || slot.position == removed) continue;
    std::size_t at = slot.hash & (slots_.size() - 1);
    while (slots_[at].position != none) at = (at + 1) & (slots_.size() - 1);
    slots_[at] = slot;
  }
}

}  // namespace fwsim
