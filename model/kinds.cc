// The kinds of values that many extensions share.
#include <fmt/format.h>

#include <cctype>
#include <utility>

#include "model/extension.hh"
#include "model/names.hh"
#include "model/value.hh"

namespace fwsim {
namespace {

using Words = std::span<const std::string_view>;
using Error = std::optional<ValueError>;

const Option& option(const ValueContext& c) { return *c.option; }

ValueError not_a(std::string_view what, std::string_view word, std::string hint = {}) {
  return {fmt::format("'{}' is not {}", word, what), std::move(hint)};
}

ValueError out_of_range(const ValueContext& c, std::string_view word) {
  return {fmt::format("'{}' is out of range", word),
          fmt::format("--{} takes {} to {}", option(c).name, option(c).min, option(c).max)};
}

Error read_flag(const ValueContext&, Words, Value& out) {
  out = std::monostate{};
  return {};
}
void print_nothing(const ValueContext&, const Value&, std::string&) {}

Error read_one(const ValueContext& c, std::string_view word, std::uint64_t& number) {
  const auto n = read_number(word);
  if (!n) return not_a("a number", word);
  if (*n < option(c).min || *n > option(c).max) return out_of_range(c, word);
  number = *n;
  return {};
}

Error read_number_kind(const ValueContext& c, Words words, Value& out) {
  std::uint64_t n = 0;
  if (auto error = read_one(c, words[0], n)) return error;
  out = NumRange{n, n};
  return {};
}
void print_number(const ValueContext&, const Value& v, std::string& out) {
  out += fmt::format("{}", std::get<NumRange>(v).low);
}
void print_hex(const ValueContext&, const Value& v, std::string& out) { out += hex(std::get<NumRange>(v).low); }

// a[:b] with empty ends filled by the option's limits; `one` reads an end.
template <class One>
Error read_ends(const ValueContext& c, std::string_view word, Value& out, One one) {
  const std::size_t colon = word.find(':');
  NumRange r{option(c).min, option(c).max};
  if (colon == std::string_view::npos) {
    if (auto error = one(word, r.low)) return error;
    r.high = r.low;
  } else {
    const std::string_view low = word.substr(0, colon), high = word.substr(colon + 1);
    if (!low.empty())
      if (auto error = one(low, r.low)) return error;
    if (!high.empty())
      if (auto error = one(high, r.high)) return error;
    if (r.low > r.high)
      return ValueError{fmt::format("range '{}' is empty: its end is below its start", word),
                        fmt::format("write {}:{}", r.high, r.low), option(c).kind == &kinds::port_range ? "invalid portrange (min > max)" : ""};
  }
  out = r;
  return {};
}

Error read_range(const ValueContext& c, Words words, Value& out) {
  return read_ends(c, words[0], out, [&](std::string_view w, std::uint64_t& n) { return read_one(c, w, n); });
}
void print_range(const ValueContext&, const Value& v, std::string& out) {
  const auto& r = std::get<NumRange>(v);
  if (r.low == r.high)
    out += fmt::format("{}", r.low);
  else
    out += fmt::format("{}:{}", r.low, r.high);
}

Error read_one_port(const ValueContext& c, std::string_view word, std::uint64_t& number) {
  const auto n = read_port(word, c.protocol);
  if (!n) {
    if (read_number(word)) return ValueError{fmt::format("'{}' is not a port: ports are 0 to 65535", word), {}, fmt::format("invalid port/service `{}' specified", word)};
    ValueError error = not_a("a port or a known service", word, word.find('-') != word.npos ? "a range of ports is written with ':'" : "");
    error.tool = fmt::format("invalid port/service `{}' specified", word);
    return error;
  }
  number = *n;
  return {};
}
Error read_port_kind(const ValueContext& c, Words words, Value& out) {
  std::uint64_t n = 0;
  if (auto error = read_one_port(c, words[0], n)) return error;
  out = NumRange{n, n};
  return {};
}
Error read_ports(const ValueContext& c, std::string_view word, Value& out) {
  Option ports = option(c);
  ports.min = 0;
  ports.max = 0xffff;
  const ValueContext whole{c.family, &ports, c.protocol, c.inverted};
  return read_ends(whole, word, out, [&](std::string_view w, std::uint64_t& n) { return read_one_port(c, w, n); });
}
Error read_port_range(const ValueContext& c, Words words, Value& out) {
  auto error = read_ports(c, words[0], out);
  if (error && words[0].find(',') != words[0].npos)
    error->hint = "a list of ports needs -m multiport and --dports, --sports or --ports";
  return error;
}
Error read_port_list(const ValueContext& c, Words words, Value& out) {
  std::vector<NumRange> list;
  unsigned slots = 0;
  for (std::string_view piece : Pieces(words[0], ',')) {
    Value one;
    if (auto error = read_ports(c, piece, one)) return error;
    list.push_back(std::get<NumRange>(one));
    slots += piece.find(':') != piece.npos ? 2 : 1;
  }
  if (slots > 15)
    return ValueError{fmt::format("{} ports are too many: at most 15, and a range counts as two", slots),
                      "split the list over several rules, or use an ipset of type bitmap:port", "too many ports specified"};
  out = std::move(list);
  return {};
}
void print_port_list(const ValueContext& c, const Value& v, std::string& out) {
  for (bool first = true; const NumRange& r : std::get<std::vector<NumRange>>(v)) {
    if (!std::exchange(first, false)) out += ',';
    print_range(c, r, out);
  }
}
void name_port(const ValueContext& c, std::uint64_t port, std::string& out) {
  const std::string_view name = service_name(port, c.protocol);
  out += name.empty() ? fmt::format("{}", port) : std::string(name);
}
void name_ports(const ValueContext& c, const Value& v, std::string& out) {
  const auto& r = std::get<NumRange>(v);
  name_port(c, r.low, out);
  if (r.low == r.high) return;
  out += ':';
  name_port(c, r.high, out);
}
void name_port_list(const ValueContext& c, const Value& v, std::string& out) {
  for (bool first = true; const NumRange& r : std::get<std::vector<NumRange>>(v)) {
    if (!std::exchange(first, false)) out += ',';
    name_ports(c, r, out);
  }
}

Error read_masked(const ValueContext& c, Words words, Value& out) {
  const std::size_t slash = words[0].find('/');
  Masked m{0, option(c).max};
  if (auto error = read_one(c, words[0].substr(0, slash), m.value)) return error;
  if (slash != std::string_view::npos)
    if (auto error = read_one(c, words[0].substr(slash + 1), m.mask)) return error;
  out = m;
  return {};
}
void print_masked_always(const ValueContext&, const Value& v, std::string& out) {
  const auto& m = std::get<Masked>(v);
  out += hex(m.value) + "/" + hex(m.mask);
}
void print_masked(const ValueContext& c, const Value& v, std::string& out) {
  const auto& m = std::get<Masked>(v);
  out += m.mask == option(c).max ? hex(m.value) : hex(m.value) + "/" + hex(m.mask);
}

std::string_view family_word(Family f) { return f == Family::v4 ? "an IPv4 address" : "an IPv6 address"; }

Error read_prefix_kind(const ValueContext& c, Words words, Value& out) {
  const auto p = read_prefix(c.family, words[0]);
  if (!p) return not_a(fmt::format("{} or network", family_word(c.family)), words[0]);
  out = *p;
  return {};
}
void print_prefix(const ValueContext& c, const Value& v, std::string& out) {
  out += prefix_text(c.family, std::get<Prefix>(v));
}
void print_bare_prefix(const ValueContext& c, const Value& v, std::string& out) {
  const auto& p = std::get<Prefix>(v);
  out += p.mask == address_mask(c.family) ? address_text(c.family, p.address) : prefix_text(c.family, p);
}

Error read_address_kind(const ValueContext& c, Words words, Value& out) {
  const auto a = read_address(c.family, words[0]);
  if (!a) return not_a(family_word(c.family), words[0]);
  out = AddressRange{*a, *a};
  return {};
}
Error read_address_range(const ValueContext& c, Words words, Value& out) {
  const std::size_t dash = words[0].find('-');
  const auto low = read_address(c.family, words[0].substr(0, dash));
  if (!low) return not_a(family_word(c.family), words[0].substr(0, dash));
  auto high = low;
  if (dash != std::string_view::npos) {
    high = read_address(c.family, words[0].substr(dash + 1));
    if (!high) return not_a(family_word(c.family), words[0].substr(dash + 1));
  }
  if (*low > *high)
    return ValueError{fmt::format("range '{}' is empty: its end is below its start", words[0]), {}};
  out = AddressRange{*low, *high};
  return {};
}
void print_address(const ValueContext& c, const Value& v, std::string& out) {
  out += address_text(c.family, std::get<AddressRange>(v).low);
}
void print_address_range(const ValueContext& c, const Value& v, std::string& out) {
  const auto& r = std::get<AddressRange>(v);
  out += address_text(c.family, r.low) + "-" + address_text(c.family, r.high);
}

Error read_interface_kind(const ValueContext&, Words words, Value& out) {
  std::string why;
  const auto p = read_interface(words[0], why);
  if (!p)
    return ValueError{std::move(why), {}, fmt::format("interface name `{}' must be shorter than IFNAMSIZ ({})", words[0], max_interface_name)};
  out = *p;
  return {};
}
void print_interface(const ValueContext&, const Value& v, std::string& out) {
  out += interface_text(std::get<Prefix>(v));
}

Error read_protocol_kind(const ValueContext&, Words words, Value& out) {
  const auto n = read_protocol(words[0]);
  if (!n) return ValueError{fmt::format("'{}' is not a protocol", words[0]), {}, fmt::format("unknown protocol \"{}\" specified", words[0])};
  out = NumRange{*n, *n};
  return {};
}

Error read_word(const ValueContext& c, Words words, Value& out) {
  if (option(c).max < 0xffffffff && words[0].size() > option(c).max)
    return ValueError{fmt::format("'{}' is longer than {} characters", words[0], option(c).max), {}};
  if (words[0].size() < option(c).min)
    return ValueError{fmt::format("--{} cannot be empty", option(c).name), {}};
  out = std::string(words[0]);
  return {};
}
void print_word(const ValueContext&, const Value& v, std::string& out) { out += std::get<std::string>(v); }
void print_text(const ValueContext&, const Value& v, std::string& out) { out += quote(std::get<std::string>(v)); }
void print_quoted(const ValueContext&, const Value& v, std::string& out) {
  out += '"';
  for (char ch : std::get<std::string>(v)) {
    if (ch == '"' || ch == '\\') out += '\\';
    out += ch;
  }
  out += '"';
}

std::string list_names(std::span<const NamedNumber> names) {
  std::string text;
  for (const NamedNumber& n : names) {
    if (text.size() > 60) return text + ", ...";
    text += (text.empty() ? "" : ", ") + std::string(n.name);
  }
  return text;
}

Error read_named(const ValueContext& c, Words words, Value& out) {
  if (const NamedNumber* entry = find_named(option(c).names, words[0])) {
    out = NumRange{entry->number, entry->number};
    return {};
  }
  if (read_number(words[0])) return read_number_kind(c, words, out);
  return ValueError{fmt::format("'{}' is not known for --{}", words[0], option(c).name),
                    "one of " + list_names(option(c).names)};
}
void print_named(const ValueContext& c, const Value& v, std::string& out) {
  for (const NamedNumber& entry : option(c).names)
    if (entry.number == std::get<NumRange>(v).low) {
      out += entry.name;
      return;
    }
  print_number(c, v, out);
}

Error read_named_set(const ValueContext& c, Words words, Value& out) {
  Bits set;
  for (std::string_view piece : Pieces(words[0], ',')) {
    const NamedNumber* entry = find_named(option(c).names, piece);
    if (!entry)
      return ValueError{fmt::format("'{}' is not known for --{}", piece, option(c).name),
                        "a comma list of " + list_names(option(c).names), refusal(option(c), words[0].substr(static_cast<std::size_t>(piece.data() - words[0].data())))};
    set.bits |= std::uint64_t{1} << entry->number;
  }
  out = set;
  return {};
}
void print_named_set(const ValueContext& c, const Value& v, std::string& out) {
  std::uint64_t left = std::get<Bits>(v).bits;
  bool first = true;
  for (const NamedNumber& entry : option(c).names) {
    const std::uint64_t bit = std::uint64_t{1} << entry.number;
    if ((left & bit) == 0) continue;
    left &= ~bit;
    if (!std::exchange(first, false)) out += ',';
    out += entry.name;
  }
}

Error read_mac(const ValueContext&, Words words, Value& out) {
  const auto pieces = split(words[0], ':');
  std::uint64_t mac = 0;
  bool good = pieces.size() == 6;
  for (std::string_view piece : pieces) {
    const auto octet = read_number("0x" + std::string(piece));
    good = good && !piece.empty() && piece.size() <= 2 && octet.has_value();
    if (good) mac = (mac << 8) | *octet;
  }
  if (!good) return ValueError{fmt::format("'{}' is not a MAC address", words[0]), "six hexadecimal octets: 02:00:5e:10:00:01", "Invalid MAC address specified."};
  out = NumRange{mac, mac};
  return {};
}
void print_mac(const ValueContext&, const Value& v, std::string& out) {
  const std::uint64_t mac = std::get<NumRange>(v).low;
  for (int shift = 40; shift >= 0; shift -= 8)
    out += fmt::format("{:02x}{}", (mac >> shift) & 0xff, shift ? ":" : "");
}

}  // namespace

namespace kinds {
const ValueKind flag{"", 0, read_flag, print_nothing};
const ValueKind number{"N", 1, read_number_kind, print_number};
const ValueKind hex_number{"N", 1, read_number_kind, print_hex};
const ValueKind range{"N[:N]", 1, read_range, print_range};
const ValueKind port{"port", 1, read_port_kind, print_number};
const ValueKind port_range{"port[:port]", 1, read_port_range, print_range, name_ports};
const ValueKind port_list{"port[,port[:port]...]", 1, read_port_list, print_port_list, name_port_list};
const ValueKind masked{"value[/mask]", 1, read_masked, print_masked};
const ValueKind masked_always{"value[/mask]", 1, read_masked, print_masked_always};
const ValueKind prefix{"address[/mask]", 1, read_prefix_kind, print_prefix};
const ValueKind bare_prefix{"address[/mask]", 1, read_prefix_kind, print_bare_prefix};
const ValueKind address{"address", 1, read_address_kind, print_address};
const ValueKind address_range{"address[-address]", 1, read_address_range, print_address_range};
const ValueKind interface{"name", 1, read_interface_kind, print_interface};
const ValueKind protocol{"protocol", 1, read_protocol_kind, print_number};
const ValueKind word{"name", 1, read_word, print_word};
const ValueKind text{"text", 1, read_word, print_text};
const ValueKind quoted{"text", 1, read_word, print_quoted};
const ValueKind named{"name", 1, read_named, print_named};
const ValueKind named_set{"name[,name...]", 1, read_named_set, print_named_set};
const ValueKind mac{"XX:XX:XX:XX:XX:XX", 1, read_mac, print_mac};
}  // namespace kinds

}  // namespace fwsim
