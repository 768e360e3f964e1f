// -j MARK: mark = (mark & ~M) ^ V. All forms are one; iptables-save prints --set-xmark. xt_mark.c
#include "model/extension.hh"

namespace fwsim {
namespace {

void finish(Use& use, CheckContext&) {
  Masked x;
  if (const auto* m = use.get<Masked>("set-xmark")) x = *m;
  if (const auto* m = use.get<Masked>("set-mark")) x = {m->value, m->mask == 0xffffffff ? m->mask : m->value | m->mask};
  if (use.has("and-mark")) x = {0, ~use.number("and-mark") & 0xffffffff};
  if (use.has("or-mark")) x = {use.number("or-mark"), use.number("or-mark")};
  if (use.has("xor-mark")) x = {use.number("xor-mark"), 0};
  use.given.clear();
  use.put("set-xmark", x);
}

Actions act(const TargetUse& use, Family) {
  const auto& x = *use.get<Masked>("set-xmark");
  return {Assign{.to = Field::mark, .keep = ~x.mask & 0xffffffff, .constant = x.value}};
}

constexpr Option options[] = {
    {.name = "set-xmark", .kind = &kinds::masked_always, .help = "clear the bits of mask, then xor value"},
    {.name = "set-mark", .kind = &kinds::masked_always, .help = "clear the bits of mask, then or value"},
    {.name = "and-mark", .kind = &kinds::hex_number, .help = "keep only these bits"},
    {.name = "or-mark", .kind = &kinds::hex_number, .help = "set these bits"},
    {.name = "xor-mark", .kind = &kinds::hex_number, .help = "flip these bits"},
};

}  // namespace

extern const Extension target_MARK{
    .name = "MARK", .is_target = true, .options = options, .groups = "set-xmark|set-mark|and-mark|or-mark|xor-mark", .none_given = "MARK: One of the --set-xmark, --{and,or,xor,set}-mark options is required",
    .help = "set the firewall mark", .finish = finish, .act = act};

}  // namespace fwsim
