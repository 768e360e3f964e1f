#include "cli/live/control.hh"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "cli/live/session.hh"
#include "model/diagnostic.hh"

namespace fwsim {
namespace {

[[noreturn]] void fail(const std::string& path, const char* why) {
  throw ControlUnavailable(fmt::format("cannot make the control socket {}: {}", path, why));
}

// Whether somebody listens there; what a dead process left is removed.
void make_way(const std::string& path, const sockaddr_un& address) {
  struct stat there {};
  if (lstat(path.c_str(), &there) != 0) return;
  if (!S_ISSOCK(there.st_mode)) fail(path, "there is a file, and it is no socket; give another --control");
  const int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (probe < 0) fail(path, std::strerror(errno));
  const bool refused = connect(probe, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 && errno == ECONNREFUSED;
  close(probe);
  if (!refused) throw EnvironmentError(fmt::format("another fwsim live answers at {}: end it with 'fwsim live stop', or give another --control", path));
  unlink(path.c_str());
}

}  // namespace

ControlSocket::ControlSocket(Session& session, std::string path) : session_(session), path_(std::move(path)) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path_.size() >= sizeof address.sun_path) fail(path_, "the name is too long");
  std::memcpy(address.sun_path, path_.data(), path_.size());
  const std::filesystem::path directory = std::filesystem::path(path_).parent_path();
  std::error_code ignored;
  if (!directory.empty() && !std::filesystem::is_directory(directory, ignored)) fail(path_, "there is no such directory");
  make_way(path_, address);
  listener_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (listener_ < 0) fail(path_, std::strerror(errno));
  const mode_t before = umask(0177);   // never open to others, not even for a moment
  const bool bound = bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  const int error = errno;
  umask(before);
  struct stat there {};
  if (!bound || ::listen(listener_, 16) != 0 || lstat(path_.c_str(), &there) != 0) {
    const int why = bound ? errno : error;
    close(listener_);
    if (bound) unlink(path_.c_str());
    fail(path_, std::strerror(why));
  }
  device_ = there.st_dev;
  inode_ = there.st_ino;
  session_.loop().watch(listener_, [this] { greet(); });
}

ControlSocket::~ControlSocket() {
  while (!askers_.empty()) {
    Asker& asker = *askers_.begin()->second;
    if (asker.listener == 0) send(asker);   // the answer to `stop`
    drop(asker.descriptor);
  }
  session_.loop().unwatch(listener_);
  close(listener_);
  struct stat there {};   // another one's socket, put in the place of this one, stays
  if (lstat(path_.c_str(), &there) == 0 && there.st_dev == device_ && there.st_ino == inode_) unlink(path_.c_str());
}

void ControlSocket::greet() {
  for (;;) {
    const int descriptor = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (descriptor < 0) {
      if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED) session_.trouble(fmt::format("control socket: {}", std::strerror(errno)));
      return;
    }
    if (askers_.size() >= most_askers) {
      const std::string full = answer_json("", false, fmt::format("{} others are connected already", most_askers));
      static_cast<void>(::send(descriptor, full.data(), full.size(), MSG_NOSIGNAL));
      close(descriptor);
      continue;
    }
    auto& asker = askers_[descriptor] = std::make_unique<Asker>();
    asker->descriptor = descriptor;
    session_.loop().watch(descriptor, [this, &asker = *asker] { read(asker); });
  }
}

void ControlSocket::drop(int descriptor) {
  const auto found = askers_.find(descriptor);
  if (found == askers_.end()) return;
  if (found->second->listener != 0) session_.unlisten(found->second->listener);
  session_.loop().unwatch(descriptor);
  close(descriptor);
  askers_.erase(found);
}

void ControlSocket::read(Asker& asker) {
  std::array<char, 16384> buffer{};
  while (!asker.ended && asker.in.size() <= most_in) {
    const ssize_t n = recv(asker.descriptor, buffer.data(), buffer.size(), 0);
    if (n > 0) asker.in.append(buffer.data(), static_cast<std::size_t>(n));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno == EAGAIN) break;
    asker.ended = n == 0;
    asker.broken = asker.broken || n < 0;
    if (n <= 0) break;
  }
  answer(asker);
  send(asker);
  const bool done = asker.ended && asker.out.empty() && !asker.more;
  if (asker.broken || done || (asker.ended && asker.listener != 0)) return drop(asker.descriptor);
}

// One request after the other: the next is read when the answer to the last is out.
void ControlSocket::answer(Asker& asker) {
  while (!asker.broken && !asker.more && (asker.out.empty() || asker.listener != 0)) {
    const std::size_t end = asker.in.find('\n');
    if (end == std::string::npos && asker.in.size() > most_in) {
      asker.out += answer_json("", false, "this line is too long");
      asker.in.clear();
      asker.ended = true;
    }
    if (end == std::string::npos) return;
    const std::string line = asker.in.substr(0, end);
    asker.in.erase(0, end + 1);
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    std::string why;
    const auto request = read_request(line, why);
    if (!request) {
      asker.out += answer_json("", false, why, R"(it should look like {"do":"status"})");
      continue;
    }
    const auto& words = control_words();
    const auto word = std::find_if(words.begin(), words.end(), [&](const ControlWord& w) { return w.name == request->word; });
    if (word == words.end())
      asker.out += answer_json(request->word, false, fmt::format("there is no '{}' here", request->word), control_hint(request->word));
    else
      word->answer(*word, session_, *this, asker, *request);
    send(asker);
  }
}

void ControlSocket::send(Asker& asker) {
  constexpr std::size_t most_at_once = 4 << 20;   // then the packets have their turn again
  std::size_t sent = 0;
  while (!asker.broken && sent < most_at_once) {
    if (asker.out.empty() && asker.more) {
      asker.out = asker.more();
      if (asker.out.empty()) asker.more = nullptr;
    }
    if (asker.out.empty()) break;
    const ssize_t n = ::send(asker.descriptor, asker.out.data(), asker.out.size(), MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno == EAGAIN) break;
    if (n < 0) {
      asker.broken = true;
      asker.out.clear();
      asker.more = nullptr;
      break;
    }
    asker.out.erase(0, static_cast<std::size_t>(n));
    sent += static_cast<std::size_t>(n);
  }
  const bool reads = !asker.ended && asker.in.size() <= most_in, writes = !asker.out.empty() || asker.more;
  if (reads != asker.reads || writes != asker.writes) session_.loop().want(asker.descriptor, reads, writes);
  asker.reads = reads;
  asker.writes = writes;
}

}  // namespace fwsim
