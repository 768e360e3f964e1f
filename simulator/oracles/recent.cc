// -m recent: was this address seen before, how often, how long ago (net/netfilter/xt_recent.c).
// The module's parameters are read from the snapshot as "xt_recent.ip_list_tot" and
// "xt_recent.ip_pkt_list_tot".
#include "simulator/oracles/recent.hh"

#include <bit>

#include "simulator/oracle.hh"

namespace fwsim {
namespace {

enum class Action : std::uint8_t { set, check, update, remove };

struct Rule {
  Action action = Action::set;
  bool inverted = false;
  bool destination = false;
  bool same_ttl = false;
  bool reap = false;
  std::uint32_t ticks = 0;  // of --seconds; the kernel multiplies in 32 bits
  unsigned hits = 0;
  std::size_t room = 100;   // addresses in a list
};

Rule rule_of(const MatchUse& use, const World& world) {
  Rule rule;
  rule.room = static_cast<std::size_t>(world.host.sysctl("xt_recent.ip_list_tot", 100));
  constexpr std::pair<std::string_view, Action> actions[] = {
      {"set", Action::set}, {"rcheck", Action::check}, {"update", Action::update}, {"remove", Action::remove}};
  for (const auto& [name, action] : actions)
    if (use.has(name)) {
      rule.action = action;
      rule.inverted = use.inverted(name);
    }
  rule.destination = use.has("rdest");
  rule.same_ttl = use.has("rttl");
  rule.reap = use.has("reap");
  rule.ticks = static_cast<std::uint32_t>(use.number("seconds")) * static_cast<std::uint32_t>(kernel_hz);
  rule.hits = static_cast<unsigned>(use.number("hitcount"));
  return rule;
}

// How many stamps the rule needs an entry to keep.
unsigned stamps_of(const Rule& rule, const World& world) {
  const auto least = static_cast<unsigned>(world.host.sysctl("xt_recent.ip_pkt_list_tot", 0));
  if (rule.hits < least) return std::bit_ceil(least);
  return rule.hits != 0 ? std::bit_ceil(rule.hits) : 32;
}

// The TTL before forwarding took one: the kernel asks for an output device and no socket.
std::uint8_t arrival_ttl(const Packet& packet, Hook hook) {
  const auto ttl = static_cast<std::uint8_t>(packet.fields.number(Field::ttl));
  const bool leaving = hook == Hook::forward || hook == Hook::output || hook == Hook::postrouting;
  const bool socket =
      packet.fields.has(Field::socket) ? packet.fields.number(Field::socket) != 0 : packet.locally_sent;
  return leaving && !socket ? static_cast<std::uint8_t>(ttl + 1) : ttl;
}

bool seen(const RecentList::Entry& entry, const Rule& rule, std::uint64_t oldest) {
  unsigned hits = 0;
  for (const std::uint64_t stamp : entry.stamps) {
    if (rule.ticks != 0 && static_cast<std::int64_t>(stamp - oldest) < 0) continue;
    if (++hits >= rule.hits) return true;
  }
  return false;
}

bool check(RecentList& list, RecentList::Entry& entry, const Rule& rule, std::uint8_t ttl, std::uint64_t now) {
  const std::uint64_t oldest = now - rule.ticks;
  const bool result = seen(entry, rule, oldest) != rule.inverted;
  const bool update = rule.action == Action::update && result;
  if (rule.reap) list.reap(oldest, update ? &entry : nullptr);
  if (update) list.stamp(entry, ttl, now);
  return result;
}

bool test(RecentList& list, const Rule& rule, Packet& packet, const Where& where, const World& world) {
  const std::uint64_t now = world.jiffies();
  const u128 address = list.masked(where.family, packet.fields.get(rule.destination ? Field::dst : Field::src));
  const std::uint8_t ttl = arrival_ttl(packet, where.hook);
  RecentList::Entry* entry = list.find(where.family, address, rule.same_ttl ? ttl : std::uint8_t{0});
  if (rule.action == Action::set) {
    if (entry)
      list.stamp(*entry, ttl, now);
    else
      list.add(where.family, address, ttl, now, rule.room);
    return !rule.inverted;
  }
  if (!entry) return rule.inverted;
  if (rule.action != Action::remove) return check(list, *entry, rule, ttl, now);
  list.remove(*entry);
  return !rule.inverted;
}

std::unique_ptr<Oracle> make(const MatchUse& use, Family family, World& world) {
  const Rule rule = rule_of(use, world);
  auto& list = world.get_shared<RecentList>("recent/" + std::string(use.text("name", "DEFAULT")));
  const auto* mask = use.get<AddressRange>("mask");
  list.join(family, mask ? mask->low : address_mask(family), stamps_of(rule, world));
  return make_oracle([rule, &list](Packet& packet, const Where& where, World& now) {
    return answer(test(list, rule, packet, where, now));
  });
}

}  // namespace

extern const OracleKind oracle_recent{"recent", make};

}  // namespace fwsim
