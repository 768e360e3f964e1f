#include "simulator/ct_sources.hh"

#include <bit>
#include <utility>

#include "simulator/ct_slots.hh"

namespace fwsim {

// By as many bits as there are chains for; what would be in a chain that is not there yet is in the one it will be split from.
std::size_t CtSources::chain(const Tuple& t, std::uint16_t zone) const {
  const std::uint32_t hash = hash_of({.family = t.family, .src = t.src, .sport = t.sport, .proto = t.proto}, zone);
  const std::size_t whole = std::bit_floor(first_.size()), at = hash & (2 * whole - 1);
  return at < first_.size() ? at : at - whole;
}

void CtSources::put(const CtPool& pool, CtEntry& entry) {
  const std::uint32_t number = CtPool::number_of(entry);
  CtLinks& links = entry.links;
  links.previous_of_source = 0;
  links.next_of_source = std::exchange(first_[chain(entry.original(), entry.zone[0])], number);
  if (links.next_of_source != 0) pool.at(links.next_of_source).links.previous_of_source = number;
}

void CtSources::add(const CtPool& pool, CtEntry& entry) {
  if (count_ >= 2 * first_.size()) split(pool);
  put(pool, entry);
  ++count_;
}

void CtSources::remove(const CtPool& pool, CtEntry& entry) {
  CtLinks& links = entry.links;
  if (links.next_of_source != 0) pool.at(links.next_of_source).links.previous_of_source = links.previous_of_source;
  (links.previous_of_source != 0 ? pool.at(links.previous_of_source).links.next_of_source
                                 : first_[chain(entry.original(), entry.zone[0])]) = links.next_of_source;
  links.next_of_source = links.previous_of_source = 0;
  --count_;
}

void CtSources::split(const CtPool& pool) {
  const std::size_t from = first_.size() - std::bit_floor(first_.size());
  first_.push_back(0);
  for (std::uint32_t at = std::exchange(first_[from], 0U); at != 0;) {
    CtEntry& entry = pool.at(at);
    at = entry.links.next_of_source;
    put(pool, entry);
  }
}

bool CtSources::consistent(const CtPool& pool, std::size_t entries) const {
  std::size_t count = 0;
  for (std::size_t slot = 0; slot < first_.size(); ++slot) {
    std::uint32_t previous = 0;
    for (std::uint32_t at = first_[slot]; at != 0; previous = std::exchange(at, pool.at(at).links.next_of_source)) {
      const CtEntry& entry = pool.at(at);
      if (!entry.in_table() || entry.links.previous_of_source != previous || chain(entry.original(), entry.zone[0]) != slot) return false;
      ++count;
    }
  }
  return !begun() || (count == entries && count == count_);
}

}  // namespace fwsim
