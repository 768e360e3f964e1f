// fwsim live status: asks the one that runs, and prints what it says.
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "cli/live/control.hh"
#include "cli/live/modes.hh"
#include "model/diagnostic.hh"

namespace fwsim {
namespace {

class Connection {
 public:
  explicit Connection(const std::string& path) : descriptor_(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (descriptor_ < 0 || path.size() >= sizeof address.sun_path) throw EnvironmentError(fmt::format("{} cannot be a control socket", path));
    std::memcpy(address.sun_path, path.data(), path.size());
    if (connect(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return;
    const int error = errno;
    const bool nobody = error == ENOENT || error == ECONNREFUSED;
    close(descriptor_);
    throw EnvironmentError(nobody ? fmt::format("no fwsim live answers at {}; if it has another --control, name it", path)
                                  : fmt::format("cannot ask the fwsim live at {}: {}", path, std::strerror(error)));
  }
  ~Connection() { close(descriptor_); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  bool say(std::string_view text) const {
    while (!text.empty()) {
      const ssize_t n = send(descriptor_, text.data(), text.size(), MSG_NOSIGNAL);
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) return false;
      text.remove_prefix(static_cast<std::size_t>(n));
    }
    return true;
  }

  // False at the end.
  bool line(std::string& into) {
    std::array<char, 65536> buffer;
    std::size_t end;
    while ((end = in_.find('\n', searched_)) == std::string::npos) {
      searched_ = in_.size();
      std::fflush(stdout);   // a trace is read as it comes
      const ssize_t n = recv(descriptor_, buffer.data(), buffer.size(), 0);
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) return false;
      in_.append(buffer.data(), static_cast<std::size_t>(n));
    }
    into = in_.substr(0, end);
    in_.erase(0, end + 1);
    searched_ = 0;
    return true;
  }

 private:
  int descriptor_;
  std::string in_;
  std::size_t searched_ = 0;
};

// A fault in what was asked is 2, a refusal 1.
int status_of(std::string_view word, bool ok) {
  if (ok) return status_good;
  return word == "reload" || word == "confirm" ? status_not : status_bad;
}

int bad_words(std::string_view text, std::string_view hint) {
  fmt::print(stderr, "fwsim: {}\n{}\n", text, hint);
  return status_bad;
}

}  // namespace

int ask_running(const LiveArgs& args, const Common&) {
  LiveRequest request{.word = args.words.front(), .filter = {}};
  bool known = false;
  for (const ControlWord& word : control_words()) known = known || word.name == request.word;
  if (!known) return bad_words(fmt::format("a running fwsim knows no '{}'", request.word), control_hint(request.word));
  const bool trace = request.word == "trace";
  for (std::size_t i = 1; i < args.words.size(); ++i) request.filter += (i == 1 ? "" : " ") + args.words[i];
  if (!trace && !request.filter.empty()) return bad_words(fmt::format("'{}' takes no more words", request.word), "only trace does: fwsim live trace tcp port 22");
  Connection connection(args.control);
  std::string line;
  connection.say(request_json(request));
  while (connection.line(line)) {
    const auto answer = read_answer(line);
    if (!answer) return bad_words(fmt::format("what answers at {} is no fwsim", args.control), "name its socket with --control");
    if (args.format == "json")
      fmt::print("{}\n", line);
    else
      fmt::print("{}", answer->text);
    if (!answer->ok || (trace && *answer->ok)) continue;
    if (!*answer->ok && args.format != "json") fmt::print(stderr, "fwsim: {}\n{}{}", answer->error, answer->hint, answer->hint.empty() ? "" : "\n");
    return status_of(request.word, *answer->ok);
  }
  if (trace) return status_good;   // it ended
  return bad_words("it went away before it had answered", "look at what it wrote");
}

}  // namespace fwsim
