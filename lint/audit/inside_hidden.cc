// Do private addresses leave? What is forwarded to outside must have its source translated.
#include <fmt/format.h>

#include "lint/audit/audited.hh"
#include "lint/audit/questions.hh"

namespace fwsim {
namespace {

constexpr Asked put[] = {
    {Way::forward, "any 10.0.0.0/8,172.16.0.0/12,192.168.0.0/16 -> any", Family::v4},
    {Way::forward, "any fc00::/7 -> any", Family::v6},
};

bool translates_source(const Leaf& leaf, Var src) {
  for (const Trail* t = leaf.trail.get(); t; t = t->before.get())
    if (t->kind == Trail::Kind::change && t->var == src) return true;
  return false;
}

Judgement judge(const Audited& a) {
  Judgement j;
  if (!a.around().forwards) {
    j.answer = Judgement::Answer::not_applicable;
    j.evidence.push_back({.text = fmt::format("this host forwards nothing ({}): there are no addresses behind it to disclose", a.around().forwards_by), .by = {}, .packet = {}});
    return j;
  }
  if (a.around().external.empty()) {
    j.cannot_tell("which devices face outside: [site] external of .fwsim.toml, or a host with routes, says so");
    return j;
  }
  const Space& space = a.space();
  const Explorer& explorer = a.answers().explorer();
  const Asked& question = put[a.family() == Family::v4 ? 0 : 1];
  std::vector<Range> out;
  for (const Prefix& device : a.around().external) out.push_back({device.address & device.mask, (device.address & device.mask) | ~device.mask});
  const Var in = space.of(Field::in_if);   // what comes from outside is none of ours
  std::map<RuleId, Class> plain;
  std::size_t hidden = 0;
  bool complete = true;
  for (const Piece& all : a.of(question).asked) {
    auto piece = part_of(space, all, Field::out_if, out);
    if (!piece) continue;
    for (Atom atom = 0; atom < space[in].count(); ++atom)
      if (has_device(a.around().external, space.example(in, atom))) (*piece)[in] = (*piece)[in] - AtomSet::one(atom);
    if ((*piece)[in].empty()) continue;
    complete = explorer.explore(Way::forward, *piece, [&](const Leaf& leaf) {
      Class c;
      if (leaf.outcome != PieceFate::passed || !add_leaf(explorer, Way::forward, leaf, *piece, c)) return true;
      if (translates_source(leaf, space.of(Field::src))) {
        ++hidden;
        return true;
      }
      const RuleId key = c.by.value_or(RuleId{});
      if (const auto found = plain.find(key); found == plain.end())
        plain.emplace(key, std::move(c));
      else
        found->second.pieces.insert(found->second.pieces.end(), c.pieces.begin(), c.pieces.end());
      return true;
    }, {.apart = true}) && complete;
  }
  for (const auto& [rule, c] : plain) {
    j.fail("private addresses leave untranslated");
    j.evidence.push_back(shown(a, fmt::format("{} forwards packets with private sources to outside ({}), and no rule of nat translates them", a.name(c), a.around().external_text()), c));
  }
  if (!plain.empty() && a.family() == Family::v4)
    for (const Prefix& device : a.around().external) j.fix.push_back(fmt::format("{} -t nat -A POSTROUTING -o {} -j MASQUERADE", a.tool(), interface_text(device)));
  if (!complete) j.cannot_tell("the ruleset is too large, and not all was looked at");
  if (j.answer == Judgement::Answer::pass)
    j.evidence.push_back({.text = hidden == 0 ? fmt::format("no new connection from a private address is forwarded to {}", a.around().external_text())
                                              : fmt::format("every new connection from a private address that is forwarded to {} gets another source", a.around().external_text()),
                          .by = {}, .packet = {}});
  return j;
}

}  // namespace

namespace questions {

const AuditQuestion inside_hidden{.name = "inside-hidden", .text = "are the addresses of inside kept from outside?", .asks = put, .judge = judge};

}  // namespace questions
}  // namespace fwsim
