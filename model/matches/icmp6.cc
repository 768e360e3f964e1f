// -m icmp6: type and code of ICMPv6. net/ipv6/netfilter/ip6_tables.c, icmp6_match(). 255 is a type
// like any other here. The mld-* names are those of iptables 1.8.10 and later.
#include "model/matches/icmp_type.hh"
#include "model/matches/transport.hh"

namespace fwsim {
namespace {

constexpr IcmpName names[] = {
    {"destination-unreachable", icmp_whole_type(1)},
    {"no-route", icmp_one_code(1, 0)},
    {"communication-prohibited", icmp_one_code(1, 1)},
    {"beyond-scope", icmp_one_code(1, 2)},
    {"address-unreachable", icmp_one_code(1, 3)},
    {"port-unreachable", icmp_one_code(1, 4)},
    {"failed-policy", icmp_one_code(1, 5)},
    {"reject-route", icmp_one_code(1, 6)},
    {"packet-too-big", icmp_whole_type(2)},
    {"time-exceeded", icmp_whole_type(3)},
    {"ttl-exceeded", icmp_whole_type(3)},
    {"ttl-zero-during-transit", icmp_one_code(3, 0)},
    {"ttl-zero-during-reassembly", icmp_one_code(3, 1)},
    {"parameter-problem", icmp_whole_type(4)},
    {"bad-header", icmp_one_code(4, 0)},
    {"unknown-header-type", icmp_one_code(4, 1)},
    {"unknown-option", icmp_one_code(4, 2)},
    {"echo-request", icmp_whole_type(128)},
    {"ping", icmp_whole_type(128)},
    {"echo-reply", icmp_whole_type(129)},
    {"pong", icmp_whole_type(129)},
    {"mld-listener-query", icmp_whole_type(130)},
    {"mld-listener-report", icmp_whole_type(131)},
    {"mld-listener-done", icmp_whole_type(132)},
    {"mld-listener-reduction", icmp_whole_type(132)},
    {"router-solicitation", icmp_whole_type(133)},
    {"router-advertisement", icmp_whole_type(134)},
    {"neighbour-solicitation", icmp_whole_type(135)},
    {"neighbor-solicitation", icmp_whole_type(135)},
    {"neighbour-advertisement", icmp_whole_type(136)},
    {"neighbor-advertisement", icmp_whole_type(136)},
    {"redirect", icmp_whole_type(137)},
};

constexpr ValueKind type_kind{
    "type[/code]", 1,
    [](const ValueContext&, std::span<const std::string_view> words, Value& out) -> std::optional<ValueError> {
      NumRange types;
      if (auto error = read_icmp_type(names, words[0], types, "ICMPv6")) return error;
      out = types;
      return {};
    },
    [](const ValueContext&, const Value& value, std::string& out) { print_icmp_type(std::get<NumRange>(value), out); },
    [](const ValueContext&, const Value& value, std::string& out) {
      const std::string_view name = icmp_type_name(names, std::get<NumRange>(value));
      if (name.substr(0, 4) != "mld-") out += name;   // 1.8.9 prints these by number
    }};

Meaning meaning(const MatchUse& use, Family family) { return transport_meaning(use, family, 8); }

constexpr Option options[] = {
    {.name = "icmpv6-type", .kind = &type_kind, .invertible = true, .field = Field::icmp, .required = true,
     .help = "type, or type and code, by number or name"},
};

constexpr int protocols[] = {58};

}  // namespace

std::span<const IcmpName> icmp6_names() { return names; }

extern const Extension match_icmp6{.name = "icmp6", .v4 = false, .options = options, .protocols = protocols,
                                   .help = "ICMPv6 type and code", .match = meaning};

}  // namespace fwsim
