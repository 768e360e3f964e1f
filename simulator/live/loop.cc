#include "simulator/live/loop.hh"

#include <fmt/format.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <vector>

#include "model/diagnostic.hh"

namespace fwsim {
namespace {

[[noreturn]] void fail(const char* what) { throw EnvironmentError(fmt::format("{}: {}", what, std::strerror(errno))); }

}  // namespace

Loop::Loop() : poller_(epoll_create1(EPOLL_CLOEXEC)), woken_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (poller_ < 0 || woken_ < 0) fail("epoll");
  watch(woken_, [this] {
    std::uint64_t times = 0;
    if (read(woken_, &times, sizeof times) < 0 && errno != EAGAIN) fail("eventfd");
  });
}

Loop::~Loop() {
  if (signals_ >= 0) {
    sigset_t set;
    sigemptyset(&set);
    for (const auto& [number, handler] : handlers_) sigaddset(&set, number);
    sigprocmask(SIG_UNBLOCK, &set, nullptr);
    close(signals_);
  }
  close(woken_);
  close(poller_);
}

void Loop::watch(int descriptor, std::function<void()> ready) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = descriptor;
  if (epoll_ctl(poller_, EPOLL_CTL_ADD, descriptor, &event) != 0) fail("epoll");
  watched_[descriptor] = std::make_shared<std::function<void()>>(std::move(ready));
}

void Loop::unwatch(int descriptor) {
  if (watched_.erase(descriptor) != 0) epoll_ctl(poller_, EPOLL_CTL_DEL, descriptor, nullptr);
}

void Loop::want(int descriptor, bool read, bool write) {
  epoll_event event{};
  event.events = (read ? EPOLLIN : 0U) | (write ? EPOLLOUT : 0U);
  event.data.fd = descriptor;
  if (epoll_ctl(poller_, EPOLL_CTL_MOD, descriptor, &event) != 0) fail("epoll");
}

std::uint64_t Loop::after(std::chrono::nanoseconds delay, std::function<void()> due) {
  timers_[++last_timer_] = {.due = Clock::now() + delay, .interval = {}, .call = std::move(due)};
  return last_timer_;
}

std::uint64_t Loop::every(std::chrono::nanoseconds interval, std::function<void()> due) {
  timers_[++last_timer_] = {.due = Clock::now() + interval, .interval = interval, .call = std::move(due)};
  return last_timer_;
}

void Loop::cancel(std::uint64_t timer) { timers_.erase(timer); }

void Loop::on_signal(int number, std::function<void()> came) {
  handlers_[number] = std::move(came);
  sigset_t set;
  sigemptyset(&set);
  for (const auto& [each, handler] : handlers_) sigaddset(&set, each);
  if (sigprocmask(SIG_BLOCK, &set, nullptr) != 0) fail("sigprocmask");
  const bool first = signals_ < 0;
  signals_ = signalfd(signals_, &set, SFD_CLOEXEC | SFD_NONBLOCK);
  if (signals_ < 0) fail("signalfd");
  if (first) watch(signals_, [this] { read_signals(); });
}

void Loop::read_signals() {
  signalfd_siginfo info{};
  while (read(signals_, &info, sizeof info) == static_cast<ssize_t>(sizeof info)) {
    const auto found = handlers_.find(static_cast<int>(info.ssi_signo));
    if (found != handlers_.end()) found->second();
  }
}

int Loop::wait_ms() const {
  if (timers_.empty()) return -1;
  Clock::time_point next = timers_.begin()->second.due;
  for (const auto& [id, timer] : timers_) next = std::min(next, timer.due);
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(next - Clock::now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, 60'000));
}

void Loop::run_timers() {
  const Clock::time_point now = Clock::now();
  std::vector<std::uint64_t> due;
  for (const auto& [id, timer] : timers_)
    if (timer.due <= now) due.push_back(id);
  for (const std::uint64_t id : due) {
    const auto found = timers_.find(id);
    if (found == timers_.end()) continue;   // another one cancelled it
    const std::function<void()> call = found->second.call;
    if (found->second.interval.count() > 0)
      found->second.due = std::max(found->second.due + found->second.interval, now);
    else
      timers_.erase(found);
    call();
  }
}

void Loop::stop() {
  stopped_ = true;
  const std::uint64_t once = 1;
  if (write(woken_, &once, sizeof once) < 0 && errno != EAGAIN) fail("eventfd");
}

void Loop::run() {
  stopped_ = false;
  std::array<epoll_event, 16> events{};
  while (!stopped_) {
    const int n = epoll_wait(poller_, events.data(), static_cast<int>(events.size()), wait_ms());
    if (n < 0 && errno != EINTR) fail("epoll");
    const std::lock_guard guard(lock_);
    for (int i = 0; i < n && !stopped_; ++i) {
      const auto found = watched_.find(events[static_cast<std::size_t>(i)].data.fd);
      if (found == watched_.end()) continue;
      const auto ready = found->second;   // it may unwatch itself
      (*ready)();
    }
    if (!stopped_) run_timers();
  }
}

}  // namespace fwsim
