// What a session tells and keeps: its status, its metrics, its state over a restart, its control socket.
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <utility>

#include "cli/live/session.hh"
#include "cli/live/state.hh"
#include "cli/load.hh"
#include "cli/write_file.hh"
#include "model/diagnostic.hh"
#include "parser/parse.hh"
#include "parser/snapshot.hh"
#include "simulator/conntrack_config.hh"

namespace fwsim {
namespace {

constexpr double nanosecond = 1e-9;
constexpr std::int64_t first_wait = 100'000'000, calm = 10'000'000'000;   // nanoseconds between looks at this machine's addresses
constexpr const char* not_described = "this machine's addresses or routes changed, and it cannot be described anew: the old ones are used";
constexpr std::size_t most_moments = 11;   // rates are those of the last ten seconds

std::string mode_of(const LiveArgs& args) {
  if (!args.observe.empty()) return fmt::format("observe {}", fmt::join(args.observe, ","));
  if (args.enforce) return "enforce";
  if (!args.inline_pair.empty()) return fmt::format("inline {}{}", args.inline_pair, args.route ? " as a router" : "");
  return fmt::format("tun {}", args.tun);
}

// Who talks to whom is for the owner alone.
void write_privately(const std::string& path, const std::string& text) {
  const mode_t before = umask(0077);
  try {
    write_file(path, text);
  } catch (...) {
    umask(before);
    throw;
  }
  umask(before);
}

}  // namespace

ReportContext Session::context() const {
  ReportContext context = plain_context();
  context.colour = common_.colour;
  return context;
}

ReportContext Session::plain_context() const { return {.files = {rules_[0] ? rules_[0]->file : "", rules_[1] ? rules_[1]->file : ""}}; }

std::optional<double> Session::confirm_within() const {
  if (rollback_ == 0) return std::nullopt;
  return std::max(0.0, static_cast<double>(rollback_at_ - now()) * nanosecond);
}

LiveStatus Session::status() const {
  LiveStatus s{.mode = mode_of(args_), .uptime = static_cast<double>(now() - started_) * nanosecond, .files = plain_context().files};
  s.packets = counts_.packets;
  s.bytes = counts_.bytes;
  s.fates = counts_.fates;
  if (!moments_.empty()) {
    const Moment& from = moments_.front();
    const double seconds = std::max(1.0, static_cast<double>(now() - from.time) * nanosecond);
    s.packets_per_second = static_cast<double>(counts_.packets - from.packets) / seconds;
    s.bits_per_second = static_cast<double>(counts_.bytes - from.bytes) * 8 / seconds;
  }
  Conntrack& table = engine_->world().conntrack;
  s.connections = table.count(now());
  s.most_connections = table.config().max;
  s.reloads = counts_.reloads;
  s.refused_reloads = counts_.refused_reloads;
  s.rollbacks = counts_.rollbacks;
  s.confirm_within = confirm_within();
  s.troubles = counts_.troubles;
  return s;
}

void Session::tick() {
  moments_.push_back({now(), counts_.packets, counts_.bytes});
  if (moments_.size() > most_moments) moments_.pop_front();
  records_->flush();
  if (metrics_aside_.ended() == false) trouble(fmt::format("cannot write {}", args_.metrics));
  if (state_aside_.ended() == false) trouble(fmt::format("cannot write {}", args_.state));
}

// This machine's addresses and routes changed: they are looked up on a copy of the process, and taken when that is done.
// Who changes them all the time is asked less and less often.
void Session::follow_host() {
  if (const auto done = host_aside_.ended()) {
    host_looks_ = false;
    if (*done)
      take_host();
    else
      trouble(not_described);
  }
  if (host_changed_ && !host_looks_ && now() - host_asked_ >= host_wait_ && host_aside_.start([this] { machine_.collect(); })) {
    host_wait_ = now() - host_asked_ > calm ? first_wait : std::min(2 * host_wait_, calm);
    host_changed_ = false;
    host_looks_ = true;
    host_asked_ = now();
  }
  if (!host_changed_ && !host_looks_) loop_.cancel(std::exchange(host_timer_, 0));
}

void Session::take_host() try {
  Snapshot snapshot = read_snapshot(machine_.snapshot());
  if (has_errors(snapshot.diagnostics)) return trouble(not_described);
  EngineOptions unchanged;
  if (adapt_) adapt_(snapshot.host, unchanged);
  engine_->renumber(std::move(snapshot.host));
  if (on_new_host) on_new_host();
  fmt::print(stderr, "fwsim: this machine's addresses and routes were read again\n");
} catch (const EnvironmentError& e) {
  trouble(e.what());
}

void Session::write_metrics() {
  std::vector<Ruleset> rulesets;
  for (const Family family : {Family::v4, Family::v6})
    if (rules(family)) rulesets.push_back(engine_->with_counters(family));
  write_file(args_.metrics, live_prometheus(status(), rulesets));
}

void Session::write_state() { write_privately(args_.state, state_text(engine_->world(), rules_, now())); }

void Session::try_to(void (Session::*write)()) {
  try {
    (this->*write)();
  } catch (const EnvironmentError& e) {
    trouble(e.what());
  }
}

void Session::save() {
  state_aside_.wait();
  if (!args_.state.empty()) try_to(&Session::write_state);
}

void Session::finish() {
  records_->flush();
  save();
  metrics_aside_.wait();
  if (!args_.metrics.empty()) try_to(&Session::write_metrics);
}

void Session::restore_state() {
  if (args_.state.empty()) return;
  std::error_code ignored;
  if (std::filesystem::exists(args_.state, ignored))
    fmt::print(stderr, "fwsim: {}\n", restore(engine_->world(), rules_, read_state(read_file(args_.state), args_.state), now()));
  else
    write_state();   // what cannot be written is said before anything runs
}

// Where --control was not given, everything else still runs without the right to make the usual socket, and so does one
// that only watches beside another that has it.
void Session::open_control() {
  if (args_.control.empty()) return;
  const bool usual = args_.control == LiveArgs{}.control;
  try {
    control_ = std::make_unique<ControlSocket>(*this, args_.control);
  } catch (const ControlUnavailable& e) {
    if (!usual) throw;
    trouble(e.what());
  } catch (const EnvironmentError& e) {
    if (!usual || args_.observe.empty()) throw;
    trouble(e.what());
  }
}

}  // namespace fwsim
