// What the rules and the kernel let in at the border besides connections: directed broadcasts, packets that bring their own
// route, ICMP.
#include <fmt/format.h>

#include "lint/audit/audited.hh"
#include "lint/audit/questions.hh"
#include "lint/checks/judge.hh"

namespace fwsim {
namespace {

Judgement judge_broadcasts(const Audited& a) {
  Judgement j;
  if (a.family() == Family::v6) {
    j.answer = Judgement::Answer::not_applicable;
    j.evidence.push_back({.text = "IPv6 has no broadcasts", .by = {}, .packet = {}});
    return j;
  }
  if (a.around().to_broadcasts.empty()) {
    j.cannot_tell("what the broadcast addresses of the networks are: --host or --snapshot tells");
    return j;
  }
  const Answered& answered = a.of(a.around().to_broadcasts.front());
  bool tcp = false;
  for (const Class& c : answered.passed) {
    std::vector<Piece> pieces = from_elsewhere(a, really(c));
    const std::size_t all = pieces.size();
    std::erase_if(pieces, [&](const Piece& piece) { return piece[a.space().of(Field::proto)] == AtomSet::one(a.space().atom_of(a.space().of(Field::proto), 6)); });
    tcp = tcp || pieces.size() != all;
    if (!pieces.empty()) {
      j.fail("packets to a network's broadcast address come in from outside");
      j.evidence.push_back(shown(a, fmt::format("{} lets them in", a.name(c)), c, pieces));
    }
  }
  if (j.answer == Judgement::Answer::fail) {
    j.evidence.push_back({.text = "the kernel answers no ping to them while net.ipv4.icmp_echo_ignore_broadcasts is 1", .by = {}, .packet = {}});
    j.fix.push_back(fmt::format("{} -I INPUT 1 ! -i lo -m addrtype --dst-type BROADCAST -j DROP", a.tool()));
  } else {
    j.evidence.push_back({.text = "no new connection from outside to a broadcast address of this host's networks comes in", .by = {}, .packet = {}});
    if (tcp) j.evidence.back().text += "; TCP, which some rules let in, takes no broadcasts";
  }
  if (a.host() && a.host()->sysctl("net.ipv4.conf.all.bc_forwarding", 0) != 0) j.fail("the kernel forwards directed broadcasts: net.ipv4.conf.all.bc_forwarding is not 0");
  return j;
}

Judgement judge_routes(const Audited& a) {
  Judgement j;
  const bool v4 = a.family() == Family::v4;
  const char* name = v4 ? "net.ipv4.conf.all.accept_source_route" : "net.ipv6.conf.all.accept_source_route";
  if (!a.host() || !a.host()->sysctls.contains(name)) {
    j.cannot_tell(fmt::format("the kernel decides it: --snapshot, or --sysctl {}=0, says so", name));
    return j;
  }
  const long long value = a.host()->sysctl(name, 0);
  if (v4 ? value == 0 : value < 0 || !a.around().forwards)
    j.evidence.push_back({.text = v4 ? fmt::format("the kernel drops packets with a source route: {} is {}", name, value)
                                     : fmt::format("the kernel takes no routing header of type 0 that is for this host{}", value < 0 ? ", nor any other" : ""), .by = {}, .packet = {}});
  else if (v4)
    j.cannot_tell(fmt::format("{} is {}: whether packets with a source route come in hangs on each device", name, value));
  else
    j.cannot_tell("this host forwards, and what routing headers of forwarded packets do hangs on the hosts behind it");
  return j;
}

constexpr Asked icmp[] = {
    {Way::input, "icmp any -> any type 3/4 related", Family::v4},
    {Way::input, "icmpv6 any -> any type 2/0 related", Family::v6},
    {Way::input, "icmpv6 any -> any type 135 untracked", Family::v6},
    {Way::input, "icmp any -> any type 5/1", Family::v4},
    {Way::input, "icmp any -> any type 3/4", Family::v4},
};

Judgement judge_icmp(const Audited& a) {
  Judgement j;
  const bool v4 = a.family() == Family::v4, tracked = a.facts().rules().conntrack;
  const auto needed = [&](const Asked& question, std::string_view what, std::string_view fix) {
    RuleId by;
    const Answered& answered = a.of(question);
    if (stops_outside(a.answers(), answered, by)) {
      j.fail(fmt::format("{} are dropped", what));
      j.evidence.push_back({.text = fmt::format("{} drops {}", a.name(by), what), .by = {a.facts().place(by)}, .packet = {}});
      j.fix.push_back(fmt::format("{} -A INPUT {} -j ACCEPT", a.tool(), fix));
      return;
    }
    std::vector<const Class*> passes;
    for (const Class& c : answered.passed)
      if (!from_elsewhere(a, c).empty()) passes.push_back(&c);
    if (passes.empty())
      j.cannot_tell(fmt::format("whether {} come in", what));
    else
      j.evidence.push_back({.text = fmt::format("{} come in, by {}", what, a.names(passes)), .by = {}, .packet = {}});
  };
  if (v4)
    needed(icmp[tracked ? 0 : 4], "errors that say a packet was too big (type 3 code 4)", tracked ? "-m conntrack --ctstate RELATED" : "-p icmp --icmp-type 3/4");
  else {
    needed(icmp[1], "errors that say a packet was too big (type 2)", "-p ipv6-icmp --icmpv6-type packet-too-big");
    needed(icmp[2], "neighbour solicitations (type 135)", "-p ipv6-icmp --icmpv6-type neighbour-solicitation");
    return j;
  }
  bool in = false;
  for (const Class& c : a.of(icmp[3]).passed)
    if (const std::vector<Piece> pieces = from_elsewhere(a, c); from_anywhere(a.space(), pieces)) {
      in = true;
      j.fail("redirects (type 5) come in from anywhere");
      j.evidence.push_back(shown(a, fmt::format("{} lets in redirects", a.name(c)), c, pieces));
      j.fix.push_back(fmt::format("{} -I INPUT 1 ! -i lo -p icmp --icmp-type redirect -j DROP", a.tool()));
    }
  if (!in) j.evidence.push_back({.text = "no redirect (type 5) comes in from anywhere, but one about a connection that is known", .by = {}, .packet = {}});
  return j;
}

}  // namespace

namespace questions {

const AuditQuestion broadcasts{.name = "broadcasts", .text = "are directed broadcasts from outside dropped?", .judge = judge_broadcasts};
const AuditQuestion source_routes{.name = "source-routes", .text = "are packets dropped that bring their own route?", .judge = judge_routes};
const AuditQuestion icmp_types{.name = "icmp", .text = "does the ICMP come in that is needed, and none that misleads?", .asks = icmp, .judge = judge_icmp};

}  // namespace questions
}  // namespace fwsim
