#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "lint/checks.hh"
#include "lint/checks/judge.hh"
#include "lint/checks/redirections.hh"
#include "lint/checks/rule_parts.hh"

namespace fwsim::checks {
namespace {

// A network where a redirected server's clients may be beside it.
struct Link {
  Prefix network;
  std::string device;   // empty: not known
};

// Of a described host its devices say; else rules that translate what a network sends outside.
std::vector<Link> links(const Facts& facts, u128 server) {
  const Family family = facts.ruleset().family;
  const unsigned bits = address_bits(family);
  std::vector<Link> out;
  const auto add = [&](const Prefix& network, const std::string& device) {
    if ((server & network.mask) == network.address && std::none_of(out.begin(), out.end(), [&](const Link& l) { return l.network == network; })) out.push_back({network, device});
  };
  if (facts.host()) {
    for (const Interface& i : facts.host()->interfaces)
      for (const InterfaceAddress& a : i.addresses) {
        if (a.family != family || i.loopback || a.peer || a.length + 1 >= bits) continue;
        const u128 mask = prefix_mask(family, a.length);
        if (a.address != server) add({a.address & mask, mask}, i.name);
      }
    return out;
  }
  for_rules(facts, TableId::nat, [&](const RuleId&, const Rule& rule) {
    const int length = prefix_length(family, rule.basic.src.mask);
    if (rule.basic.not_src || length < (family == Family::v4 ? 22 : 64) || length + 1 >= static_cast<int>(bits)) return;   // a wider one has routers inside
    if (target_of(rule, "MASQUERADE") || target_of(rule, "SNAT")) add(rule.basic.src, "");
  });
  return out;
}

// Devices that clients and server may both be behind: not those by which packets leave under another source.
std::vector<Range> inner_devices(const Facts& facts, const Link& link) {
  if (!link.device.empty()) return {{name_word(link.device), name_word(link.device)}};
  std::map<u128, bool> inner{{name_word("~"), true}};   // no rule names it
  for_rules(facts, [&](const RuleId&, const Rule& rule) {
    for (const Prefix& device : {rule.basic.in(), rule.basic.out()})
      if (device.mask == all_ones && device.address != name_word("lo") && !has_device(facts.settings().site.external, device.address)) inner.emplace(device.address, true);
  });
  for_rules(facts, TableId::nat, [&](const RuleId&, const Rule& rule) {
    if ((target_of(rule, "MASQUERADE") || target_of(rule, "SNAT")) && rule.basic.out().mask == all_ones && !rule.basic.not_out) inner[rule.basic.out().address] = false;
  });
  std::vector<Range> out;
  for (const auto& [name, is] : inner)
    if (is) out.push_back({name, name});
  return out;
}

enum class Fails : std::uint8_t { no, perhaps, yes };

Fails fails(const Facts& facts, const Explorer& explorer, const Redirection& r, const Link& link) {
  const Space& space = explorer.space();
  Fails out = Fails::no;
  for (const Piece& asked : new_for(explorer, Way::forward, r.id))
    for (const Range& device : inner_devices(facts, link)) {
      auto begin = part_of(space, asked, Field::src, {{link.network.address, link.network.address | (address_mask(space.family()) & ~link.network.mask)}});
      if (begin) begin = part_of(space, *begin, Field::in_if, {device});
      if (begin) begin = part_of(space, *begin, Field::out_if, {device});
      if (!begin) continue;
      follow(explorer, Way::forward, *begin, r.id, [&](const Leaf& leaf) {
        if (leaf.outcome == PieceFate::passed && !source_changed(explorer, leaf)) out = std::max(out, unsure(explorer, leaf) || link.device.empty() ? Fails::perhaps : Fails::yes);
        return out != Fails::yes;
      });
    }
  return out;
}

void run(const Facts& facts, Findings& findings) {
  struct Candidate {
    Redirection redirection;
    Link link;
  };
  std::vector<Candidate> candidates;
  std::vector<Pred> preds;
  for (const Redirection& r : redirections(facts, set_of(Hook::prerouting))) {
    if (!r.address || r.address->low != r.address->high) continue;
    for (const Link& link : links(facts, r.address->low)) {
      candidates.push_back({r, link});
      preds.push_back(masked(Field::src, link.network.address, link.network.mask));
    }
  }
  if (candidates.empty()) return;
  const Prepared prepared = prepare({&facts.ruleset()}, facts.host(), preds);
  std::map<std::string, std::vector<std::pair<RuleId, Fails>>> found;   // by network
  const Family family = facts.ruleset().family;
  for (const Candidate& c : candidates)
    if (const Fails f = fails(facts, prepared[0], c.redirection, c.link); f != Fails::no)
      found[fmt::format("leaves clients in {0} without an answer: {1}, beside them, answers them directly, and not from the address that they asked",
                        prefix_text(family, c.link.network), address_text(family, c.redirection.address->low))].emplace_back(c.redirection.id, f);
  for (const auto& [text, rules] : found) {
    std::vector<RuleId> more;
    for (std::size_t i = 1; i < rules.size(); ++i) more.push_back(rules[i].first);
    Finding& f = findings.add(rules.front().first, text + facts.so_do(more), more);
    if (rules.front().second == Fails::perhaps) f.certainty = Certainty::may;
    f.hint = "translate their source too (POSTROUTING -s NETWORK -d SERVER -j MASQUERADE), or let names lead them to the server itself";
  }
}

}  // namespace

const Check hairpin_missing{
    .id = "FW404", .name = "hairpin-missing",
    .title = "clients beside a server do not reach it by the address that is redirected",
    .why = "The server sees a neighbour and answers it without this host: an answer from another address than the client asked, which it refuses.",
    .bad = "*nat\n"
           ":PREROUTING ACCEPT [0:0]\n"
           ":POSTROUTING ACCEPT [0:0]\n"
           "-A PREROUTING -d 203.0.113.1/32 -p tcp -m tcp --dport 443 -j DNAT --to-destination 10.0.0.5\n"
           "-A POSTROUTING -s 10.0.0.0/24 -o eth0 -j MASQUERADE\n"
           "COMMIT\n",
    .good = "*nat\n"
           ":PREROUTING ACCEPT [0:0]\n"
           ":POSTROUTING ACCEPT [0:0]\n"
           "-A PREROUTING -d 203.0.113.1/32 -p tcp -m tcp --dport 443 -j DNAT --to-destination 10.0.0.5\n"
           "-A POSTROUTING -s 10.0.0.0/24 -o eth0 -j MASQUERADE\n"
           "-A POSTROUTING -s 10.0.0.0/24 -d 10.0.0.5/32 -p tcp -m tcp --dport 443 -j MASQUERADE\n"
           "COMMIT\n",
    .covers = "G05 traps:D7",
    .run = run};

}  // namespace fwsim::checks
