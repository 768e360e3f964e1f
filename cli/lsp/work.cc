#include "cli/lsp/work.hh"

#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <exception>
#include <new>

#include "model/diagnostic.hh"

namespace fwsim {
namespace {

[[noreturn]] void work_alone(int line, pid_t server, const std::function<void(const WorkLine&)>& work) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != server) _exit(1);       // it is gone already
  dup2(STDERR_FILENO, STDOUT_FILENO);      // messages to the client are the server's concern
  const WorkLine out(line);
  try {
    work(out);
  } catch (const std::bad_alloc&) {
    out.say({{"failed", "the memory does not suffice"}});
  } catch (const std::exception& e) {
    out.say({{"failed", e.what()}});
  }
  _exit(0);
}

}  // namespace

void WorkLine::say(const Json& message) const {
  const std::string text = message.dump(-1, ' ', false, Json::error_handler_t::replace);
  const std::uint64_t size = text.size();
  std::string all(sizeof size, '\0');
  std::memcpy(all.data(), &size, sizeof size);
  all += text;
  for (std::string_view left = all; !left.empty();) {
    const ssize_t n = send(line_, left.data(), left.size(), MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) _exit(1);
    left.remove_prefix(static_cast<std::size_t>(n));
  }
}

void WorkLine::pause(std::chrono::duration<double> most) const {
  pollfd one{.fd = line_, .events = POLLIN, .revents = 0};
  poll(&one, 1, static_cast<int>(most.count() * 1000));
}

LspWork::LspWork(const std::function<void(const WorkLine&)>& work) {
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
    throw EnvironmentError(fmt::format("cannot make a socket for a process: {}", std::strerror(errno)));
  const pid_t server = getpid();
  process_ = fork();
  if (process_ == 0) {
    close(ends[0]);
    work_alone(ends[1], server, work);
  }
  const int error = errno;
  close(ends[1]);
  line_ = ends[0];
  if (process_ > 0) return;
  close(line_);
  throw EnvironmentError(fmt::format("cannot make a process: {}", std::strerror(error)));
}

LspWork::~LspWork() {
  close(line_);
  kill(process_, SIGKILL);
  while (waitpid(process_, nullptr, 0) < 0 && errno == EINTR) {}
}

void LspWork::urge() const { send(line_, "!", 1, MSG_NOSIGNAL | MSG_DONTWAIT); }

std::vector<Json> LspWork::hear() {
  std::array<char, 65536> buffer{};
  for (;;) {
    const ssize_t n = recv(line_, buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (n < 0 && errno == EINTR) continue;
    if (n == 0 || (n < 0 && errno != EAGAIN)) ended_ = true;
    if (n <= 0) break;
    heard_.append(buffer.data(), static_cast<std::size_t>(n));
  }
  std::vector<Json> out;
  std::size_t at = 0;
  for (std::uint64_t size = 0; heard_.size() - at >= sizeof size;) {
    std::memcpy(&size, heard_.data() + at, sizeof size);
    if (heard_.size() - at - sizeof size < size) break;
    out.push_back(Json::parse(std::string_view(heard_).substr(at + sizeof size, size), nullptr, false));
    at += sizeof size + size;
  }
  heard_.erase(0, at);
  return out;
}

}  // namespace fwsim
