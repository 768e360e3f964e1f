// Waits for descriptors, signals and times, and calls what belongs to each; all in one thread.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>

namespace fwsim {

class Loop {
 public:
  Loop();    // throws EnvironmentError, as do the others
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  // Calls `ready` whenever there is something to read, an error or an end. It may unwatch() any descriptor, its own too.
  void watch(int descriptor, std::function<void()> ready);
  void unwatch(int descriptor);
  // Whether a watched descriptor is called for something to read, for room to write, or both.
  void want(int descriptor, bool read, bool write);

  // Calls `due` once, after that long on the monotonic clock; every() again and again.
  std::uint64_t after(std::chrono::nanoseconds delay, std::function<void()> due);
  std::uint64_t every(std::chrono::nanoseconds interval, std::function<void()> due);
  void cancel(std::uint64_t timer);

  // The signal no longer does what it does otherwise, until the loop is gone.
  void on_signal(int number, std::function<void()> came);

  // Until stop(), which any of the calls may call, and any thread.
  void run();
  void stop();
  // Held while anything is called: what other threads do under it, they do between two calls.
  std::mutex& lock() { return lock_; }

 private:
  using Clock = std::chrono::steady_clock;
  struct Timer {
    Clock::time_point due;
    std::chrono::nanoseconds interval{};   // 0: once
    std::function<void()> call;
  };
  int wait_ms() const;
  void run_timers();
  void read_signals();

  int poller_ = -1, signals_ = -1, woken_ = -1;
  std::map<int, std::shared_ptr<std::function<void()>>> watched_;
  std::map<std::uint64_t, Timer> timers_;
  std::map<int, std::function<void()>> handlers_;
  std::uint64_t last_timer_ = 0;
  std::atomic<bool> stopped_ = false;
  std::mutex lock_;
};

}  // namespace fwsim
