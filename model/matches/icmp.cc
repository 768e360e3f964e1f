// -m icmp (IPv4): type and code. net/ipv4/netfilter/ip_tables.c, icmp_match(). Type 255 stands for
// any type, so `! --icmp-type any` matches nothing.
#include "model/matches/icmp_type.hh"
#include "model/matches/transport.hh"

namespace fwsim {
namespace {

constexpr NumRange any_type{0, 0xffff};

constexpr IcmpName names[] = {
    {"any", any_type},
    {"echo-reply", icmp_whole_type(0)},
    {"pong", icmp_whole_type(0)},
    {"destination-unreachable", icmp_whole_type(3)},
    {"network-unreachable", icmp_one_code(3, 0)},
    {"host-unreachable", icmp_one_code(3, 1)},
    {"protocol-unreachable", icmp_one_code(3, 2)},
    {"port-unreachable", icmp_one_code(3, 3)},
    {"fragmentation-needed", icmp_one_code(3, 4)},
    {"source-route-failed", icmp_one_code(3, 5)},
    {"network-unknown", icmp_one_code(3, 6)},
    {"host-unknown", icmp_one_code(3, 7)},
    {"network-prohibited", icmp_one_code(3, 9)},
    {"host-prohibited", icmp_one_code(3, 10)},
    {"TOS-network-unreachable", icmp_one_code(3, 11)},
    {"TOS-host-unreachable", icmp_one_code(3, 12)},
    {"communication-prohibited", icmp_one_code(3, 13)},
    {"host-precedence-violation", icmp_one_code(3, 14)},
    {"precedence-cutoff", icmp_one_code(3, 15)},
    {"source-quench", icmp_whole_type(4)},
    {"redirect", icmp_whole_type(5)},
    {"network-redirect", icmp_one_code(5, 0)},
    {"host-redirect", icmp_one_code(5, 1)},
    {"TOS-network-redirect", icmp_one_code(5, 2)},
    {"TOS-host-redirect", icmp_one_code(5, 3)},
    {"echo-request", icmp_whole_type(8)},
    {"ping", icmp_whole_type(8)},
    {"router-advertisement", icmp_whole_type(9)},
    {"router-solicitation", icmp_whole_type(10)},
    {"time-exceeded", icmp_whole_type(11)},
    {"ttl-exceeded", icmp_whole_type(11)},
    {"ttl-zero-during-transit", icmp_one_code(11, 0)},
    {"ttl-zero-during-reassembly", icmp_one_code(11, 1)},
    {"parameter-problem", icmp_whole_type(12)},
    {"ip-header-bad", icmp_one_code(12, 0)},
    {"required-option-missing", icmp_one_code(12, 1)},
    {"timestamp-request", icmp_whole_type(13)},
    {"timestamp-reply", icmp_whole_type(14)},
    {"address-mask-request", icmp_whole_type(17)},
    {"address-mask-reply", icmp_whole_type(18)},
};

constexpr ValueKind type_kind{
    "type[/code]", 1,
    [](const ValueContext&, std::span<const std::string_view> words, Value& out) -> std::optional<ValueError> {
      NumRange types;
      if (auto error = read_icmp_type(names, words[0], types, "ICMP")) return error;
      out = types.low >= 255 * 256 ? any_type : types;
      return {};
    },
    [](const ValueContext&, const Value& value, std::string& out) {
      const auto& types = std::get<NumRange>(value);
      if (types == any_type)
        out += "any";
      else
        print_icmp_type(types, out);
    },
    [](const ValueContext&, const Value& value, std::string& out) { out += icmp_type_name(names, std::get<NumRange>(value)); }};

Meaning meaning(const MatchUse& use, Family family) { return transport_meaning(use, family, 8); }

constexpr Option options[] = {
    {.name = "icmp-type", .kind = &type_kind, .invertible = true, .field = Field::icmp, .required = true,
     .help = "type, or type and code, by number or name"},
};

constexpr int protocols[] = {1};

}  // namespace

std::span<const IcmpName> icmp_names() { return names; }

extern const Extension match_icmp{.name = "icmp", .v6 = false, .options = options, .protocols = protocols,
                                  .help = "ICMP type and code", .match = meaning};

}  // namespace fwsim
