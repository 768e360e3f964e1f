#include "cli/run/session.hh"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

namespace fwsim {
namespace {

using Clock = std::chrono::steady_clock;

// "lib.sh:12 40 0 ./fw.sh": the file, the line, the lines of the calls that led there, up to the script's own, which is 0; and
// the script.
void read_place(const std::string& at, RunStep& step) {
  std::size_t end = std::min(at.find(' '), at.size());
  const std::size_t colon = at.rfind(':', end);
  if (colon == std::string::npos || colon == 0) return;
  step.file = at.substr(0, colon);
  step.line = static_cast<unsigned>(std::strtoul(at.c_str() + colon + 1, nullptr, 10));
  while (end < at.size()) {
    const std::size_t begin = end + 1;
    end = std::min(at.find(' ', begin), at.size());
    if (end == begin || at[begin] < '0' || at[begin] > '9') {
      step.script = at.substr(begin).substr(at.substr(begin).rfind('/') + 1);
      return;
    }
    if (const auto line = static_cast<unsigned>(std::strtoul(at.c_str() + begin, nullptr, 10)); line > 0) step.from.push_back(line);
  }
}

}  // namespace

RunSession::RunSession(Sandbox& sandbox, RunState& state, Limits limits, Descriptor output, Descriptor errors, std::function<void(int, std::string_view)> show)
    : sandbox_(sandbox), state_(state), limits_(limits), outputs_{Output{std::move(output), 1}, Output{std::move(errors), 2}}, show_(std::move(show)) {
  for (Output& o : outputs_) fcntl(o.from.get(), F_SETFL, O_NONBLOCK);
}

// False at its end.
bool RunSession::drain(Output& output) {
  char piece[65536];
  for (int rounds = 0; rounds < 64; ++rounds) {
    const ssize_t n = read(output.from.get(), piece, sizeof piece);
    if (n < 0) return errno == EAGAIN || errno == EINTR;
    if (n == 0) return false;
    const std::size_t shown = std::min(static_cast<std::size_t>(n), limits_.output - output.shown);
    if (shown > 0) show_(output.to, {piece, shown});
    output.shown += shown;
    if (shown < static_cast<std::size_t>(n) && !std::exchange(output.told, true))
      notes_.push_back(fmt::format("more than {} MiB of its {} are left out", limits_.output >> 20, output.to == 1 ? "output" : "messages"));
  }
  return true;
}

void RunSession::answer(Caller caller, std::map<std::string, Caller::Read> texts) {
  ToolCall call{.caller = caller, .run = state_, .step = {.argv = caller.argv(), .at = state_.now, .later = state_.ended}, .texts = texts};
  read_place(caller.at(), call.step);
  const std::string_view name = std::string_view(caller.argv()[0]).substr(caller.argv()[0].rfind('/') + 1);
  const ToolEntry* tool = find_tool(name);
  if (!tool) {
    caller.err(fmt::format("{}: command not found\n", name));
    caller.quit(127);
    caller.flush();
    return;
  }
  std::optional<int> status;
  try {
    status = tool->run(call);
  } catch (const WantsText& wants) {
    caller.ask_to_read(wants.path);
    caller.flush();
    readers_.push_back({std::move(caller), wants.path, std::move(texts)});
    return;
  }
  if (call.wakes) {
    sleepers_.push_back({std::move(caller), *call.wakes});
    return;
  }
  call.step.status = status.value_or(0);
  if (status) caller.quit(*status);
  if (name != "logger" && name != "sudo" && name != "doas") state_.steps.push_back(std::move(call.step));
  if (!caller.flush()) writers_.push_back(std::move(caller));
}

// The one that wakes next, when all others wait, too. False when nobody sleeps.
bool RunSession::wake_next() {
  const auto next = std::min_element(sleepers_.begin(), sleepers_.end(), [](const Sleeper& a, const Sleeper& b) { return a.wakes < b.wakes; });
  if (next == sleepers_.end()) return false;
  if (next->wakes > limits_.own_seconds) {
    notes_.push_back(fmt::format("it was still {} after {} hours of its own time", state_.ended ? "running in the background" : "running", static_cast<int>(limits_.own_seconds / 3600)));
    return false;
  }
  state_.now = std::max(state_.now, next->wakes);
  const std::string& job = next->caller.job();
  next->caller.quit(!job.empty() && state_.cancelled.contains(std::atoi(job.c_str())) ? 1 : 0);
  next->caller.flush();
  sleepers_.erase(next);
  return true;
}

bool RunSession::run(const std::function<void()>& ended) {
  const auto until = Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(limits_.seconds));
  sandbox_.start();
  auto next_look = Clock::now();
  for (std::optional<std::string> still;;) {
    if (Clock::now() >= next_look) {
      next_look = Clock::now() + std::chrono::milliseconds(50);
      if (sandbox_.memory() > limits_.memory) {
        notes_.push_back(fmt::format("it was stopped: it took more than {} MiB of memory", limits_.memory >> 20));
        if (!state_.ended) ended();
        return false;
      }
    }
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now()).count();
    if (left <= 0) {
      notes_.push_back(fmt::format("it was stopped after {} s (--timeout)", limits_.seconds));
      if (!state_.ended) ended();
      return false;
    }
    std::vector<pollfd> polled{{sandbox_.listener(), POLLIN, 0}, {state_.ended ? -1 : sandbox_.ending(), POLLIN, 0}};
    for (Output& o : outputs_) polled.push_back({o.from ? o.from.get() : -1, POLLIN, 0});
    for (const Reader& r : readers_) polled.push_back({r.caller.connection(), POLLIN, 0});
    for (const Caller& w : writers_) polled.push_back({w.connection(), POLLOUT, 0});
    for (const Sleeper& s : sleepers_) polled.push_back({s.caller.connection(), POLLIN, 0});   // killed while it sleeps
    const bool watch = state_.ended || !sleepers_.empty();
    const int ready = poll(polled.data(), polled.size(), static_cast<int>(std::min<long long>(left, watch ? 2 : 50)));
    if (ready < 0 && errno != EINTR) return false;
    if (ready > 0) {
      still.reset();
      for (std::size_t i = 0; i < outputs_.size(); ++i)
        if (polled[2 + i].revents != 0 && !drain(outputs_[i])) outputs_[i].from.reset();
      std::size_t at = 4;
      std::list<Reader> ready_readers;
      for (auto it = readers_.begin(); it != readers_.end(); ++at) {
        const auto here = it++;
        if (polled[at].revents != 0) ready_readers.splice(ready_readers.end(), readers_, here);
      }
      for (auto it = writers_.begin(); it != writers_.end(); ++at) {
        const auto here = it++;
        if (polled[at].revents != 0 && here->flush()) writers_.erase(here);
      }
      for (auto it = sleepers_.begin(); it != sleepers_.end(); ++at) {
        const auto here = it++;
        if (polled[at].revents != 0) sleepers_.erase(here);
      }
      for (Reader& r : ready_readers) {
        r.texts[r.path] = r.caller.take_what_it_read();
        answer(std::move(r.caller), std::move(r.texts));
      }
      if (polled[0].revents != 0) {
        Caller caller(Descriptor(accept4(sandbox_.listener(), nullptr, nullptr, SOCK_CLOEXEC)));
        if (caller.connection() >= 0 && caller.read_call()) answer(std::move(caller), {});
      } else if (polled[1].revents != 0) {
        status_ = sandbox_.status();
        for (Output& o : outputs_)
          if (o.from) drain(o);
        ended();
        state_.ended = true;
      }
      continue;
    }
    if (!watch) continue;
    // One look takes time, in which one process may hand its work to another that was looked at before: only when nobody has run
    // between two looks, nobody will.
    auto now = sandbox_.standstill();
    if (!now || !still || *now != *still) {
      still = std::move(now);
    } else {
      still.reset();
      if (wake_next()) continue;
      if (state_.ended) return true;   // what there is left waits for what never comes
      ended();
      return false;
    }
  }
}

}  // namespace fwsim
