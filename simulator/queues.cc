#include "simulator/queues.hh"

#include "simulator/rewrite.hh"

namespace fwsim {

Outcome queue_packet(Packet& packet, std::uint16_t queue, bool bypass, const World& world) {
  const auto found = world.host.queues.find(queue);
  if (found == world.host.queues.end()) return bypass ? Outcome::accept : Outcome::drop;
  const QueueListener& program = found->second;
  if (program.mark) set_field(packet, Field::mark, *program.mark);
  switch (program.verdict) {
    case QueueListener::Verdict::accept: return Outcome::accept;
    case QueueListener::Verdict::drop: return Outcome::drop;
    case QueueListener::Verdict::repeat: return Outcome::repeat;
  }
  return Outcome::drop;
}

}  // namespace fwsim
