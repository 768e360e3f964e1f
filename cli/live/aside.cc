#include "cli/live/aside.hh"

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <exception>

namespace fwsim {

bool Aside::start(const std::function<void()>& work) {
  if (child_ != 0) return false;
  std::fflush(nullptr);   // or the copy would write it again
  child_ = fork();
  if (child_ > 0) return true;
  if (child_ < 0) {
    child_ = 0;
    return false;
  }
  // What the original closes must be closed: the kernel's table goes with its socket.
  close_range(3, ~0U, 0);
  int status = 0;
  try {
    work();
  } catch (const std::exception& e) {
    fmt::print(stderr, "fwsim: {}\n", e.what());
    status = 1;
  }
  _exit(status);   // nothing that belongs to the original is taken down
}

std::optional<bool> Aside::collect(int flags) {
  if (child_ == 0) return std::nullopt;
  int status = 0;
  pid_t ended = 0;
  while ((ended = waitpid(child_, &status, flags)) < 0 && errno == EINTR) {
  }
  if (ended == 0) return std::nullopt;
  child_ = 0;
  return ended > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

std::optional<bool> Aside::ended() { return collect(WNOHANG); }
std::optional<bool> Aside::wait() { return collect(0); }

}  // namespace fwsim
