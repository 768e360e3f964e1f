// -m devgroup: the group of the input or output device (ip link set ... group N).
// net/netfilter/xt_devgroup.c
#include "model/extension.hh"
#include "model/matches/named_mark.hh"

namespace fwsim {
namespace {

// Bits outside the mask do not count: the kernel compares with an exclusive or.
Meaning meaning(const MatchUse& use, Family) {
  std::vector<Pred> parts;
  for (const Given& given : use.given) {
    const auto& m = std::get<Masked>(given.value);
    parts.push_back(value_in_field(use.extension->options[given.option].field, Masked{m.value & m.mask, m.mask},
                                   given.inverted));
  }
  return {all(std::move(parts)), never()};
}

constexpr NamedNumber names[] = {{"default", 0}};  // of iproute2's file "group"

constexpr Option options[] = {
    {.name = "src-group", .kind = &kinds::named_mark, .invertible = true, .field = Field::in_group, .names = names,
     .hooks = hooks_of(Hook::prerouting, Hook::input, Hook::forward), .help = "group of the input device"},
    {.name = "dst-group", .kind = &kinds::named_mark, .invertible = true, .field = Field::out_group, .names = names,
     .hooks = hooks_of(Hook::forward, Hook::output, Hook::postrouting), .help = "group of the output device"},
};

}  // namespace

extern const Extension match_devgroup{.name = "devgroup", .options = options, .groups = "src-group+dst-group", .none_given = "devgroup match: You must specify either '--src-group' or '--dst-group'",
                                      .help = "group of a device", .match = meaning};

}  // namespace fwsim
