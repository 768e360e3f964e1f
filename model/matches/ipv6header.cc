// -m ipv6header: which extension headers the packet has. net/ipv6/netfilter/ip6t_ipv6header.c
#include "model/matches/ipv6header.hh"

#include <fmt/format.h>

#include "model/extension.hh"

namespace fwsim {
namespace {

struct Header {
  std::string_view name;  // as printed
  std::uint64_t bit;
  std::uint64_t protocol;
};
constexpr Header headers[] = {
    {"hop-by-hop", ipv6_ext::hop_opts, 0}, {"ipv6-opts", ipv6_ext::dst_opts, 60}, {"ipv6-route", ipv6_ext::routing, 43},
    {"ipv6-frag", ipv6_ext::fragment, 44}, {"ah", ipv6_ext::ah, 51},              {"esp", ipv6_ext::esp, 50},
    {"ipv6-nonxt", ipv6_ext::none, 59},    {"protocol", ipv6_ext::proto, 255}};

constexpr NamedNumber other_names[] = {{"hop", 0},   {"dst", 60},  {"route", 43}, {"frag", 44},
                                       {"auth", 51}, {"none", 59}, {"prot", 255}};

std::optional<std::uint64_t> read_header(std::string_view word) {
  std::optional<std::uint64_t> protocol = read_number(word);
  for (const Header& header : headers)
    if (header.name == word) return header.bit;
  for (const NamedNumber& name : other_names)
    if (name.name == word) protocol = name.number;
  for (const Header& header : headers)
    if (header.protocol == protocol) return header.bit;
  return std::nullopt;
}

constexpr std::string_view hint = "one of hop, dst, route, frag, auth, esp, none, prot";

constexpr ValueKind set_kind{
    "header[,header...]", 1,
    [](const ValueContext&, std::span<const std::string_view> words, Value& out) -> std::optional<ValueError> {
      Bits set;
      for (std::string_view word : split(words[0], ',')) {
        if (word.empty()) continue;
        const auto bit = read_header(word);
        if (!bit)
          return ValueError{fmt::format("'{}' is not an extension header", word), std::string(hint)};
        set.bits |= *bit;
      }
      if (set.bits == 0) return ValueError{"a header must be named", std::string(hint)};
      out = set;
      return {};
    },
    [](const ValueContext&, const Value& value, std::string& out) {
      bool first = true;
      for (const Header& header : headers) {
        if ((std::get<Bits>(value).bits & header.bit) == 0) continue;
        if (!first) out += ',';
        first = false;
        out += header.name;
      }
    }};

Meaning meaning(const MatchUse& use, Family) {
  const std::uint64_t set = use.get<Bits>("header")->bits;
  const bool inverted = use.inverted("header");
  if (use.has("soft")) return {masked(Field::ipv6_exts, inverted ? 0 : set, set), never()};
  const Pred same = is(Field::ipv6_exts, set);
  return {inverted ? present_and_not(Field::ipv6_exts, same) : same, never()};
}

constexpr Option options[] = {
    {.name = "header", .kind = &set_kind, .invertible = true, .required = true, .help = "the packet has exactly these"},
    {.name = "soft", .help = "it has these, and may have others; negated: it has none of these"},
};

}  // namespace

extern const Extension match_ipv6header{.name = "ipv6header", .v4 = false, .options = options,
                                        .help = "IPv6 extension headers", .match = meaning};

}  // namespace fwsim
