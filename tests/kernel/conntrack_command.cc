#include "tests/kernel/conntrack_command.hh"

#include <functional>
#include <map>

#include "model/value.hh"
#include "simulator/conntrack_select.hh"

namespace fwsim::kernel {
namespace {

using Word = const std::string&;

std::optional<u128> address(Word word) {
  return read_address(word.find(':') == word.npos ? Family::v4 : Family::v6, word);
}
std::uint16_t number16(Word word) { return static_cast<std::uint16_t>(std::stoul(word)); }

bool set(CtSelector& s, Word option, Word value) {
  const std::map<std::string, std::function<void()>> options{
      {"-p", [&] { s.proto = static_cast<std::uint8_t>(value == "tcp" ? 6 : value == "udp" ? 17 : value == "icmp" ? 1 : std::stoul(value)); }},
      {"-f", [&] { s.family = value == "ipv6" ? Family::v6 : Family::v4; }},
      {"-s", [&] { s.original.src = address(value); }},
      {"-d", [&] { s.original.dst = address(value); }},
      {"-r", [&] { s.reply.src = address(value); }},
      {"-q", [&] { s.reply.dst = address(value); }},
      {"-m", [&] { s.mark = static_cast<std::uint32_t>(std::stoul(value, nullptr, 0)); }},
      {"-w", [&] { s.zone = number16(value); }},
      {"--orig-port-src", [&] { s.original.sport = number16(value); }},
      {"--orig-port-dst", [&] { s.original.dport = number16(value); }},
      {"--sport", [&] { s.original.sport = number16(value); }},
      {"--dport", [&] { s.original.dport = number16(value); }},
      {"--reply-port-src", [&] { s.reply.sport = number16(value); }},
      {"--reply-port-dst", [&] { s.reply.dport = number16(value); }},
  };
  const auto found = options.find(option);
  if (found == options.end()) return false;
  found->second();
  return true;
}

}  // namespace

bool run_conntrack(Engine& engine, const std::vector<std::string>& words) {
  World& world = engine.world();
  CtSelector selector;
  if (words.size() < 2 || (words[1] != "-D" && words[1] != "-F")) return false;
  for (std::size_t i = 2; i + 1 < words.size(); i += 2)
    if (!set(selector, words[i], words[i + 1])) return false;
  world.conntrack.erase(selector, world.now);
  return true;
}

}  // namespace fwsim::kernel
