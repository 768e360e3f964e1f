// fwsim live --observe ... --compare: the dry run before a change.
#include <fmt/format.h>
#include <signal.h>

#include <chrono>
#include <cstdio>

#include "cli/live/device_watch.hh"
#include "cli/live/flows.hh"
#include "cli/live/modes.hh"
#include "cli/replay.hh"
#include "reports/compare_report.hh"

namespace fwsim {
namespace {

class Comparison {
 public:
  Comparison(const LiveArgs& args, const Common& common, const std::array<Setting, 2>& settings)
      : json_(args.format == "json"), capture_(args.observe, args.filter),
        watch_(loop_, capture_, [this](Captured& c) { take(c); }, [] { std::fflush(stdout); }) {
    for (std::size_t i = 0; i < 2; ++i) {
      const Setting& s = settings[i];
      context_.names[i] = args.compare[i];
      context_.reports[i] = s.context(common);
      engines_[i] = std::make_unique<Engine>(s.rules(Family::v4), s.rules(Family::v6), s.host, EngineOptions{.paths = true}, args.seed);
      engines_[i]->world().recorded = true;   // the packets answer to the kernel that runs
    }
    capture_.trouble = [](const std::string& what, std::uint64_t) { fmt::print(stderr, "fwsim: {}\n", what); };
    for (const int number : {SIGINT, SIGTERM}) loop_.on_signal(number, [this] { loop_.stop(); });
    if (args.seconds > 0) loop_.after(std::chrono::nanoseconds(static_cast<std::int64_t>(args.seconds * 1e9)), [this] { loop_.stop(); });
  }

  int run() {
    loop_.run();
    watch_.finish();
    summary_.flows = flows_.count();
    summary_.lost = capture_.lost();
    fmt::print("{}", json_ ? compare_json(summary_, context_) + "\n" : compare_text(summary_, context_));
    return summary_.differing > 0 ? status_not : status_good;
  }

 private:
  void take(Captured& captured) {
    if (!captured.fault.empty()) return;   // no packet of any flow
    std::array<Placement, 2> places = {place(captured, *engines_[0]), place(captured, *engines_[1])};
    // Only the ruleset that runs has translated a packet that leaves; the other one takes it for the host's own.
    if (places[0].place == Place::leaves || places[1].place == Place::leaves || places[0].place == Place::unseen) return;
    std::array<Result, 2> results = {judge(captured, places[0], *engines_[0]), judge(captured, places[1], *engines_[1])};
    if (results[0].fate == Fate::ignored && results[1].fate == Fate::ignored) return;
    ++summary_.packets;
    const Tuple tuple = flow_of(captured.packet, results[0], results[1]);
    Flows::Flow& flow = flows_.find(tuple, captured.packet.time);
    if (flow.differs) return;
    if (results[0].fate == Fate::unknown && results[1].fate == Fate::unknown && !flow.unknown) {
      flow.unknown = true;
      ++summary_.unknown;
    }
    std::vector<std::string> differs = differences(results[0], results[1]);
    if (differs.empty()) return;
    flow.differs = true;
    const FlowDifference difference{.number = captured.packet.number, .time = captured.packet.time, .packet = packet_text(captured.packet),
                                    .flow = to_text(tuple), .differs = std::move(differs), .results = std::move(results)};
    summary_.add(difference, context_);
    fmt::print("{}", json_ ? difference_json(difference, context_) + "\n" : difference_text(difference, context_));
  }

  bool json_;
  Loop loop_;
  DeviceCapture capture_;
  DeviceWatch watch_;
  std::array<std::unique_ptr<Engine>, 2> engines_;
  Flows flows_;
  CompareContext context_;
  CompareSummary summary_;
};

}  // namespace

int run_compare(const LiveArgs& args, const Common& common) {
  if (!args.rules.rules.empty() || !args.rules.rules6.empty()) {
    fmt::print(stderr, "fwsim: --compare names both rulesets; --rules does not go with it\n");
    return status_bad;
  }
  ThisMachine machine;
  const HostArgs host = machine.describe(args.host);
  auto before = load_setting({.rules = args.compare[0]}, host, common), after = load_setting({.rules = args.compare[1]}, host, common);
  if (!before || !after) return status_bad;
  if (before->v4.has_value() != after->v4.has_value()) {
    fmt::print(stderr, "fwsim: {} and {} are for different families\n", args.compare[0], args.compare[1]);
    return status_bad;
  }
  say_assumptions(before->host.assumed);
  return Comparison(args, common, {std::move(*before), std::move(*after)}).run();
}

}  // namespace fwsim
