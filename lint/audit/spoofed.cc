// Do packets with forged sources come in, or leave? Sources that are inside cannot come from outside; nor can those that
// no network of the internet has.
#include <fmt/format.h>

#include <algorithm>

#include "lint/audit/audited.hh"
#include "lint/audit/questions.hh"

namespace fwsim {
namespace {

constexpr Asked unspecified[] = {{Way::input, "any 0.0.0.0 -> any", Family::v4, true}, {Way::input, "any :: -> any", Family::v6}};
constexpr std::string_view devices_unknown = "which devices face outside: [site] external of .fwsim.toml, or a host with routes, says so";

// Whether the kernel asks the routes of every device outside for the way back.
bool reverse_path(const Audited& a) {
  if (a.family() == Family::v6 || !a.host()) return false;
  const auto value = [&](std::string_view device) { return a.host()->sysctl(fmt::format("net.ipv4.conf.{}.rp_filter", device), 0); };
  return std::all_of(a.around().external.begin(), a.around().external.end(), [&](const Prefix& device) { return std::max(value("all"), value(interface_text(device))) == 1; });
}

// Adds who lets packets of these sources in from outside.
void judge_sources(const Audited& a, const std::vector<Asked>& questions, std::string_view what, std::string_view kernel, Judgement& j) {
  bool in = false;
  for (const Asked& question : questions) {
    const Answered& answered = a.of(question);
    std::string_view sources = question.traffic;
    sources.remove_prefix(4);
    sources = sources.substr(0, sources.find(' '));
    for (const Class& c : answered.passed) {
      const std::vector<Piece> pieces = on_side(a, really(c), Side::outside);
      if (pieces.empty()) continue;
      Evidence e = shown(a, fmt::format("{} {} packets from outside with {} as source", a.name(c), question.way == Way::input ? "lets in" : "forwards", what), c, pieces);
      if (e.packet.empty() && !kernel.empty()) {
        e.text += fmt::format("; {} drops them", kernel);
        j.evidence.push_back(std::move(e));
        continue;
      }
      in = true;
      j.fail(fmt::format("packets from outside with {} as source pass {}", what, chain_of(question.way)));
      j.evidence.push_back(std::move(e));
      for (const Prefix& device : a.around().external) {
        std::string fix = fmt::format("{} -I {} 1 -i {} -s {} -j DROP", a.tool(), chain_of(question.way), interface_text(device), sources);
        if (std::find(j.fix.begin(), j.fix.end(), fix) == j.fix.end()) j.fix.push_back(std::move(fix));
      }
    }
    if (!answered.complete) j.cannot_tell("the ruleset is too large, and not all was looked at");
  }
  if (!in && !questions.empty()) j.evidence.push_back({.text = fmt::format("no new connection from outside ({}) passes with {} as source", a.around().external_text(), what), .by = {}, .packet = {}});
}

Judgement judge(const Audited& a) {
  Judgement j;
  if (a.around().external.empty()) {
    j.cannot_tell(std::string(devices_unknown));
    return j;
  }
  std::string networks;
  for (const Network& n : a.around().inside) networks += (networks.empty() ? "" : ", ") + prefix_text(n.family, n.prefix);
  const bool filter = reverse_path(a);
  if (!a.around().from_inside.empty())
    judge_sources(a, a.around().from_inside, fmt::format("an address of inside ({})", networks), filter ? "the kernel's reverse path filter (rp_filter is 1)" : "", j);
  else
    j.evidence.push_back({.text = a.host() ? "the host knows of no network that is inside" : "which networks are inside is not known without --host or --snapshot", .by = {}, .packet = {}});
  judge_sources(a, a.around().from_bogons, "an address that nobody outside has", filter ? "the kernel's reverse path filter" : "", j);
  if (a.family() == Family::v4) j.evidence.push_back({.text = "the kernel itself drops 127.0.0.0/8, multicast and its own addresses as sources from the wire", .by = {}, .packet = {}});
  return j;
}

Judgement judge_unspecified(const Audited& a) {
  Judgement j;
  const bool v4 = a.family() == Family::v4;
  std::vector<const Class*> lets;
  for (const Class& c : a.of(unspecified[v4 ? 0 : 1]).passed) {
    const std::vector<Piece> pieces = from_elsewhere(a, really(c));
    if (pieces.empty()) continue;
    lets.push_back(&c);
    if (v4) continue;
    j.fail("packets without a source address come in");
    j.evidence.push_back(shown(a, fmt::format("{} lets in packets from ::", a.name(c)), c, pieces));
  }
  if (!v4 && !lets.empty()) j.fix.push_back("ip6tables -I INPUT 1 -s ::/128 ! -p ipv6-icmp -j DROP   # neighbour discovery needs ::");
  if (lets.empty())
    j.evidence.push_back({.text = fmt::format("no rule lets in new connections from {}", v4 ? "0.0.0.0" : "::"), .by = {}, .packet = {}});
  else if (v4)
    j.evidence.push_back({.text = fmt::format("no rule is against 0.0.0.0 as source: {} would let it in", a.names(lets)), .by = {}, .packet = {}});
  j.evidence.push_back({.text = v4 ? "the kernel takes packets from 0.0.0.0 only to broadcast and multicast addresses, as DHCP needs, and forwards none" : "the kernel forwards none", .by = {}, .packet = {}});
  return j;
}

// Forwarded packets that leave by a device outside, and whether the piece's source is inside.
Judgement judge_leaving(const Audited& a) {
  Judgement j;
  if (!a.around().forwards) {
    j.answer = Judgement::Answer::not_applicable;
    j.evidence.push_back({.text = fmt::format("this host forwards nothing ({}), and sends its own addresses", a.around().forwards_by), .by = {}, .packet = {}});
    return j;
  }
  if (a.around().external.empty() || a.around().inside.empty()) {
    j.cannot_tell(a.around().external.empty() ? std::string(devices_unknown) : "which networks are inside: --host or --snapshot tells");
    return j;
  }
  const Space& space = a.space();
  const Var src = space.of(Field::src);
  AtomSet own;
  for (const Network& n : a.around().inside) own = own | space.in(src, {{n.prefix.address & n.prefix.mask, (n.prefix.address & n.prefix.mask) | (address_mask(a.family()) & ~n.prefix.mask)}});
  std::vector<Range> out;
  for (const Prefix& device : a.around().external) out.push_back({device.address & device.mask, (device.address & device.mask) | ~device.mask});
  const Var in = space.of(Field::in_if);
  for (const Class& c : a.of(new_through).passed) {
    std::vector<Piece> foreign;
    for (const Piece& piece : c.pieces) {
      auto part = part_of(space, piece, Field::out_if, out);
      if (!part) continue;
      (*part)[src] = (*part)[src] - own;
      AtomSet from = (*part)[in];
      for (Atom atom = 0; atom < space[in].count(); ++atom)
        if (has_device(a.around().external, space.example(in, atom))) from = from - AtomSet::one(atom);
      (*part)[in] = from;
      if (!(*part)[src].empty() && !from.empty()) foreign.push_back(std::move(*part));
    }
    if (foreign.empty()) continue;
    Evidence e = shown(a, fmt::format("{} forwards packets to outside whose source is no network of inside", a.name(c)), c, foreign);
    j.fail("packets with foreign sources leave");
    j.evidence.push_back(std::move(e));
  }
  if (j.answer == Judgement::Answer::pass) {
    j.evidence.push_back({.text = "what is forwarded to outside has a source that is inside", .by = {}, .packet = {}});
  } else {
    for (const Prefix& device : a.around().external)
      for (const Network& n : a.around().inside)
        if (a.around().inside.size() == 1) j.fix.push_back(fmt::format("{} -I FORWARD 1 -o {} ! -s {} -j DROP", a.tool(), interface_text(device), prefix_text(n.family, n.prefix)));
  }
  return j;
}

}  // namespace

namespace questions {

const AuditQuestion spoofed_sources{.name = "spoofed-sources", .text = "are forged sources from outside kept out?", .judge = judge};
const AuditQuestion unspecified_sources{.name = "unspecified-sources", .text = "are packets without a source address kept out?", .asks = unspecified, .judge = judge_unspecified};
constexpr Asked through[] = {new_through};
const AuditQuestion foreign_sources_leave{.name = "foreign-sources-leave", .text = "do only packets with sources of inside leave?", .asks = through, .judge = judge_leaving};

}  // namespace questions
}  // namespace fwsim
