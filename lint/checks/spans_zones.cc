#include <fmt/format.h>

#include <algorithm>

#include "lint/checks.hh"
#include "lint/checks/rule_parts.hh"

namespace fwsim::checks {
namespace {

void run(const Facts& facts, Findings& findings) {
  const Site& site = facts.settings().site;
  const Family family = facts.ruleset().family;
  if (!facts.host()) return;
  std::vector<Prefix> external = site.external;
  if (external.empty())   // where the rest of the world is
    for (const Route& route : facts.host()->routes)
      if (route.family == family && route.destination.mask == 0)
        for (const NextHop& hop : route.hops) external.push_back({name_word(hop.device), all_ones});
  // Networks of the host's devices, on either side.
  struct Near {
    Prefix network;
    std::string_view device;
    bool outer;
  };
  std::vector<Near> near;
  for (const Interface& i : facts.host()->interfaces)
    for (const InterfaceAddress& a : i.addresses) {
      const u128 mask = prefix_mask(family, a.length);
      if (!i.loopback && a.family == family) near.push_back({{a.address & mask, mask}, i.name, has_device(external, name_word(i.name))});
    }
  for_rules(facts, TableId::filter, [&](const RuleId& id, const Rule& rule) {
    const Prefix& source = rule.basic.src;
    if (!accepts(rule) || source.mask == 0 || rule.basic.not_src || rule.basic.in().mask != 0) return;
    const auto holds = [&](bool outer) {
      return std::find_if(near.begin(), near.end(), [&](const Near& n) { return n.outer == outer && (source.mask & ~n.network.mask) == 0 && (n.network.address & source.mask) == source.address; });
    };
    const auto outer = holds(true), inner = holds(false);
    if (outer == near.end() || inner == near.end() || facts.never(id)) return;
    Finding& f = findings.add(id, fmt::format("accepts packets from {}/{}, which holds the networks of {} and of {}, which is outside", address_text(family, source.address), prefix_length(family, source.mask), inner->device, outer->device));
    f.hint = fmt::format("-i {}, or the network of that device alone", inner->device);
    if (site.external.empty()) f.severity = Severity::note;   // the way to the world may lead through a network of one's own
  });
}

}  // namespace

const Check spans_zones{
    .id = "FW818", .name = "spans-zones",
    .title = "a network in a rule holds neighbours of inside and of outside",
    .why = "Whoever shares the outer network (a provider's router with private addresses) is taken for one of us.",
    .bad = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -s 192.168.0.0/16 -p tcp -m tcp --dport 22 -j ACCEPT\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -s 192.168.0.0/16 -i eth1 -p tcp -m tcp --dport 22 -j ACCEPT\n"
           "-A INPUT -s 192.168.7.0/24 -p tcp -m tcp --dport 80 -j ACCEPT\n"
           "COMMIT\n",
    .covers = "I13",
    .host = "routes = [\"default via 192.168.1.1 dev eth0\"]\n"
           "[interfaces.eth0]\n"
           "addresses = [\"192.168.1.2/24\"]\n"
           "[interfaces.eth1]\n"
           "addresses = [\"192.168.7.1/24\"]\n",
    .run = run};

}  // namespace fwsim::checks
