// Fragments on the way: collected before the hooks or before INPUT, and made again after POSTROUTING
// (nf_defrag_ipv4.c, nf_defrag_ipv6_hooks.c, ip_input.c, ip_output.c, ip6_output.c).
#include <fmt/format.h>

#include <algorithm>

#include "simulator/conntrack.hh"
#include "simulator/icmp_error.hh"
#include "simulator/journey.hh"
#include "simulator/split.hh"

namespace fwsim {
FragmentQueues& Engine::Journey::fragment_queues() {
  if (!e_.fragments_) e_.fragments_ = &e_.world_.get_shared<FragmentQueues>("fragments");
  return *e_.fragments_;
}

// The defrag stage of PREROUTING and OUTPUT. Packets that have their connection already came by lo.
bool Engine::Journey::defragment(Hook hook) {
  if (!e_.defrag_[static_cast<std::size_t>(p_.family)] || p_.untracked) return true;
  if (p_.ct && p_.family == Family::v6) return true;
  const auto place = hook == Hook::output ? FragmentUser::Place::output : FragmentUser::Place::prerouting;
  return gather({place, p_.ct ? p_.ct->zone[p_.ct_reply ? 1 : 0] : std::uint16_t{0}}, hook);
}

bool Engine::Journey::gather(const FragmentUser& user, std::optional<Hook> at) {
  World& world = e_.world_;
  std::string why;
  switch (fragment_queues().gather(p_, user, in_, world, why)) {
    case Gathered::whole: return true;
    case Gathered::waiting: why = "it waits for the other fragments of its datagram"; break;
    case Gathered::refused: break;
    case Gathered::dropped: return drop(std::move(why), at);
  }
  r_.fate = Fate::queued;
  r_.reason = std::move(why);
  r_.dropped_at = at;
  stopped_ = true;
  return false;
}

// Datagrams that stayed incomplete: the sender hears of it when its first fragment is there and this
// host was to put them together for itself (ip_expire, ip6frag_expire_frag_queue).
void Engine::Journey::expire_fragments() {
  World& world = e_.world_;
  if (e_.depth_ != 0) return;
  const std::int64_t now = world.now;
  for (FragmentQueues::Expired& over : fragment_queues().expire(now)) {
    if (!over.queue.first_in || over.queue.device.empty()) continue;
    Result first{.packet = std::move(over.queue.head)};
    Journey journey(e_, first);
    journey.in_ = over.queue.device;
    journey.note_addresses();
    world.now = over.queue.expires;
    if (over.key.family == Family::v4) {
      const RouteResult route = e_.routing_->input(journey.key(false));
      const bool local = route.kind == RouteResult::Kind::local;
      if (route.kind == RouteResult::Kind::drop) continue;
      if (over.key.user.place == FragmentUser::Place::prerouting && !(local && route.type == RouteType::local)) continue;
    }
    journey.error(over.key.family == Family::v4 ? 11 : 3, 1, 0, "reassembly timeout");
    std::move(first.generated.begin(), first.generated.end(), std::back_inserter(r_.generated));
  }
  world.now = now;
}

// After POSTROUTING: what goes to the device.
void Engine::Journey::leave(const RouteResult& route, Fate fate) {
  World& world = e_.world_;
  const bool v4 = p_.family == Family::v4;
  const unsigned mtu = v4 ? route.mtu : std::max(route.mtu, least_mtu_v6);
  Split parts = merged_ ? Split{} : split(p_, mtu, world.random);
  if (parts.kind == Split::Kind::too_big || parts.kind == Split::Kind::no_room) {
    drop(fmt::format("{} bytes are too much for the MTU {} of {}", p_.stated_length(), mtu, route.device));
    if (parts.kind == Split::Kind::too_big) error(v4 ? 3 : 2, v4 ? 4 : 0, mtu, "packet too big");
    return;
  }
  r_.fate = fate;
  r_.out_if = route.device;
  // What the host sends can come back to it.
  const bool kept = e_.options_.frames || fate != Fate::forwarded;
  if (parts.kind == Split::Kind::whole && kept)
    r_.out.push_back({route.device, p_, world.next_order(), route.gateway});
  for (Packet& part : parts.fragments)
    r_.out.push_back({route.device, std::move(part), world.next_order(), route.gateway});
  choose_ports(route);
}

}  // namespace fwsim
