// -m tcp: ports, flags and options of the TCP header. net/netfilter/xt_tcpudp.c, tcp_mt()
#include <array>
#include <utility>

#include "model/extension.hh"

namespace fwsim {
namespace {

// Bit numbers of byte 13 in the order in which iptables prints them. ECE and CWR are not in ALL.
constexpr NamedNumber flag_names[] = {{"FIN", 0x01}, {"SYN", 0x02}, {"RST", 0x04}, {"PSH", 0x08},
                                      {"ACK", 0x10}, {"URG", 0x20}, {"ALL", 0x3f}, {"NONE", 0}};

std::optional<std::uint64_t> read_flags(std::string_view list) {
  std::uint64_t flags = 0;
  for (std::string_view name : split(list, ',')) {
    const NamedNumber* found = nullptr;
    for (const NamedNumber& flag : flag_names)
      if (equal_ignoring_case(flag.name, name)) found = &flag;
    if (!found) return std::nullopt;
    flags |= found->number;
  }
  return flags;
}

std::string unknown_flag(std::string_view list) {
  for (std::string_view name : split(list, ','))
    if (!read_flags(name)) return std::string(name);
  return {};
}

void print_flags(std::uint64_t flags, std::string& out) {
  if (flags == 0) out += "NONE";
  bool first = true;
  for (const NamedNumber& flag : flag_names)
    if (flag.name != "ALL" && (flags & flag.number) != 0) {
      if (!std::exchange(first, false)) out += ',';
      out += flag.name;
    }
}

constexpr ValueKind flags_kind{
    "mask comp", 2,
    [](const ValueContext&, std::span<const std::string_view> words, Value& out) -> std::optional<ValueError> {
      std::array<std::uint64_t, 2> flags{};
      for (std::size_t i = 0; i < 2; ++i) {
        const auto read = read_flags(words[i]);
        if (!read)
          return ValueError{"'" + std::string(words[i]) + "' is not a list of TCP flags",
                            "a comma list of SYN, ACK, FIN, RST, URG, PSH, or ALL, or NONE", "Unknown TCP flag `" + unknown_flag(words[i]) + "'"};
        flags[i] = *read;
      }
      out = Masked{flags[1], flags[0]};
      return {};
    },
    [](const ValueContext&, const Value& value, std::string& out) {
      print_flags(std::get<Masked>(value).mask, out);
      out += ' ';
      print_flags(std::get<Masked>(value).value, out);
    }};

void finish(Use& use, CheckContext&) {
  if (const Given* syn = use.find("syn")) {
    const bool inverted = syn->inverted;
    use.remove("syn");
    use.put("tcp-flags", Masked{0x02, 0x17}, inverted);
  }
}

Meaning meaning(const MatchUse& use, Family family) {
  std::vector<Pred> parts{is(Field::frag_off, 0), options_as_fields(use, family)};
  if (use.has("tcp-option")) parts.push_back(oracle(use));
  // A fragment that starts inside the header is an attack; a short header cannot be judged. The
  // kernel looks for the first at offset 1, which it counts in bytes in IPv6: there is none.
  return {all(std::move(parts)), any({family == Family::v4 ? is(Field::frag_off, 1) : never(),
                                      all({is(Field::frag_off, 0), in(Field::l4_len, Range{0, 19})})})};
}

constexpr Option options[] = {
    {.name = "sport", .kind = &kinds::port_range, .alias = "source-port", .invertible = true, .field = Field::sport,
     .saved = Saved::unless_default, .fallback = "0:65535", .help = "source port or range", .again = "Only one `--source-port' allowed"},
    {.name = "dport", .kind = &kinds::port_range, .alias = "destination-port", .invertible = true,
     .field = Field::dport, .saved = Saved::unless_default, .fallback = "0:65535",
     .help = "destination port or range", .again = "Only one `--destination-port' allowed"},
    {.name = "tcp-option", .kind = &kinds::number, .invertible = true, .min = 1, .max = 255,
     .help = "a TCP option of this kind is there", .refused = "Bad TCP option \"{}\"", .again = "Only one `--tcp-option' allowed"},
    {.name = "tcp-flags", .kind = &flags_kind, .invertible = true, .field = Field::tcp_flags,
     .saved = Saved::unless_default, .fallback = "NONE NONE", .help = "of the flags in mask, exactly comp are set", .again = "Only one of `--syn' or `--tcp-flags'  allowed"},
    {.name = "syn", .invertible = true, .help = "SYN set, ACK, RST and FIN clear", .again = "Only one of `--syn' or `--tcp-flags'  allowed"},
};

constexpr int protocols[] = {6};

}  // namespace

extern const Extension match_tcp{.name = "tcp", .options = options, .protocols = protocols, .help = "TCP header",
                                 .finish = finish, .match = meaning};

}  // namespace fwsim
