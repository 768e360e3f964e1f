// sleep, at, systemd-run: time passes for the script, and nobody waits for it.
#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <ctime>

#include "cli/run/tools.hh"
#include "model/diagnostic.hh"

namespace fwsim {
namespace {

constexpr double day = 86400;

// "5", "1.5m": seconds.
std::optional<double> interval(std::string_view text) {
  double factor = 1;
  if (!text.empty()) switch (text.back()) {
      case 's': factor = 1; break;
      case 'm': factor = 60; break;
      case 'h': factor = 3600; break;
      case 'd': factor = day; break;
      default: factor = 0;
    }
  if (factor > 0 && !text.empty() && (text.back() < '0' || text.back() > '9')) text.remove_suffix(1);
  if (factor == 0) factor = 1;
  if (text == "inf" || text == "infinity") return HUGE_VAL;
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value * factor;
}

bool is_cancelled(const ToolCall& call) {
  const std::string& job = call.caller.job();
  return !job.empty() && call.run.cancelled.contains(std::atoi(job.c_str()));
}

std::optional<int> sleep(ToolCall& call) {
  double seconds = 0;
  if (call.arguments().empty()) {
    call.caller.err("sleep: missing operand\nTry 'sleep --help' for more information.\n");
    return 1;
  }
  for (const std::string& word : call.arguments()) {
    const auto one = interval(word);
    if (!one) {
      call.caller.err(fmt::format("sleep: invalid time interval '{}'\nTry 'sleep --help' for more information.\n", word));
      return 1;
    }
    seconds += *one;
  }
  // A job that was cancelled before it came here has nothing to wait for; when it wakes it is told to end.
  call.wakes = call.run.now + (is_cancelled(call) ? 0 : seconds);
  return std::nullopt;
}

// Has the commands carried out by sh after so many seconds, beside the script.
int schedule(ToolCall& call, double seconds, const std::vector<std::string>& program) {
  const int job = ++call.run.jobs;
  std::vector<std::string> words{std::to_string(job), "/bin/sh", "sh", "-c", "/.fwsim/bin/sleep \"$0\" && exec \"$@\"", fmt::format("{}", seconds)};
  words.insert(words.end(), program.begin(), program.end());
  call.caller.spawn(words);
  call.step.job = job;
  return job;
}

// "now + 5 minutes", "22:30", "midnight", "tomorrow": seconds from now.
std::optional<double> when(const std::string& text, std::time_t now) {
  std::tm today{};
  localtime_r(&now, &today);
  const double of_today = today.tm_hour * 3600 + today.tm_min * 60 + today.tm_sec;
  const auto next = [&](double second) { return second > of_today ? second - of_today : second - of_today + day; };
  std::string first;
  std::size_t at = 0;
  while (at < text.size() && text[at] != ' ' && text[at] != '+') first += text[at++];
  double base = 0;
  int hour = 0, minute = 0;
  char more = 0;
  if (first == "now")
    base = 0;
  else if (first == "midnight")
    base = next(0);
  else if (first == "noon")
    base = next(day / 2);
  else if (first == "teatime")
    base = next(16 * 3600);
  else if (first == "tomorrow")
    base = day;
  else if (std::sscanf(first.c_str(), "%2d:%2d%c", &hour, &minute, &more) == 2 && hour < 24 && minute < 60)
    base = next(hour * 3600 + minute * 60);
  else
    return std::nullopt;
  const std::size_t plus = text.find('+', at);
  if (plus == text.npos) return text.find_first_not_of(' ', at) == text.npos ? std::optional(base) : std::nullopt;
  double count = 0;
  char unit[16] = {};
  if (std::sscanf(text.c_str() + plus + 1, " %lf %15s", &count, unit) != 2) return std::nullopt;
  const std::string_view u = unit;
  const double factor = u.starts_with("min") ? 60 : u.starts_with("hour") ? 3600 : u.starts_with("day") ? day : u.starts_with("week") ? 7 * day : 0;
  return factor == 0 ? std::nullopt : std::optional(base + count * factor);
}

std::optional<int> cancel(ToolCall& call) {
  for (const std::string& word : call.arguments())
    if (const int job = std::atoi(word.c_str()); job > 0) call.run.cancelled.insert(job);
  return 0;
}

std::optional<int> at(ToolCall& call) {
  std::string time, file;
  const auto words = call.arguments();
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (word == "-f" && i + 1 < words.size())
      file = words[++i];
    else if (word == "-q" && i + 1 < words.size())
      ++i;
    else if (word == "-d" || word == "-r")
      return cancel(call);
    else if (word == "-l")
      return 0;
    else if (word.size() > 1 && word[0] == '-')
      continue;
    else
      time += (time.empty() ? "" : " ") + word;
  }
  if (call.step.argv[0] == "batch" && time.empty()) time = "now";
  const std::time_t now = call.run.begin + static_cast<std::time_t>(call.run.now);
  const auto seconds = when(time, now);
  if (!seconds) {
    call.caller.err(fmt::format("syntax error. Last token seen: {}\nGarbled time\n", time.substr(time.rfind(' ') + 1)));
    return 1;
  }
  const Caller::Read& text = call.text_of(file);
  if (text.error != 0) {
    call.caller.err(fmt::format("cannot open input file {}\n", file));
    return 1;
  }
  const int job = schedule(call, *seconds, {"/bin/sh", "-c", text.text});
  const std::time_t then = now + static_cast<std::time_t>(*seconds);
  char date[64] = {};
  std::tm broken{};
  localtime_r(&then, &broken);
  std::strftime(date, sizeof date, "%a %b %e %H:%M:%S %Y", &broken);
  call.caller.err(fmt::format("warning: commands will be executed using /bin/sh\njob {} at {}\n", job, date));
  return 0;
}

// Only what is to be done later; without a time the command is run at once.
std::optional<int> systemd_run(ToolCall& call) {
  std::string unit;
  std::optional<double> seconds;
  const auto words = call.arguments();
  std::size_t i = 0;
  for (; i < words.size() && words[i].starts_with('-'); ++i) {
    const std::size_t equals = words[i].find('=');
    const std::string name = words[i].substr(0, equals), value = equals == std::string::npos ? "" : words[i].substr(equals + 1);
    if (name == "--") {
      ++i;
      break;
    }
    if (name == "--on-active") {
      std::string_view text = value;
      for (const std::string_view unit_name : {"seconds", "second", "sec", "minutes", "minute", "min", "hours", "hour"})
        if (text.ends_with(unit_name)) {
          text = text.substr(0, text.size() - unit_name.size() + 1);
          break;
        }
      seconds = interval(text);
    }
    if (name == "--unit") unit = value;
    if (name == "-u" && i + 1 < words.size()) unit = words[++i];
  }
  const std::vector<std::string> program(words.begin() + static_cast<std::ptrdiff_t>(i), words.end());
  if (program.empty()) {
    call.caller.err("Command line to execute required.\n");
    return 1;
  }
  if (!seconds) {
    std::vector<std::string> become{program[0]};
    become.insert(become.end(), program.begin(), program.end());
    call.caller.become(become);
    return std::nullopt;
  }
  const int job = schedule(call, *seconds, program);
  if (unit.empty()) unit = fmt::format("run-{}", job);
  if (unit.ends_with(".timer")) unit.resize(unit.size() - 6);
  if (unit.ends_with(".service")) unit.resize(unit.size() - 8);
  call.run.timers[unit] = job;
  call.caller.err(fmt::format("Running timer as unit: {0}.timer\nWill run service as unit: {0}.service\n", unit));
  return 0;
}

std::optional<int> nothing(ToolCall&) { return 0; }

constexpr ToolEntry tools[] = {{"sleep", sleep}, {"at", at}, {"batch", at}, {"atrm", cancel}, {"atq", nothing}, {"systemd-run", systemd_run}};

}  // namespace

std::span<const ToolEntry> time_tools() { return tools; }

}  // namespace fwsim
