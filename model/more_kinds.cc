#include "model/more_kinds.hh"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <iterator>
#include <string>

#include "model/extension.hh"

namespace fwsim {
namespace {

using Words = std::span<const std::string_view>;
using Error = std::optional<ValueError>;

Error read_mask_length(const ValueContext& c, Words words, Value& out) {
  const unsigned bits = address_bits(c.family);
  std::uint64_t length = bits + 1;
  if (const auto number = read_number(words[0]); number && *number <= bits)
    length = *number;
  else if (const auto mask = number && c.family == Family::v4 ? u128{*number} : read_address(c.family, words[0]))
    if (const int ones = prefix_length(c.family, *mask); ones >= 0) length = static_cast<std::uint64_t>(ones);
  if (length > bits)
    return ValueError{fmt::format("'{}' is not a prefix length", words[0]),
                      fmt::format("0 to {}, or a netmask without holes", bits)};
  out = NumRange{length, length};
  return {};
}

Error read_host(const ValueContext& c, Words words, Value& out) {
  const std::string word(words[0]);
  if (c.family == Family::v6) {
    if (const auto address = read_address(c.family, words[0])) {
      out = AddressRange{*address, *address};
      return {};
    }
    return ValueError{fmt::format("'{}' is not an IPv6 address", word), {}};
  }
  in_addr address{};
  if (inet_aton(word.c_str(), &address) == 0 || word.find_first_of(" \t") != word.npos)
    return ValueError{fmt::format("'{}' is not an IPv4 address", word), {}};
  out = AddressRange{ntohl(address.s_addr), ntohl(address.s_addr)};
  return {};
}

Error read_host_prefix(const ValueContext& c, Words words, Value& out) {
  const std::size_t slash = words[0].find('/');
  Value host;
  const std::string_view address = words[0].substr(0, slash);
  if (auto error = read_host(c, Words(&address, 1), host)) return error;
  Prefix prefix{std::get<AddressRange>(host).low, address_mask(c.family)};
  if (slash != std::string_view::npos) {
    const std::string_view mask = words[0].substr(slash + 1);
    Value length;
    if (const auto error = read_mask_length(c, Words(&mask, 1), length)) {
      if (read_host(c, Words(&mask, 1), length)) return error;
    } else {
      prefix.mask = prefix_mask(c.family, static_cast<unsigned>(std::get<NumRange>(length).low));
    }
  }
  out = prefix;
  return {};
}
void print_host_prefix(const ValueContext& c, const Value& v, std::string& out) {
  const auto& p = std::get<Prefix>(v);
  out += address_text(c.family, p.address);
  const int length = prefix_length(c.family, p.mask);
  if (length < static_cast<int>(address_bits(c.family))) out += fmt::format("/{}", length);
}

Error read_choice_by(bool (*equal)(std::string_view, std::string_view), const ValueContext& c, Words words,
                     Value& out) {
  std::string known;
  for (const NamedNumber& entry : c.option->names) {
    if (equal(entry.name, words[0])) {
      out = NumRange{entry.number, entry.number};
      return {};
    }
    known += (known.empty() ? "" : ", ") + std::string(entry.name);
  }
  return ValueError{fmt::format("'{}' is not known for --{}", words[0], c.option->name), "one of " + known};
}
Error read_choice(const ValueContext& c, Words words, Value& out) {
  return read_choice_by(equal_ignoring_case, c, words, out);
}
Error read_exact_choice(const ValueContext& c, Words words, Value& out) {
  return read_choice_by([](std::string_view a, std::string_view b) { return a == b; }, c, words, out);
}

constexpr NamedNumber tos_names[] = {{"Minimize-Delay", 0x10},
                                     {"Maximize-Throughput", 0x08},
                                     {"Maximize-Reliability", 0x04},
                                     {"Minimize-Cost", 0x02},
                                     {"Normal-Service", 0x00}};
// What a name implies. Not the ECN bits are left out, as iptables-extensions(8) has it: they are the two lowest.
constexpr std::uint64_t tos_name_mask = 0x3f;

Error read_tos(const ValueContext&, Words words, Value& out) {
  for (const NamedNumber& name : tos_names)
    if (equal_ignoring_case(name.name, words[0])) {
      out = Masked{name.number, tos_name_mask};
      return {};
    }
  const std::size_t slash = words[0].find('/');
  const auto value = read_number(words[0].substr(0, slash));
  const auto mask = slash == words[0].npos ? std::uint64_t{0xff} : read_number(words[0].substr(slash + 1));
  if (!value || !mask || *value > 255 || *mask > 255)
    return ValueError{fmt::format("'{}' is not a TOS value", words[0]),
                      "0 to 255, with a mask if need be, or a name like Minimize-Delay"};
  out = Masked{*value, *mask};
  return {};
}
void print_tos(const ValueContext&, const Value& value, std::string& out) {
  const auto& m = std::get<Masked>(value);
  out += fmt::format("0x{:02x}/0x{:02x}", m.value, m.mask);
}

void print_length(const ValueContext&, const Value& v, std::string& out) {
  out += fmt::format("{}", std::get<NumRange>(v).low);
}
void print_host(const ValueContext& c, const Value& v, std::string& out) {
  out += address_text(c.family, std::get<AddressRange>(v).low);
}

}  // namespace

std::string_view tos_name(const Value& tos) {
  const auto& m = std::get<Masked>(tos);
  if (m.mask == tos_name_mask)
    for (const NamedNumber& name : tos_names)
      if (name.number == m.value) return name.name;
  return {};
}

void print_choice(const ValueContext& c, const Value& v, std::string& out) {
  for (const NamedNumber& entry : c.option->names)
    if (entry.number == std::get<NumRange>(v).low) {
      out += entry.name;
      return;
    }
}

namespace kinds {
const ValueKind mask_length{"length", 1, read_mask_length, print_length};
const ValueKind host{"address", 1, read_host, print_host};
const ValueKind host_prefix{"address[/length]", 1, read_host_prefix, print_host_prefix};
const ValueKind choice{"name", 1, read_choice, print_choice};
const ValueKind exact_choice{"name", 1, read_exact_choice, print_choice};
const ValueKind tos{"value[/mask]", 1, read_tos, print_tos};
}  // namespace kinds

bool is_proc_name(std::string_view name) {
  return !name.empty() && name != "." && name != ".." && name.find('/') == name.npos;
}

}  // namespace fwsim
