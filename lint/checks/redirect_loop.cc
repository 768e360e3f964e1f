#include <fmt/format.h>

#include <algorithm>

#include "lint/checks.hh"
#include "lint/checks/judge.hh"
#include "lint/checks/redirections.hh"
#include "lint/checks/rule_parts.hh"

namespace fwsim::checks {
namespace {

bool to_this_host(const Facts& facts, const Redirection& r) {
  if (r.here) return true;
  if (!r.address) return false;
  return facts.ruleset().family == Family::v4 ? (r.address->low >> 24) == 127 : r.address->low == 1;
}

// Whether the piece leaves nobody out, of those who send: no user, no mark, no group of processes.
bool of_all_programs(const Space& space, const Piece& piece, const Piece& begin) {
  for (Var v = 0; v < piece.size(); ++v) {
    const Variable& var = space[v];
    const bool sender = var.kind == Variable::Kind::boolean || var.field == Field::uid || var.field == Field::gid || var.field == Field::mark || var.field == Field::ct_mark || var.field == Field::socket;
    if (sender && piece[v] != begin[v]) return false;
  }
  return true;
}

// Whether they go anywhere, but perhaps by lo or to 127.0.0.0/8: then where the proxy itself goes is among it.
bool to_anywhere(const Space& space, const std::vector<Piece>& pieces) {
  const Var v = space.of(Field::dst);
  if (pieces.empty() || v == no_var) return !pieces.empty();
  const AtomSet left_out = space.everything(v) - hull(pieces)[v];
  const std::vector<Range> ranges = space.ranges(v, left_out);
  return std::all_of(ranges.begin(), ranges.end(), [&](const Range& r) { return space.family() == Family::v4 ? (r.low >> 24) == 127 : r.low <= 1; });
}

void run(const Facts& facts, Findings& findings) {
  const Explorer& explorer = facts.explorer();
  const Var out = explorer.space().of(Field::out_if);
  const Atom lo = explorer.space().atom_of(out, name_word("lo"));
  const bool known = lo != explorer.space().atom_of(out, name_word("~"));   // rules or the host tell it from others
  for (const Redirection& r : redirections(facts, set_of(Hook::output))) {
    if (!to_this_host(facts, r)) continue;
    std::vector<Piece> taken;
    for (const Piece& asked : new_for(explorer, Way::output, r.id)) {
      // Questions about names go to a resolver, which may ask in another way.
      const auto begin_of_tcp = part_of(explorer.space(), asked, Field::proto, {{6, 6}});
      if (!begin_of_tcp) continue;
      const Piece& begin = *begin_of_tcp;
      follow(explorer, Way::output, begin, r.id, [&](const Leaf& leaf) {
        const auto piece = explorer.origin(leaf, begin);
        if (piece && leaf.outcome == PieceFate::passed && !(known && (*piece)[out] == AtomSet::one(lo)) && of_all_programs(explorer.space(), *piece, begin)) taken.push_back(*piece);
        return true;
      });
    }
    if (!to_anywhere(explorer.space(), taken)) continue;
    const std::string port = r.ports ? fmt::format("port {}", ports_text(*r.ports)) : "the same port";
    findings.add(r.id, fmt::format("takes what this host sends to anybody to {} here: a proxy that listens there gets its own connections back, and of a server this host's clients see no other", port)).hint =
        "leave out the user that the proxy runs as (-m owner ! --uid-owner proxy); for a server name its address (-d), or -o lo";
  }
}

}  // namespace

const Check redirect_loop{
    .id = "FW408", .name = "redirect-loop",
    .title = "all that this host sends to a port is redirected to itself",
    .why = "What a proxy sends on comes back to it: each connection makes another one, until ports or memory are used up. Where it is a server that listens, every other server is out of reach.",
    .bad = "*nat\n"
           ":OUTPUT ACCEPT [0:0]\n"
           "-A OUTPUT -p tcp -m tcp --dport 80 -j REDIRECT --to-ports 3128\n"
           "COMMIT\n",
    .good = "*nat\n"
           ":OUTPUT ACCEPT [0:0]\n"
           "-A OUTPUT -p tcp -m owner --uid-owner 13 -m tcp --dport 80 -j ACCEPT\n"
           "-A OUTPUT -p tcp -m tcp --dport 80 -j REDIRECT --to-ports 3128\n"
           "COMMIT\n",
    .covers = "G13",
    .run = run};

}  // namespace fwsim::checks
