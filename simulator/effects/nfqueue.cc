// NFQUEUE: which queue the packet goes to. --queue-balance chooses by a hash of the addresses under a
// secret of the kernel, or by the processor (net/netfilter/xt_NFQUEUE.c, nfqueue_hash).
#include <string>

#include "simulator/effect.hh"
#include "simulator/queues.hh"

namespace fwsim {
namespace {

class Nfqueue : public Target {
 public:
  explicit Nfqueue(const TargetUse& use) : bypass_(use.has("queue-bypass")), by_cpu_(use.has("queue-cpu-fanout")) {
    const auto* range = use.get<NumRange>("queue-balance");
    if (!range) range = use.get<NumRange>("queue-num");
    if (range) queues_ = *range;
  }

  Outcome apply(Packet& packet, const Where&, World& world) override {
    std::uint64_t queue = queues_.low;
    if (by_cpu_)
      queue += packet.fields.number(Field::cpu) % (queues_.high - queues_.low + 1);
    else if (!all_alike(world))
      return Outcome::unknown;
    return queue_packet(packet, static_cast<std::uint16_t>(queue), bypass_, world);
  }
  std::string why() const override {
    return "which queue --queue-balance chooses depends on a secret of the kernel, and their programs differ";
  }

 private:
  // Then it does not matter which one it is.
  bool all_alike(const World& world) const {
    const auto program = [&](std::uint64_t queue) {
      const auto found = world.host.queues.find(static_cast<std::uint16_t>(queue));
      return found == world.host.queues.end() ? nullptr : &found->second;
    };
    const QueueListener* first = program(queues_.low);
    for (std::uint64_t queue = queues_.low + 1; queue <= queues_.high; ++queue) {
      const QueueListener* other = program(queue);
      if ((first == nullptr) != (other == nullptr) || (first && *first != *other)) return false;
    }
    return true;
  }

  bool bypass_, by_cpu_;
  NumRange queues_{};
};

std::unique_ptr<Target> make(const TargetUse& use, Family, World&) { return std::make_unique<Nfqueue>(use); }

}  // namespace

extern const TargetKind effect_NFQUEUE{"NFQUEUE", make};

}  // namespace fwsim
