#include "cli/fleet/crew.hh"

#include <fmt/format.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <exception>
#include <map>
#include <new>
#include <vector>

#include "cli/commands.hh"
#include "model/diagnostic.hh"

namespace fwsim {
namespace {

// How far the crew may be ahead of a work that takes long: what comes of others waits in memory.
constexpr std::size_t most_ahead = 256;

bool send_all(int to, const void* bytes, std::size_t size) {
  const char* at = static_cast<const char*>(bytes);
  while (size > 0) {
    const ssize_t n = send(to, at, size, MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    at += n;
    size -= static_cast<std::size_t>(n);
  }
  return true;
}

bool read_all(int from, void* bytes, std::size_t size) {
  char* at = static_cast<char*>(bytes);
  while (size > 0) {
    const ssize_t n = read(from, at, size);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    at += n;
    size -= static_cast<std::size_t>(n);
  }
  return true;
}

struct Header {
  std::int64_t status = 0;
  std::uint64_t out = 0, err = 0;   // bytes that follow
};

// A file in memory in place of a standard stream.
class Paper {
 public:
  explicit Paper(int stream) : file_(memfd_create("fwsim", MFD_CLOEXEC)) {
    if (file_ < 0 || dup2(file_, stream) < 0) _exit(status_bad);
  }
  std::string take() {
    std::string text(static_cast<std::size_t>(std::max<off_t>(0, lseek(file_, 0, SEEK_END))), '\0');
    lseek(file_, 0, SEEK_SET);
    if (!read_all(file_, text.data(), text.size()) || ftruncate(file_, 0) != 0) _exit(status_bad);
    lseek(file_, 0, SEEK_SET);
    return text;
  }

 private:
  int file_;
};

int careful(const std::function<int(std::size_t)>& work, std::size_t number) {
  try {
    return work(number);
  } catch (const std::bad_alloc&) {
    fmt::print(stderr, "fwsim: the memory does not suffice\n");
  } catch (const std::exception& e) {
    fmt::print(stderr, "fwsim: {}\n", e.what());
  }
  return status_bad;
}

[[noreturn]] void serve(int line, const std::function<int(std::size_t)>& work) {
  Paper out(STDOUT_FILENO), err(STDERR_FILENO);
  std::uint64_t number = 0;
  while (read_all(line, &number, sizeof number)) {
    Header header{.status = careful(work, number)};
    std::fflush(stdout);
    std::fflush(stderr);
    const std::string printed = out.take(), said = err.take();
    header.out = printed.size();
    header.err = said.size();
    if (!send_all(line, &header, sizeof header) || !send_all(line, printed.data(), printed.size()) || !send_all(line, said.data(), said.size())) break;
  }
  _exit(status_good);
}

class Crew {
 public:
  Crew(unsigned jobs, std::size_t count, const std::function<int(std::size_t)>& work, const std::function<void(std::size_t, WorkDone)>& take)
      : count_(count), work_(work), take_(take), members_(std::min<std::size_t>(std::max(1U, jobs), count)) {}
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;
  ~Crew() {
    for (Member& m : members_) {
      if (m.busy) kill(m.process, SIGKILL);   // nobody waits for what it does
      dismiss(m);
    }
  }

  void run() {
    while (taken_ < count_) {
      for (Member& m : members_)
        if (!m.busy && next_ < count_ && next_ < taken_ + most_ahead) give(m);
      for (Member& m : await()) {
        done_.emplace(m.number, hear(m));
        m.busy = false;
      }
      for (auto first = done_.find(taken_); first != done_.end(); first = done_.find(taken_)) {
        WorkDone what = std::move(first->second);
        done_.erase(first);
        take_(taken_++, std::move(what));
      }
    }
  }

 private:
  struct Member {
    pid_t process = 0;   // 0: there is none
    int line = -1;
    bool busy = false;
    std::size_t number = 0;   // of its work
  };

  void hire(Member& m) {
    std::array<int, 2> ends{};
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
      throw EnvironmentError(fmt::format("cannot make a socket for a process: {} (fewer --jobs need fewer)", std::strerror(errno)));
    std::fflush(nullptr);   // or the child would print it, too
    const pid_t process = fork();
    if (process == 0) {
      // They would keep others from noticing that this process is gone.
      for (const Member& other : members_)
        if (other.process != 0) close(other.line);
      close(ends[0]);
      serve(ends[1], work_);
    }
    const int error = errno;
    close(ends[1]);
    if (process < 0) {
      close(ends[0]);
      throw EnvironmentError(fmt::format("cannot make a process: {} (fewer --jobs need fewer)", std::strerror(error)));
    }
    m.process = process;
    m.line = ends[0];
  }

  void give(Member& m) {
    m.number = next_++;
    const std::uint64_t number = m.number;
    if (m.process != 0 && !send_all(m.line, &number, sizeof number)) dismiss(m);   // somebody ended it while it had no work
    if (m.process == 0) {
      hire(m);
      send_all(m.line, &number, sizeof number);   // one that is gone by now is noticed when it is heard
    }
    m.busy = true;
  }

  std::vector<std::reference_wrapper<Member>> await() {
    std::vector<pollfd> lines;
    std::vector<std::reference_wrapper<Member>> busy, ready;
    for (Member& m : members_)
      if (m.busy) {
        lines.push_back({.fd = m.line, .events = POLLIN, .revents = 0});
        busy.push_back(m);
      }
    if (poll(lines.data(), lines.size(), -1) < 0) {
      if (errno != EINTR) throw EnvironmentError(fmt::format("cannot wait for processes: {}", std::strerror(errno)));
      return {};
    }
    for (std::size_t i = 0; i < lines.size(); ++i)
      if (lines[i].revents != 0) ready.push_back(busy[i]);
    return ready;
  }

  WorkDone hear(Member& m) {
    Header header;
    WorkDone what;
    if (read_all(m.line, &header, sizeof header)) {
      what.status = static_cast<int>(header.status);
      what.out.resize(header.out);
      what.err.resize(header.err);
      if (read_all(m.line, what.out.data(), what.out.size()) && read_all(m.line, what.err.data(), what.err.size())) return what;
    }
    const int status = dismiss(m);
    what = {.status = status_bad, .out = {}, .err = {}, .crashed = true};
    what.err = WIFSIGNALED(status) ? fmt::format("fwsim: the process that read this was ended by signal {} ({})\n", WTERMSIG(status), strsignal(WTERMSIG(status)))
                                   : fmt::format("fwsim: the process that read this ended with status {}\n", WEXITSTATUS(status));
    return what;
  }

  // Its exit status. One that works ends when that is done.
  int dismiss(Member& m) {
    int status = 0;
    if (m.process == 0) return status;
    close(m.line);
    while (waitpid(m.process, &status, 0) < 0 && errno == EINTR) {}
    m.process = 0;
    return status;
  }

  const std::size_t count_;
  const std::function<int(std::size_t)>& work_;
  const std::function<void(std::size_t, WorkDone)>& take_;
  std::vector<Member> members_;
  std::map<std::size_t, WorkDone> done_;   // that wait for earlier ones
  std::size_t next_ = 0, taken_ = 0;
};

}  // namespace

void run_crew(unsigned jobs, std::size_t count, const std::function<int(std::size_t)>& work, const std::function<void(std::size_t, WorkDone)>& take) {
  Crew(jobs, count, work, take).run();
}

}  // namespace fwsim
