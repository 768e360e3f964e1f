// -m ipvs: properties of a virtual server's connection (net/netfilter/xt_ipvs.c).
#include "model/extension.hh"
#include "model/more_kinds.hh"

namespace fwsim {
namespace {

constexpr NamedNumber directions[] = {{"ORIGINAL", 0}, {"REPLY", 1}};
constexpr NamedNumber methods[] = {{"GATE", 3}, {"IPIP", 2}, {"MASQ", 0}};  // IP_VS_CONN_F_*

// Every other option says that it is an IPVS connection, so --ipvs is left out beside them.
void finish(Use& use, CheckContext& c) {
  if (use.given.size() < 2 || !use.has("ipvs")) return;
  if (use.inverted("ipvs")) c.fault("ipvs", "! --ipvs cannot be together with other options");
  use.remove("ipvs");
}

constexpr Option options[] = {
    {.name = "ipvs", .invertible = true, .help = "the packet belongs to an IPVS connection"},
    {.name = "vproto", .kind = &kinds::protocol, .invertible = true, .help = "protocol of the virtual server"},
    {.name = "vaddr", .kind = &kinds::host_prefix, .invertible = true, .help = "address of the virtual server"},
    {.name = "vport", .kind = &kinds::port, .invertible = true, .help = "port of the virtual server"},
    {.name = "vdir", .kind = &kinds::choice, .names = directions, .help = "way of the packet"},
    {.name = "vmethod", .kind = &kinds::choice, .invertible = true, .names = methods, .help = "how it is forwarded"},
    {.name = "vportctl", .kind = &kinds::port, .invertible = true, .help = "port of the controlling connection"},
};

}  // namespace

extern const Extension match_ipvs{.name = "ipvs",
                                  .options = options,
                                  .groups = "ipvs+vproto+vaddr+vport+vdir+vmethod+vportctl",
                                  .modelled = Modelled::opaque,
                                  .note = "virtual servers are not simulated",
                                  .help = "virtual server",
                                  .finish = finish};

}  // namespace fwsim
