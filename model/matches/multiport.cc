// -m multiport: up to 15 ports, a range counting as two. net/netfilter/xt_multiport.c. Reads four
// bytes of the header, whatever the protocol.
#include <fmt/format.h>

#include "model/matches/transport.hh"

namespace fwsim {
namespace {

constexpr unsigned slots = 15;  // XT_MULTI_PORTS

// Only TCP and UDP have services by name.
std::optional<std::uint64_t> read_one(std::string_view word, int protocol) {
  if (const auto number = read_number(word)) return *number <= 0xffff ? number : std::nullopt;
  return protocol == 6 || protocol == 17 ? read_port(word, protocol) : std::nullopt;
}

std::optional<ValueError> read_list(const ValueContext& c, std::span<const std::string_view> words, Value& out) {
  std::vector<NumRange> list;
  unsigned used = 0;
  for (std::string_view piece : split(words[0], ',')) {
    if (const auto start = piece.find_first_not_of(' '); start != piece.npos) piece.remove_prefix(start);
    const std::size_t colon = piece.find(':');
    const auto low = read_one(piece.substr(0, colon), c.protocol);
    const auto high = colon == piece.npos ? low : read_one(piece.substr(colon + 1), c.protocol);
    if (!low || !high)
      return ValueError{fmt::format("'{}' is not a port or a range of ports", piece),
                        piece.find('-') != piece.npos ? "a range of ports is written with ':'"
                                                      : "ports are 0 to 65535; a range needs both its ends",
                        fmt::format("invalid port/service `{}' specified", low ? piece.substr(colon + 1) : piece.substr(0, colon))};
    if (colon != piece.npos && *low >= *high)
      return ValueError{fmt::format("range '{}' must end above its start", piece), {}, "invalid portrange specified"};
    list.push_back({*low, *high});
    used += colon == piece.npos ? 1 : 2;
  }
  if (used > slots)
    return ValueError{fmt::format("{} ports are too many: at most {}, and a range counts as two", used, slots),
                      "split the list over several rules, or use an ipset of type bitmap:port", "too many ports specified"};
  out = std::move(list);
  return {};
}

void print_list(const ValueContext& c, const Value& value, std::string& out) { kinds::port_list.print(c, value, out); }

void name_list(const ValueContext& c, const Value& value, std::string& out) { kinds::port_list.print_named(c, value, out); }

constexpr ValueKind list_kind{"port[,port[:port]...]", 1, read_list, print_list, name_list};

Meaning meaning(const MatchUse& use, Family family) {
  if (!use.has("ports")) return transport_meaning(use, family, 4);
  const Given& given = *use.find("ports");
  Pred either =
      any({value_in_field(Field::sport, given.value, false), value_in_field(Field::dport, given.value, false)});
  if (given.inverted) either = present_and_not(Field::sport, std::move(either));
  return transport_meaning(use, family, 4, std::move(either));
}

constexpr Option options[] = {
    {.name = "sports", .kind = &list_kind, .alias = "source-ports", .invertible = true, .field = Field::sport,
     .help = "source port is in the list"},
    {.name = "dports", .kind = &list_kind, .alias = "destination-ports", .invertible = true, .field = Field::dport,
     .help = "destination port is in the list"},
    {.name = "ports", .kind = &list_kind, .invertible = true, .help = "source or destination port is in the list"},
};

constexpr int protocols[] = {6, 17, 33, 132, 136};

}  // namespace

extern const Extension match_multiport{.name = "multiport", .options = options, .protocols = protocols,
                                       .no_protocol = "multiport needs `-p tcp', `-p udp', `-p udplite', `-p sctp' or `-p dccp'",
                                       .other_protocol = "multiport only works with TCP, UDP, UDPLITE, SCTP and DCCP",
                                       .groups = "sports|dports|ports", .none_given = "multiport expection an option", .help = "lists of ports", .match = meaning};

}  // namespace fwsim
