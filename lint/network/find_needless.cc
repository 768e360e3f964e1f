#include "lint/network/find_needless.hh"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "lint/checks.hh"

namespace fwsim {
namespace {

constexpr std::size_t most_tried = 12;   // pieces for one finding
constexpr unsigned most_packets = 4;     // of each: addresses that are broadcasts, say, go no such way

// A rule that decides about packets, as long as it is judged alone, and packets of it as they begin their way.
struct Decision {
  PieceFate fate = PieceFate::passed;
  std::vector<std::pair<Way, Piece>> packets;
};
using Decisions = std::map<RuleId, Decision>;

bool stops(PieceFate fate) { return fate == PieceFate::dropped || fate == PieceFate::rejected; }

class Needless {
 public:
  Needless(const NetworkToLint& net, const JointRules& rules, std::vector<LintResult>& out) : net_(net), rules_(rules), out_(out) {}

  void find() {
    for (std::size_t host = 0; host < net_.members.size(); ++host) {
      if (!rules_.net().rules(host, rules_.family())) continue;
      find_unreached(host);
      find_spurious(host);
    }
  }

 private:
  // The rules that decide about these packets. False: not all were seen.
  bool decisions(std::size_t host, const std::vector<Arriving>& arriving, Decisions& found) const {
    const Explorer& e = rules_.explorer(host);
    bool complete = true;
    for (const Arriving& a : arriving)
      for (const Piece& piece : a.pieces)
        complete = e.explore(a.way, piece, [&](const Leaf& leaf) {
          const auto by = decider(leaf);
          if (!by || by->table != TableId::filter) return true;
          Decision& d = found[*by];
          if (d.packets.size() >= most_tried) return true;
          d.fate = leaf.outcome;
          for (Piece& one : e.origins(a.way, leaf, 4)) d.packets.emplace_back(a.way, std::move(one));
          if (d.packets.empty()) found.erase(*by);
          return true;
        }) && complete;
    return complete;
  }

  // Without those that go out again where they came in: neighbours need no firewall for them.
  std::vector<Arriving> onward(std::vector<Arriving> arriving, const std::string& device) const {
    const Var out = rules_.space().of(Field::out_if);
    for (Arriving& a : arriving) {
      if (a.way != Way::forward) continue;
      for (Piece& piece : a.pieces) piece[out] = piece[out] - rules_.device_atom(Field::out_if, device);
      std::erase_if(a.pieces, [&](const Piece& piece) { return piece[out].empty(); });
    }
    return arriving;
  }

  // FW861 and FW863.
  void find_unreached(std::size_t host) {
    Decisions alone, together;
    bool complete = true;
    for (const std::string& device : rules_.devices(host)) {
      complete = decisions(host, onward(rules_.everything(host, device), device), alone) && complete;
      std::vector<Arriving> there = rules_.possible(host, device, complete);
      complete = decisions(host, there, together) && complete;
    }
    for (const auto& [id, decision] : alone) {
      if (together.contains(id) || !rules_.explorer(host).rules().rule(id)) continue;
      const Check& check = stops(decision.fate) ? checks::network_redundant : checks::network_shadowed;
      if (decision.fate != PieceFate::passed && !stops(decision.fate)) continue;
      if (complete)
        tell_unreached(host, id, decision, check);
      else
        out_[host].undecided.push_back({std::string(check.name), spot_of(rules_.explorer(host), id), std::string(check.id)});
    }
  }

