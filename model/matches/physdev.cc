// -m physdev: the ports of a bridge by which a packet comes and leaves (net/netfilter/xt_physdev.c).
// Without bridge information every option fails and every negated one passes.
#include "model/extension.hh"

namespace fwsim {
namespace {

Pred test(std::string_view option, const Given& given) {
  Pred yes = always();
  if (option == "physdev-is-in")
    yes = present(Field::physin);
  else if (option == "physdev-in")
    yes = value_in_field(Field::physin, given.value, false);
  else if (option == "physdev-out")
    yes = value_in_field(Field::physout, given.value, false);
  else
    yes = present(Field::physout);
  if (!given.inverted) return yes;
  // A packet that came by a bridge and does not leave by one has no output port to differ.
  if (option == "physdev-out")
    return any({all({negation(present(Field::physin)), negation(present(Field::physout))}),
                present_and_not(Field::physout, std::move(yes))});
  return negation(std::move(yes));
}

Meaning meaning(const MatchUse& use, Family) {
  std::vector<Pred> parts;
  for (const Given& given : use.given) parts.push_back(test(use.extension->options[given.option].name, given));
  return {all(std::move(parts)), never()};
}

// A locally sent packet has no output port yet, unless the rule asks only for bridged ones.
HookSet hooks_with(const Use& use) {
  const bool bridged = use.has("physdev-is-bridged") && !use.inverted("physdev-is-bridged");
  if ((!use.has("physdev-out") && !use.has("physdev-is-out")) || bridged) return all_hooks;
  return hooks_of(Hook::prerouting, Hook::input, Hook::forward, Hook::postrouting);
}

constexpr Option options[] = {
    {.name = "physdev-is-in", .invertible = true, .help = "came by a bridge port"},
    {.name = "physdev-in", .kind = &kinds::interface, .invertible = true, .help = "the port by which it came"},
    {.name = "physdev-is-out", .invertible = true, .help = "leaves by a bridge port"},
    {.name = "physdev-out", .kind = &kinds::interface, .invertible = true, .help = "the port by which it leaves"},
    {.name = "physdev-is-bridged", .invertible = true, .help = "goes from port to port, not routed"},
};

}  // namespace

extern const Extension match_physdev{
    .name = "physdev", .options = options,
    .groups = "physdev-is-in+physdev-in+physdev-is-out+physdev-out+physdev-is-bridged", .none_given = "PHYSDEV: no physdev option specified", .help = "bridge ports",
    .hooks_with = hooks_with, .match = meaning};

}  // namespace fwsim
