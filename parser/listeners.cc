#include "parser/listeners.hh"

#include <optional>
#include <string>

#include "model/value.hh"

namespace fwsim {
namespace {

std::string_view next_word(std::string_view& line) {
  constexpr std::string_view blanks = " \t\r";
  const std::size_t start = line.find_first_not_of(blanks);
  if (start == std::string_view::npos) return {};
  const std::size_t end = line.find_first_of(blanks, start);
  const std::string_view word = line.substr(start, end == std::string_view::npos ? end : end - start);
  line = end == std::string_view::npos ? std::string_view{} : line.substr(end);
  return word;
}

// "192.0.2.1:80", "[::]:443", "*:22", "127.0.0.53%lo:53"
bool read_local(std::string_view text, Listener& out) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return false;
  const auto port = read_number(text.substr(colon + 1));
  if (!port || *port > 0xffff) return false;
  out.port = static_cast<std::uint16_t>(*port);
  std::string_view address = text.substr(0, colon);
  if (const std::size_t percent = address.find('%'); percent != std::string_view::npos) {
    out.device = address.substr(percent + 1);
    address = address.substr(0, percent);
  }
  if (!address.empty() && address.front() == '[') address = address.substr(1);
  if (!address.empty() && address.back() == ']') address.remove_suffix(1);
  if (address == "*") {
    out.family = Family::v6;
    out.both_families = true;
    return true;
  }
  out.family = address.find(':') == std::string_view::npos ? Family::v4 : Family::v6;
  const auto value = read_address(out.family, address);
  if (value) out.address = *value;
  return value.has_value();
}

// users:(("sshd",pid=1,fd=3),...)
std::string first_process(std::string_view text) {
  const std::size_t open = text.find("((\"");
  if (open == std::string_view::npos) return {};
  const std::size_t close = text.find('"', open + 3);
  return close == std::string_view::npos ? std::string{} : std::string(text.substr(open + 3, close - open - 3));
}

std::optional<Listener> read_line(std::string_view line) {
  Listener listener;
  const std::string_view protocol = next_word(line);
  if (protocol != "tcp" && protocol != "udp") return std::nullopt;
  listener.proto = protocol == "tcp" ? 6 : 17;
  next_word(line);  // state
  next_word(line);  // the two queues
  next_word(line);
  if (!read_local(next_word(line), listener)) return std::nullopt;
  listener.process = first_process(line);
  return listener;
}

}  // namespace

std::vector<Listener> read_listeners(std::string_view text) {
  std::vector<Listener> list;
  for (std::string_view line : split(text, '\n'))
    if (auto listener = read_line(line)) list.push_back(std::move(*listener));
  return list;
}

}  // namespace fwsim
