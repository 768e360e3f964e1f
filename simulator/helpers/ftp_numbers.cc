#include "simulator/helpers/ftp_numbers.hh"

#include <fmt/format.h>

#include <array>
#include <optional>
#include <span>

#include "model/value.hh"

namespace fwsim {
namespace {

using Found = FtpMatch::Found;

struct Pattern {
  std::string_view text;
  char skip;   // the numbers begin behind the first one of these; 0: at once
  FtpKind kind;
};
constexpr std::array<Pattern, 2> client_patterns{{{"PORT", ' ', FtpKind::port}, {"EPRT", ' ', FtpKind::eprt}}};
constexpr std::array<Pattern, 2> server_patterns{{{"227 ", 0, FtpKind::pasv}, {"229 ", '(', FtpKind::epsv}}};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

bool same_letters(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (lower(a[i]) != lower(b[i])) return false;
  return true;
}

bool is_delimiter(char c) { return !is_digit(c) && c >= 33 && c <= 126; }

// Numbers with `separator` between them, up to `end` (0: up to anything else). Returns the length, 0 when they are
// none. Nothing says how large they may be.
std::size_t read_numbers(std::string_view text, std::span<std::uint32_t> numbers, char separator, char end) {
  std::size_t i = 0;
  for (std::size_t at = 0; at < text.size() && i < numbers.size(); ++at) {
    if (is_digit(text[at])) {
      numbers[i] = numbers[i] * 10 + static_cast<std::uint32_t>(text[at] - '0');
    } else if (text[at] == separator) {
      ++i;
    } else {
      return (text[at] == end || end == 0) && i == numbers.size() - 1 ? at : 0;
    }
  }
  return 0;
}

u128 put_v4(Family family, u128 own, std::span<const std::uint32_t> n) {
  const std::uint32_t address = (n[0] << 24) | (n[1] << 16) | (n[2] << 8) | n[3];
  // With IPv6 it lands in the first word of the address that was there.
  return family == Family::v4 ? u128{address} : (u128{address} << 96) | (own & ((u128{1} << 96) - 1));
}

// "192,0,2,1,78,52": RFC 959.
std::size_t read_port(std::string_view text, char end, Family family, FtpMatch& match) {
  std::array<std::uint32_t, 6> n{};
  const std::size_t length = read_numbers(text, n, ',', end);
  if (length == 0) return 0;
  match.address = put_v4(family, match.address, n);
  match.port = static_cast<std::uint16_t>((n[4] << 8) | n[5]);
  return length;
}

// The port up to the delimiter; returns where that ends.
std::size_t read_end(std::string_view text, std::size_t at, char delimiter, FtpMatch& match) {
  std::uint16_t port = 0;
  for (; at < text.size(); ++at) {
    if (text[at] == delimiter) {
      if (port == 0) return 0;
      match.port = port;
      return at + 1;
    }
    if (!is_digit(text[at])) return 0;
    port = static_cast<std::uint16_t>(port * 10 + (text[at] - '0'));
  }
  return 0;
}

// An IPv6 address up to the delimiter; 0 when it is none.
std::size_t read_v6(std::string_view text, char delimiter, FtpMatch& match) {
  const std::size_t length = std::min(text.find(delimiter), text.size());
  const auto address = read_address(Family::v6, text.substr(0, length));
  if (length == text.size() || !address) return 0;
  match.address = *address;
  return length;
}

// "|1|192.0.2.1|20020|": RFC 2428.
std::size_t read_eprt(std::string_view text, Family family, FtpMatch& match) {
  if (text.size() <= 3) return 0;
  const char delimiter = text[0];
  if (!is_delimiter(delimiter) || text[2] != delimiter || text[1] != (family == Family::v4 ? '1' : '2')) return 0;
  const std::string_view address = text.substr(3);
  std::size_t length = 0;
  if (family == Family::v4) {
    std::array<std::uint32_t, 4> n{};
    length = read_numbers(address, n, '.', delimiter);
    if (length != 0) match.address = put_v4(family, match.address, n);
  } else {
    length = read_v6(address, delimiter, match);
  }
  return length == 0 ? 0 : read_end(text, 3 + length + 1, delimiter, match);
}

// "|||20020|"
std::size_t read_epsv(std::string_view text, FtpMatch& match) {
  if (text.size() <= 3 || !is_delimiter(text[0]) || text[1] != text[0] || text[2] != text[0]) return 0;
  return read_end(text, 3, text[0], match);
}

Found look(std::string_view text, const Pattern& pattern, Family family, FtpMatch& match) {
  const std::size_t size = pattern.text.size();
  if (text.size() <= size) return same_letters(text, pattern.text.substr(0, text.size())) ? Found::partly : Found::no;
  if (!same_letters(text.substr(0, size), pattern.text)) return Found::no;
  std::size_t at = size;
  if (pattern.skip != 0) {
    at = text.find(pattern.skip, size);
    if (at == std::string_view::npos) return Found::partly;
    ++at;
  }
  if (pattern.kind == FtpKind::pasv) {  // RFC 1123: wherever the first digit is
    while (at < text.size() && !is_digit(text[at])) ++at;
    if (at == text.size()) return Found::partly;
  }
  match.at = at;
  const std::string_view numbers = text.substr(at);
  switch (pattern.kind) {
    case FtpKind::port: match.length = read_port(numbers, '\r', family, match); break;
    case FtpKind::pasv: match.length = read_port(numbers, 0, family, match); break;
    case FtpKind::eprt: match.length = read_eprt(numbers, family, match); break;
    case FtpKind::epsv: match.length = read_epsv(numbers, match); break;
  }
  return match.length == 0 ? Found::partly : Found::yes;
}

}  // namespace

FtpMatch find_ftp_match(std::string_view text, Direction dir, Family family, u128 own) {
  FtpMatch match;
  match.address = own;
  for (const Pattern& pattern : dir == Direction::original ? client_patterns : server_patterns) {
    match.kind = pattern.kind;
    match.pattern = pattern.text;
    match.found = look(text, pattern, family, match);
    if (match.found != Found::no) break;
  }
  return match;
}

std::string full_address_text(u128 address) {
  std::string text;
  for (int shift = 112; shift >= 0; shift -= 16)
    text += fmt::format("{}{:04x}", text.empty() ? "" : ":", static_cast<unsigned>(address >> shift) & 0xffff);
  return text;
}

}  // namespace fwsim
