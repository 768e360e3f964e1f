#include "reports/run_report.hh"

#include <fmt/format.h>

#include <algorithm>
#include <utility>


namespace fwsim {
namespace {

std::string quoted(const std::string& word) {
  constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:=,+@%";
  if (!word.empty() && word.find_first_not_of(plain) == word.npos) return word;
  if (word == "!") return word;
  std::string out = "'";
  for (const char c : word) out += c == '\'' ? std::string("'\\''") : c == '\n' ? std::string("\\n") : std::string(1, c);
  return out + "'";
}

std::string command_text(const RunStep& step, std::size_t most) {
  std::string text;
  for (const std::string& word : step.argv) {
    const bool first = text.empty();
    text += (first ? "" : " ") + (first ? word.substr(word.rfind('/') + 1) : quoted(word));
    if (text.size() > most) return text.substr(0, most - 3) + "...";
  }
  return text;
}

// "fw.sh:12": of a command in a function, or in another file, the line of the script that led there.
std::string place(const RunStep& step) {
  if (step.line == 0) return "";
  const std::string name = step.file.substr(step.file.rfind('/') + 1);
  return fmt::format("{}:{}", step.from.empty() ? name : step.script, step.from.empty() ? step.line : step.from.back());
}

// "fw.sh:12 (lib.sh:40)": where the command itself stands, too.
std::string full_place(const RunStep& step) {
  const std::string name = step.file.substr(step.file.rfind('/') + 1);
  return step.from.empty() ? place(step) : fmt::format("{} ({}:{})", place(step), name == step.script ? "" : name, step.line);
}

std::string first_line(std::string_view text) { return std::string(text.substr(0, text.find('\n'))); }

std::string title(const RunWindow& w, const std::string& admin) {
  switch (w.kind) {
    case RunWindow::Kind::locked_out:
      if (w.partly) return fmt::format("not all new connections of the administrator get in for certain ({})", admin);
      return fmt::format("{}: no new connection gets in ({})", w.ends ? "lockout" : "the administrator stays locked out", admin);
    case RunWindow::Kind::session_cut:
      if (w.partly) return fmt::format("not all packets of the administrator's session pass for certain ({})", admin);
      return fmt::format("the administrator's session is cut off{} ({})", w.ends ? "" : " for good", admin);
    case RunWindow::Kind::exposed: return w.ends ? "open meanwhile: closed before, and closed afterwards" : "open: closed before, and when the script ended";
  }
  return "";
}

std::string clock(double seconds) {
  if (seconds < 60) return fmt::format("{:g} s", seconds);
  const auto whole = static_cast<long long>(seconds);
  return whole < 3600 ? fmt::format("{}:{:02} min", whole / 60, whole % 60) : fmt::format("{}:{:02} h", whole / 3600, whole / 60 % 60);
}

std::string span(const RunReport& report, const RunWindow& w) {
  const RunStep &from = report.steps[w.from], &to = report.steps[w.to];
  const std::string begin = place(from), end = place(to);
  if (begin.empty()) return fmt::format("commands {} to {}", w.from + 1, w.to + 1);
  if (!w.ends && from.later) return fmt::format("{}: {} after the end of the script", begin, clock(from.at - report.seconds));
  if (!w.ends) return begin;
  const std::size_t colon = end.rfind(':');
  return begin.substr(0, begin.rfind(':')) == end.substr(0, colon) ? fmt::format("{}-{}", begin, end.substr(colon + 1)) : fmt::format("{} to {}", begin, end);
}

void window_text(const RunReport& report, const RunWindow& w, std::string& out) {
  const std::size_t commands = w.to - w.from;
  out += fmt::format("{}: {}: {}{}\n", span(report, w), w.ends ? "warning" : "error", w.family == Family::v6 ? "IPv6: " : "", title(w, report.admin));
  out += fmt::format("    after    {}\n", command_text(report.steps[w.from], 100));
  if (w.ends) out += fmt::format("    until    {}  ({} command{} later)\n", command_text(report.steps[w.to], 100), commands, commands == 1 ? "" : "s");
  if (!w.text.empty()) out += fmt::format("    who      {}\n", w.text);
  if (!w.by.empty()) out += fmt::format("    by       {}\n", w.by);
  if (!w.packet.empty()) out += fmt::format("    packet   {}\n", w.packet);
}

void timeline(const RunReport& report, std::string& out) {
  std::size_t width = 4;
  for (const RunStep& step : report.steps) width = std::max(width, full_place(step).size());
  width = std::min<std::size_t>(width, 40);
  bool later = false;
  double at = 0;
  for (std::size_t i = 0; i < report.steps.size(); ++i) {
    const RunStep& step = report.steps[i];
    if (step.later && !std::exchange(later, true)) out += "-- the script has ended; what it left behind goes on --\n";
    if (step.at > at) out += fmt::format("-- {} --\n", clock(at = step.at));
    std::string marks;
    for (const RunWindow& w : report.windows)
      if (i >= w.from && (i < w.to || !w.ends))
        marks += w.kind == RunWindow::Kind::locked_out ? 'L' : w.kind == RunWindow::Kind::session_cut ? 'S' : 'E';
    std::sort(marks.begin(), marks.end());
    marks.erase(std::unique(marks.begin(), marks.end()), marks.end());
    out += fmt::format("{:<{}}  {:<3} {}", full_place(step), width, marks, command_text(step, 140));
    if (step.status != 0) out += fmt::format("   -> {}{}", step.status, step.err.empty() ? "" : ": " + first_line(step.err));
    out += '\n';
  }
  if (!report.windows.empty()) out += "L: no new connection of the administrator gets in, S: its session is cut off, E: open that is closed before and afterwards\n";
  out += '\n';
}

std::size_t rules_in(const std::string& saved) {
  std::size_t rules = saved.starts_with("-A ") ? 1 : 0;
  for (std::size_t at = saved.find("\n-A "); at != saved.npos; at = saved.find("\n-A ", at + 1)) ++rules;
  return rules;
}

std::string count(std::size_t number, std::string_view what) { return fmt::format("{} {}{}", number, what, number == 1 ? "" : "s"); }

}  // namespace

std::string run_text(const RunReport& report, bool with_timeline) {
  std::string out;
  if (with_timeline) timeline(report, out);
  for (const RunWindow& w : report.windows) window_text(report, w, out);
  for (const RunStep& step : report.steps)
    if (step.status != 0 && !step.err.empty() && !with_timeline)
      out += fmt::format("{}note: {} failed ({}): {}\n", place(step).empty() ? "" : place(step) + ": ", command_text(step, 100), step.status, first_line(step.err));
  std::vector<std::string> told;
  for (const RunStep& step : report.steps)
    if (!step.left_out.empty() && std::find(told.begin(), told.end(), step.left_out) == told.end()) {
      told.push_back(step.left_out);
      out += fmt::format("{}note: {}: {}\n", place(step).empty() ? "" : place(step) + ": ", command_text(step, 60), step.left_out);
    }
  for (const std::string& note : report.notes) out += fmt::format("note: {}\n", note);
  const auto later = std::find_if(report.steps.begin(), report.steps.end(), [](const RunStep& s) { return s.later; });
  const auto commands = static_cast<std::size_t>(later - report.steps.begin());
  out += fmt::format("{}: {}, {}", report.script.substr(report.script.rfind('/') + 1), count(commands, "command"),
                     report.stopped ? "stopped" : report.status == 0 ? "ended well" : fmt::format("ended with status {}", report.status));
  if (report.seconds > 0) out += fmt::format(" after {} of its own time", clock(report.seconds));
  out += fmt::format("; {} for IPv4, {} for IPv6\n", count(rules_in(report.rules4), "rule"), count(rules_in(report.rules6), "rule"));
  if (later != report.steps.end()) {
    const auto more = static_cast<std::size_t>(report.steps.end() - later);
    out += fmt::format("afterwards, up to {}: {}; {}\n", clock(report.later_seconds), count(more, "more command"),
                       report.changed_later ? fmt::format("the rules are then others ({} for IPv4, {} for IPv6): --later writes these", count(rules_in(report.later4), "rule"), count(rules_in(report.later6), "rule"))
                                            : "the rules stay as they are");
  }
  for (const std::string& sysctl : report.sysctls) out += fmt::format("sysctl {}\n", sysctl);
  for (const RunReport::File& file : report.files) out += fmt::format("wrote {} ({} bytes)\n", file.path, file.size);
  return out;
}

}  // namespace fwsim
