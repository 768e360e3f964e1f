#include "model/unfinished.hh"

#include <unistd.h>

#include <array>
#include <atomic>
#include <climits>
#include <csignal>
#include <cstring>
#include <mutex>

namespace fwsim {
namespace {

// In memory that stays, for a handler of signals must find it whenever it runs.
struct Slot {
  std::atomic<bool> used;
  pid_t owner;                 // children of this program have no part in it
  char path[PATH_MAX];
};
constexpr std::size_t slots = 64;
std::array<Slot, slots> all;

extern "C" void remove_all(int signal) {
  for (std::size_t i = slots; i-- > 0;)
    if (all[i].used.load() && all[i].owner == getpid() && unlink(all[i].path) != 0) rmdir(all[i].path);
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

void take_signals() {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction now {};
    if (sigaction(signal, nullptr, &now) != 0 || now.sa_handler != SIG_DFL) continue;
    now.sa_handler = remove_all;
    sigaction(signal, &now, nullptr);
  }
}

}  // namespace

Unfinished::Unfinished(const std::string& path) : slot_(slots) {
  static std::mutex mutex;
  const std::lock_guard lock(mutex);
  take_signals();
  if (path.size() >= PATH_MAX) return;
  // Behind all that are used, so that a folder stays before its files.
  slot_ = slots;
  while (slot_ > 0 && !all[slot_ - 1].used.load()) --slot_;
  if (slot_ == slots) return;   // so many at once nobody has
  all[slot_].owner = getpid();
  std::memcpy(all[slot_].path, path.c_str(), path.size() + 1);
  all[slot_].used.store(true);
}

Unfinished::~Unfinished() {
  if (slot_ < slots) all[slot_].used.store(false);
}

}  // namespace fwsim
