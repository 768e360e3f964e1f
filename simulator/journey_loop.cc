// What the host sends comes back to itself: by lo, or as the copy of its own broadcasts and
// multicasts that dev_loopback_xmit() brings in by the device they leave by (ip_output.c,
// ip_mc_output; ip6_output.c, ip6_finish_output2).
#include <algorithm>
#include <utility>

#include "simulator/journey.hh"
#include "simulator/sockets.hh"

namespace fwsim {
namespace {

constexpr unsigned to_broadcast = 1, to_multicast = 2;

// The header of a clone is that of its twin, and NPT, the only one to change addresses in PREROUTING of
// a packet that has been there, does not look for that (ip6t_NPT.c): the twin leaves with them.
void share_addresses(const Packet& copy, Packet& twin) {
  if (copy.family != Family::v6 || copy.bytes.size() < 40 || std::equal(copy.bytes.begin() + 8, copy.bytes.begin() + 40, twin.bytes.begin() + 8))
    return;
  std::copy(copy.bytes.begin() + 8, copy.bytes.begin() + 40, twin.bytes.begin() + 8);
  decode(twin);
}

}  // namespace

// A packet for the host itself, with its connection still attached, and its route: no other is asked
// for. Of several fragments each comes back by itself: of IPv4 the first goes on as what became of the
// packet, the others are answers, of IPv6 all are.
void Engine::Journey::loop_back() {
  std::vector<Sent> frames = std::exchange(r_.out, {});
  if (frames.size() < 2) return come_back_by_lo();
  const bool goes_on = p_.family == Family::v4;
  if (goes_on) p_ = frames.front().packet;
  if (goes_on) come_back_by_lo();
  for (std::size_t i = goes_on ? 1 : 0; i < frames.size(); ++i) {
    Result result{.order = e_.world_.next_order(), .packet = std::move(frames[i].packet), .cause = "fragment"};
    Journey other(e_, result);
    other.come_back_by_lo();
    other.finish();
    r_.generated.push_back(std::move(result));
  }
}

void Engine::Journey::come_back_by_lo() {
  forget_socket();
  if (const std::string_view fault = arrival_fault(p_, true); !fault.empty()) {
    drop(std::string(fault));
    return;
  }
  enter("lo", {});
  if (!hook(Hook::prerouting)) return;
  note_addresses();
  RouteResult route{.kind = RouteResult::Kind::local, .type = RouteType::local};
  if (take_options(route)) deliver();
}

void Engine::Journey::forget_socket() {
  p_.by_icmp_socket = false;
  attach_socket(p_, nullptr);
}

bool Engine::Journey::is_member(const std::string& device) const {
  RouteKey k{.family = p_.family, .src = p_.fields.get(Field::src), .dst = p_.fields.get(Field::dst), .in = device};
  // The source does not matter here: any valid one will do.
  if (p_.family == Family::v4) k.src = 0;
  return e_.routing_->input(k).kind == RouteResult::Kind::local;
}

// IPv4: the copy that comes back passes POSTROUTING first and is followed here, as what became of the
// packet; the one that leaves passes POSTROUTING behind it and is the answer "copy".
bool Engine::Journey::loops(const RouteResult& route) const {
  if (p_.family != Family::v4 || in_ == route.device || !in_.empty() || route.device == "lo") return false;
  return route.type == RouteType::broadcast || (route.type == RouteType::multicast && is_member(route.device));
}

void Engine::Journey::transmit_and_loop(const RouteResult& route) {
  Result apart{.packet = p_};
  Journey copy(e_, apart);
  const bool stays = route.type == RouteType::multicast && p_.fields.number(Field::ttl) == 0;
  enter({}, route.device);
  if (hook(Hook::postrouting)) come_back(route.device, route.type == RouteType::broadcast ? to_broadcast : to_multicast);
  if (stays) return;
  copy.r_.order = e_.world_.next_order();
  copy.enter({}, route.device);
  if (copy.hook(Hook::postrouting)) copy.leave(route, Fate::sent);
  keep_copy(copy);
}

// IPv6: every fragment that goes to a group of this host, after POSTROUTING; a narrow scope keeps it here.
void Engine::Journey::loop_multicasts(const RouteResult& route) {
  if (p_.family != Family::v6 || !in_.empty() || route.device == "lo" || r_.fate != Fate::sent) return;
  if ((p_.fields.get(Field::dst) >> 120) != 0xff) return;
  const bool member = is_member(route.device);
  std::vector<Sent> leaving;
  for (Sent& sent : r_.out) {
    if (member) {
      Result apart{.order = e_.world_.next_order(), .packet = sent.packet};
      Journey copy(e_, apart);
      copy.enter({}, route.device);
      if (copy.hook(Hook::postrouting)) copy.come_back(route.device, to_multicast, &sent.packet);
      keep_copy(copy);
    }
    const auto scope = static_cast<unsigned>(sent.packet.fields.get(Field::dst) >> 112) & 15;
    if (scope > 1 && sent.packet.fields.number(Field::ttl) != 0) leaving.push_back(std::move(sent));
  }
  r_.out = std::move(leaving);
  if (r_.out.empty()) drop("its scope or hop limit keeps it on this host");
}

void Engine::Journey::come_back(const std::string& device, unsigned kind, Packet* twin) {
  forget_socket();
  p_.fields.set(Field::pkttype, kind);
  enter(device, {});
  const bool goes_on = hook(Hook::prerouting);
  if (twin) share_addresses(p_, *twin);
  if (!goes_on) return;
  note_addresses();
  if (p_.family == Family::v6 && !((p_.fields.get(Field::dst) >> 120) == 0xff && is_member(device))) {
    drop("the host is in no such group");
    return;
  }
  RouteResult route{.kind = RouteResult::Kind::local,
                    .type = kind == to_broadcast ? RouteType::broadcast : RouteType::multicast};
  if (take_options(route)) deliver();
}

void Engine::Journey::keep_copy(Journey& copy) {
  copy.finish();
  copy.r_.cause = "copy";
  r_.generated.push_back(std::move(copy.r_));
}

}  // namespace fwsim
