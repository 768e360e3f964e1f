#include "simulator/sources/assume.hh"

#include <fmt/format.h>

#include <algorithm>

#include "simulator/sources/placement.hh"

namespace fwsim {
namespace {

Interface& device_of(Host& host, const std::string& name) {
  for (Interface& i : host.interfaces)
    if (i.name == name) return i;
  Interface i;
  i.name = name;
  i.index = static_cast<unsigned>(host.interfaces.size()) + 1;
  i.ethernet = true;
  host.interfaces.push_back(std::move(i));
  return host.interfaces.back();
}

void count_devices(const Ruleset* ruleset, bool output, std::map<std::string, unsigned>& count) {
  if (!ruleset) return;
  for (const Table& table : ruleset->tables)
    for (const Chain& chain : table.chains)
      for (const Rule& rule : chain.rules) {
        const Prefix pattern = output ? rule.basic.out() : rule.basic.in();
        if (pattern.mask != all_ones) continue;
        const std::string name = name_text(pattern.address);
        if (name != "lo") ++count[name];
      }
}

bool is_group(Family family, u128 address) {  // multicast or broadcast
  return family == Family::v4 ? (address >> 28) == 0xe || address == 0xffffffff || address == 0
                              : (address >> 120) == 0xff || address == 0;
}

}  // namespace

bool is_described(const Host& host) {
  return !host.routes.empty() || std::any_of(host.interfaces.begin(), host.interfaces.end(), [](const Interface& i) {
    return !i.loopback && !i.addresses.empty();
  });
}

std::string likely_device(const Ruleset* v4, const Ruleset* v6, bool output) {
  std::map<std::string, unsigned> count;
  count_devices(v4, output, count);
  count_devices(v6, output, count);
  const auto most = std::max_element(count.begin(), count.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  return most == count.end() ? "eth0" : most->first;
}

void assume_device(Host& host, const std::string& device) { device_of(host, device); }

void assume_address(Host& host, Family family, u128 address, const std::string& device) {
  device_of(host, device).addresses.push_back(
      {.family = family, .address = address, .length = address_bits(family)});
}

void assume_default_route(Host& host, Family family, const std::string& device) {
  device_of(host, device);
  host.routes.push_back({.family = family, .hops = {{.device = device}}});
}

void describe_by_question(Host& host, Question& q, const Ruleset* v4, const Ruleset* v6) {
  const Family family = q.packet.family;
  const u128 src = q.packet.fields.get(Field::src), dst = q.packet.fields.get(Field::dst);
  if (!q.out.empty() && q.in.empty()) {
    assume_default_route(host, family, q.out);
    q.sent = true;
    if (src == dst && q.out != "lo") {
      q.assumed.push_back(fmt::format("this host sends it by {}, from an address that is not its own", q.out));
      return;
    }
    assume_address(host, family, src, q.out);
    q.assumed.push_back(fmt::format("{} is an address of this host, which sends the packet by {}", address_text(family, src), q.out));
    return;
  }
  if (q.in.empty()) {
    q.in = likely_device(v4, v6);
    q.assumed.push_back("it arrives on " + q.in);
  }
  assume_device(host, q.in);
  if (!q.out.empty()) {
    assume_default_route(host, family, q.out);
    q.assumed.push_back(fmt::format("{} is behind {}: the packet is forwarded", address_text(family, dst), q.out));
  } else {
    assume_address(host, family, dst, q.in);
    assume_default_route(host, family, q.in);
    q.assumed.push_back(fmt::format("{} is an address of this host (say 'out DEVICE' if it is forwarded)", address_text(family, dst)));
  }
}

Result answer(Question& q, Engine& engine) {
  q.packet.time = 1'700'000'000'000'000'000;  // any moment: only -m time looks at it
  q.packet.number = 1;
  Conntrack& conntrack = engine.world().conntrack;
  if (q.quoted)
    conntrack.assume_established(*q.quoted, q.packet.time, q.ct_mark);
  else if (q.established)
    conntrack.assume_established(q.packet, q.packet.time, q.ct_mark);
  Placement placement{.place = Place::arrives, .device = q.in};
  if (q.sent)
    placement = {.place = Place::sent, .device = {}, .why = {}};
  else if (q.in.empty())
    placement = place_packet(q.packet, {}, false, engine.host(), engine.routing(), conntrack);
  if (q.in.empty() && placement.place == Place::arrives) {
    q.in = placement.device;
    q.assumed.push_back("it arrives on " + placement.device);
  }
  return placement.place == Place::arrives ? engine.receive(q.packet, placement.device) : engine.send(q.packet);
}

void Speakers::add(const Packet& packet) {
  const auto f = static_cast<std::size_t>(packet.family);
  const u128 src = packet.fields.get(Field::src), dst = packet.fields.get(Field::dst);
  ++packets_[f];
  if (!is_group(packet.family, src)) ++addresses_[f][src].packets;
  if (is_group(packet.family, dst)) return;
  Count& to = addresses_[f][dst];
  ++to.packets;
  const bool opens = packet.protocol != 6 || (packet.fields.number(Field::tcp_flags) & 0x12) == 0x02;
  if (opens && packet.fields.number(Field::dport) < 1024) ++to.first_asked;
}

void Speakers::describe(Host& host, const std::string& device) const {
  assume_device(host, device);
  for (std::size_t f = 0; f < 2; ++f) {
    if (packets_[f] == 0) continue;
    const Family family = static_cast<Family>(f);
    const auto most = std::max_element(addresses_[f].begin(), addresses_[f].end(), [](const auto& a, const auto& b) {
      return std::pair(a.second.packets, a.second.first_asked) < std::pair(b.second.packets, b.second.first_asked);
    });
    const bool own = most != addresses_[f].end() && most->second.packets * 10 >= packets_[f] * 8;
    if (own) {
      assume_address(host, family, most->first, device);
      host.assumed.push_back(fmt::format("{} is taken for the host's own address on {}: it is in {} of {} packets",
                                         address_text(family, most->first), device, most->second.packets, packets_[f]));
      assume_default_route(host, family, device);
    } else {
      const std::string other = device == "eth1" ? "eth0" : "eth1";
      assume_default_route(host, family, other);
      host.assumed.push_back(fmt::format("no {} address is in most packets: the host is taken for a router, in by {} and out by {}",
                                         family == Family::v4 ? "IPv4" : "IPv6", device, other));
    }
  }
}

}  // namespace fwsim
