// The table of connections: both tuples of each lead to it; those that are over vanish when met.
#include <algorithm>
#include <limits>

#include "simulator/conntrack.hh"
#include "simulator/conntrack_parts.hh"
#include "simulator/expectation.hh"
#include "simulator/gre_keymap.hh"
#include "simulator/helper.hh"

namespace fwsim {
namespace {

constexpr unsigned gre = 47;

}  // namespace

std::size_t Conntrack::KeyHash::operator()(const Key& k) const {
  std::uint64_t h = 0x9e3779b97f4a7c15;
  const auto mix = [&](std::uint64_t x) {
    h ^= x;
    h *= 0xff51afd7ed558ccd;
    h ^= h >> 32;
  };
  mix(static_cast<std::uint64_t>(k.tuple.src));
  mix(static_cast<std::uint64_t>(k.tuple.src >> 64) ^ static_cast<std::uint64_t>(k.tuple.dst >> 64));
  mix(static_cast<std::uint64_t>(k.tuple.dst));
  mix((std::uint64_t{k.tuple.sport} << 40) | (std::uint64_t{k.tuple.dport} << 24) | (std::uint64_t{k.tuple.proto} << 16) |
      k.zone);
  return h + (k.reply ? 1 : 0);
}

std::shared_ptr<CtEntry> Conntrack::living(const Key& key, std::int64_t now) {
  const auto found = table_.find(key);
  if (found == table_.end()) return nullptr;
  std::shared_ptr<CtEntry> entry = found->second;
  if (entry->expires > now) return entry;
  forget(entry);
  return nullptr;
}

std::shared_ptr<CtEntry> Conntrack::find(const Tuple& tuple, Zones zones, std::int64_t now, bool& reply) {
  reply = false;
  if (auto entry = living({tuple, zones[0], false}, now)) {
    // From a host to itself both directions are alike, and the reply stands before the original in the hash chain.
    reply = entry->original == entry->reply && entry->zone[0] == entry->zone[1];
    return entry;
  }
  reply = true;
  return living({tuple, zones[1], true}, now);
}

std::shared_ptr<CtEntry> Conntrack::meeting(const Tuple& tuple, Zones zones, bool reply, std::int64_t now) {
  auto entry = living({tuple, zones[reply], reply}, now);
  if (!entry && zones[0] == zones[1]) entry = living({tuple, zones[!reply], !reply}, now);
  return entry;
}

std::shared_ptr<CtEntry> Conntrack::holder(const Tuple& reply, Zones zones, const CtEntry* except, std::int64_t now) {
  auto entry = meeting(reply, zones, true, now);
  if (!entry || entry.get() == except) return nullptr;
  // Another packet of the same connection, met before the first was confirmed.
  if (except && entry->original == except->original && entry->zone[0] == except->zone[0]) return nullptr;
  return entry;
}

bool Conntrack::taken(const Tuple& reply, Zones zones, const CtEntry* except, std::int64_t now) {
  return holder(reply, zones, except, now) != nullptr;
}

Conntrack::Key Conntrack::source_key(const Tuple& t, std::uint16_t zone) {
  return {Tuple{.family = t.family, .src = t.src, .sport = t.sport, .proto = t.proto}, zone};
}

std::vector<std::shared_ptr<CtEntry>> Conntrack::of_source(const Tuple& tuple, std::uint16_t zone, std::int64_t now) {
  std::vector<std::shared_ptr<CtEntry>> list;
  const auto [first, last] = by_source_.equal_range(source_key(tuple, zone));
  for (auto at = first; at != last; ++at)
    if (at->second->expires > now) list.push_back(at->second);
  std::sort(list.begin(), list.end(), [](const auto& a, const auto& b) { return a->serial > b->serial; });
  return list;
}

void Conntrack::insert(const std::shared_ptr<CtEntry>& entry, bool answers_only) {
  for (const Key& key : {Key{entry->original, entry->zone[0], false}, Key{entry->reply, entry->zone[1], true}})
    if (const auto old = table_.find(key); old != table_.end() && !(answers_only && !key.reply)) forget(old->second);
  entry->status |= ct_confirmed;
  entry->serial = ++serial_;
  if (!answers_only) table_[{entry->original, entry->zone[0], false}] = entry;
  table_[{entry->reply, entry->zone[1], true}] = entry;
  by_source_.emplace(source_key(entry->original, entry->zone[0]), entry);
  most_ = std::max(most_, by_source_.size());
}

void Conntrack::forget(const std::shared_ptr<CtEntry>& entry) {
  const auto keep = entry;  // the argument may live in the table
  if (keep->status & ct_dying) return;
  keep->status |= ct_dying;
  if (const HelperKind* kind = helper_of(*keep); kind && kind->destroy) kind->destroy(*this, *keep);
  if (keep->original.proto == gre && keep->master) gre_keymap_->remove_of(*keep->master);
  for (const Key& key : {Key{keep->original, keep->zone[0], false}, Key{keep->reply, keep->zone[1], true}}) {
    const auto found = table_.find(key);
    if (found != table_.end() && found->second == keep) table_.erase(found);
  }
  const auto [first, last] = by_source_.equal_range(source_key(keep->original, keep->zone[0]));
  for (auto at = first; at != last; ++at)
    if (at->second == keep) {
      by_source_.erase(at);
      break;
    }
  full_until_ = 0;
  expectations_->remove_of(*keep);
}

std::optional<Tuple> Conntrack::complete(std::optional<Tuple> tuple, std::int64_t now) {
  if (!tuple || tuple->proto != gre || tuple->dport == 0) return tuple;
  for (const auto& master : gre_keymap_->expired(now)) forget(master);
  tuple->sport = gre_keymap_->find(*tuple);
  return tuple;
}

std::vector<std::shared_ptr<CtEntry>> Conntrack::entries(std::int64_t now) const {
  std::vector<std::shared_ptr<CtEntry>> list;
  for (const auto& [key, entry] : table_)
    if (!key.reply && entry->expires > now) list.push_back(entry);
  std::sort(list.begin(), list.end(), [](const auto& a, const auto& b) { return a->serial < b->serial; });
  return list;
}

bool Conntrack::consistent() const {
  std::size_t answers = 0;
  for (const auto& [key, entry] : table_) {
    const Tuple& tuple = key.reply ? entry->reply : entry->original;
    if (!(key.tuple == tuple) || key.zone != entry->zone[key.reply] || (entry->status & ct_confirmed) == 0 ||
        (entry->status & ct_dying) != 0)
      return false;
    answers += key.reply ? 1 : 0;
    const auto other = table_.find({entry->reply, entry->zone[1], true});
    if (!key.reply && (other == table_.end() || other->second != entry)) return false;
  }
  return answers == by_source_.size() &&
         std::all_of(by_source_.begin(), by_source_.end(), [&](const auto& at) {
           const auto found = table_.find({at.second->reply, at.second->zone[1], true});
           return found != table_.end() && found->second == at.second;
         });
}

// Entries that are over are gone for this count; the kernel collects them within about a minute.
Conntrack::Room Conntrack::room(std::int64_t now) {
  if (config_->max == 0 || by_source_.size() < config_->max) return Room::free;
  if (now < full_until_) return full_room_;
  std::uint64_t count = 0;
  std::int64_t first_end = std::numeric_limits<std::int64_t>::max();
  bool evictable = false;
  for (const auto& [key, entry] : table_) {
    if (!key.reply || entry->expires <= now) continue;
    ++count;
    first_end = std::min(first_end, entry->expires);
    evictable = evictable || (entry->status & ct_assured) == 0;
  }
  if (count < config_->max) return Room::free;
  full_until_ = first_end;  // or until an entry is forgotten
  return full_room_ = evictable ? Room::unknown : Room::none;
}

}  // namespace fwsim
