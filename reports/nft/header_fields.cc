#include "reports/nft/header_fields.hh"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "model/matches/ipv6header.hh"

namespace fwsim::nft {
namespace {

constexpr std::array<std::string_view, 6> statuses{"expected", "seen-reply", "assured", "confirmed", "snat", "dnat"};
constexpr std::array<std::string_view, 8> tcp_flags{"fin", "syn", "rst", "psh", "ack", "urg", "ecn", "cwr"};

std::string flag_list(u128 bits, std::span<const std::string_view> words, std::string_view separator) {
  std::string out;
  for (std::size_t i = 0; i < words.size(); ++i)
    if ((bits >> i) & 1) {
      if (!out.empty()) out += separator;
      out += words[i];
    }
  return out;
}

Piece words(std::string text, bool of_family) { return {.of_family = of_family, .text = std::move(text)}; }

// tcp flags syn / fin,syn,rst,ack
Piece flags_piece(const Literal& l) {
  const std::string_view relation = l.negated ? "!= " : "";
  const bool one = (l.mask & (l.mask - 1)) == 0;  // of a single flag, nft takes no mask
  if (one && (l.value != 0) != l.negated) return text_piece("tcp flags " + flag_list(l.mask, tcp_flags, ","));
  if (one) return text_piece(fmt::format("tcp flags & {} == 0x0", flag_list(l.mask, tcp_flags, ",")));
  if (l.value == 0)
    return text_piece(
        fmt::format("tcp flags & ({}) {} 0x0", flag_list(l.mask, tcp_flags, " | "), l.negated ? "!=" : "=="));
  return text_piece(fmt::format("tcp flags {}{} / {}", relation, flag_list(l.value, tcp_flags, ","),
                                flag_list(l.mask, tcp_flags, ",")));
}

// The TOS byte or traffic class: DSCP and ECN have names, other bits are bits of the header.
Piece tos_piece(const Literal& l, Family family) {
  const bool v4 = family == Family::v4;
  const auto value = static_cast<unsigned>(l.value), mask = static_cast<unsigned>(l.mask);
  const std::string_view ip = v4 ? "ip" : "ip6";
  if (mask == 0xfc) {
    Piece piece{.key = fmt::format("{} dscp", ip),
                .elements = {{{value, value}, fmt::format("0x{:02x}", value >> 2)}},
                .negated = l.negated};
    piece.of_family = true;
    return piece;
  }
  if (mask == 3) {
    Piece piece{.key = fmt::format("{} ecn", ip),
                .elements = {{{value, value}, fmt::format("{}", value)}},
                .negated = l.negated};
    piece.of_family = true;
    return piece;
  }
  const std::string_view relation = l.negated ? "!=" : "==";
  if (v4)
    return words(mask == 0xff ? fmt::format("@nh,8,8 {} 0x{:02x}", relation, value)
                              : fmt::format("@nh,8,8 & 0x{:02x} {} 0x{:02x}", mask, relation, value),
                 false);
  return words(fmt::format("@nh,0,16 & 0x{:04x} {} 0x{:04x}", mask << 4, relation, value << 4), false);
}

// Whole types by their name or number, single codes with their type.
Pieces icmp_pieces(const Literal& l, Family family) {
  const std::string_view proto = family == Family::v4 ? "icmp" : "icmpv6";
  const auto type_text = [&](std::uint64_t type) {
    struct TypeName {
      unsigned v4, v6;
      std::string_view name;
    };
    constexpr TypeName types[] = {{0, 129, "echo-reply"},           {3, 1, "destination-unreachable"},
                                  {8, 128, "echo-request"},         {11, 3, "time-exceeded"},
                                  {12, 4, "parameter-problem"},     {5, 256, "redirect"},
                                  {4, 256, "source-quench"},        {13, 256, "timestamp-request"},
                                  {14, 256, "timestamp-reply"},     {9, 256, "router-advertisement"},
                                  {10, 256, "router-solicitation"}, {17, 256, "address-mask-request"},
                                  {18, 256, "address-mask-reply"},  {256, 2, "packet-too-big"},
                                  {256, 130, "mld-listener-query"}, {256, 131, "mld-listener-report"},
                                  {256, 132, "mld-listener-done"},  {256, 133, "nd-router-solicit"},
                                  {256, 134, "nd-router-advert"},   {256, 135, "nd-neighbor-solicit"},
                                  {256, 136, "nd-neighbor-advert"}, {256, 137, "nd-redirect"}};
    for (const TypeName& t : types)
      if ((family == Family::v4 ? t.v4 : t.v6) == type) return std::string(t.name);
    return fmt::format("{}", type);
  };
  const Range r = l.ranges.front();
  const auto type = static_cast<std::uint64_t>(r.low >> 8), code = static_cast<std::uint64_t>(r.low & 0xff);
  Piece whole{.key = fmt::format("{} type", proto),
              .elements = {{{type, type}, type_text(type)}},
              .negated = l.negated,
              .of_family = true};
  if (r.low != r.high) return {whole};
  if (l.negated)
    return {Piece{.key = fmt::format("{0} type . {0} code", proto),
                  .elements = {{r, fmt::format("{} . {}", type_text(type), code)}},
                  .negated = true,
                  .of_family = true}};
  return {whole, Piece{.key = fmt::format("{} code", proto),
                       .elements = {{{code, code}, fmt::format("{}", code)}},
                       .of_family = true}};
}

// Lengths of extension headers: nft has the byte in which they count units of eight.
Piece header_length(std::string_view header, const Literal& l) {
  std::vector<Element> units;
  for (const Range& r : l.ranges) units.push_back(number_element({r.low / 8 - 1, r.high / 8 - 1}));
  return Piece{.key = fmt::format("{} hdrlength", header),
               .elements = std::move(units),
               .negated = l.negated,
               .of_family = true};
}

// The IPv6 headers that are there (all bits of the value) and those that are not.
std::optional<Pieces> headers_pieces(const Literal& l) {
  struct Header {
    std::uint64_t bit;
    std::string_view name;
  };
  constexpr Header headers[] = {{ipv6_ext::hop_opts, "hbh"},
                                {ipv6_ext::dst_opts, "dst"},
                                {ipv6_ext::routing, "rt"},
                                {ipv6_ext::fragment, "frag"}};
  Pieces pieces;
  u128 left = l.mask;
  for (const Header& h : headers) {
    if ((l.mask & h.bit) == 0) continue;
    left &= ~u128{h.bit};
    pieces.push_back(
        words(fmt::format("exthdr {} {}", h.name, ((l.value & h.bit) != 0) != l.negated ? "exists" : "missing"), true));
  }
  if (left != 0 || (l.negated && pieces.size() > 1)) return std::nullopt;
  return pieces;
}

std::string_view header_of(Field field) {
  if (field >= Field::frag_id && field <= Field::frag_reserved) return "frag";
  if (field == Field::hbh_len) return "hbh";
  if (field == Field::dst_len) return "dst";
  if (field >= Field::rt_type && field <= Field::rt_reserved) return "rt";
  return {};
}

}  // namespace

std::optional<Pieces> header_pieces(const Literal& l, const FieldContext& c) {
  const std::string_view relation = l.negated ? "!=" : "==";
  const bool in = l.kind == Literal::Kind::in, masked = l.kind == Literal::Kind::masked;
  switch (l.field) {
    case Field::frag_off:
      if (!in || l.ranges.size() != 1) return std::nullopt;
      if (c.family == Family::v6) {
        if (l.ranges.front() != Range{0, 0} || l.negated) return std::nullopt;
        // The offset is a field of a header that few packets have; nft reads no ports of later fragments.
        return Pieces{words("th sport 0-65535", false)};
      }
      if (l.ranges.front() == Range{0, 0})
        return Pieces{words(fmt::format("ip frag-off & 0x1fff {} 0", relation), true)};
      if (l.ranges.front() == Range{1, 0x1fff})
        return Pieces{words(fmt::format("ip frag-off & 0x1fff {} 0", l.negated ? "==" : "!="), true)};
      return std::nullopt;
    case Field::tos: return masked ? std::optional(Pieces{tos_piece(l, c.family)}) : std::nullopt;
    case Field::tcp_flags: return masked ? std::optional(Pieces{flags_piece(l)}) : std::nullopt;
    case Field::tcp_options: return std::nullopt;
    case Field::icmp: return in && l.ranges.size() == 1 ? std::optional(icmp_pieces(l, c.family)) : std::nullopt;
    case Field::ct_status:
      if (!masked) return std::nullopt;
      if (l.value == l.mask && (l.mask & (l.mask - 1)) == 0 && !l.negated)
        return Pieces{text_piece("ct status " + flag_list(l.mask, statuses, ","))};
      return Pieces{text_piece(fmt::format("ct status & ({}) {} {:#x}", flag_list(l.mask, statuses, " | "), relation,
                                           static_cast<std::uint64_t>(l.value)))};
    case Field::hbh_len:
    case Field::dst_len:
    case Field::rt_len: return in ? std::optional(Pieces{header_length(header_of(l.field), l)}) : std::nullopt;
    case Field::frag_reserved:
      if (!in || l.negated || l.ranges != std::vector<Range>{{0, 0}}) return std::nullopt;
      return Pieces{words("frag reserved 0 frag reserved2 0", true)};
    case Field::ah_len:
      if (!in) return std::nullopt;
      return Pieces{{.key = "ah hdrlength",
                     .elements = {number_element({l.ranges[0].low / 4 - 2, l.ranges[0].high / 4 - 2})},
                     .negated = l.negated}};
    case Field::ipv6_exts: return masked ? headers_pieces(l) : std::nullopt;
    default: return std::nullopt;
  }
}

bool is_header_field(Field f) {
  switch (f) {
    case Field::frag_off:
    case Field::tos:
    case Field::tcp_flags:
    case Field::tcp_options:
    case Field::icmp:
    case Field::ct_status:
    case Field::hbh_len:
    case Field::dst_len:
    case Field::rt_len:
    case Field::frag_reserved:
    case Field::ah_len:
    case Field::ipv6_exts: return true;
    default: return false;
  }
}

// Only presence, or absence, is asked for.
std::optional<Pieces> presence_pieces(const Literal& l, const FieldContext& c) {
  const bool there = l.kind == Literal::Kind::present;
  if (l.field == Field::mac_src && there) return Pieces{text_piece("meta iiftype ether")};
  if (l.field == Field::tcp_mss && !there) return Pieces{text_piece("tcp option maxseg missing")};
  const std::string_view header = header_of(l.field);
  if (!header.empty() && c.family == Family::v6)
    return Pieces{words(fmt::format("exthdr {} {}", header, there ? "exists" : "missing"), true)};
  if (l.field == Field::ah_spi && there) return Pieces{text_piece("meta l4proto ah")};
  return std::nullopt;
}

}  // namespace fwsim::nft
