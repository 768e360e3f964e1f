#include "simulator/ct_pool.hh"

#include <cstdlib>
#include <new>
#include <utility>

namespace fwsim {

void CtRef::hold(CtEntry& entry) { ++entry.refs; }

void CtRef::drop(CtEntry& entry) {
  if (--entry.refs == 0) CtPool::head_of(entry).pool->end(entry);
}

CtWeakRef::CtWeakRef(const CtRef& entry) : entry_(entry.get()), life_(entry ? entry->life : 0) {}

CtRef CtWeakRef::lock() const {
  return entry_ && entry_->life == life_ && entry_->refs != 0 ? CtRef(entry_) : nullptr;
}

void CtPool::Leave::operator()(CtPool* pool) const {
  pool->owned_ = false;
  if (pool->living_ == 0) delete pool;
}

CtPool::~CtPool() {
  for (std::byte* slab : slabs_) {
    reinterpret_cast<Head*>(slab)->~Head();
    std::free(slab);
  }
}

CtPool::Head& CtPool::head_of(const CtEntry& entry) {
  return *reinterpret_cast<Head*>(reinterpret_cast<std::uintptr_t>(&entry) & ~(slab_size - 1));
}

std::uint32_t CtPool::index_of(const CtEntry& entry) {
  return static_cast<std::uint32_t>((reinterpret_cast<std::uintptr_t>(&entry) & (slab_size - 1)) / sizeof(CtEntry));
}

std::uint32_t CtPool::number_of(const CtEntry& entry) { return head_of(entry).first + index_of(entry); }

CtPool::Head* CtPool::add_slab(Family family) {
  if (slabs_.size() >= (std::size_t{1} << (31 - index_bits))) throw std::bad_alloc();
  slabs_.reserve(slabs_.size() + 1);
  auto* slab = static_cast<std::byte*>(std::aligned_alloc(slab_size, slab_size));
  if (!slab) throw std::bad_alloc();
  if (slabs_.size() > 1) want_huge_pages(slab, slab_size);  // not for the few entries of a small table
  auto* head = new (slab) Head{.pool = this, .first = static_cast<std::uint32_t>(slabs_.size() << index_bits)};
  slabs_.push_back(slab);
  if (family == Family::v6) head->wide = std::make_unique_for_overwrite<std::array<Wide, 2>[]>(per_slab);
  return head;
}

CtRef CtPool::make(const Tuple& original, const Tuple& reply) {
  Kind& kind = kinds_[static_cast<std::size_t>(original.family)];
  CtEntry* place = nullptr;
  std::uint32_t life = 0;
  if (kind.free != 0) {
    place = &at(kind.free);
    kind.free = place->links.next_ending;
    life = place->life + 1;
  } else {
    if (!kind.newest || kind.newest->used == per_slab) kind.newest = add_slab(original.family);
    place = &at(kind.newest->first + kind.newest->used++);
  }
  auto* entry = new (place) CtEntry(original, reply);
  entry->life = life;
  ++living_;
  if (original.family == Family::v6) wide(*entry) = {Wide{original.src >> 32, original.dst >> 32}, Wide{reply.src >> 32, reply.dst >> 32}};
  if (auto* both = counters(*entry, false)) *both = {};
  return CtRef(entry);
}

void CtPool::end(CtEntry& entry) {
  Kind& kind = kinds_[static_cast<std::size_t>(entry.family)];
  const std::uint32_t life = entry.life;
  entry.~CtEntry();  // which may end its master, too
  new (&entry) CtEntry({}, {});
  entry.life = life;
  entry.links.next_ending = std::exchange(kind.free, number_of(entry));
  if (--living_ == 0 && !owned_) delete this;
}

std::array<CtPool::Wide, 2>& CtPool::wide(const CtEntry& entry) { return head_of(entry).wide[index_of(entry)]; }

std::array<Counters, 2>* CtPool::counters(const CtEntry& entry, bool make) {
  Head& head = head_of(entry);
  if (!head.counters) {
    if (!make) return nullptr;
    head.counters = std::make_unique<std::array<Counters, 2>[]>(per_slab);
  }
  return &head.counters[index_of(entry)];
}

}  // namespace fwsim
