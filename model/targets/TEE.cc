// -j TEE: a copy of the packet goes to another machine. xt_TEE.c, nf_dup_ipv4.c
#include <string>

#include "model/extension.hh"
#include "model/more_kinds.hh"

namespace fwsim {
namespace {

void finish(Use& use, CheckContext& c) {
  if (const auto* gateway = use.get<AddressRange>("gateway"); gateway && gateway->low == 0)
    c.fault("gateway", "the gateway cannot be the unspecified address");
  std::string device(use.text("oif"));
  if (device.size() > max_interface_name) device.resize(max_interface_name);
  if (device.empty())
    use.remove("oif");
  else
    use.put("oif", std::move(device));
}

Actions act(const TargetUse& use, Family) { return {Effect{.use = &use}}; }

constexpr Option options[] = {
    {.name = "gateway", .kind = &kinds::host, .required = true, .help = "the machine that gets the copy"},
    {.name = "oif", .kind = &kinds::word, .help = "the device it leaves by"},
};

}  // namespace

extern const Extension target_TEE{.name = "TEE",
                                  .is_target = true,
                                  .options = options,
                                  .help = "send a copy to another machine",
                                  .finish = finish,
                                  .act = act};

}  // namespace fwsim
