// -j CONNMARK: the connection's mark, and its exchange with the packet's. xt_connmark.c
//   set:     ct = ((ct & ~M) ^ V) shifted      restore: mark = (mark & ~N) ^ ((ct & C) shifted)
//   save:    ct = (ct & ~C) ^ ((mark & N) shifted)
#include "model/extension.hh"

namespace fwsim {
namespace {

constexpr std::uint64_t all_bits = 0xffffffff;

std::optional<Masked> what_is_set(const Use& use) {
  if (const auto* m = use.get<Masked>("set-xmark")) return *m;
  if (const auto* m = use.get<Masked>("set-mark")) return Masked{m->value, m->value | m->mask};
  if (use.has("and-mark")) return Masked{0, ~use.number("and-mark") & all_bits};
  if (use.has("or-mark")) return Masked{use.number("or-mark"), use.number("or-mark")};
  if (use.has("xor-mark")) return Masked{use.number("xor-mark"), 0};
  return std::nullopt;
}

void finish(Use& use, CheckContext&) {
  const std::uint64_t nfmask = use.number("mask", use.number("nfmask", all_bits));
  const bool has_ctmask = use.has("mask") || use.has("ctmask");
  const std::uint64_t ctmask = use.number("mask", use.number("ctmask", all_bits));
  if (auto set = what_is_set(use)) {
    if (has_ctmask) set->mask = ctmask;
    for (std::string_view option : {"set-mark", "and-mark", "or-mark", "xor-mark", "nfmask", "ctmask"})
      use.remove(option);
    use.put("set-xmark", *set);
  } else {
    use.put("nfmask", NumRange{nfmask, nfmask});
    use.put("ctmask", NumRange{ctmask, ctmask});
  }
  use.remove("mask");
  if (use.has("right-shift-mark")) use.remove("left-shift-mark");
  for (std::string_view option : {"left-shift-mark", "right-shift-mark"})
    if (use.number(option) == 0) use.remove(option);
}

Actions act(const TargetUse& use, Family) {
  const int shift = static_cast<int>(use.number("left-shift-mark")) - static_cast<int>(use.number("right-shift-mark"));
  if (const auto* set = use.get<Masked>("set-xmark"))
    return {Assign{.to = Field::ct_mark,
                   .keep = ~set->mask & all_bits,
                   .constant = set->value,
                   .shift = shift,
                   .shift_result = true}};
  const std::uint64_t nfmask = use.number("nfmask"), ctmask = use.number("ctmask");
  if (use.has("save-mark"))
    return {Assign{
        .to = Field::ct_mark, .keep = ~ctmask & all_bits, .from = Field::mark, .from_mask = nfmask, .shift = shift}};
  return {Assign{
      .to = Field::mark, .keep = ~nfmask & all_bits, .from = Field::ct_mark, .from_mask = ctmask, .shift = shift}};
}

constexpr Option options[] = {
    {.name = "set-xmark", .kind = &kinds::masked_always, .help = "clear the bits of mask, then xor value"},
    {.name = "save-mark", .help = "copy the packet's mark to the connection"},
    {.name = "restore-mark", .help = "copy the connection's mark to the packet"},
    {.name = "nfmask", .kind = &kinds::hex_number, .help = "bits of the packet's mark"},
    {.name = "ctmask", .kind = &kinds::hex_number, .help = "bits of the connection's mark"},
    {.name = "left-shift-mark", .kind = &kinds::number, .max = 31, .help = "shift what is copied, or the result"},
    {.name = "right-shift-mark", .kind = &kinds::number, .max = 31, .help = "shift what is copied, or the result"},
    {.name = "set-mark", .kind = &kinds::masked_always, .help = "clear the bits of mask, then or value"},
    {.name = "and-mark", .kind = &kinds::hex_number, .help = "keep only these bits of the connection's mark"},
    {.name = "or-mark", .kind = &kinds::hex_number, .help = "set these bits"},
    {.name = "xor-mark", .kind = &kinds::hex_number, .help = "flip these bits"},
    {.name = "mask", .kind = &kinds::hex_number, .excludes = "nfmask,ctmask", .help = "both --nfmask and --ctmask"},
};

}  // namespace

extern const Extension target_CONNMARK{.name = "CONNMARK",
                                       .is_target = true,
                                       .options = options,
                                       .groups = "set-xmark|set-mark|and-mark|or-mark|xor-mark|save-mark|restore-mark", .none_given = "CONNMARK target: No operation specified",
                                       .conntrack = true,
                                       .help = "set, save or restore the connection's mark",
                                       .finish = finish,
                                       .act = act};

}  // namespace fwsim
