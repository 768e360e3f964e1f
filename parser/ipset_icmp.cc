#include "parser/ipset_icmp.hh"

#include <fmt/format.h>

#include <span>

#include "model/value.hh"

namespace fwsim {
namespace {

struct IcmpName {
  std::string_view name;
  std::uint8_t type;
  std::uint8_t code;
};

// In the order of ipset's tables: the first name of a pair is the one it prints, and the first name
// that begins with what was written is the one it reads.
constexpr IcmpName icmp[] = {
    {"echo-reply", 0, 0},
    {"pong", 0, 0},
    {"network-unreachable", 3, 0},
    {"host-unreachable", 3, 1},
    {"protocol-unreachable", 3, 2},
    {"port-unreachable", 3, 3},
    {"fragmentation-needed", 3, 4},
    {"source-route-failed", 3, 5},
    {"network-unknown", 3, 6},
    {"host-unknown", 3, 7},
    {"network-prohibited", 3, 9},
    {"host-prohibited", 3, 10},
    {"TOS-network-unreachable", 3, 11},
    {"TOS-host-unreachable", 3, 12},
    {"communication-prohibited", 3, 13},
    {"host-precedence-violation", 3, 14},
    {"precedence-cutoff", 3, 15},
    {"source-quench", 4, 0},
    {"network-redirect", 5, 0},
    {"host-redirect", 5, 1},
    {"TOS-network-redirect", 5, 2},
    {"TOS-host-redirect", 5, 3},
    {"echo-request", 8, 0},
    {"ping", 8, 0},
    {"router-advertisement", 9, 0},
    {"router-solicitation", 10, 0},
    {"ttl-zero-during-transit", 11, 0},
    {"ttl-zero-during-reassembly", 11, 1},
    {"ip-header-bad", 12, 0},
    {"required-option-missing", 12, 1},
    {"timestamp-request", 13, 0},
    {"timestamp-reply", 14, 0},
    {"address-mask-request", 17, 0},
    {"address-mask-reply", 18, 0},
};

constexpr IcmpName icmpv6[] = {
    {"no-route", 1, 0},
    {"communication-prohibited", 1, 1},
    {"address-unreachable", 1, 3},
    {"port-unreachable", 1, 4},
    {"packet-too-big", 2, 0},
    {"ttl-zero-during-transit", 3, 0},
    {"ttl-zero-during-reassembly", 3, 1},
    {"bad-header", 4, 0},
    {"unknown-header-type", 4, 1},
    {"unknown-option", 4, 2},
    {"echo-request", 128, 0},
    {"ping", 128, 0},
    {"echo-reply", 129, 0},
    {"pong", 129, 0},
    {"router-solicitation", 133, 0},
    {"router-advertisement", 134, 0},
    {"neighbour-solicitation", 135, 0},
    {"neigbour-solicitation", 135, 0},
    {"neighbour-advertisement", 136, 0},
    {"neigbour-advertisement", 136, 0},
    {"redirect", 137, 0},
};

std::span<const IcmpName> names(Family family) {
  if (family == Family::v4) return icmp;
  return icmpv6;
}

}  // namespace

std::optional<std::uint16_t> read_icmp(Family family, std::string_view text) {
  if (text.empty()) return std::nullopt;
  for (const IcmpName& entry : names(family))
    if (equal_ignoring_case(entry.name.substr(0, text.size()), text))
      return static_cast<std::uint16_t>(entry.type << 8 | entry.code);
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto type = read_number(text.substr(0, slash)), code = read_number(text.substr(slash + 1));
  if (!type || !code || *type > 255 || *code > 255) return std::nullopt;
  return static_cast<std::uint16_t>(*type << 8 | *code);
}

std::string icmp_text(Family family, std::uint16_t type_and_code) {
  const unsigned type = type_and_code >> 8, code = type_and_code & 0xff;
  for (const IcmpName& entry : names(family))
    if (entry.type == type && entry.code == code) return std::string(entry.name);
  return fmt::format("{}/{}", type, code);
}

}  // namespace fwsim