  void tell_unreached(std::size_t host, const RuleId& id, const Decision& decision, const Check& check) {
    const bool accepts = decision.fate == PieceFate::passed;
    Finding finding = network_finding(check, spot_of(rules_.explorer(host), id), {});
    std::string by = "other firewalls let none of them come";
    finding.certainty = Certainty::may;
    for (const auto& [way, piece] : decision.packets)
      for (unsigned nth = 0; nth < most_packets && finding.certainty == Certainty::may; ++nth) {
        const auto witness = make_witness(rules_.space(), way, piece, &net_.members[host].host, nth);
        const auto answer = witness ? shown(net_, *witness) : std::nullopt;
        if (!answer || answer->there.hops.empty() || answer->there.end != LegEnd::stopped) continue;
        const PathHop& last = answer->there.hops.back();
        if (last.host == host || !last.result.decided_by || !passed_by(replay(*witness, rules_.ruleset(host)), rules_.ruleset(host), id)) continue;
        finding.by.push_back(spot_of(*last.result.decided_by, rules_.ruleset(last.host)));
        by = fmt::format("{} of {} takes them before they come here", finding.by.back().text(), rules_.net().name(last.host));
        finding.witness = path_question(*witness);
        finding.certainty = Certainty::proved;
      }
    const char* const sure = finding.certainty == Certainty::may ? ", as far as can be told" : "";
    finding.text = fmt::format("{} no new connection{}: {}", accepts ? "lets through" : "drops", sure, by);
    finding.hint = accepts ? "let them through there, or delete the rule here" : "one of the two suffices, unless the second is meant as a second line";
    out_[host].findings.push_back(std::move(finding));
  }

  // FW862: rules by which packets leave for another firewall, and whether that lets any of them live.
  struct Sending {
    bool useful = false;
    std::set<std::pair<std::size_t, RuleId>> droppers;
    std::vector<Piece> packets;
  };

  // The only other end of the link to which the host routes what is not for end systems there.
  const LinkEnd* next_host(std::size_t host, std::size_t link) const {
    const Internetwork& net = rules_.net();
    const LinkEnd& end = net.end_of(host, link);
    const LinkEnd* next = nullptr;
    for (const Route& route : net.engine(host).host().routes) {
      if (route.family != rules_.family()) continue;
      for (const NextHop& hop : route.hops) {
        if (hop.device != end.device || !hop.gateway) continue;
        const auto found = net.answering(link, rules_.family(), *hop.gateway, net.address_on(end, rules_.family()), &end);
        if (found.size() != 1 || (next && next != found.front())) return nullptr;
        next = found.front();
      }
    }
    return next;
  }

  void find_spurious(std::size_t host) {
    const Explorer& e = rules_.explorer(host);
    const Var out = rules_.space().of(Field::out_if);
    std::map<RuleId, Sending> sendings;
    bool complete = true;
    for (const Piece& piece : rules_.asked(host, Way::forward)) {
      complete = e.explore(Way::forward, piece, [&](const Leaf& leaf) {
        const auto by = decider(leaf);
        if (!by || leaf.outcome != PieceFate::passed || !e.rules().rule(*by)) return true;
        Sending& sending = sendings[*by];
        if (sending.useful) return true;
        std::vector<Piece> origins = e.origins(Way::forward, leaf, 2);
        if (origins.empty()) return true;
        bool told = false;
        for (const std::string& device : rules_.devices(host)) {
          Piece leaving = *leaf.piece;
          leaving[out] = leaving[out] & rules_.device_atom(Field::out_if, device);
          if (leaving[out].empty()) continue;
          told = true;
          AtomSet& in = leaving[rules_.space().of(Field::in_if)];   // as in onward()
          in = in - rules_.device_atom(Field::in_if, device);
          if (!in.empty()) judge(host, device, leaving, sending);
        }
        sending.useful = sending.useful || !told;
        if (sending.packets.size() < most_tried) std::move(origins.begin(), origins.end(), std::back_inserter(sending.packets));
        return true;
      }) && complete;
    }
    for (const auto& [id, sending] : sendings)
      if (!sending.useful && !sending.packets.empty()) {
        if (complete)
          tell_spurious(host, id, sending);
        else
          out_[host].undecided.push_back({std::string(checks::network_spurious.name), spot_of(e, id), std::string(checks::network_spurious.id)});
      }
  }

