#include "cli/replay.hh"

#include "simulator/sources/assume.hh"

namespace fwsim {

void describe_by_capture(Setting& setting, Captures& captures) {
  Speakers speakers;
  captures.read([&](Captured& c) {
    if (c.fault.empty()) speakers.add(c.packet);
  });
  speakers.describe(setting.host, likely_device(setting.rules(Family::v4), setting.rules(Family::v6)));
}

Placement place(const Captured& c, Engine& engine) {
  return place_packet(c.packet, c.device, c.outgoing, engine.host(), engine.routing(), engine.world().conntrack);
}

Result judge(const Captured& c, const Placement& placement, Engine& engine) {
  Result ignored;
  ignored.fate = Fate::ignored;
  engine.world().now = c.packet.time;
  switch (placement.place) {
    case Place::arrives: return engine.receive(c.packet, placement.device);
    case Place::sent: return engine.send(c.packet);
    case Place::unseen: ignored.reason = placement.why; break;
    case Place::leaves: ignored.reason = "it leaves the host after forwarding: judged when it arrived"; break;
  }
  return ignored;
}

Result replay(Captured& c, Engine& engine) {
  if (c.fault.empty()) return judge(c, place(c, engine), engine);
  Result ignored;
  ignored.fate = Fate::ignored;
  ignored.reason = c.fault;
  return ignored;
}

}  // namespace fwsim
