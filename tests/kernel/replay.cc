#include "tests/kernel/replay.hh"

#include <algorithm>

#include "tests/kernel/dump.hh"
#include "tests/kernel/dump_parts.hh"
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

// What the recorded kernel drew: by its connections after this step.
void let_draw(Conntrack& conntrack, const Json& rows) {
  conntrack.drawn = [rows](const Tuple& original, bool source) -> std::optional<std::uint16_t> {
    const Json wanted = tuple_json(original);
    for (const Json& row : rows) {
      Json orig = row.at("orig");
      orig.erase("zone");
      if (orig != wanted || row.at("proto") != proto_text(original.proto)) continue;
      const Json& reply = row.at("reply");
      const char* key = reply.contains("id") ? "id" : source ? "dport" : "sport";
      if (reply.contains(key)) return reply.at(key).get<std::uint16_t>();
    }
    return std::nullopt;
  };
}

}  // namespace

Json replay(const Scenario& scenario, Lookup lookup) {
  Machine machine(scenario, lookup);
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
    if (const Json& recorded = scenario.expected.at("packets"); index < recorded.size())
      let_draw(machine.engine().world().conntrack, recorded[index].value("conntrack", Json::array()));
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
