// TPROXY: accepts when a transparent socket takes the packet, and drops otherwise. Which sockets
// there are is not known. net/netfilter/xt_TPROXY.c
#include "simulator/effect.hh"

namespace fwsim {
namespace {

std::unique_ptr<Target> make(const TargetUse&, Family, World&) {
  return make_effect([](Packet&, const Where&, World&) { return Outcome::unknown; },
                     "TPROXY accepts the packet if a transparent socket listens for it, and drops it if none does");
}

}  // namespace

extern const TargetKind effect_TPROXY{"TPROXY", make};

}  // namespace fwsim