  // What leaves by the device: useful where an end system may have it, or the next firewall lets some of it through.
  void judge(std::size_t host, const std::string& device, const Piece& leaving, Sending& sending) const {
    const auto link = rules_.net().link_of(host, device);
    const LinkEnd* next = link && !rules_.net().links()[*link].outside ? next_host(host, *link) : nullptr;
    if (!next) return void(sending.useful = true);
    const std::vector<Piece> for_systems = rules_.without(rules_.within({leaving}, Field::dst, rules_.networks(*link)), Field::dst, rules_.own_addresses(next->host));
    if (!for_systems.empty()) return void(sending.useful = true);
    const Explorer& there = rules_.explorer(next->host);
    for (const Arriving& arriving : rules_.received(leaving, *next))
      for (const Piece& piece : arriving.pieces) {
        const bool seen = there.explore(arriving.way, piece, [&](const Leaf& leaf) {
          if (there.origins(arriving.way, leaf, 1).empty()) return true;
          const auto by = decider(leaf);
          if (!stops(leaf.outcome) || unsure(there, leaf) || !by) return !(sending.useful = true);
          sending.droppers.emplace(next->host, *by);
          return true;
        });
        if (!seen) sending.useful = true;
        if (sending.useful) return;
      }
  }

  // Those that end systems send which are on the link of the device by which they come; behind them the others, whoever sends them.
  std::vector<Piece> from_neighbours(std::size_t host, const std::vector<Piece>& pieces) const {
    const Var in = rules_.space().of(Field::in_if);
    std::vector<Piece> out;
    for (const std::string& device : rules_.devices(host)) {
      const auto link = rules_.net().link_of(host, device);
      if (!link || rules_.net().links()[*link].outside) continue;
      for (Piece piece : rules_.within(pieces, Field::src, rules_.networks(*link))) {
        piece[in] = piece[in] & rules_.device_atom(Field::in_if, device);
        if (!piece[in].empty()) out.push_back(std::move(piece));
      }
    }
    out.insert(out.end(), pieces.begin(), pieces.end());
    return out;
  }

  void tell_spurious(std::size_t host, const RuleId& id, const Sending& sending) {
    Finding finding = network_finding(checks::network_spurious, spot_of(rules_.explorer(host), id), {});
    std::set<std::size_t> hosts;
    for (const auto& [dropper, rule] : sending.droppers) {
      hosts.insert(dropper);
      if (finding.by.size() < 4) finding.by.push_back(spot_of(rules_.explorer(dropper), rule));
    }
    if (hosts.empty()) return;   // nothing of it comes anywhere
    finding.certainty = Certainty::may;
    for (const Piece& piece : from_neighbours(host, sending.packets))
      for (unsigned nth = 0; nth < most_packets && finding.certainty == Certainty::may; ++nth) {
        const auto witness = make_witness(rules_.space(), Way::forward, piece, &net_.members[host].host, nth);
        const auto answer = witness ? shown(net_, *witness) : std::nullopt;
        if (!answer || answer->there.end != LegEnd::stopped || !hosts.contains(answer->there.hops.back().host)) continue;
        const auto& hops = answer->there.hops;
        if (std::none_of(hops.begin(), hops.end(), [&](const PathHop& hop) { return hop.host == host && decided(hop, id, rules_.ruleset(host)); })) continue;
        if (hops.back().result.decided_by) finding.by = {spot_of(*hops.back().result.decided_by, rules_.ruleset(hops.back().host))};
        finding.witness = path_question(*witness);
        finding.certainty = Certainty::proved;
      }
    std::string names;
    for (std::size_t one : hosts) names += (names.empty() ? "" : ", ") + rules_.net().name(one);
    finding.text = fmt::format("lets through only new connections that {} drops{}: {}", names, finding.certainty == Certainty::may ? ", as far as can be told" : "",
                               finding.by.front().text());
    finding.hint = "drop them here already, or let them through there";
    out_[host].findings.push_back(std::move(finding));
  }

  const NetworkToLint& net_;
  const JointRules& rules_;
  std::vector<LintResult>& out_;
};

}  // namespace

void find_needless(const NetworkToLint& net, const JointRules& rules, std::vector<LintResult>& out) { Needless(net, rules, out).find(); }

}  // namespace fwsim
