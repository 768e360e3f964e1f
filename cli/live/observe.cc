// fwsim live --observe: what the rules would do to the traffic of this machine.
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>

#include "cli/live/device_watch.hh"
#include "cli/live/hit_rates.hh"
#include "cli/live/modes.hh"
#include "cli/replay.hh"

namespace fwsim {
namespace {

constexpr std::size_t most_rules = 10;

std::size_t terminal_width() {
  winsize size{};
  return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

class Observer {
 public:
  explicit Observer(Session& session)
      : session_(session), context_(session.context()), json_(session.args().format == "json"), table_(!json_ && isatty(STDOUT_FILENO) != 0),
        capture_(session.args().observe, session.args().filter),
        watch_(session.loop(), capture_, [this](Captured& c) { take(c); }, [] { std::fflush(stdout); }), hits_(session.engine()),
        begun_(session.now()), drawn_(begun_) {
    capture_.trouble = [this](const std::string& what, std::uint64_t times) { session_.trouble(what, times); };
    session.engine().world().recorded = true;   // the packets answer to the kernel that runs
    if (json_) session.listen([](const Result&) {});   // it wants paths
    session.on_new_rules = [this] { sum_up(); };
    if (table_) session.on_second = [this] { draw(); };
  }

  void finish() {
    watch_.finish();
    if (table_) draw();
    sum_up();
    if (capture_.lost() > 0) fmt::print(stderr, "note: up to {} packets came faster than they were judged, and are not counted\n", capture_.lost());
  }

 private:
  void take(Captured& captured) {
    Traced traced{.number = captured.packet.number, .time = captured.packet.time};
    traced.flow = captured.fault.empty() && !table_ ? packet_text(captured.packet) : "-";
    traced.result = replay(captured, session_.engine());
    summary_.add(traced);
    bytes_ += traced.result.packet.stated_length();
    session_.saw(traced.result);
    if (json_)
      fmt::print("{}\n", json_of(traced, context_));
    else if (!table_)
      fmt::print("{}\n", line_of(traced, context_));
  }

  LiveRate rate(std::uint64_t now, std::uint64_t& last, double seconds) const {
    return {now, static_cast<double>(now - std::exchange(last, now)) / seconds};
  }

  void draw() {
    const std::int64_t now = session_.now();
    const double seconds = std::max(0.001, static_cast<double>(now - std::exchange(drawn_, now)) / 1e9);
    LiveScreen table{.seconds = static_cast<double>(now - begun_) / 1e9, .lost = capture_.lost()};
    for (const std::string& device : capture_.devices()) table.devices += (table.devices.empty() ? "" : ", ") + device;
    table.packets = rate(summary_.packets(), last_packets_, seconds);
    table.bytes = rate(bytes_, last_bytes_, seconds);
    for (std::size_t i = 0; i < fate_count; ++i) table.fates[i] = rate(summary_.count(static_cast<Fate>(i)), last_fates_[i], seconds);
    table.rules = hits_.most(session_.engine(), seconds, most_rules);
    const std::string text = live_screen_text(table, context_, terminal_width());
    // Over the last one: up so many lines, and everything below is cleared.
    fmt::print("{}{}", lines_ > 0 ? fmt::format("\x1b[{}A\x1b[J", lines_) : "", text);
    std::fflush(stdout);
    lines_ = std::count(text.begin(), text.end(), '\n');
  }

  // Of the packets that these rules have judged.
  void sum_up() {
    if (json_)
      fmt::print("{}\n", summary_.json(context_));
    else
      fmt::print("{}", summary_.text(context_));
    std::fflush(stdout);
    summary_ = {};
    hits_ = HitRates(session_.engine());
    last_packets_ = last_bytes_ = bytes_ = 0;
    last_fates_ = {};
    lines_ = 0;
  }

  Session& session_;
  ReportContext context_;
  bool json_, table_;
  DeviceCapture capture_;
  DeviceWatch watch_;
  HitRates hits_;
  Summary summary_;
  std::uint64_t bytes_ = 0, last_packets_ = 0, last_bytes_ = 0;
  std::array<std::uint64_t, fate_count> last_fates_{};
  std::int64_t begun_, drawn_;
  std::ptrdiff_t lines_ = 0;   // of the table that is on the screen
};

}  // namespace

int run_observe(Session& session) {
  Observer observer(session);
  session.run();
  observer.finish();
  return status_good;
}

}  // namespace fwsim
