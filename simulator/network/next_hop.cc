#include "simulator/network/next_hop.hh"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "simulator/address_scope.hh"

namespace fwsim {
namespace {

bool for_many(const Packet& p) {
  const u128 dst = p.fields.get(Field::dst);
  return is_multicast(p.family, dst) || (p.family == Family::v4 && dst == 0xffffffff);
}

void put_mac(Packet& packet, std::size_t at, std::uint64_t mac) {
  for (std::size_t i = 0; i < 6; ++i) packet.link.ethernet[at + i] = static_cast<std::uint8_t>(mac >> (8 * (5 - i)));
}

}  // namespace

std::string NextHopFinder::end_text(const LinkEnd& end) const { return fmt::format("{}:{}", net_.name(end.host), end.device); }

NextHopAnswer NextHopFinder::ask(std::size_t link, Family family, u128 address, u128 asker, const LinkEnd* asking, NextHopAnswer otherwise) {
  const std::vector<const LinkEnd*> found = net_.answering(link, family, address, asker, asking);
  otherwise.link = link;
  if (found.empty() && otherwise.kind == LegEnd::system)
    for (const LinkEnd& end : net_.links()[link].ends)
      if (net_.engine(end.host).routing().is_local(family, address))
        return {.kind = LegEnd::lost,
                .why = fmt::format("{} has {}, but does not answer for it there (rp_filter, arp_ignore, a device that is down)", end_text(end),
                                   address_text(family, address)),
                .link = link};
  if (found.empty()) return otherwise;
  if (found.size() == 1) return {.end = found.front(), .why = {}, .link = link};
  return {.kind = LegEnd::unknown,
          .why = fmt::format("both {} and {} answer for {} on {}", end_text(*found[0]), end_text(*found[1]), address_text(family, address),
                             link_name(link)),
          .link = link};
}

NextHopAnswer NextHopFinder::first(std::size_t link, const Packet& p, const LinkEnd* last) {
  const u128 src = p.fields.get(Field::src), dst = p.fields.get(Field::dst);
  if (for_many(p)) return {.why = "packets for many are not followed", .link = link};
  const TopologyLink& l = net_.links()[link];
  const bool stranger = !net_.network_length(link, p.family, src) || (l.outside && !l.gateways[static_cast<std::size_t>(p.family)]);
  // Neighbours need no host between them.
  if (net_.network_length(link, p.family, dst))
    return ask(link, p.family, dst, stranger ? 0 : src, nullptr, {.kind = LegEnd::system, .why = {}});
  return stranger && l.outside ? from_outside(link, p, last) : by_gateway(link, p);
}

NextHopAnswer NextHopFinder::by_gateway(std::size_t link, const Packet& p) {
  const TopologyLink& l = net_.links()[link];
  const char* const family = p.family == Family::v4 ? "IPv4" : "IPv6";
  if (const auto& gateway = l.gateways[static_cast<std::size_t>(p.family)]) {
    const u128 src = p.fields.get(Field::src);
    const u128 asker = net_.network_length(link, p.family, src) ? src : u128{0};
    return ask(link, p.family, *gateway, asker, nullptr,
               {.kind = LegEnd::lost, .why = fmt::format("nobody on {} has the gateway's address {}", l.name, address_text(p.family, *gateway))});
  }
  const std::vector<const LinkEnd*> routers = net_.forwarding(link, p.family);
  if (routers.empty()) return {.kind = LegEnd::lost, .why = fmt::format("no host on {} forwards {}", l.name, family), .link = link};
  if (routers.size() > 1)
    return {.why = fmt::format("which is the gateway of {}, {} or {}? (gateway = \"...\" in the link)", l.name, net_.name(routers[0]->host),
                               net_.name(routers[1]->host)),
            .link = link};
  assumed_.push_back(fmt::format("{} is the gateway of end systems on {}", end_text(*routers[0]), l.name));
  return {.end = routers[0], .why = {}, .link = link};
}

NextHopAnswer NextHopFinder::from_outside(std::size_t link, const Packet& p, const LinkEnd* last) {
  const u128 dst = p.fields.get(Field::dst);
  const std::vector<LinkEnd>& ends = net_.links()[link].ends;
  NextHopAnswer owner = ask(link, p.family, dst, 0, nullptr, {.kind = LegEnd::lost, .why = {}});
  if (owner.end || owner.kind != LegEnd::lost) return owner;
  std::vector<const LinkEnd*> takers = net_.taking(link, p);
  if (takers.empty())
    for (const LinkEnd& end : ends) takers.push_back(&end);
  if (last && std::find(takers.begin(), takers.end(), last) != takers.end()) takers = {last};
  if (takers.empty()) return {.kind = LegEnd::lost, .why = fmt::format("no host is on {}", link_name(link)), .link = link};
  const std::string text = address_text(p.family, dst);
  if (takers.size() > 1)
    return {.why = fmt::format("by {} or {} may come what is for {}", end_text(*takers[0]), end_text(*takers[1]), text), .link = link};
  assumed_.push_back(fmt::format("the outside sends what is for {} to {}", text, end_text(*takers[0])));
  return {.end = takers[0], .why = {}, .link = link};
}

NextHopAnswer NextHopFinder::next(const LinkEnd& sender, std::size_t link, const Packet& p, std::optional<u128> gateway) {
  const TopologyLink& l = net_.links()[link];
  const u128 dst = p.fields.get(Field::dst), to = gateway.value_or(dst);
  if (for_many(p)) return {.why = "packets for many are not followed", .link = link};
  const Interface* device = net_.engine(sender.host).host().find(sender.device);
  // Point to point, there is nobody to ask for.
  if (device && !device->ethernet && l.ends.size() == 2)
    return {.end = &sender == &l.ends[0] ? &l.ends[1] : &l.ends[0], .why = {}, .link = link};
  const std::string text = address_text(p.family, to);
  NextHopAnswer nobody{.kind = LegEnd::unknown, .why = fmt::format("whether somebody on {} has {} is not known", l.name, text)};
  if (!gateway && net_.network_length(link, p.family, dst))
    nobody = {.kind = LegEnd::system, .why = {}};
  else if (l.outside)
    nobody = {.kind = LegEnd::outside, .why = {}, .address = gateway};
  else if (gateway)
    nobody = {.kind = LegEnd::lost, .why = fmt::format("nobody on {} has the next hop {}", l.name, text)};
  const bool own = net_.engine(sender.host).routing().is_local(p.family, p.fields.get(Field::src));
  return ask(link, p.family, to, own ? p.fields.get(Field::src) : net_.address_on(sender, p.family), &sender, std::move(nobody));
}

void NextHopFinder::address_frame(Packet& packet, const LinkEnd& end, const LinkEnd* sender) {
  const Host& host = net_.engine(end.host).host();
  const Interface* device = host.find(end.device);
  if (!device || !device->ethernet) return;
  std::uint64_t mac = 0;
  if (sender) {
    const Interface* by = net_.engine(sender->host).host().find(sender->device);
    mac = by ? by->mac : 0;
  } else {
    const u128 src = packet.fields.get(Field::src);
    for (const Neighbour& n : host.neighbours)
      if (n.family == packet.family && n.device == end.device && n.address == src) mac = n.mac;
  }
  if (mac == 0) {
    const Ruleset* rules = net_.rules(end.host, packet.family);
    if (rules && uses_match(*rules, "mac"))
      assumed_.push_back(fmt::format("no rule of {} with -m mac is for what comes to {}: the MAC address is not known", net_.name(end.host), end.device));
    return;
  }
  packet.link.present = true;
  put_mac(packet, 0, device->mac);
  put_mac(packet, 6, mac);
  packet.link.ethernet[12] = packet.family == Family::v4 ? 0x08 : 0x86;
  packet.link.ethernet[13] = packet.family == Family::v4 ? 0x00 : 0xdd;
  packet.fields.set(Field::mac_src, mac);
}

}  // namespace fwsim
