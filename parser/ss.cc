#include "parser/ss.hh"

#include <algorithm>
#include <utility>

#include "model/value.hh"

namespace fwsim {
namespace {

std::string_view next_word(std::string_view& line) {
  constexpr std::string_view blanks = " \t\r";
  const std::size_t start = line.find_first_not_of(blanks);
  if (start == std::string_view::npos) return line = {};
  const std::size_t end = line.find_first_of(blanks, start);
  const std::string_view word = line.substr(start, end == std::string_view::npos ? end : end - start);
  line = end == std::string_view::npos ? std::string_view{} : line.substr(end);
  return word;
}

std::optional<Socket::State> read_state(std::string_view word) {
  if (word == "LISTEN") return Socket::State::listening;
  if (word == "UNCONN") return Socket::State::unconnected;
  if (word == "SYN-SENT") return Socket::State::opening;
  if (word == "SYN-RECV") return Socket::State::request;
  for (std::string_view open : {"ESTAB", "FIN-WAIT-1", "FIN-WAIT-2", "CLOSE-WAIT", "LAST-ACK", "CLOSING"})
    if (word == open) return Socket::State::established;
  return std::nullopt;
}

// users:(("sshd",pid=1,fd=3),...)
std::string first_process(std::string_view text) {
  const std::size_t open = text.find("((\"");
  if (open == std::string_view::npos) return {};
  const std::size_t close = text.find('"', open + 3);
  return close == std::string_view::npos ? std::string{} : std::string(text.substr(open + 3, close - open - 3));
}

// The words behind the addresses, of -p and -e. The user is not printed when it is 0, nor is a mark,
// but that also when whoever asked may not know it.
void read_details(std::string_view line, Socket& s) {
  s.transparent = std::nullopt;
  s.mark = s.uid = s.gid = std::nullopt;
  s.groups = std::nullopt;
  s.cgroup = std::nullopt;
  s.process = first_process(line);
  for (std::string_view word = next_word(line); !word.empty(); word = next_word(line)) {
    const std::size_t colon = std::min(word.find(':'), word.size());
    const std::string_view key = word.substr(0, colon), value = word.substr(std::min(colon + 1, word.size()));
    const auto number = read_number(value);
    if (key == "ino" && !s.uid) s.uid = 0;
    if (key == "uid" && number) s.uid = static_cast<std::uint32_t>(*number);
    if (key == "fwmark" && number) s.mark = static_cast<std::uint32_t>(*number);
    if (key == "v6only") s.v6_only = value == "1";
    if (key == "cgroup" && value.substr(0, 1) == "/") s.cgroup = std::string(value.substr(1));
  }
}

std::optional<Socket> read_line(std::string_view line) {
  Socket s;
  const std::string_view protocol = next_word(line);
  if (protocol != "tcp" && protocol != "udp") return std::nullopt;
  s.proto = protocol == "tcp" ? 6 : 17;
  const auto state = read_state(next_word(line));
  next_word(line);  // the two queues
  next_word(line);
  const auto local = read_socket_end(next_word(line)), peer = read_socket_end(next_word(line));
  if (!state || !local) return std::nullopt;
  s.state = *state;
  s.family = local->family;
  s.address = local->address;
  s.port = local->port;
  s.device = local->device;
  s.v6_only = s.family == Family::v6 && s.address == 0 && !local->both_families;
  if (peer) s.peer = peer->address, s.peer_port = peer->port;
  read_details(line, s);
  return s;
}

}  // namespace

std::optional<SocketEnd> read_socket_end(std::string_view text) {
  SocketEnd end;
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  if (text.substr(colon + 1) != "*") {
    const auto port = read_number(text.substr(colon + 1));
    if (!port || *port > 0xffff) return std::nullopt;
    end.port = static_cast<std::uint16_t>(*port);
  }
  std::string_view address = text.substr(0, colon);
  if (const std::size_t percent = address.find('%'); percent != std::string_view::npos) {
    end.device = address.substr(percent + 1);
    if (!end.device.empty() && end.device.back() == ']') end.device.pop_back();
    address = address.substr(0, percent);
  }
  if (!address.empty() && address.front() == '[') address = address.substr(1);
  if (!address.empty() && address.back() == ']') address.remove_suffix(1);
  if (address == "*") {
    end.family = Family::v6;
    end.both_families = true;
    return end;
  }
  end.family = address.find(':') == std::string_view::npos ? Family::v4 : Family::v6;
  const auto value = read_address(end.family, address);
  if (!value) return std::nullopt;
  end.address = *value;
  return end;
}

void read_sockets(std::string_view text, Host& host) {
  for (std::string_view line : split(text, '\n'))
    if (auto socket = read_line(line)) host.sockets.push_back(std::move(*socket));
  host.listeners_known = true;
  // Listed at all only when asked for.
  host.connections_known = std::any_of(host.sockets.begin(), host.sockets.end(), [](const Socket& s) {
    return s.state == Socket::State::established;
  });
}

}  // namespace fwsim
