#include "tests/kernel/replay.hh"

#include <algorithm>

#include "tests/kernel/dump.hh"
#include "tests/kernel/steps.hh"

namespace fwsim::kernel {
namespace {

// Steps without a gap follow as fast as the recorder gets round: that much later.
constexpr double step_seconds = 0.006;

// The counters that changed, by how much.
Json changes(const Json& before, const Json& after) {
  Json changed = Json::object();
  for (const auto& [key, value] : after.items()) {
    const Json old = before.value(key, Json{0, 0});
    if (value != old) changed[key] = {value[0].get<std::int64_t>() - old[0].get<std::int64_t>(),
                                      value[1].get<std::int64_t>() - old[1].get<std::int64_t>()};
  }
  return changed;
}

void put_state(Json& packet, Machine& machine, Json& sets, Json& recent) {
  packet["conntrack"] = conntrack_json(machine.engine());
  if (Json list = expectations_json(machine.engine()); !list.empty()) packet["expect"] = std::move(list);
  if (Json now = sets_json(machine.engine().world()); now != sets) packet["ipset"] = sets = std::move(now);
  if (Json now = recent_json(machine.engine().world()); now != recent) packet["recent"] = recent = std::move(now);
}

}  // namespace

Json replay(const Scenario& scenario) {
  Machine machine(scenario);
  Json result{{"name", scenario.name}, {"packets", Json::array()}};
  Json counters = counters_json(machine.engine());
  Json sets = sets_json(machine.engine().world()), recent = recent_json(machine.engine().world());
  double planned = 0, now = 0;
  std::size_t index = 0;
  for (const Json& step : scenario.steps) {
    const double gap = step.value("gap", 0.0);
    planned += gap;
    now = std::max(now, planned);
    if (gap == 0) planned = now;
    // The recorder says when it took the step; a busy machine is late.
    if (const Json& recorded = scenario.expected.at("packets"); index < recorded.size()) now = recorded[index].value("at", now);
    Json packet{{"index", index++}};
    const auto outcome = machine.take(step, static_cast<std::int64_t>((scenario.start + now) * 1e9));
    Json after = counters_json(machine.engine());
    if (outcome) {
      packet.update(packet_json(*outcome, step.value("local", false)));
      packet["counters"] = changes(counters, after);
    }
    counters = std::move(after);
    put_state(packet, machine, sets, recent);
    result["packets"].push_back(std::move(packet));
    now += step_seconds;
  }
  result["final_counters"] = counters;
  return result;
}

}  // namespace fwsim::kernel
