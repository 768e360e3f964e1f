#include "lint/network/find_ha.hh"

#include <fmt/format.h>

#include <utility>

#include "lint/checks.hh"
#include "lint/diff.hh"

namespace fwsim {
namespace {

constexpr std::size_t most_told = 8;   // differences of one pair

// The first chain, for what is said of the whole.
Spot file_spot(const Ruleset& ruleset) {
  if (ruleset.tables.empty() || ruleset.tables.front().chains.empty()) return {.rule = {}, .name = "filter/INPUT", .file = ruleset.file, .line = 1};
  const Table& table = ruleset.tables.front();
  const Chain& chain = table.chains.front();
  return {.rule = {table.id, 0, 0}, .name = fmt::format("{}/{}", table_name(table.id), chain.name), .file = ruleset.file, .line = chain.line};
}

}  // namespace

void find_unlike_pairs(const NetworkToLint& net, const JointRules& rules, std::vector<LintResult>& out) {
  const Internetwork& joined = rules.net();
  for (const HostPair& pair : net.topology.pairs) {
    const Ruleset *one = joined.rules(pair.one, rules.family()), *other = joined.rules(pair.other, rules.family());
    if (!one && !other) continue;
    if (!one || !other) {
      const std::size_t has = one ? pair.one : pair.other, lacks = one ? pair.other : pair.one;
      const char* const family = rules.family() == Family::v4 ? "IPv4" : "IPv6";
      Finding finding = network_finding(checks::network_pair, file_spot(rules.ruleset(has)),
                                        fmt::format("{} has no {} rules, and is to stand in for {}", joined.name(lacks), family, joined.name(has)));
      finding.of_chain = true;
      out[has].findings.push_back(std::move(finding));
      continue;
    }
    // Of any host: addresses and routes of the two are different by their nature.
    const Diff found = diff(*one, *other);
    std::size_t told = 0;
    for (const DiffGroup& group : found.groups) {
      if (++told > most_told) break;
      const Explorer &mine = found.prepared[1], &its = found.prepared[0];
      Finding finding = network_finding(checks::network_pair, group.after ? spot_of(mine, *group.after) : file_spot(*other), {});
      finding.text = fmt::format("{} packets otherwise than {}: {}, and there {}", group.perhaps ? "may treat" : "treats", joined.name(pair.one), group.now, group.was);
      if (group.before) finding.by.push_back(spot_of(its, *group.before));
      bool confirmed = false;
      for (const DiffClass& c : group.classes)
        if (c.packet && c.confirmed && !confirmed) {
          finding.witness = c.packet->question;
          confirmed = true;
        }
      if (group.perhaps || !confirmed) finding.certainty = Certainty::may;
      finding.hint = fmt::format("fwsim diff {} {} shows every packet", one->file, other->file);
      out[pair.other].findings.push_back(std::move(finding));
    }
    for (const NotDecided& open : found.undecided) {
      Spot place = open.rule ? spot_of(found.prepared[open.version], *open.rule) : file_spot(*other);
      out[pair.other].undecided.push_back({std::string(checks::network_pair.name), std::move(place), std::string(checks::network_pair.id)});
    }
  }
}

}  // namespace fwsim
