#include "simulator/ct_table.hh"

namespace fwsim {
namespace {

constexpr bool directions[] = {false, true};

std::uint32_t hash_of(const CtEntry& entry, bool reply) { return hash_of(entry.tuple(reply), entry.zone[reply]); }

bool is_unassured(const CtEntry& entry) { return entry.in_table() && (entry.status & ct_assured) == 0; }

}  // namespace

// Most entries have nothing that must be given back, and go with their slab.
CtTable::~CtTable() {
  each([&](CtEntry& entry) {
    if (entry.refs == 1 && !entry.is_extended())
      pool_->leave(entry);
    else
      CtRef::drop(entry);
  });
}

CtEntry* CtTable::at(const Tuple& tuple, std::uint16_t zone, bool reply) const {
  CtEntry* found = nullptr;
  slots_.find(hash_of(tuple, zone), [&](CtSlots::Owner owner) {
    if (owner.reply != reply) return false;
    CtEntry& entry = pool_->at(owner.number);
    if (!entry.has(tuple, reply) || entry.zone[reply] != zone) return false;
    found = &entry;
    return true;
  });
  return found;
}

bool CtTable::knows(const Tuple& tuple, std::uint16_t zone) const {
  const CtSlots::Owner owner = slots_.find(hash_of(tuple, zone), [&](CtSlots::Owner o) {
    const CtEntry& entry = pool_->at(o.number);
    return entry.has(tuple, o.reply) && entry.zone[o.reply] == zone;
  });
  return owner.number != 0;
}

void CtTable::insert(CtEntry& entry, bool answers_only) {
  const std::uint32_t number = CtPool::number_of(entry);
  for (const bool reply : directions)
    if (reply || !answers_only) slots_.insert(hash_of(entry, reply), {number, reply});
  timers_.add(*pool_, entry);
  if (sources_.begun()) sources_.add(*pool_, entry);
  if (is_unassured(entry)) unassured_ = number;
  ++size_;
  CtRef::hold(entry);
}

void CtTable::remove(CtEntry& entry) {
  const std::uint32_t number = CtPool::number_of(entry);
  for (const bool reply : directions) slots_.erase(hash_of(entry, reply), {number, reply});
  timers_.remove(*pool_, entry);
  if (sources_.begun()) sources_.remove(*pool_, entry);
  --size_;
  CtRef::drop(entry);
}

void CtTable::index_sources() {
  sources_.begin();
  each([&](CtEntry& entry) { sources_.add(*pool_, entry); });
}

bool CtTable::any_unassured() {
  if (unassured_ != 0 && !is_unassured(pool_->at(unassured_))) {
    unassured_ = 0;
    each([&](CtEntry& entry) {
      if (is_unassured(entry)) unassured_ = CtPool::number_of(entry);
    });
  }
  return unassured_ != 0;
}

bool CtTable::consistent() const {
  std::size_t answers = 0;
  bool fine = slots_.ordered() && timers_.consistent(*pool_, size_) && sources_.consistent(*pool_, size_);
  slots_.each([&](std::uint32_t hash, CtSlots::Owner owner) {
    const CtEntry& entry = pool_->at(owner.number);
    fine = fine && entry.in_table() && hash == hash_of(entry, owner.reply);
    answers += owner.reply ? 1U : 0U;
    // Who is found by its own tuple is found by its answers'.
    fine = fine && at(entry.reply(), entry.zone[1], true) == &entry;
  });
  return fine && answers == size_;
}

}  // namespace fwsim
