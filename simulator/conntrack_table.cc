// The table of connections: both tuples of each lead to it; those that are over vanish when met.
#include <algorithm>

#include "simulator/conntrack.hh"

namespace fwsim {

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
  return h;
}

std::shared_ptr<CtEntry> Conntrack::find(const Tuple& tuple, Zones zones, std::int64_t now, bool& reply) {
  for (std::size_t i = 0; i < 2; ++i) {
    if (i == 1 && zones[1] == zones[0]) break;
    const auto found = table_.find({tuple, zones[i]});
    if (found == table_.end()) continue;
    std::shared_ptr<CtEntry> entry = found->second;
    const bool is_reply = !(entry->original == tuple);
    if (entry->zone[is_reply] != zones[is_reply]) continue;
    if (entry->expires <= now) {
      forget(entry);
      continue;
    }
    reply = is_reply;
    return entry;
  }
  return nullptr;
}

bool Conntrack::taken(const Tuple& reply, Zones zones, const CtEntry* except, std::int64_t now) {
  bool is_reply = false;
  const auto entry = find(reply, zones, now, is_reply);
  if (!entry || entry.get() == except) return false;
  // Another packet of the same connection, met before the first was confirmed.
  return !(except && entry->original == except->original);
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

void Conntrack::forget(const std::shared_ptr<CtEntry>& entry) {
  const auto keep = entry;  // the argument may live in the table
  for (const Key& key : {Key{keep->original, keep->zone[0]}, Key{keep->reply, keep->zone[1]}}) {
    const auto found = table_.find(key);
    if (found != table_.end() && found->second == keep) table_.erase(found);
  }
  const auto [first, last] = by_source_.equal_range(source_key(keep->original, keep->zone[0]));
  for (auto at = first; at != last; ++at)
    if (at->second == keep) {
      by_source_.erase(at);
      break;
    }
  keep->status |= ct_dying;
}

std::vector<std::shared_ptr<CtEntry>> Conntrack::entries(std::int64_t now) const {
  std::vector<std::shared_ptr<CtEntry>> list;
  for (const auto& [key, entry] : table_)
    if (key.tuple == entry->original && entry->expires > now) list.push_back(entry);
  std::sort(list.begin(), list.end(), [](const auto& a, const auto& b) { return a->serial < b->serial; });
  return list;
}

}  // namespace fwsim
