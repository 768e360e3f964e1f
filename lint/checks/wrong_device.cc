#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "lint/checks.hh"
#include "lint/checks/rule_parts.hh"

namespace fwsim::checks {
namespace {

bool holds(const Prefix& outer, const Prefix& inner) { return (outer.mask & inner.mask) == outer.mask && (inner.address & outer.mask) == outer.address; }

struct Place {
  std::string device;
  bool own = false;     // an address of this host
  Prefix network;
};

// Where packets to the network go: by one device, all of them. Empty when that cannot be told.
std::optional<Place> place_of(const Host& host, Family family, const Prefix& network) {
  std::optional<Place> best;
  bool parted = false;   // a part of it is elsewhere
  const auto add = [&](const Prefix& to, const std::string& device) {
    if (to.mask != network.mask && holds(network, to)) parted = true;
    if (holds(to, network) && (!best || (best->network.mask & to.mask) == best->network.mask)) best = Place{device, false, to};
  };
  for (const Interface& i : host.interfaces)
    for (const InterfaceAddress& a : i.addresses) {
      if (a.family != family) continue;
      if (a.address == network.address && network.mask == address_mask(family)) return Place{"lo", true, network};
      if (a.prefix_route && !i.loopback) {
        const u128 mask = prefix_mask(family, a.length);
        add({(a.peer ? *a.peer : a.address) & mask, mask}, i.name);
      }
    }
  for (const Route& r : host.routes) {
    if (r.family != family || r.type == RouteType::local || r.type == RouteType::broadcast || r.type == RouteType::multicast) continue;
    if (r.table != 254 || r.hops.size() != 1) {
      if (holds(r.destination, network) || holds(network, r.destination)) return std::nullopt;
      continue;
    }
    add(r.destination, r.hops.front().device);
  }
  for (const RoutingRule& rule : host.rules)
    if (rule.family == family && rule.priority != 0 && rule.priority != 32766 && rule.priority != 32767) return std::nullopt;
  return parted ? std::nullopt : best;
}

void run(const Facts& facts, Findings& findings) {
  const Host* host = facts.host();
  const Family family = facts.ruleset().family;
  if (!host) return;
  for_rules(facts, TableId::filter, [&](const RuleId& id, const Rule& rule) {
    const BasicMatch& basic = rule.basic;
    if (!accepts(rule) || basic.in().mask != all_ones || basic.not_in || basic.not_src || prefix_length(family, basic.src.mask) < 8) return;
    const std::string device(name_text(basic.in().address));
    const Interface* asked = host->find(device);
    if (!asked || asked->loopback) return;
    const auto place = place_of(*host, family, basic.src);
    if (!place || place->device == device || facts.never(id)) return;
    const std::string net = prefix_text(family, basic.src);
    if (place->own) {
      findings.add(id, fmt::format("expects {} by {}, and it is this host's own: what the host sends to itself comes by lo", net, device)).hint = "-i lo, if that was meant";
      return;
    }
    // A port of a bridge, or what a bond is made of: another check's.
    if (!asked->master.empty()) return;
    Finding& f = findings.add(id, fmt::format("expects {} by {}, and this host has it behind {}", net, device, place->device));
    f.hint = place->device.starts_with(device + ".") ? fmt::format("what comes with a VLAN's tag is seen by -i {}", place->device) : fmt::format("-i {}", place->device);
  });
}

}  // namespace

const Check wrong_device{
    .id = "FW213", .name = "wrong-device",
    .title = "a rule accepts a network by a device that it is not behind",
    .why = "Packets of a VLAN or tunnel come by its own device, not by the card that carries them; those of the host itself come by lo. What does come from there by this device is forged.",
    .bad = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -s 10.0.10.0/24 -i eth0 -p tcp -m tcp --dport 22 -j ACCEPT\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -s 10.0.10.0/24 -i eth0.10 -p tcp -m tcp --dport 22 -j ACCEPT\n"
           "-A INPUT -s 10.0.0.0/16 -i eth0 -p tcp -m tcp --dport 22 -j ACCEPT\n"
           "COMMIT\n",
    .covers = "traps:C3 traps:C6",
    .host = "routes = [\"default via 192.0.2.254 dev eth0\"]\n"
            "[interfaces.eth0]\n"
            "addresses = [\"192.0.2.1/24\"]\n"
            "[interfaces.\"eth0.10\"]\n"
            "addresses = [\"10.0.10.1/24\"]\n",
    .run = run};

}  // namespace fwsim::checks
