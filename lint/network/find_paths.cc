#include "lint/network/find_paths.hh"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "lint/checks.hh"
#include "simulator/sources/question.hh"

namespace fwsim {
namespace {

// An end system of the link that is none of the hosts; nothing when it has no networks.
std::optional<u128> sample(const JointRules& rules, std::size_t link) {
  constexpr u128 last = 250;   // addresses looked at
  for (const Range& network : rules.networks(link))
    for (u128 n = 5; n < last && network.low + n < network.high; ++n)
      if (rules.net().owners(rules.family(), network.low + n).empty()) return network.low + n;
  return std::nullopt;
}

std::string ping(Family family, u128 from, u128 to) { return fmt::format("ping {} -> {}", address_text(family, from), address_text(family, to)); }

std::set<std::size_t> hosts_of(const PathLeg& leg) {
  std::set<std::size_t> out;
  for (const PathHop& hop : leg.hops) out.insert(hop.host);
  return out;
}

// Who remembers connections, and so must see both ways.
bool tracks(const JointRules& rules, std::size_t host) { return needs_conntrack(rules.ruleset(host)); }

std::string names(const Internetwork& net, const PathLeg& leg) {
  std::string text;
  for (const PathHop& hop : leg.hops) text += (text.empty() ? "" : ", ") + net.name(hop.host);
  return text.empty() ? "no firewall" : text;
}

// About the host as a whole: its chain of forwarded packets.
std::optional<Spot> forward_chain(const Ruleset& ruleset) {
  const Table* filter = ruleset.find(TableId::filter);
  if (!filter) return std::nullopt;
  for (std::size_t c = 0; c < filter->chains.size(); ++c)
    if (filter->chains[c].hook == Hook::forward)
      return Spot{.rule = {TableId::filter, static_cast<std::uint16_t>(c), 0}, .name = "filter/FORWARD", .file = ruleset.file, .line = filter->chains[c].line};
  return std::nullopt;
}

}  // namespace

void find_other_ways(const NetworkToLint& net, const JointRules& rules, std::vector<LintResult>& out) {
  const Internetwork& joined = rules.net();
  const Family family = rules.family();
  std::vector<NetworkMember> open = net.members;
  for (NetworkMember& member : open) member.v4 = member.v6 = nullptr;
  std::set<std::pair<std::size_t, std::string>> told;
  for (std::size_t a = 0; a < joined.described_links(); ++a)
    for (std::size_t b = 0; b < joined.described_links(); ++b) {
      const auto from = sample(rules, a), to = sample(rules, b);
      if (a == b || !from || !to) continue;
      const std::string text = ping(family, *from, *to);
      QuestionFault fault;
      auto question = read_question(text, fault);
      question->packet.time = 1'700'000'000'000'000'000;   // any moment
      Internetwork routed(net.topology, open);
      const PathAnswer way = follow(routed, question->packet, {.host = {}, .link = a});
      if (way.outcome != PathAnswer::Outcome::both_ways) continue;
      const std::set<std::size_t> there = hosts_of(way.there), back = hosts_of(*way.back);
      for (std::size_t host = 0; host < net.members.size(); ++host) {
        if (there.contains(host) == back.contains(host) || !joined.rules(host, family) || !tracks(rules, host)) continue;
        const auto place = forward_chain(rules.ruleset(host));
        // One finding for each pair of networks, whichever begins.
        if (!place || !told.insert({host, fmt::format("{} {}", std::min(a, b), std::max(a, b))}).second) continue;
        Finding finding = network_finding(checks::network_one_way, *place, {});
        finding.text = fmt::format("sees only {} of what goes from {} to {}: there by {}, back by {}", there.contains(host) ? "the way there" : "the answers",
                                   joined.links()[a].name, joined.links()[b].name, names(joined, way.there), names(joined, *way.back));
        finding.of_chain = true;
        finding.witness = text;
        finding.hint = "routes that lead both ways by the same firewalls, or rules there that do not ask for states";
        out[host].findings.push_back(std::move(finding));
      }
    }
}

}  // namespace fwsim
