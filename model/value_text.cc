// Reading and printing of the words that option values are made of.
#include <arpa/inet.h>
#include <fmt/format.h>
#include <netdb.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

#include "model/names.hh"
#include "model/value.hh"

namespace fwsim {

std::optional<std::uint64_t> read_number(std::string_view word) {
  // Most numbers are short and decimal.
  if (word.size() < 10 && !word.empty() && (word.size() == 1 || word[0] != '0')) {
    std::uint64_t small = 0;
    for (const char c : word) {
      if (c < '0' || c > '9') return std::nullopt;
      small = small * 10 + static_cast<std::uint64_t>(c - '0');
    }
    return small;
  }
  int base = 10;
  std::string_view digits = word;
  if (digits.size() > 2 && digits[0] == '0' && (digits[1] == 'x' || digits[1] == 'X')) {
    base = 16;
    digits.remove_prefix(2);
  } else if (digits.size() > 1 && digits[0] == '0') {
    base = 8;
    digits.remove_prefix(1);
  }
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number, base);
  if (error != std::errc{} || end != digits.data() + digits.size() || digits.empty()) return std::nullopt;
  return number;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](unsigned char x, unsigned char y) {
    return std::tolower(x) == std::tolower(y);
  });
}

std::optional<std::uint64_t> read_port(std::string_view word, int protocol) {
  if (auto number = read_number(word)) {
    if (*number > 0xffff) return std::nullopt;
    return number;
  }
  if (word.empty() || std::isdigit(static_cast<unsigned char>(word[0]))) return std::nullopt;
  if (auto port = find_service(word)) return *port;
  const std::string name(word);
  const std::string proto = protocol != 0 ? protocol_text(static_cast<unsigned>(protocol)) : std::string();
  const servent* entry = getservbyname(name.c_str(), proto.empty() ? nullptr : proto.c_str());
  if (entry == nullptr) return std::nullopt;
  return ntohs(static_cast<std::uint16_t>(entry->s_port));
}

std::optional<std::uint64_t> read_protocol(std::string_view word) {
  if (auto number = read_number(word)) {
    if (*number > 255) return std::nullopt;
    return number;
  }
  for (const NamedNumber& p : protocol_names())
    if (p.name == word) return p.number;
  for (const NamedNumber& p : protocol_names())
    if (equal_ignoring_case(p.name, word)) return p.number;
  return std::nullopt;
}

std::string protocol_text(unsigned protocol) {
  for (const NamedNumber& p : protocol_names())
    if (p.number == protocol && protocol != 0) return std::string(p.name);
  return fmt::format("{}", protocol);
}

std::optional<u128> read_address(Family family, std::string_view word) {
  if (family == Family::v6) {
    std::array<char, 64> text{};
    if (word.size() >= text.size()) return std::nullopt;
    std::copy(word.begin(), word.end(), text.begin());
    std::array<unsigned char, 16> bytes{};
    if (inet_pton(AF_INET6, text.data(), bytes.data()) != 1) return std::nullopt;
    u128 address = 0;
    for (unsigned char byte : bytes) address = (address << 8) | byte;
    return address;
  }
  // libxtables' string_to_in_addr: up to four parts, each in any base, filled from the left.
  u128 address = 0;
  unsigned parts = 0;
  for (std::string_view part : Pieces(word, '.')) {
    if (++parts > 4) return std::nullopt;
    const auto number = read_number(part);
    if (!number || *number > 255) return std::nullopt;
    address = (address << 8) | *number;
  }
  return address << (8 * (4 - parts));
}

std::optional<Prefix> read_prefix(Family family, std::string_view word) {
  Prefix prefix{.address = 0, .mask = address_mask(family)};
  const std::size_t slash = word.find('/');
  const auto address = read_address(family, word.substr(0, slash));
  if (!address) return std::nullopt;
  if (slash != std::string_view::npos) {
    const std::string_view mask = word.substr(slash + 1);
    if (const auto length = read_number(mask)) {
      if (*length > address_bits(family)) return std::nullopt;
      prefix.mask = prefix_mask(family, static_cast<unsigned>(*length));
    } else if (const auto bits = read_address(family, mask)) {
      prefix.mask = *bits;
    } else {
      return std::nullopt;
    }
  }
  prefix.address = *address & prefix.mask;
  return prefix;
}

std::string prefix_text(Family family, const Prefix& prefix) {
  const int length = prefix_length(family, prefix.mask);
  if (length >= 0) return fmt::format("{}/{}", address_text(family, prefix.address), length);
  return fmt::format("{}/{}", address_text(family, prefix.address), address_text(family, prefix.mask));
}

std::optional<Prefix> read_interface(std::string_view word, std::string& why) {
  if (word.empty()) {
    why = "an interface name cannot be empty";
    return std::nullopt;
  }
  if (word.size() > max_interface_name) {
    why = fmt::format("interface name '{}' is longer than {} characters", word, max_interface_name);
    return std::nullopt;
  }
  // A whole name is compared with its terminating zero, so 16 bytes count; "eth+" compares three.
  if (word.back() != '+') return Prefix{name_word(word), all_ones};
  const std::string_view stem = word.substr(0, word.size() - 1);
  const u128 mask = stem.empty() ? u128{0} : ~(all_ones >> (8 * stem.size()));
  return Prefix{name_word(stem) & mask, mask};
}

std::string interface_text(const Prefix& pattern) {
  std::string text = name_text(pattern.address);
  if (pattern.mask != all_ones) text += '+';
  return text;
}

std::string quote(std::string_view text) {
  const bool bare = !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return (c < 0x80 && std::isalnum(c)) || c == '_' || c == '-';
  });
  if (bare) return std::string(text);
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\' || c == '\'') out += '\\';
    out += c;
  }
  return out + '"';
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> pieces;
  for (std::string_view piece : Pieces(text, separator)) pieces.push_back(piece);
  return pieces;
}

const NamedNumber* find_named(std::span<const NamedNumber> names, std::string_view word) {
  const NamedNumber* found = nullptr;
  for (const NamedNumber& entry : names) {
    if (equal_ignoring_case(entry.name, word)) return &entry;
    if (entry.name.size() > word.size() && equal_ignoring_case(entry.name.substr(0, word.size()), word)) {
      if (found && found->number != entry.number) return nullptr;
      found = &entry;
    }
  }
  return word.empty() ? nullptr : found;
}

std::string hex(std::uint64_t number) { return fmt::format("0x{:x}", number); }

}  // namespace fwsim
