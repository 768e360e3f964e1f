#include "cli/live/session.hh"

#include <fmt/format.h>
#include <signal.h>
#include <time.h>

#include <chrono>
#include <cstdio>
#include <utility>

#include "cli/load.hh"
#include "cli/write_file.hh"
#include "model/diagnostic.hh"

namespace fwsim {
namespace {

constexpr std::int64_t second = 1'000'000'000;

std::int64_t nanoseconds(clockid_t clock) {
  timespec t{};
  clock_gettime(clock, &t);
  return static_cast<std::int64_t>(t.tv_sec) * second + t.tv_nsec;
}

std::shared_ptr<const Ruleset> keep(std::optional<Ruleset>& ruleset) {
  return ruleset ? std::make_shared<const Ruleset>(std::move(*ruleset)) : nullptr;
}

// Why such rules must not be put in force; empty when nothing speaks against it. A file that is just being written anew is empty.
std::string unfit(const Ruleset& ruleset) {
  if (!ruleset.tables.empty()) return {};
  return fmt::format("fwsim: {} has no table: everything would pass; a ruleset that means that has a table with policies, as iptables-save prints it\n", ruleset.file);
}

}  // namespace

// What --tun carries passes a host of its own, not this machine.
Session::Session(const LiveArgs& args, const Common& common, const Adapt& adapt)
    : args_(args), common_(common), adapt_(adapt) {
  if (args.tun.empty() && !is_described(args.host)) host_watch_.emplace();
  host_args_ = args.tun.empty() ? machine_.describe(args.host) : args.host;
  clock_offset_ = nanoseconds(CLOCK_REALTIME) - nanoseconds(CLOCK_MONOTONIC);
  setting_ = load_setting(args.rules, host_args_, common);
  if (!setting_) return;
  std::string why;
  for (const Family family : {Family::v4, Family::v6})
    if (const Ruleset* ruleset = setting_->rules(family)) why += unfit(*ruleset);
  if (!why.empty()) {
    fmt::print(stderr, "{}", why);
    return;
  }
  rules_ = {keep(setting_->v4), keep(setting_->v6)};
  EngineOptions options;
  if (adapt_) adapt_(setting_->host, options);
  engine_ = std::make_unique<Engine>(rules_[0].get(), rules_[1].get(), setting_->host, options, args.seed);
  engine_->world().now = started_ = now();
  restore_state();
  records_ = std::make_unique<Records>(args.log, [this](const std::string& what) { trouble(what); });
  open_control();
  if (!args.metrics.empty()) write_file(args.metrics, live_prometheus(status(), {}));   // what cannot be written is said before anything runs
}

Session::~Session() = default;

std::int64_t Session::now() const { return nanoseconds(CLOCK_MONOTONIC) + clock_offset_; }

void Session::saw(const Result& result) {
  ++counts_.packets;
  counts_.bytes += result.packet.stated_length();
  ++counts_.fates[static_cast<std::size_t>(result.fate)];
  records_->add(result);
  for (const auto& [number, listener] : listeners_) listener(result);
}

void Session::trouble(const std::string& what, std::uint64_t times) {
  counts_.troubles[what] += times;
  const std::int64_t at = now();
  const auto [said, first] = said_.try_emplace(what, at);
  if (!first && at - said->second < second) return;
  said->second = at;
  fmt::print(stderr, "fwsim: {}\n", what);
}

std::uint64_t Session::listen(std::function<void(const Result&)> listener) {
  engine_->record_paths(true);
  listeners_[++last_listener_] = std::move(listener);
  return last_listener_;
}

void Session::unlisten(std::uint64_t number) {
  listeners_.erase(number);
  engine_->record_paths(!listeners_.empty());
}

void Session::use(std::array<std::shared_ptr<const Ruleset>, 2> rules) {
  // The old ones live until the engine no longer has them.
  const auto old = std::exchange(rules_, std::move(rules));
  engine_->replace(Family::v4, rules_[0].get(), true);
  engine_->replace(Family::v6, rules_[1].get(), true);
  if (on_new_rules) on_new_rules();
}

bool Session::reload(std::string& why) {
  std::array<std::shared_ptr<const Ruleset>, 2> fresh;
  const auto read = [&](const std::string& file, std::optional<Family> family) {
    if (file.empty()) return;
    try {
      Parsed parsed = parse_ruleset(read_file(file), {.file = file, .family = family});
      for (const Diagnostic& d : parsed.diagnostics)
        if (d.severity == Severity::error) why += to_text(d);
      if (!has_errors(parsed.diagnostics)) why += unfit(parsed.ruleset);
      auto& place = fresh[parsed.ruleset.family == Family::v4 ? 0 : 1];
      if (place) why += fmt::format("{} and {} are for the same family\n", place->file, file);
      place = std::make_shared<const Ruleset>(std::move(parsed.ruleset));
    } catch (const EnvironmentError& e) {
      why += fmt::format("{}\n", e.what());
    }
  };
  read(args_.rules.rules, {});
  read(args_.rules.rules6, Family::v6);
  for (std::size_t f = 0; f < 2 && why.empty(); ++f)
    if (rules_[f] && !fresh[f]) why = fmt::format("the rules for IPv{} would be gone: {} is for the other family now\n", f == 0 ? 4 : 6, args_.rules.rules);
  if (args_.rules.rules.empty() && args_.rules.rules6.empty()) why = "the rules are those of a snapshot: there is no file to read again\n";
  if (!why.empty()) {
    ++counts_.refused_reloads;
    return false;
  }
  if (rollback_ == 0) before_ = rules_;   // while a reload waits, the rules to go back to stay those before it
  use(std::move(fresh));
  ++counts_.reloads;
  if (args_.rollback > 0) {
    loop_.cancel(rollback_);
    rollback_at_ = now() + static_cast<std::int64_t>(args_.rollback * 1e9);
    rollback_ = loop_.after(std::chrono::nanoseconds(static_cast<std::int64_t>(args_.rollback * 1e9)), [this] { back(); });
  }
  return true;
}

void Session::back() {
  rollback_ = 0;
  use(std::exchange(before_, {}));
  ++counts_.rollbacks;
  fmt::print(stderr, "fwsim: nobody confirmed the new rules within {} s: the old ones are back\n", args_.rollback);
}

bool Session::confirm() {
  if (rollback_ == 0) return false;
  loop_.cancel(std::exchange(rollback_, 0));
  before_ = {};
  return true;
}

void Session::run() {
  loop_.on_signal(SIGINT, [this] { stop(); });
  loop_.on_signal(SIGTERM, [this] { stop(); });
  loop_.on_signal(SIGHUP, [this] {
    std::string why;
    if (reload(why))
      fmt::print(stderr, "fwsim: the rules are new\n");
    else
      fmt::print(stderr, "{}fwsim: the new rules are refused, the old ones stay\n", why);
  });
  if (args_.seconds > 0) loop_.after(std::chrono::nanoseconds(static_cast<std::int64_t>(args_.seconds * 1e9)), [this] { stop(); });
  if (host_watch_)
    loop_.watch(host_watch_->descriptor(), [this] {
      if (!host_watch_->changed()) return;
      host_changed_ = true;
      if (host_timer_ == 0) host_timer_ = loop_.every(std::chrono::milliseconds(20), [this] { follow_host(); });
    });
  if (on_second) loop_.every(std::chrono::seconds(1), on_second);
  tick();
  loop_.every(std::chrono::seconds(1), [this] { tick(); });
  if (!args_.metrics.empty()) loop_.every(std::chrono::seconds(10), [this] { metrics_aside_.start([this] { write_metrics(); }); });
  if (!args_.state.empty()) loop_.every(std::chrono::minutes(1), [this] { state_aside_.start([this] { write_state(); }); });
  if (on_start) on_start();
  loop_.run();
  if (on_end) on_end();
  finish();
}

}  // namespace fwsim
