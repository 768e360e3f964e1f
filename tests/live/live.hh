// A session without devices: packets are handed to it in words, and a thread talks to its socket.
#pragma once

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <thread>

#include <doctest/doctest.h>

#include "cli/live/session.hh"
#include "model/json.hh"
#include "simulator/sources/question.hh"
#include "tests/cli/run.hh"

namespace fwsim::test {

using Json = nlohmann::json;

inline std::string read(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline const std::string some_rules =
    "*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n"
    "-A INPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT\n"
    "-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n"
    "-A INPUT -p tcp -m tcp --dport 23 -j LOG --log-prefix \"telnet: \"\n"
    "-A INPUT -p udp -m udp --dport 53 -j NFLOG --nflog-prefix dns --nflog-group 5\nCOMMIT\n";

inline LiveArgs live_args(const Folder& folder, const std::string& rules = some_rules) {
  LiveArgs args;
  args.observe = {"eth0"};
  args.rules.rules = folder.write("rules.v4", rules);
  args.host.addresses = {"eth0=192.0.2.1/24"};
  args.host.routes = {"default via 192.0.2.254 dev eth0"};
  args.control = folder / "control";
  args.log = folder / "log";
  return args;
}

// "tcp 198.51.100.7:4000 -> 192.0.2.1:22 in eth0 syn"
inline Result give(Session& session, const std::string& words) {
  QuestionFault fault;
  auto question = read_question(words, fault);
  REQUIRE(question);
  question->packet.time = session.now();
  Result result = session.engine().receive(std::move(question->packet), question->in);
  session.saw(result);
  return result;
}

// The other end of the control socket.
class Talk {
 public:
  explicit Talk(const std::string& path) : descriptor_(socket(AF_UNIX, SOCK_STREAM, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.data(), path.size());
    connected = connect(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }
  ~Talk() { close(descriptor_); }
  Talk(const Talk&) = delete;
  Talk& operator=(const Talk&) = delete;

  void say(const std::string& text) const { static_cast<void>(send(descriptor_, text.data(), text.size(), MSG_NOSIGNAL)); }
  // Null at the end.
  Json line() {
    std::size_t end;
    char buffer[65536];
    while ((end = in_.find('\n')) == std::string::npos) {
      const ssize_t n = recv(descriptor_, buffer, sizeof buffer, 0);
      if (n <= 0) return {};
      in_.append(buffer, static_cast<std::size_t>(n));
    }
    const Json json = Json::parse(in_.substr(0, end), nullptr, false);
    in_.erase(0, end + 1);
    return json;
  }
  Json ask(const std::string& word) {
    say("{\"do\":\"" + word + "\"}\n");
    return line();
  }
  bool connected = false;

 private:
  int descriptor_;
  std::string in_;
};

// Runs the session until `talk` has ended, which has its own thread.
inline void run_with(Session& session, const std::function<void(Talk&)>& talk) {
  std::thread other([&, path = session.args().control] {
    Talk socket(path);
    talk(socket);
    Talk(path).ask("stop");
  });
  session.run();
  other.join();
}

}  // namespace fwsim::test
