#include <fmt/format.h>

#include <algorithm>

#include "lint/checks.hh"
#include "lint/checks/redirections.hh"
#include "lint/checks/rule_parts.hh"

namespace fwsim::checks {
namespace {

bool own_address(const Host& host, Family family, u128 address) {
  for (const Interface& i : host.interfaces)
    for (const InterfaceAddress& a : i.addresses)
      if (a.family == family && a.address == address) return true;
  return std::any_of(host.routes.begin(), host.routes.end(), [&](const Route& r) { return r.family == family && r.type == RouteType::local && r.destination.mask != 0 && (address & r.destination.mask) == r.destination.address; });
}

// It is for one address of this host, whoever asks by whatever device.
bool for_own_address(const Facts& facts, const Rule& rule) {
  const BasicMatch& basic = rule.basic;
  if (basic.in().mask != 0 || basic.src.mask != 0 || basic.not_dst) return false;
  if (basic.dst.mask == address_mask(facts.ruleset().family)) return !facts.host() || own_address(*facts.host(), facts.ruleset().family, basic.dst.address);
  return false;
}

void run(const Facts& facts, Findings& findings) {
  std::vector<RuleId> found;
  for (const Redirection& r : redirections(facts, set_of(Hook::prerouting))) {
    if (!for_own_address(facts, facts.rules().source(r.id)) || (facts.explorer().hooks_of_chain(r.id.table, r.id.chain) & set_of(Hook::output)) != 0) continue;
    // What this host sends there: redirected by nobody, and sent.
    bool sent = false, other = false;
    for (const Piece& begin : new_for(facts.explorer(), Way::output, r.id))
      facts.explorer().explore(Way::output, begin, [&](const Leaf& leaf) {
        if (facts.explorer().origins(Way::output, leaf, 1).empty()) return true;
        bool redirected = false;
        for (const Trail* t = leaf.trail.get(); t; t = t->before.get())
          if (t->kind == Trail::Kind::matched && t->rule.table == TableId::nat)
            redirected = redirected || target_of(facts.rules().source(t->rule), "DNAT") || target_of(facts.rules().source(t->rule), "REDIRECT");
        (leaf.outcome == PieceFate::passed && !redirected ? sent : other) = true;
        return !other;
      }, {.note_matched = true, .budget = 20'000});
    if (sent && !other) found.push_back(r.id);
  }
  if (found.empty()) return;
  const std::vector<RuleId> more(found.begin() + 1, found.end());
  Finding& f = findings.add(found.front(), fmt::format("redirects what arrives for {}, but not what programs of this host send there{}",
                                                       address_text(facts.ruleset().family, facts.rules().source(found.front()).basic.dst.address), facts.so_do(more)), more);
  f.hint = "the same in OUTPUT, if this host is to reach the service by that address";
}

}  // namespace

const Check not_from_here{
    .id = "FW405", .name = "not-from-here",
    .title = "an own address is redirected for everybody but this host's own programs",
    .why = "What the host sends does not pass PREROUTING: its own connections to the address end at itself, where nothing listens. Health checks and reverse proxies meet this.",
    .bad = "*nat\n"
           ":PREROUTING ACCEPT [0:0]\n"
           "-A PREROUTING -d 203.0.113.1/32 -p tcp -m tcp --dport 443 -j DNAT --to-destination 10.0.0.5\n"
           "COMMIT\n",
    .good = "*nat\n"
           ":PREROUTING ACCEPT [0:0]\n"
           ":OUTPUT ACCEPT [0:0]\n"
           "-A PREROUTING -d 203.0.113.1/32 -p tcp -m tcp --dport 443 -j DNAT --to-destination 10.0.0.5\n"
           "-A OUTPUT -d 203.0.113.1/32 -p tcp -m tcp --dport 443 -j DNAT --to-destination 10.0.0.5\n"
           "COMMIT\n",
    .severity = Severity::note,
    .covers = "traps:D8",
    .run = run};

}  // namespace fwsim::checks
