#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "lint/checks.hh"
#include "lint/checks/judge.hh"
#include "lint/checks/redirections.hh"
#include "lint/checks/rule_parts.hh"

namespace fwsim::checks {
namespace {

bool translates_everything(const Facts& facts, const RuleId& id) {
  return !asks_of(facts, id, {Field::out_if, Field::in_if, Field::src, Field::dst, Field::mark, Field::ct_mark, Field::src_type, Field::dst_type, Field::uid});
}

// By which device a server is reached only the host knows.
bool by_any_device(const Facts& facts, const RuleId& id) { return facts.host() || facts.rules().source(id).basic.out().mask == 0; }

void run(const Facts& facts, Findings& findings) {
  const Explorer& explorer = facts.explorer();
  std::map<RuleId, std::set<RuleId>> found;   // what hides, of which redirections
  for (const Redirection& r : redirections(facts, set_of(Hook::prerouting))) {
    if (r.here) continue;
    std::map<RuleId, std::vector<Piece>> hidden;
    for (const Piece& begin : new_for(explorer, Way::forward, r.id))
      follow(explorer, Way::forward, begin, r.id, [&](const Leaf& leaf) {
        const auto hides = source_changed(explorer, leaf);
        if (!hides || unsure(explorer, leaf) || leaf.outcome != PieceFate::passed) return true;
        if (auto piece = explorer.origin(leaf, begin)) hidden[*hides].push_back(std::move(*piece));
        return true;
      });
    for (const auto& [hides, pieces] : hidden)
      if (from_anywhere(facts.space(), pieces) && !translates_everything(facts, hides) && by_any_device(facts, hides)) found[hides].insert(r.id);
  }
  for (const auto& [hides, redirects] : found) {
    const std::vector<RuleId> by(redirects.begin(), redirects.end());
    Finding& f = findings.add(hides, fmt::format("hides who they come from for connections from anywhere that {} redirect{}: the server sees this host as the client of all", facts.names(by), by.size() == 1 ? "s" : ""), by);
    f.hint = "for clients beside the server limit it to their network (-s); it is needed for all only where the server's answers do not come back this way";
  }
}

}  // namespace

const Check clients_hidden{
    .id = "FW407", .name = "clients-hidden",
    .title = "redirected connections from anywhere get this host's address as their source, too",
    .why = "Translated twice, all clients look the same to the server: its logs, limits and bans (fail2ban) are about this host.",
    .bad = "*nat\n"
           ":PREROUTING ACCEPT [0:0]\n"
           ":POSTROUTING ACCEPT [0:0]\n"
           "-A PREROUTING -d 203.0.113.1/32 -p tcp -m tcp --dport 443 -j DNAT --to-destination 10.0.0.5\n"
           "-A POSTROUTING -d 10.0.0.5/32 -p tcp -m tcp --dport 443 -j MASQUERADE\n"
           "COMMIT\n",
    .good = "*nat\n"
           ":PREROUTING ACCEPT [0:0]\n"
           ":POSTROUTING ACCEPT [0:0]\n"
           "-A PREROUTING -d 203.0.113.1/32 -p tcp -m tcp --dport 443 -j DNAT --to-destination 10.0.0.5\n"
           "-A POSTROUTING -s 10.0.0.0/24 -d 10.0.0.5/32 -p tcp -m tcp --dport 443 -j MASQUERADE\n"
           "COMMIT\n",
    .severity = Severity::note,
    .covers = "G13",
    .run = run};

}  // namespace fwsim::checks
