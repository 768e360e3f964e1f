// What the host sends comes back to itself: by lo, or as the copy of its own broadcasts and
// multicasts that dev_loopback_xmit() brings in by the device they leave by (ip_output.c,
// ip_mc_output; ip6_output.c, ip6_finish_output2).
#include <utility>

#include "simulator/journey.hh"
#include "simulator/sockets.hh"

namespace fwsim {
namespace {

constexpr unsigned to_broadcast = 1, to_multicast = 2;

}  // namespace

// A packet for the host itself, with its connection still attached, and its route: no other is asked
// for. Of several fragments each comes back by itself: of IPv4 the first goes on as what became of the
// packet, the others are answers, of IPv6 all are.
void Engine::Journey::loop_back() {
  std::vector<Sent> frames = std::exchange(r_.out, {});
  if (frames.size() < 2) return come_back_by_lo();
  const bool goes_on = p_.family == Family::v4;
  if (goes_on) p_ = frames.front().packet;
  std::vector<Journey> others;
  for (std::size_t i = goes_on ? 1 : 0; i < frames.size(); ++i) others.emplace_back(e_, std::move(frames[i].packet));
  if (goes_on) come_back_by_lo();
  for (Journey& other : others) {
    other.r_.order = e_.world_.next_order();
    other.come_back_by_lo();
    r_.generated.push_back(other.finish());
    r_.generated.back().cause = "fragment";
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
  Journey copy(e_, p_);
  const bool stays = route.type == RouteType::multicast && p_.fields.number(Field::ttl) == 0;
  enter({}, route.device);
  if (hook(Hook::postrouting)) come_back(route.device, route.type == RouteType::broadcast ? to_broadcast : to_multicast);
  if (stays) return;
  copy.r_.order = e_.world_.next_order();
  copy.enter({}, route.device);
  if (copy.hook(Hook::postrouting)) copy.leave(route, Fate::sent);
  keep_copy(std::move(copy));
}

// IPv6: every fragment that goes to a group of this host, after POSTROUTING.
void Engine::Journey::loop_multicasts(const RouteResult& route) {
  if (p_.family != Family::v6 || !in_.empty() || route.device == "lo" || r_.fate != Fate::sent) return;
  const u128 dst = p_.fields.get(Field::dst);
  if ((dst >> 120) != 0xff) return;
  if (is_member(route.device))
    for (const Sent& sent : std::vector<Sent>(r_.out)) {
      Journey copy(e_, sent.packet);
      copy.r_.order = e_.world_.next_order();
      copy.enter({}, route.device);
      if (copy.hook(Hook::postrouting)) copy.come_back(route.device, to_multicast);
      keep_copy(std::move(copy));
    }
  const auto scope = static_cast<unsigned>(dst >> 112) & 15;
  if (scope <= 1 || p_.fields.number(Field::ttl) == 0) {
    r_.out.clear();
    drop("its scope or hop limit keeps it on this host");
  }
}

void Engine::Journey::come_back(const std::string& device, unsigned kind) {
  forget_socket();
  p_.fields.set(Field::pkttype, kind);
  enter(device, {});
  if (!hook(Hook::prerouting)) return;
  note_addresses();
  RouteResult route{.kind = RouteResult::Kind::local,
                    .type = kind == to_broadcast ? RouteType::broadcast : RouteType::multicast};
  if (take_options(route)) deliver();
}

void Engine::Journey::keep_copy(Journey copy) {
  Result result = copy.finish();
  result.cause = "copy";
  r_.generated.push_back(std::move(result));
}

}  // namespace fwsim
