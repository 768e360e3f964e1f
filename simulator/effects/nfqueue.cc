// NFQUEUE without a program that listens: the kernel drops, or goes on behind this table.
// net/netfilter/nf_queue.c
#include "simulator/effect.hh"

namespace fwsim {
namespace {

std::unique_ptr<Target> make(const TargetUse& use, Family, World&) {
  const Outcome outcome = use.has("queue-bypass") ? Outcome::accept : Outcome::drop;
  return make_effect([=](Packet&, const Where&, World&) { return outcome; });
}

}  // namespace

extern const TargetKind effect_NFQUEUE{"NFQUEUE", make};

}  // namespace fwsim
