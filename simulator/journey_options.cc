// IPv4 options on the way (ip_input.c, ip_rcv_options; ip_options.c, ip_options_rcv_srr).
#include <fmt/format.h>

#include <memory>

#include "simulator/ip_options.hh"
#include "simulator/journey.hh"

namespace fwsim {
namespace {

constexpr unsigned parameter_problem = 12;

bool accepts_source_routes(const Host& host, const std::string& device) {
  return host.sysctl("net.ipv4.conf.all.accept_source_route", 0) != 0 &&
         host.sysctl(fmt::format("net.ipv4.conf.{}.accept_source_route", device),
                     host.sysctl("net.ipv4.conf.default.accept_source_route", 1)) != 0;
}

}  // namespace

bool Engine::Journey::take_options(RouteResult& route) {
  if (p_.family != Family::v4 || (p_.bytes[0] & 15) <= 5) return true;
  u128 own = p_.fields.get(Field::dst);
  if (route.kind != RouteResult::Kind::local || route.type != RouteType::local)
    own = e_.routing_->source_for(Family::v4, p_.fields.get(Field::src), 0, static_cast<std::uint8_t>(p_.fields.number(Field::tos)))
              .value_or(0);
  auto options = std::make_shared<IpOptions>();
  const auto fault = read_options(p_, {*e_.routing_, e_.world_.now, own}, *options);
  p_.ip_options = options;
  if (fault) {
    drop(fmt::format("its IP options are wrong at byte {}", *fault));
    error(parameter_problem, 0, *fault << 24, "parameter problem");
    return false;
  }
  if (options->source_route == 0) return true;
  if (!accepts_source_routes(e_.host(), in_)) return drop(fmt::format("{} accepts no source routes", in_));
  return follow_source_route(route, *options);
}

// Here the packet has reached one stage of its source route: on to the next one that is not this
// host itself.
bool Engine::Journey::follow_source_route(RouteResult& route, IpOptions& options) {
  if (p_.fields.number(Field::pkttype) != 0) return drop("a source route in a frame for many");
  if (route.kind == RouteResult::Kind::forward) {
    if (!options.strict) return true;
    drop("its strict source route does not lead over this host");
    error(parameter_problem, 0, 16U << 24, "parameter problem");
    return false;
  }
  if (route.kind != RouteResult::Kind::local || route.type != RouteType::local)
    return drop("a source route to no single host");
  const std::size_t at = options.source_route, length = p_.bytes[at + 1];
  for (std::size_t next = p_.bytes[at + 2]; next <= length; next += 4) {
    if (next + 3 > length) {
      drop("its source route is cut short");
      error(parameter_problem, 0, static_cast<std::uint32_t>(at + 2) << 24, "parameter problem");
      return false;
    }
    RouteKey onward = key(false);
    onward.dst = address_at(Family::v4, p_.bytes, at + next - 1);
    // A packet of the host itself that came back by lo has a martian source for any further way.
    if (in_ == "lo") return drop("its source route leads on from lo");
    RouteResult way = e_.routing_->input(onward);
    const bool here = way.kind == RouteResult::Kind::local && way.type == RouteType::local;
    if (!here && way.kind != RouteResult::Kind::forward)
      return drop(fmt::format("its source route leads nowhere: {}", way.reason));
    options.changed = true;
    route = std::move(way);
    p_.route_type = route.type;
    if (!here) {
      options.next_hop = onward.dst;
      return true;
    }
    put_address(Family::v4, p_.bytes, 16, onward.dst);
    decode(p_);
  }
  return true;
}

// ip_forward_options(), behind the FORWARD hook.
void Engine::Journey::complete_options(const RouteResult& route) {
  if (!p_.ip_options || p_.ip_options->length == 0) return;
  RouteKey onward = key(true);
  if (p_.ip_options->next_hop) onward.dst = *p_.ip_options->next_hop;
  onward.src = 0;
  onward.out = route.device;
  auto options = std::make_shared<IpOptions>(*p_.ip_options);
  forward_options(p_, *options, e_.routing_->output(onward).source);
  p_.ip_options = options;
}

}  // namespace fwsim
