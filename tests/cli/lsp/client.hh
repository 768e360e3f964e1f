// A client of `fwsim lsp`, as far as tests need one: it sends, and waits for what it asked for.
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <poll.h>

#include "cli/lsp/rpc.hh"

namespace fwsim::test {

class LspClientProcess {
 public:
  explicit LspClientProcess(const std::vector<std::string>& options = {}) {
    std::array<int, 2> to{}, from{};
    if (pipe(to.data()) != 0 || pipe(from.data()) != 0) throw std::runtime_error("no pipe");
    process_ = fork();
    if (process_ == 0) {
      dup2(to[0], STDIN_FILENO);
      dup2(from[1], STDOUT_FILENO);
      for (const int end : {to[0], to[1], from[0], from[1]}) close(end);
      std::vector<std::string> words{FWSIM_BINARY, "lsp"};
      words.insert(words.end(), options.begin(), options.end());
      std::vector<char*> argv;
      for (std::string& word : words) argv.push_back(word.data());
      argv.push_back(nullptr);
      execv(FWSIM_BINARY, argv.data());
      _exit(127);
    }
    close(to[0]);
    close(from[1]);
    to_ = to[1];
    from_ = from[0];
  }
  LspClientProcess(const LspClientProcess&) = delete;
  LspClientProcess& operator=(const LspClientProcess&) = delete;
  ~LspClientProcess() {
    close(to_);
    close(from_);
    if (process_ > 0) kill(process_, SIGKILL), waitpid(process_, nullptr, 0);
  }

  void raw(std::string_view bytes) {
    for (; !bytes.empty();) {
      const ssize_t n = write(to_, bytes.data(), bytes.size());
      if (n <= 0) throw std::runtime_error("the server does not listen");
      bytes.remove_prefix(static_cast<std::size_t>(n));
    }
  }
  void notify(const std::string& method, const Json& params) { raw(rpc_notification(method, params)); }
  void ask(const Json& id, const std::string& method, const Json& params) {
    const std::string text = Json{{"jsonrpc", "2.0"}, {"id", id}, {"method", method}, {"params", params}}.dump();
    raw("Content-Length: " + std::to_string(text.size()) + "\r\n\r\n" + text);
  }
  // The response, which has a result or an error.
  Json answer(const Json& id) {
    return wait([&](const Json& m) { return m.contains("id") && m["id"] == id && !m.contains("method"); });
  }
  Json request(const std::string& method, const Json& params) {
    ask(++last_, method, params);
    return answer(last_);
  }
  // The first message of this kind that nobody has had yet.
  Json wait(const std::function<bool(const Json&)>& wanted, std::chrono::seconds most = std::chrono::seconds(60)) {
    const auto end = std::chrono::steady_clock::now() + most;
    for (;;) {
      for (std::size_t i = 0; i < heard_.size(); ++i)
        if (wanted(heard_[i])) {
          Json found = heard_[i];
          heard_.erase(heard_.begin() + static_cast<std::ptrdiff_t>(i));
          return found;
        }
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now()).count();
      if (left <= 0 || !hear(static_cast<int>(left))) throw std::runtime_error("nothing of this kind comes");
    }
  }
  // What comes within this time and nobody has had.
  std::vector<Json> rest(std::chrono::milliseconds time) {
    const auto end = std::chrono::steady_clock::now() + time;
    const auto left = [&] { return static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now()).count()); };
    while (left() > 0 && hear(left())) {}
    return std::move(heard_);
  }

  Json initialize(Json capabilities = Json::object(), const std::string& root = {}) {
    Json params{{"processId", nullptr}, {"rootUri", nullptr}, {"capabilities", std::move(capabilities)}};
    if (!root.empty()) params["rootUri"] = "file://" + root;
    Json out = request("initialize", params);
    notify("initialized", Json::object());
    return out;
  }
  void open(const std::string& uri, const std::string& text) {
    notify("textDocument/didOpen", {{"textDocument", {{"uri", uri}, {"languageId", "iptables"}, {"version", 1}, {"text", text}}}});
  }
  void change(const std::string& uri, int version, const std::string& text) {
    notify("textDocument/didChange", {{"textDocument", {{"uri", uri}, {"version", version}}}, {"contentChanges", Json::array({{{"text", text}}})}});
  }
  // The diagnostics that are shown for the version; of several the next.
  Json shown(const std::string& uri, int version) {
    const auto wanted = [&](const Json& m) {
      return m.value("method", "") == "textDocument/publishDiagnostics" && m["params"]["uri"] == uri && m["params"].value("version", version) == version;
    };
    return wait(wanted)["params"]["diagnostics"];
  }
  // After its input is closed, or exit: the status.
  int end() {
    close(to_);
    to_ = -1;
    int status = 0;
    waitpid(process_, &status, 0);
    process_ = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  bool hear(int milliseconds) {
    pollfd one{.fd = from_, .events = POLLIN, .revents = 0};
    if (poll(&one, 1, milliseconds) <= 0) return false;
    std::array<char, 65536> buffer{};
    const ssize_t n = read(from_, buffer.data(), buffer.size());
    if (n <= 0) return false;
    reader_.feed({buffer.data(), static_cast<std::size_t>(n)});
    while (auto message = reader_.next()) heard_.push_back(std::get<Json>(*message));
    return true;
  }

  pid_t process_ = 0;
  int to_ = -1, from_ = -1, last_ = 0;
  RpcReader reader_;
  std::vector<Json> heard_;
};

}  // namespace fwsim::test
