// What every way of running live shares: the rules and their engine, the clock, reload and rollback, what is counted
// and told. A mode (observe, enforce, inline, tun) brings packets and does what the engine says.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/commands.hh"
#include "cli/host.hh"
#include "cli/live/aside.hh"
#include "cli/live/control.hh"
#include "cli/live/records.hh"
#include "cli/live/this_machine.hh"
#include "reports/live_report.hh"
#include "simulator/engine.hh"
#include "simulator/live/host_watch.hh"
#include "simulator/live/loop.hh"

namespace fwsim {

// What was counted since the start.
struct LiveCounts {
  std::uint64_t packets = 0, bytes = 0;
  std::array<std::uint64_t, fate_count> fates{};
  std::uint64_t reloads = 0, refused_reloads = 0, rollbacks = 0;
  std::map<std::string, std::uint64_t, std::less<>> troubles;   // "kernel queue overflow", ...: how often
};

// What a mode changes in the host before the engine takes it.
using Adapt = std::function<void(Host& host, EngineOptions& options)>;

class Session {
 public:
  // Reads the rules; faults are printed, and then good() is false. Throws EnvironmentError.
  Session(const LiveArgs& args, const Common& common, const Adapt& adapt = {});
  ~Session();
  bool good() const { return engine_ != nullptr; }

  const LiveArgs& args() const { return args_; }
  const Common& common() const { return common_; }
  Engine& engine() { return *engine_; }
  const Engine& engine() const { return *engine_; }
  Loop& loop() { return loop_; }
  LiveCounts& counts() { return counts_; }
  ReportContext context() const;
  ReportContext plain_context() const;   // without colours, for files and the socket
  const Ruleset* rules(Family family) const { return rules_[family == Family::v4 ? 0 : 1].get(); }

  // Nanoseconds since 1970, never back: the monotonic clock, set once.
  std::int64_t now() const;

  // Each packet that was judged, with what came of it: counts, records of LOG, traces.
  void saw(const Result& result);
  // Something that is not a packet's fault: said on standard error at most once a second for each text, and counted, so many times.
  void trouble(const std::string& what, std::uint64_t times = 1);

  // Who wants each result with its path (the control socket's trace); the number ends it.
  std::uint64_t listen(std::function<void(const Result&)> listener);
  void unlisten(std::uint64_t number);

  // The files of the command line again. On faults nothing changes, and `why` has the diagnostics.
  bool reload(std::string& why);
  // After a reload with --rollback: the new rules stay. False: nothing waits for that.
  bool confirm();
  bool awaits_confirmation() const { return rollback_ != 0; }
  std::optional<double> confirm_within() const;   // seconds left for that

  // All of it that `fwsim live status` tells.
  LiveStatus status() const;
  // The file of --state, now.
  void save();

  // Signals, the control socket, the table on a terminal: until `stop` or a signal.
  void run();
  void stop() { loop_.stop(); }
  // Called in run() once everything is set up, once a second, and before the last is told and saved.
  std::function<void()> on_start, on_second, on_end;
  // The rules were replaced: the last moment at which the old ones, to which a Result points, are still there.
  std::function<void()> on_new_rules;
  // Devices, addresses or routes of this machine are others now.
  std::function<void()> on_new_host;

 private:
  void back();
  void open_control();
  void restore_state();
  void write_metrics();
  void write_state();
  void try_to(void (Session::*write)());   // what it throws is a trouble
  void finish();
  void tick();
  void follow_host();
  void take_host();
  void use(std::array<std::shared_ptr<const Ruleset>, 2> rules);

  const LiveArgs& args_;
  const Common& common_;
  const Adapt adapt_;
  Loop loop_;
  std::optional<HostWatch> host_watch_;   // only of this machine: from before it is described
  ThisMachine machine_;
  HostArgs host_args_;
  std::optional<Setting> setting_;
  std::array<std::shared_ptr<const Ruleset>, 2> rules_, before_;
  std::unique_ptr<Engine> engine_;
  LiveCounts counts_;
  std::map<std::uint64_t, std::function<void(const Result&)>> listeners_;
  std::map<std::string, std::int64_t, std::less<>> said_;
  std::uint64_t last_listener_ = 0, rollback_ = 0;
  std::int64_t clock_offset_ = 0, started_ = 0, rollback_at_ = 0;
  // Looks at this machine again: what was asked when, and how long until the next may come (ns).
  std::int64_t host_asked_ = 0, host_wait_ = 0;
  bool host_changed_ = false, host_looks_ = false;
  std::uint64_t host_timer_ = 0;
  struct Moment {
    std::int64_t time;
    std::uint64_t packets, bytes;
  };
  std::deque<Moment> moments_;   // of the last seconds, for rates
  Aside metrics_aside_, state_aside_, host_aside_;
  std::unique_ptr<Records> records_;
  std::unique_ptr<ControlSocket> control_;   // goes before the loop does
};

}  // namespace fwsim
