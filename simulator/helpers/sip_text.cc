#include "simulator/helpers/sip_text.hh"

#include <arpa/inet.h>

#include <array>
#include <cstring>
#include <string>

namespace fwsim {
namespace {

constexpr std::size_t nowhere = std::string_view::npos;
constexpr std::uint16_t sip_port = 5060;

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
constexpr bool is_letter(char c) { return lower(c) >= 'a' && lower(c) <= 'z'; }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_blank(char c) { return c == ' ' || c == '\t'; }

// What a header is called, and where in its value the part that matters begins.
struct HeaderForm {
  std::string_view name, compact, needle;
  bool number = false;  // digits; otherwise an address
  bool user = false;    // "user@" may stand before the address
};
constexpr std::array<HeaderForm, 8> forms{{{"CSeq", "", "", true},
                                           {"From", "f", "sip:", false, true},
                                           {"To", "t", "sip:", false, true},
                                           {"Contact", "m", "sip:", false, true},
                                           {"Via", "v", "UDP ", false},
                                           {"Via", "v", "TCP ", false},
                                           {"Expires", "", "", true},
                                           {"Content-Length", "l", "", true}}};
constexpr const HeaderForm& form_of(SipHeader header) { return forms[static_cast<std::size_t>(header)]; }

// Where the text goes on behind an end of line when the next line continues this one.
std::size_t continued(std::string_view text, std::size_t at) {
  at = after_newline(text, at);
  if (at >= text.size() || !is_blank(text[at])) return nowhere;
  while (at < text.size() && is_blank(text[at])) ++at;
  return at;
}

std::size_t skip_blanks(std::string_view text, std::size_t at) {
  while (at < text.size() && is_blank(text[at])) ++at;
  return at < text.size() && is_newline(text[at]) ? continued(text, at) : at;
}

// Looks for a word in the rest of a header value, ignoring case. It must not be the last thing before `limit`.
std::size_t search_value(std::string_view text, std::size_t at, std::size_t limit, std::string_view word) {
  if (limit < word.size()) return nowhere;
  const std::string_view head = text.substr(0, limit - word.size());
  for (; at < head.size(); ++at) {
    if (is_newline(head[at])) {
      at = continued(head, at);
      if (at == nowhere) return nowhere;
      continue;
    }
    if (starts_with_nocase(text, at, word)) return at;
  }
  return nowhere;
}

std::optional<TextAddress> read_bracketed(std::string_view text, std::size_t at, Family family, bool brackets) {
  if (family == Family::v4) return read_text_address(text, at, family);
  if (at < text.size() && text[at] == '[')
    ++at;
  else if (brackets)
    return std::nullopt;
  auto address = read_text_address(text, at, family);
  if (!address) return std::nullopt;
  if (address->end < text.size() && text[address->end] == ']')
    ++address->end;
  else if (brackets)
    return std::nullopt;
  return address;
}

// ":port" behind an address, 1024 to 65535; something must follow in any case.
struct Port {
  std::uint16_t value = sip_port;
  std::size_t end = 0;
};
std::optional<Port> read_port(std::string_view text, std::size_t at) {
  if (at >= text.size()) return std::nullopt;
  if (text[at] != ':') return Port{sip_port, at};
  const std::size_t digits = count_digits(text, at + 1);
  const std::size_t end = at + 1 + digits;
  if (digits == 0 || digits > 5 || end >= text.size()) return std::nullopt;
  const std::uint32_t value = read_number(text, at + 1).value;
  if (value < 1024 || value > 65535) return std::nullopt;
  return Port{static_cast<std::uint16_t>(value), end};
}

SipUri read_uri(std::string_view text, std::size_t at, Family family) {
  const auto address = read_bracketed(text, at, family, true);
  const auto port = address ? read_port(text, address->end) : std::nullopt;
  if (!port) return {Found::bad, {at, 0}};
  return {Found::yes, {at, port->end - at}, address->address, port->value};
}

// Behind the user part of a URI, if its line has an '@' at all.
std::size_t skip_user(std::string_view text, std::size_t at) {
  for (std::size_t i = at; i < text.size() && !is_newline(text[i]); ++i)
    if (text[i] == '@') return i + 1;
  return at;
}

TextMatch read_value(std::string_view text, std::size_t at, const HeaderForm& form, Family family) {
  if (form.number) {
    const Span span{at, count_digits(text, at)};
    return {span.size == 0 ? Found::bad : Found::yes, span};
  }
  const SipUri uri = read_uri(text, form.user ? skip_user(text, at) : at, family);
  return {uri.found, uri.span};
}

// The value of the header whose line begins here, when it is of this kind.
std::size_t value_of_line(std::string_view text, std::size_t at, const HeaderForm& form, bool& named) {
  named = false;
  if (starts_with_nocase(text, at, form.name)) {
    at += form.name.size();
  } else if (!form.compact.empty() && at + form.compact.size() < text.size() &&
             starts_with_nocase(text, at, form.compact) && !is_letter(text[at + form.compact.size()])) {
    at += form.compact.size();
  } else {
    return nowhere;
  }
  named = true;
  at = skip_blanks(text, at);
  if (at == nowhere || at >= text.size() || text[at] != ':' || at + 1 >= text.size()) return nowhere;
  return skip_blanks(text, at + 1);
}

// The next element of a list of values.
TextMatch find_in_list(std::string_view text, std::size_t from, const HeaderForm& form, Family family) {
  std::size_t at = search_value(text, from, text.size(), ",");
  if (at != nowhere) at = search_value(text, at, text.size(), form.needle);
  if (at == nowhere) return {};
  at += form.needle.size();
  TextMatch match = read_value(text, at, form, family);
  if (match.found == Found::bad) match.span.at = at;
  return match;
}

// The end of the value in which a parameter is looked for.
std::size_t end_of_value(std::string_view text, std::size_t from) {
  const std::size_t comma = search_value(text, from, text.size(), ",");
  return comma == nowhere ? text.size() : comma;
}

}  // namespace

bool starts_with_nocase(std::string_view text, std::size_t at, std::string_view word) {
  if (at > text.size() || text.size() - at < word.size()) return false;
  for (std::size_t i = 0; i < word.size(); ++i)
    if (lower(text[at + i]) != lower(word[i])) return false;
  return true;
}

std::size_t count_letters(std::string_view text, std::size_t at) {
  std::size_t n = 0;
  while (at + n < text.size() && is_letter(text[at + n])) ++n;
  return n;
}

std::size_t count_digits(std::string_view text, std::size_t at) {
  std::size_t n = 0;
  while (at + n < text.size() && is_digit(text[at + n])) ++n;
  return n;
}

std::size_t after_newline(std::string_view text, std::size_t at) {
  return at + (text[at] == '\r' && at + 1 < text.size() && text[at + 1] == '\n' ? 2 : 1);
}

TextNumber read_number(std::string_view text, std::size_t at) {
  const std::size_t digits = count_digits(text, at);
  std::uint64_t value = 0;
  if (digits == 0 || digits > 11) return {};
  for (std::size_t i = 0; i < digits; ++i) value = value * 10 + static_cast<std::uint64_t>(text[at + i] - '0');
  if (value > 0xffffffff) return {};
  return {static_cast<std::uint32_t>(value), digits};
}

std::optional<TextAddress> read_text_address(std::string_view text, std::size_t at, Family family) {
  const auto part_of = [family](char c) {
    return is_digit(c) || c == '.' || (lower(c) >= 'a' && lower(c) <= 'f') || (family == Family::v6 && c == ':');
  };
  std::size_t end = at;
  while (end < text.size() && part_of(text[end])) ++end;
  if (family == Family::v6) {
    std::array<std::uint8_t, 16> bytes{};
    if (inet_pton(AF_INET6, std::string(text.substr(at, end - at)).c_str(), bytes.data()) != 1) return std::nullopt;
    u128 value = 0;
    for (const std::uint8_t b : bytes) value = (value << 8) | b;
    return TextAddress{value, end};
  }
  // Four numbers up to 255, with as many zeros before them as one likes.
  u128 value = 0;
  for (unsigned i = 0; i < 4; ++i) {
    const std::size_t digits = count_digits(text, at);
    unsigned octet = 0;
    for (std::size_t k = 0; k < digits && octet < 256; ++k) octet = octet * 10 + static_cast<unsigned>(text[at + k] - '0');
    if (digits == 0 || octet > 255) return std::nullopt;
    value = (value << 8) | octet;
    at += digits;
    if (i < 3 && (at >= text.size() || text[at++] != '.')) return std::nullopt;
  }
  if (at != end) return std::nullopt;
  return TextAddress{value, end};
}

TextMatch find_header(std::string_view text, std::size_t from, SipHeader header, Family family) {
  const HeaderForm& form = form_of(header);
  for (std::size_t at = from; at < text.size(); ++at) {
    if (!is_newline(text[at])) continue;
    at = after_newline(text, at);
    if (at >= text.size()) return {};
    bool named = false;
    const std::size_t value = is_blank(text[at]) ? nowhere : value_of_line(text, at, form, named);
    if (!named) continue;
    if (value == nowhere) return {};
    std::size_t place = value;
    if (!form.needle.empty()) {
      place = search_value(text, value, text.size(), form.needle);
      if (place == nowhere) return {Found::bad, {value, 0}};
      place += form.needle.size();
    }
    TextMatch match = read_value(text, place, form, family);
    if (match.found == Found::bad) match.span = {value, 0};
    return match;
  }
  return {};
}

SipUri find_uri(std::string_view text, std::size_t from, SipHeader header, Family family, bool* in_list) {
  TextMatch match;
  while (in_list && *in_list) {
    match = find_in_list(text, from, form_of(header), family);
    if (match.found == Found::yes) return read_uri(text, match.span.at, family);
    if (match.found == Found::no) *in_list = false;
    if (match.found == Found::bad) from = match.span.at;
  }
  for (match.found = Found::bad; match.found == Found::bad; from = match.span.at)
    match = find_header(text, from, header, family);
  if (match.found == Found::no) return {};
  if (in_list) *in_list = true;
  return read_uri(text, match.span.at, family);
}

SipUri find_request_uri(std::string_view text, Family family) {
  std::size_t at = count_letters(text, 0);
  if (at == 0 || ++at >= text.size()) return {};
  for (; at + 4 < text.size(); ++at) {
    if (is_newline(text[at])) return {Found::bad};
    if (starts_with_nocase(text, at, "sip:")) {
      at += 4;
      break;
    }
  }
  return read_uri(text, skip_user(text, at), family);
}

std::optional<Span> find_param(std::string_view text, std::size_t from, std::string_view name) {
  const std::size_t limit = end_of_value(text, from);
  std::size_t at = search_value(text, from, limit, name);
  if (at == nowhere) return std::nullopt;
  at += name.size();
  const std::size_t end = search_value(text, at, limit, ";");
  return Span{at, (end == nowhere ? limit : end) - at};
}

std::optional<AddressParam> find_address_param(std::string_view text, std::size_t from, std::string_view name,
                                               Family family, bool brackets) {
  const std::size_t limit = end_of_value(text, from);
  std::size_t at = search_value(text, from, limit, name);
  if (at == nowhere) return std::nullopt;
  at += name.size();
  const auto address = read_bracketed(text.substr(0, limit), at, family, brackets);
  if (!address) return std::nullopt;
  return AddressParam{{at, address->end - at}, address->address};
}

NumberParam find_number_param(std::string_view text, std::size_t from, std::string_view name) {
  const std::size_t limit = end_of_value(text, from);
  std::size_t at = search_value(text, from, limit, name);
  if (at == nowhere) return {};
  at += name.size();
  const TextNumber number = read_number(text.substr(0, limit), at);
  return {number.size == 0 ? Found::bad : Found::yes, {at, number.size}, number.value};
}

}  // namespace fwsim
