// What is known of connections, and when it is forgotten. Those that are over are not there for anybody, and vanish
// when a packet is tracked or when they are met.
#include <algorithm>
#include <stdexcept>

#include "simulator/conntrack.hh"
#include "simulator/conntrack_parts.hh"
#include "simulator/expectation.hh"
#include "simulator/gre_keymap.hh"
#include "simulator/helper.hh"

namespace fwsim {
namespace {

constexpr unsigned gre = 47;

}  // namespace

CtRef Conntrack::living(const Tuple& tuple, std::uint16_t zone, bool reply, std::int64_t now) {
  CtRef entry(table_.at(tuple, zone, reply));
  if (!entry || entry->expires > now) return entry;
  forget(entry);
  return nullptr;
}

void Conntrack::collect(std::int64_t now) {
  while (CtEntry* entry = table_.over(now)) forget(CtRef(entry));
}

CtRef Conntrack::find(const Tuple& tuple, Zones zones, std::int64_t now, bool& reply) {
  reply = false;
  if (CtRef entry = living(tuple, zones[0], false, now)) {
    // From a host to itself both directions are alike, and the reply stands before the original in the hash chain.
    reply = entry->has(tuple, true) && entry->zone[0] == entry->zone[1];
    return entry;
  }
  reply = true;
  return living(tuple, zones[1], true, now);
}

CtRef Conntrack::begin(const Tuple& tuple, const Tuple& answer, std::int64_t now) {
  if (!active[static_cast<std::size_t>(tuple.family)] || !expectations_->empty() || tuple == answer || room() != Room::free) return nullptr;
  if (table_.knows(tuple, 0) || table_.knows(answer, 0)) return nullptr;
  CtRef entry = table_.make(tuple, answer);
  entry->created = now;
  return entry;
}

CtRef Conntrack::meeting(const Tuple& tuple, Zones zones, bool reply, std::int64_t now) {
  CtRef entry = living(tuple, zones[reply], reply, now);
  if (!entry && zones[0] == zones[1]) entry = living(tuple, zones[!reply], !reply, now);
  return entry;
}

CtRef Conntrack::holder(const Tuple& reply, Zones zones, const CtEntry* except, std::int64_t now) {
  CtRef entry = meeting(reply, zones, true, now);
  if (!entry || entry.get() == except) return nullptr;
  // Another packet of the same connection, met before the first was confirmed.
  if (except && entry->has(except->original(), false) && entry->zone[0] == except->zone[0]) return nullptr;
  return entry;
}

bool Conntrack::taken(const Tuple& reply, Zones zones, const CtEntry* except, std::int64_t now) {
  return holder(reply, zones, except, now) != nullptr;
}

std::vector<CtRef> Conntrack::of_source(const Tuple& tuple, std::uint16_t zone, std::int64_t now) {
  std::vector<CtRef> list;
  table_.each_of_source(tuple, zone, [&](CtEntry& entry) {
    if (entry.expires > now) list.emplace_back(&entry);
  });
  std::sort(list.begin(), list.end(), [](const auto& a, const auto& b) { return a->serial > b->serial; });
  return list;
}

void Conntrack::insert(const CtRef& entry, bool answers_only) {
  for (const bool reply : {false, true})
    if (const CtRef old(reply || !answers_only ? table_.at(entry->tuple(reply), entry->zone[reply], reply) : nullptr); old) forget(old);
  put(entry, answers_only);
}

// As insert(), of an entry whose tuples no other one has.
void Conntrack::put(const CtRef& entry, bool answers_only) {
  entry->status |= ct_confirmed;
  entry->serial = ++serial_;
  table_.insert(*entry, answers_only);
  most_ = std::max(most_, table_.size());
}

void Conntrack::forget(const CtRef& entry) {
  const CtRef keep = entry;  // the argument may go meanwhile
  if (keep->status & ct_dying) return;
  keep->status |= ct_dying;
  if (const HelperKind* kind = helper_of(*keep); kind && kind->destroy) kind->destroy(*this, *keep);
  if (keep->proto == gre && keep->ext().master) gre_keymap_->remove_of(*keep->ext().master);
  if (keep->in_table()) table_.remove(*keep);
  if (!keep->ext().helper.empty()) expectations_->remove_of(*keep);   // only helpers expect anything
}

std::optional<Tuple> Conntrack::complete(std::optional<Tuple> tuple, std::int64_t now) {
  if (!tuple || tuple->proto != gre || tuple->dport == 0) return tuple;
  for (const auto& master : gre_keymap_->expired(now)) forget(master);
  tuple->sport = gre_keymap_->find(*tuple);
  return tuple;
}

std::vector<CtRef> Conntrack::entries(std::int64_t now) const {
  std::vector<CtRef> list;
  table_.each([&](CtEntry& entry) {
    if ((entry.status & ct_nat_clash) == 0 && entry.expires > now) list.emplace_back(&entry);  // those are answers only
  });
  std::sort(list.begin(), list.end(), [](const auto& a, const auto& b) { return a->serial < b->serial; });
  return list;
}

std::size_t Conntrack::count(std::int64_t now) {
  collect(now);
  return table_.size();
}

bool Conntrack::consistent() const {
  bool fine = table_.consistent();
  table_.each([&](const CtEntry& entry) { fine = fine && (entry.status & (ct_confirmed | ct_dying)) == ct_confirmed; });
  return fine;
}

// Those that are over are collected before; the kernel does that within about a minute.
Conntrack::Room Conntrack::room() {
  if (config_->max == 0 || table_.size() < config_->max) return Room::free;
  return table_.any_unassured() ? Room::unknown : Room::none;
}

const std::string& Conntrack::masquerade_device(const CtEntry& entry) const { return devices_[entry.masquerade]; }

void Conntrack::set_masquerade_device(CtEntry& entry, const std::string& device) {
  const auto known = std::find(devices_.begin(), devices_.end(), device);
  entry.masquerade = static_cast<std::uint16_t>(known - devices_.begin());
  if (known != devices_.end()) return;
  if (devices_.size() > 0xffff) throw std::length_error("more than 65,535 devices masquerade");
  devices_.push_back(device);
}

}  // namespace fwsim
