// How a journey ends, and the packets that it caused.
#include "simulator/journey.hh"

#include <algorithm>
#include <utility>

#include "simulator/icmp_error.hh"
#include "simulator/trail.hh"

namespace fwsim {
namespace {

constexpr unsigned most_causes = 8;   // a reply to a reply to a reply ...: the kernel ends it sooner

}  // namespace

bool Engine::Journey::drop(std::string reason, std::optional<Hook> at, std::optional<RuleRef> by) {
  r_.fate = Fate::dropped;
  r_.decided_by = by;
  r_.reason = std::move(reason);
  r_.dropped_at = at;
  stopped_ = true;
  return false;
}

void Engine::Journey::say(Hook hook, std::string note) {
  if (e_.options_.paths) r_.path.push_back({.hook = hook, .note = std::move(note)});
}

void Engine::Journey::unfix() {
  if (FlowTrail* trail = e_.world_.trail) trail->fixed = false;
}

// The way of longer packets, of which segments may be cut, is another one. Long ones that were put together ask nothing.
void Engine::Journey::fit(unsigned mtu) {
  if (merged_) unfix();
  if (FlowTrail* trail = e_.world_.trail) trail->fit(mtu);
}

void Engine::Journey::answer_with_error(const RouteResult& route) {
  error(route.icmp_type, route.icmp_code, 0, "routing");
}

void Engine::Journey::error(unsigned type, unsigned code, std::uint32_t rest, const char* cause) {
  if (send_icmp_error(p_, type, code, rest, e_.world_)) run_generated(cause);
}

void Engine::Journey::run_generated(const char* cause) {
  World& world = e_.world_;
  if (world.generated.empty()) return;
  std::vector<Packet> packets = std::exchange(world.generated, {});
  keep_records();
  for (Packet& packet : packets) {
    if (e_.depth_ >= most_causes) break;
    packet.time = world.now;
    packet.number = p_.number;
    ++e_.depth_;
    Result result{.packet = std::move(packet)};
    Journey(e_, result).send();
    --e_.depth_;
    result.cause = cause;
    r_.generated.push_back(std::move(result));
  }
}

void Engine::Journey::keep_records() {
  std::vector<Record>& records = e_.world_.records;
  std::move(records.begin(), records.end(), std::back_inserter(r_.records));
  records.clear();
}

void Engine::Journey::finish(std::size_t undecided_before) {
  keep_records();
  if (r_.undecided.size() > undecided_before) {
    r_.fate = Fate::unknown;
    r_.reason = r_.undecided[undecided_before].why;
  }
}

}  // namespace fwsim
