// -j NETMAP: maps a whole network onto another, host by host. xt_NETMAP.c
#include "model/extension.hh"
#include "model/more_kinds.hh"

namespace fwsim {
namespace {

constexpr ValueKind network_kind{
    "address[/mask]", 1,
    [](const ValueContext& c, std::span<const std::string_view> words, Value& out) -> std::optional<ValueError> {
      if (auto error = kinds::host_prefix.read(c, words, out)) return error;
      auto& network = std::get<Prefix>(out);
      network.address &= network.mask;
      return {};
    },
    [](const ValueContext& c, const Value& value, std::string& out) {
      out += prefix_text(c.family, std::get<Prefix>(value));
    }};

Actions act(const TargetUse& use, Family family) {
  const auto& to = *use.get<Prefix>("to");
  return {Nat{.kind = Nat::Kind::netmap,
              .address = Range{to.address, to.address | (address_mask(family) & ~to.mask)},
              .netmap_mask = to.mask}};
}

constexpr Option options[] = {
    {.name = "to", .kind = &network_kind, .required = true, .help = "the new network"},
};
constexpr TableId tables[] = {TableId::nat};

}  // namespace

extern const Extension target_NETMAP{.name = "NETMAP",
                                     .is_target = true,
                                     .options = options,
                                     .tables = tables,
                                     .hooks = hooks_of(Hook::prerouting, Hook::input, Hook::output, Hook::postrouting),
                                     .conntrack = true,
                                     .help = "map a network onto another",
                                     .act = act};

}  // namespace fwsim
