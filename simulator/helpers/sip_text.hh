// Reading SIP headers (RFC 3261) as net/netfilter/nf_conntrack_sip.c reads them: header by header from
// a place in the text on, with compact names, continued lines and lists, and IP addresses only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "model/types.hh"

namespace fwsim {

// A part of a text.
struct Span {
  std::size_t at = 0;
  std::size_t size = 0;
  constexpr std::size_t end() const { return at + size; }
  bool operator==(const Span&) const = default;
};

// `bad`: the header is there, but its value is not what the kernel can read.
enum class Found : std::uint8_t { no, bad, yes };
// Of a value; when bad only its begin, where a search for another one goes on.
struct TextMatch {
  Found found = Found::no;
  Span span;
};

enum class SipHeader : std::uint8_t { cseq, from, to, contact, via_udp, via_tcp, expires, content_length };

// The first header of this kind behind the first line end from `from` on: the digits of its value, or
// the address and port in it.
TextMatch find_header(std::string_view text, std::size_t from, SipHeader header, Family family);

struct SipUri {
  Found found = Found::no;
  Span span;               // of the address with its port
  u128 address = 0;
  std::uint16_t port = 0;  // 5060 where none is written
};
// The address of the first readable header. Where `in_list` is set, first of the next element of the
// list in which `from` lies; it is set when the next search may go on with the list.
SipUri find_uri(std::string_view text, std::size_t from, SipHeader header, Family family, bool* in_list = nullptr);
// The address in the first line of a request.
SipUri find_request_uri(std::string_view text, Family family);

// Parameters of the header value in which `from` lies, up to the next comma.
std::optional<Span> find_param(std::string_view text, std::size_t from, std::string_view name);
struct AddressParam {
  Span span;
  u128 address = 0;
};
std::optional<AddressParam> find_address_param(std::string_view text, std::size_t from, std::string_view name,
                                               Family family, bool brackets);
struct NumberParam {
  Found found = Found::no;
  Span span;
  std::uint32_t value = 0;
};
NumberParam find_number_param(std::string_view text, std::size_t from, std::string_view name);

// The digits at this place; no digits, or a number above 32 bits: value 0, size 0.
struct TextNumber {
  std::uint32_t value = 0;
  std::size_t size = 0;
};
TextNumber read_number(std::string_view text, std::size_t at);
// The address at this place, and where it ends: in4_pton(), in6_pton().
struct TextAddress {
  u128 address = 0;
  std::size_t end = 0;
};
std::optional<TextAddress> read_text_address(std::string_view text, std::size_t at, Family family);

bool starts_with_nocase(std::string_view text, std::size_t at, std::string_view word);
std::size_t count_letters(std::string_view text, std::size_t at);
std::size_t count_digits(std::string_view text, std::size_t at);
// Begin of the line behind the one end of line at `at`.
std::size_t after_newline(std::string_view text, std::size_t at);
constexpr bool is_newline(char c) { return c == '\r' || c == '\n'; }

}  // namespace fwsim
