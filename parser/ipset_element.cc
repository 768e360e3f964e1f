#include "parser/ipset_element.hh"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "model/value.hh"
#include "parser/ipset_icmp.hh"

namespace fwsim {
namespace {

using Fault = std::optional<ElementFault>;
constexpr std::string_view bad_element = "ipset-bad-element";

// A separator counts only when the text neither begins nor ends with one (ipset_strchr).
std::size_t find_separator(std::string_view text, char separator) {
  if (text.empty() || text.front() == separator || text.back() == separator) return std::string_view::npos;
  return text.find(separator);
}

// The same for the dash of a range, which does not count inside [brackets].
std::size_t find_dash(std::string_view text) {
  if (text.empty() || text.front() != '[') return find_separator(text, '-');
  const std::size_t close = text.find(']');
  return close != std::string_view::npos && close + 1 < text.size() && text[close + 1] == '-' ? close + 1
                                                                                              : std::string_view::npos;
}

std::string_view without_brackets(std::string_view text) {
  if (text.size() > 2 && text.front() == '[' && text.back() == ']') return text.substr(1, text.size() - 2);
  return text;
}

// Four decimal numbers with dots; nothing for the many other forms that inet_aton(3) knows.
std::optional<std::uint32_t> dotted_quad(std::string_view text) {
  std::uint32_t address = 0;
  std::size_t at = 0;
  for (int part = 0; part < 4; ++part) {
    if (part > 0 && (at >= text.size() || text[at++] != '.')) return std::nullopt;
    const std::size_t start = at;
    std::uint32_t number = 0;
    for (; at < text.size() && text[at] >= '0' && text[at] <= '9' && at - start < 3; ++at)
      number = number * 10 + static_cast<std::uint32_t>(text[at] - '0');
    if (at == start || number > 255 || (text[start] == '0' && at - start > 1)) return std::nullopt;
    address = (address << 8) | number;
  }
  if (at != text.size()) return std::nullopt;
  return address;
}

// What gethostbyname(3) takes for a number: digits and dots, then as inet_aton(3).
std::optional<u128> read_ip(Family family, std::string_view text) {
  text = without_brackets(text);
  if (family == Family::v6) return text.find(':') == std::string_view::npos ? std::nullopt : read_address(family, text);
  if (const auto address = dotted_quad(text)) return *address;
  in_addr address{};
  if (text.find_first_not_of("0123456789.") != std::string_view::npos ||
      inet_aton(std::string(text).c_str(), &address) == 0)
    return std::nullopt;
  return ntohl(address.s_addr);
}

ElementFault not_an_address(Family family, std::string_view text) {
  const std::string tool = fmt::format("Syntax error: cannot parse {}: resolving to {} address failed", text, family == Family::v4 ? "IPv4" : "IPv6");
  const Family other = family == Family::v4 ? Family::v6 : Family::v4;
  if (read_ip(other, text))
    return {text, bad_element, fmt::format("'{}' is an {} address", text, other == Family::v4 ? "IPv4" : "IPv6"),
            fmt::format("the set has family {}", family == Family::v4 ? "inet" : "inet6"), tool};
  return {text, bad_element, fmt::format("'{}' is not an address", text),
          text.find_first_not_of("0123456789.:/") == std::string_view::npos
              ? ""
              : "names are not looked up, since they are not the same everywhere: write the address",
          tool};
}

Fault read_one_address(Family family, std::string_view text, u128& out) {
  const auto address = read_ip(family, text);
  if (!address) return not_an_address(family, text);
  out = *address;
  return {};
}

// ipset tries a number first, then a service, and says all that it tried.
std::string port_refusal(std::string_view text, int proto) {
  const std::string name = protocol_text(static_cast<unsigned>(proto));
  return fmt::format("Syntax error: '{}' is invalid as number\nSyntax error: '{}' is invalid as number\ncannot parse '{}' as a {} port", text, name, text, name);
}

Fault read_one_port(std::string_view text, int proto, std::uint16_t& out) {
  const auto port = read_port(without_brackets(text), proto);
  if (!port)
    return ElementFault{text, bad_element, fmt::format("'{}' is not a port", text),
                        "a number from 0 to 65535 or a service name; one with a dash stands in brackets: [ftp-data]",
                        port_refusal(text, proto)};
  out = static_cast<std::uint16_t>(*port);
  return {};
}

bool has_ports(unsigned proto) { return proto == 6 || proto == 17 || proto == 132 || proto == 136; }

// "tcp:80", "icmp:echo-request", "gre:0"
Fault read_protocol_and_port(Family family, std::string_view proto_text, std::string_view port_text, ElementSpan& out) {
  const auto proto = read_protocol(proto_text);
  if (!proto || *proto == 0)
    return ElementFault{proto_text, bad_element, fmt::format("'{}' is not a protocol", proto_text), {},
                        fmt::format("Syntax error: cannot parse '{}' as a protocol", proto_text)};
  out.rest.proto = static_cast<std::uint8_t>(*proto);
  if (*proto == 1 || *proto == 58) {
    if ((*proto == 1) != (family == Family::v4))
      return ElementFault{proto_text, bad_element,
                          fmt::format("{} in a set of family {}", *proto == 1 ? "ICMP" : "ICMPv6",
                                      family == Family::v4 ? "inet" : "inet6")};
    const auto code = read_icmp(family, port_text);
    if (!code)
      return ElementFault{port_text, bad_element, fmt::format("'{}' is not an ICMP type", port_text),
                          "a name as `ipset help hash:ip,port` lists them, or type/code"};
    out.port_low = out.port_high = *code;
    return {};
  }
  if (port_text == "0") return {};
  return ElementFault{port_text, bad_element, fmt::format("protocol {} has no ports", proto_text),
                      fmt::format("write {}:0", proto_text),
                      fmt::format("Syntax error: Protocol {} can be used with pseudo port value 0 only.", proto_text)};
}

Fault read_mac(std::string_view text, u128& out) {
  u128 mac = 0;
  const auto groups = split(text, ':');
  bool good = groups.size() == 6;
  for (std::string_view group : groups) {
    const bool fits = group.size() == 1 || group.size() == 2;
    const auto number = fits ? read_number("0x" + std::string(group)) : std::nullopt;
    good = good && number.has_value();
    mac = (mac << 8) | number.value_or(0);
  }
  if (!good)
    return ElementFault{text, bad_element, fmt::format("'{}' is not a MAC address", text),
                        "six octets: 02:00:00:00:00:01", fmt::format("Syntax error: cannot parse '{}' as ethernet address", text)};
  out = mac;
  return {};
}

Fault read_mark(std::string_view text, u128& out) {
  const auto mark = read_number(text);
  if (!mark || *mark > 0xffffffff)
    return ElementFault{text, bad_element, fmt::format("'{}' is not a mark", text), "a number from 0 to 0xffffffff",
                        fmt::format("Syntax error: '{}' is invalid as number", text)};
  out = *mark;
  return {};
}

Fault read_iface(std::string_view text, SetElement& out) {
  constexpr std::string_view prefix = "physdev:";
  out.physdev = text.substr(0, prefix.size()) == prefix;
  const std::string_view name = out.physdev ? text.substr(prefix.size()) : text;
  if (name.size() > max_interface_name)
    return ElementFault{name, bad_element,
                        fmt::format("interface name '{}' is longer than {} characters", name, max_interface_name), {},
                        fmt::format("Syntax error: interface name '{}' is longer than {} characters", name, max_interface_name)};
  out.second = name_word(name);
  return {};
}

// Old files give the place of a member in the element: "b,before,a".
Fault read_member(std::string_view text, ElementSpan& out) {
  const auto words = split(text, ',');
  if (words.size() != 1 && !(words.size() == 3 && (words[1] == "before" || words[1] == "after")))
    return ElementFault{text, bad_element, fmt::format("'{}' is not the name of a set", text),
                        "name, or name,before,name, or name,after,name", "you must specify elements as setname,[before|after],setname"};
  if (words[0].size() > max_set_name)
    return ElementFault{words[0], bad_element,
                        fmt::format("'{}' is longer than {} characters", words[0], max_set_name)};
  set_member_name(out.rest, words[0]);
  if (words.size() == 3) {
    out.reference = words[2];
    out.before = words[1] == "before";
  }
  return {};
}

ElementFault not_plain(std::string_view text) {
  return {text, bad_element, fmt::format("'{}': only a single address can stand here", text), {},
          fmt::format("Syntax error: plain IP address must be supplied: {}", text)};
}

// An address or network; which of ranges and lengths may be written depends on type and family.
Fault read_address_part(const IpSet& set, std::size_t index, std::string_view text, ElementSpan::Addresses& out) {
  const bool is_net = set.type->parts[index] == SetPart::net;
  auto fault = read_addresses(set.family, text, out);
  if (fault && is_net && set.family == Family::v6 && out.range)
    fault->tool = fmt::format("Syntax error: IP address or IP/cidr must be specified: {}", text);
  if (fault) return fault;
  if (set.family == Family::v6) {
    if (out.range)
      return ElementFault{text, bad_element, fmt::format("'{}': ranges are known for IPv4 only", text),
                          is_net ? "networks can be written as address/length" : ""};
    if (!is_net && out.length && *out.length != 128) return not_plain(text);
    return {};
  }
  const bool last = index + 1 == set.type->parts.size();
  const bool with_mac = set.type->parts.back() == SetPart::mac;
  if (!is_net && (with_mac || (last && index > 0)) && (out.range || (out.length && *out.length != 32)))
    return not_plain(text);
  return {};
}

Fault read_part(const IpSet& set, std::size_t index, std::string_view text, ElementSpan& out) {
  switch (set.type->parts[index]) {
    case SetPart::ip:
    case SetPart::net: return read_address_part(set, index, text, index == 0 ? out.first : out.second);
    case SetPart::port: {
      if (auto fault = read_ports(set.family, text, out)) return fault;
      if (!set.type->bitmap) return {};
      if (out.rest.proto != 6 && out.rest.proto != 17)
        return ElementFault{text, bad_element, "bitmap:port knows only TCP and UDP ports"};
      out.rest.proto = 0;
      return {};
    }
    case SetPart::iface: return read_iface(text, out.rest);
    case SetPart::mac: return read_mac(text, index == 0 ? out.rest.first : out.rest.second);
    case SetPart::mark: return read_mark(text, out.rest.second);
    case SetPart::set: return read_member(text, out);
  }
  return {};
}

// ipset counts the parts before it reads them.
Fault check_parts(const SetType& type, std::string_view text) {
  const auto commas = static_cast<std::size_t>(std::count(text.begin(), text.end(), ','));
  const std::size_t parts = type.parts.size();
  const bool last_optional = type.bitmap && type.parts.back() == SetPart::mac;
  if (commas + 1 > parts) {
    constexpr std::array<std::string_view, 3> words{"Elem separator in {}, but settype {} supports none.", "Two elem separators in {}, but settype {} supports one.",
                                                    "Three elem separators in {}, but settype {} supports two."};
    const std::string tool = "Syntax error: " + fmt::format(fmt::runtime(words[parts - 1]), text, type.name);
    std::string_view left = text;
    for (std::size_t i = 0; i < parts; ++i) left.remove_prefix(left.find(',') + 1);
    return ElementFault{left, bad_element, fmt::format("an element of {} has no part '{}'", type.name, left), {}, tool};
  }
  if (commas + 1 < parts && !last_optional)
    return ElementFault{text, bad_element, fmt::format("'{}' lacks a part: elements of this set are {}", text, type.name.substr(type.name.find(':') + 1)), {},
                        fmt::format("Syntax error: {} element is missing from {}.", commas == 0 ? "Second" : "Third", text)};
  return {};
}

}  // namespace

std::optional<ElementFault> read_addresses(Family family, std::string_view text, ElementSpan::Addresses& out) {
  if (const std::size_t slash = find_separator(text, '/'); slash != std::string_view::npos) {
    const std::string_view digits = text.substr(slash + 1);
    const auto length = read_number(digits);
    if (!length || *length > address_bits(family))
      return ElementFault{digits, bad_element, fmt::format("'{}' is not a prefix length", digits),
                          fmt::format("a number from 0 to {}", address_bits(family)),
                          length ? fmt::format("Syntax error: '{}' is out of range 0-{}", digits, address_bits(family))
                                 : fmt::format("Syntax error: '{}' is invalid as number", digits)};
    out.length = static_cast<unsigned>(*length);
    text = text.substr(0, slash);
  } else if (const std::size_t dash = find_dash(text); dash != std::string_view::npos) {
    out.range = true;
    if (auto fault = read_one_address(family, text.substr(dash + 1), out.high)) return fault;
    text = text.substr(0, dash);
  }
  if (auto fault = read_one_address(family, text, out.low)) return fault;
  if (!out.range) out.high = out.low;
  return {};
}

std::optional<ElementFault> read_ports(Family family, std::string_view text, ElementSpan& out) {
  out.rest.proto = 6;
  if (const std::size_t colon = find_separator(text, ':'); colon != std::string_view::npos) {
    const std::string_view proto_text = text.substr(0, colon);
    text = text.substr(colon + 1);
    const auto proto = read_protocol(proto_text);
    if (!proto || !has_ports(static_cast<unsigned>(*proto)))
      return read_protocol_and_port(family, proto_text, text, out);
    out.rest.proto = static_cast<std::uint8_t>(*proto);
  }
  if (const std::size_t dash = find_dash(text); dash != std::string_view::npos) {
    out.port_range = true;
    if (auto fault = read_one_port(text.substr(dash + 1), out.rest.proto, out.port_high)) return fault;
    text = text.substr(0, dash);
  }
  if (auto fault = read_one_port(text, out.rest.proto, out.port_low)) return fault;
  if (!out.port_range) out.port_high = out.port_low;
  return {};
}

std::optional<ElementFault> read_element(const IpSet& set, std::string_view text, ElementSpan& out) {
  const SetType& type = *set.type;
  out = {};
  if (type.list) return read_member(text, out);
  if (auto fault = check_parts(type, text)) return fault;
  std::size_t index = 0;
  for (std::string_view left = text;; ++index) {
    const std::size_t comma = left.find(',');
    if (auto fault = read_part(set, index, left.substr(0, comma), out)) return fault;
    if (comma == std::string_view::npos) break;
    left = left.substr(comma + 1);
  }
  out.rest.no_mac = type.bitmap && type.parts.back() == SetPart::mac && index == 0;
  return {};
}

}  // namespace fwsim
