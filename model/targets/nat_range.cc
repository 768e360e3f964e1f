#include "model/targets/nat_range.hh"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "model/names.hh"

namespace fwsim {
namespace {

using Words = std::span<const std::string_view>;
using Error = std::optional<ValueError>;

enum class Base : std::uint8_t { kept, zero, refused };

// The number at the start of `text`, which is left behind it.
std::optional<std::uint64_t> leading_number(std::string_view& text) {
  const bool hex = text.size() > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
  const std::size_t skip = hex ? 2 : 0;
  const std::size_t end =
      std::min(text.find_first_not_of(hex ? "0123456789abcdefABCDEF" : "0123456789", skip), text.size());
  if (end == skip) return std::nullopt;
  const auto number = read_number(text.substr(0, end));
  if (number) text.remove_prefix(end);
  return number;
}

// A port at the start of `text`: a number, or a service that takes up the whole of it.
std::optional<std::uint64_t> leading_port(std::string_view& text, bool service) {
  std::string_view rest = text;
  if (const auto number = leading_number(rest); number && *number <= 0xffff) {
    text = rest;
    return number;
  }
  if (!service || text.empty() || read_number(text)) return std::nullopt;
  const auto port = read_port(text, 0);
  if (port) text = {};
  return port;
}

ValueError bad_port(std::string_view text) {
  return {fmt::format("port '{}' is not valid", text), "0 to 65535, or a service", fmt::format("Port `{}' not valid", text)};
}

// a[-b[/base]]
Error read_ports(std::string_view text, Base base, NatRangeValue& out) {
  const auto low = leading_port(text, true);
  if (!low) return bad_port(text);
  out.ports = NumRange{*low, *low};
  if (text.empty()) return {};
  if (text[0] != '-')
    return ValueError{fmt::format("'{}' follows the port", text),
                      text[0] == ':' ? "a range of ports is written a-b" : ""};
  text.remove_prefix(1);
  const auto high = leading_port(text, false);
  if (!high) return bad_port(text);
  if (*high < *low) return ValueError{fmt::format("the port range {}-{} is empty", *low, *high), {}, fmt::format("Port range `{}' funky", *high)};
  out.ports->high = *high;
  if (text.empty()) return {};
  if (text[0] != '/') return ValueError{fmt::format("'{}' follows the range of ports", text), {}};
  if (base == Base::refused) return ValueError{"a base port works only with DNAT", {}};
  text.remove_prefix(1);
  out.base = leading_port(text, true);
  if (!out.base || *out.base == 0) return bad_port(text);
  if (base == Base::zero) out.base = 0;
  return {};
}

// Only the whole numeric form: a short "10.1" is refused here.
std::optional<u128> read_whole_address(Family family, std::string_view word) {
  if (family == Family::v6) return read_address(family, word);
  in_addr address{};
  if (inet_pton(AF_INET, std::string(word).c_str(), &address) != 1) return std::nullopt;
  return u128{ntohl(address.s_addr)};
}

Error read_addresses(Family family, std::string_view text, NatRangeValue& out) {
  const std::size_t dash = text.find('-');
  const auto low = read_whole_address(family, text.substr(0, dash));
  const auto high = dash == text.npos ? low : read_whole_address(family, text.substr(dash + 1));
  if (!low || !high)
    return ValueError{
        fmt::format("'{}' is not {} address or range", text, family == Family::v4 ? "an IPv4" : "an IPv6"),
        "names are not looked up here, and the form is a or a-b",
        fmt::format("Bad IP address \"{}\"", low && dash != text.npos ? text.substr(dash + 1) : text.substr(0, dash))};
  out.address = AddressRange{*low, *high};
  return {};
}

// Cuts "[a]:ports", "a:ports", ":ports" and "a" in two. An IPv6 address without brackets has no port
// unless there is just one colon.
Error cut(Family family, std::string_view text, std::string_view& address, std::optional<std::string_view>& ports) {
  if (family == Family::v6 && !text.empty() && text[0] == '[') {
    const std::size_t end = text.find(']');
    if (end == text.npos) return ValueError{fmt::format("'{}' has no closing bracket", text), {}};
    address = text.substr(1, end - 1);
    if (const std::size_t colon = text.find(':', end); colon != text.npos) ports = text.substr(colon + 1);
    return {};
  }
  const std::size_t colon = text.find(':');
  address = text;
  if (colon == text.npos) return {};
  if (family == Family::v6 && text.find(':', colon + 1) != text.npos) return {};
  address = text.substr(0, colon);
  ports = text.substr(colon + 1);
  return {};
}

std::string ports_text(const NatRangeValue& range) {
  std::string text = fmt::format("{}", range.ports->low);
  if (range.ports->high != range.ports->low) text += fmt::format("-{}", range.ports->high);
  if (range.base) text += fmt::format("/{}", *range.base);
  return text;
}

std::string range_text(Family family, const NatRangeValue& range) {
  std::string text;
  if (range.address) {
    text = address_text(family, range.address->low);
    if (range.address->high != range.address->low) text += "-" + address_text(family, range.address->high);
    if (family == Family::v6 && range.ports) text = "[" + text + "]";
  }
  return range.ports ? text + ":" + ports_text(range) : text;
}

// iptables looks at the number alone, so "! -p tcp" passes too.
Error check_protocol(const ValueContext& c) {
  constexpr std::array<int, 5> with_ports{1, 6, 17, 33, 132};
  if (std::find(with_ports.begin(), with_ports.end(), c.protocol) != with_ports.end()) return {};
  return ValueError{"ports need -p tcp, udp, sctp or dccp in the same rule, before the target", "add -p tcp or -p udp",
                    "Need TCP, UDP, SCTP or DCCP with port specification"};
}

template <Base base>
Error read_range(const ValueContext& c, Words words, Value& out) {
  NatRangeValue range;
  std::string_view address;
  std::optional<std::string_view> ports;
  if (auto error = cut(c.family, words[0], address, ports)) return error;
  if (ports) {
    if (auto error = check_protocol(c)) return error;
    if (auto error = read_ports(*ports, base, range)) return error;
  }
  if (!address.empty() || !ports)
    if (auto error = read_addresses(c.family, address, range)) return error;
  out = range_text(c.family, range);
  return {};
}

template <Base base>
Error read_port_range(const ValueContext& c, Words words, Value& out) {
  if (auto error = check_protocol(c)) return error;
  NatRangeValue range;
  if (auto error = read_ports(words[0], base, range)) return error;
  out = ports_text(range);
  return {};
}

void print(const ValueContext&, const Value& value, std::string& out) { out += std::get<std::string>(value); }

}  // namespace

namespace kinds {
const ValueKind nat_destination{"[address[-address]][:port[-port[/port]]]", 1, read_range<Base::kept>, print};
const ValueKind nat_source{"[address[-address]][:port[-port]]", 1, read_range<Base::zero>, print};
const ValueKind nat_ports{"port[-port]", 1, read_port_range<Base::zero>, print};
const ValueKind nat_plain_ports{"port[-port]", 1, read_port_range<Base::refused>, print};
}  // namespace kinds

NatRangeValue nat_range(Family family, std::string_view text, bool ports_only) {
  NatRangeValue range;
  std::string_view address;
  std::optional<std::string_view> ports;
  if (ports_only)
    ports = text;
  else
    cut(family, text, address, ports);
  // The canonical text of a base of 0 is not readable again: it is cut off first.
  if (ports) {
    const std::size_t slash = ports->find('/');
    read_ports(ports->substr(0, slash), Base::kept, range);
    if (slash != ports->npos) range.base = read_number(ports->substr(slash + 1));
  }
  if (!address.empty()) read_addresses(family, address, range);
  return range;
}

void set_range(Nat& nat, const NatRangeValue& range) {
  if (range.address) nat.address = Range{range.address->low, range.address->high};
  if (range.ports) nat.ports = Range{range.ports->low, range.ports->high};
  if (range.base) nat.port_base = static_cast<std::uint16_t>(*range.base);
}

}  // namespace fwsim
