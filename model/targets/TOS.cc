// -j TOS: bits of the TOS byte or traffic class: tos = (tos & ~mask) ^ value.
// net/netfilter/xt_DSCP.c, tos_tg()
#include "model/extension.hh"
#include "model/more_kinds.hh"

namespace fwsim {
namespace {

void finish(Use& use, CheckContext&) {
  Masked tos;
  if (const auto* m = use.get<Masked>("set-tos")) tos = *m;
  if (use.has("and-tos")) tos = {0, ~use.number("and-tos") & 0xff};
  if (use.has("or-tos")) tos = {use.number("or-tos"), use.number("or-tos")};
  if (use.has("xor-tos")) tos = {use.number("xor-tos"), 0};
  use.given.clear();
  use.put("set-tos", tos);
}

Actions act(const TargetUse& use, Family) {
  const auto& m = *use.get<Masked>("set-tos");
  return {Assign{.to = Field::tos, .keep = ~m.mask & 0xff, .constant = m.value}};
}

constexpr Option options[] = {
    {.name = "set-tos", .kind = &kinds::tos, .help = "clear the bits of mask, then xor value", .refused = "Symbolic name \"{}\" is unknown"},
    {.name = "and-tos", .kind = &kinds::hex_number, .max = 255, .help = "keep only these bits"},
    {.name = "or-tos", .kind = &kinds::hex_number, .max = 255, .help = "set these bits"},
    {.name = "xor-tos", .kind = &kinds::hex_number, .max = 255, .help = "flip these bits"},
};
constexpr TableId tables[] = {TableId::mangle};

}  // namespace

extern const Extension target_TOS{.name = "TOS",
                                  .is_target = true,
                                  .options = options,
                                  .tables = tables,
                                  .groups = "set-tos|and-tos|or-tos|xor-tos", .none_given = "TOS: An action is required",
                                  .help = "set the type of service",
                                  .finish = finish,
                                  .act = act};

}  // namespace fwsim
