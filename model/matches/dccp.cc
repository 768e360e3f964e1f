// -m dccp: ports, packet type and options. net/netfilter/xt_dccp.c. The options are
// simulator/oracles/dccp.cc.
//
// Field::dccp_type, for the decoder: bits 1 to 4 of byte 8 of the transport header, (byte >> 1) & 15,
// when the protocol is 33, the packet is no later fragment and the byte is there.
#include <fmt/format.h>

#include <iterator>

#include "model/matches/any_range.hh"
#include "model/matches/transport.hh"

namespace fwsim {
namespace {

constexpr std::string_view types[] = {"REQUEST",  "RESPONSE", "DATA",  "ACK",  "DATAACK", "CLOSEREQ",
                                      "CLOSE",    "RESET",    "SYNC",  "SYNCACK", "INVALID"};

constexpr ValueKind types_kind{
    "type[,type...]", 1,
    [](const ValueContext&, std::span<const std::string_view> words, Value& out) -> std::optional<ValueError> {
      Bits set;
      for (std::string_view word : split(words[0], ',')) {
        if (word.empty()) continue;
        const std::uint64_t before = set.bits;
        bool known = false;
        for (std::size_t i = 0; i < std::size(types); ++i)
          if (equal_ignoring_case(types[i], word)) {
            set.bits = before | std::uint64_t{1} << i;
            known = true;
          }
        if (!known)
          return ValueError{fmt::format("'{}' is not a DCCP packet type", word),
                            "REQUEST, RESPONSE, DATA, ACK, DATAACK, CLOSEREQ, CLOSE, RESET, SYNC, SYNCACK, INVALID"};
      }
      out = set;
      return {};
    },
    [](const ValueContext&, const Value& value, std::string& out) {
      bool first = true;
      for (std::size_t i = 0; i < std::size(types); ++i) {
        if (((std::get<Bits>(value).bits >> i) & 1) == 0) continue;
        if (!first) out += ',';
        first = false;
        out += types[i];
      }
    }};

// The kernel takes all types from 10 on for INVALID.
Pred type_is_listed(const Use& use) {
  const Given* given = use.find("dccp-types");
  if (!given) return always();
  Bits set = std::get<Bits>(given->value);
  if (((set.bits >> 10) & 1) != 0) set.bits |= 0xfc00;
  return value_in_field(Field::dccp_type, set, given->inverted);
}

Meaning meaning(const MatchUse& use, Family family) {
  return transport_meaning(use, family, 12,
                           all({type_is_listed(use), use.has("dccp-option") ? oracle(use) : always()}));
}

constexpr Option options[] = {
    {.name = "sport", .kind = &kinds::decimal_port_range, .alias = "source-port", .invertible = true,
     .field = Field::sport, .help = "source port or range", .again = "Only one `--source-port' allowed"},
    {.name = "dport", .kind = &kinds::decimal_port_range, .alias = "destination-port", .invertible = true,
     .field = Field::dport, .help = "destination port or range", .again = "Only one `--destination-port' allowed"},
    {.name = "dccp-types", .kind = &types_kind, .invertible = true,
     .help = "packet type is one of these"},
    {.name = "dccp-option", .kind = &kinds::number, .invertible = true, .min = 1, .max = 255,
     .help = "an option of this kind is there"},
};

constexpr int protocols[] = {33};

}  // namespace

extern const Extension match_dccp{
    .name = "dccp", .options = options, .protocols = protocols,
    .note = "the kernel still counts the rule when a negated --dccp-option drops the packet",
    .help = "DCCP header",
    .match = meaning};

}  // namespace fwsim
