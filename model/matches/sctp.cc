// -m sctp: ports and chunks. net/netfilter/xt_sctp.c. The walk over the chunks is
// simulator/oracles/sctp.cc.
#include "model/matches/sctp.hh"

#include <fmt/format.h>

#include "model/matches/transport.hh"

namespace fwsim {
namespace {

struct Chunk {
  std::string_view name;
  std::uint8_t type;
  std::string_view flags = "--------";  // letters of bits 7 to 0
};
constexpr Chunk chunks[] = {
    {"DATA", 0, "----IUBE"},
    {"INIT", 1},
    {"INIT_ACK", 2},
    {"SACK", 3},
    {"HEARTBEAT", 4},
    {"HEARTBEAT_ACK", 5},
    {"ABORT", 6, "-------T"},
    {"SHUTDOWN", 7},
    {"SHUTDOWN_ACK", 8},
    {"ERROR", 9},
    {"COOKIE_ECHO", 10},
    {"COOKIE_ACK", 11},
    {"ECN_ECNE", 12},
    {"ECN_CWR", 13},
    {"SHUTDOWN_COMPLETE", 14, "-------T"},
    {"I_DATA", 64, "----IUBE"},
    {"ASCONF_ACK", 128},
    {"RE_CONFIG", 130},
    {"PAD", 132},
    {"FORWARD_TSN", 192},
    {"ASCONF", 193},
    {"I_FORWARD_TSN", 194},
};
constexpr std::uint8_t last_with_flags = 14;
constexpr std::string_view mode_names[] = {"all", "any", "only"};

// An upper-case letter: the flag must be set; a lower-case one: it must be clear.
bool read_flags(const Chunk& chunk, std::string_view letters, SctpChunks::Flags& flags) {
  for (char letter : letters) {
    const char upper = letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A') : letter;
    const std::size_t at = chunk.flags.find(upper);
    if (at == chunk.flags.npos || upper == '-') return false;
    const auto bit = static_cast<std::uint8_t>(0x80U >> at);
    flags.mask = static_cast<std::uint8_t>(flags.mask | bit);
    if (letter == upper) flags.value = static_cast<std::uint8_t>(flags.value | bit);
  }
  return true;
}

bool read_chunk(std::string_view word, SctpChunks& out, std::string& why) {
  const std::size_t colon = word.find(':');
  for (const Chunk& chunk : chunks)
    if (equal_ignoring_case(chunk.name, word.substr(0, colon))) {
      out.types.set(chunk.type);
      SctpChunks::Flags flags = out.flags[chunk.type];
      if (colon != word.npos && !read_flags(chunk, word.substr(colon + 1), flags)) {
        why = fmt::format("'{}' are not flags of chunk {}", word.substr(colon + 1), chunk.name);
        return false;
      }
      // iptables 1.8.9 takes the flags of I_DATA and loses them.
      if (chunk.type <= last_with_flags) out.flags[chunk.type] = flags;
      return true;
    }
  why = fmt::format("'{}' is not a chunk type", word.substr(0, colon));
  return false;
}

void print_flags(const Chunk& chunk, SctpChunks::Flags flags, std::string& out) {
  if (flags.mask == 0) return;
  out += ':';
  for (std::size_t at = 0; at < 8; ++at) {
    const unsigned bit = 0x80U >> at;
    if ((flags.mask & bit) == 0) continue;
    const char letter = chunk.flags[at];
    out += (flags.value & bit) != 0 ? letter : static_cast<char>(letter - 'A' + 'a');
  }
}

}  // namespace

std::optional<SctpChunks> read_sctp_chunks(std::string_view mode, std::string_view list, std::string& why) {
  SctpChunks out;
  bool known = false;
  for (std::size_t i = 0; i < std::size(mode_names); ++i)
    if (equal_ignoring_case(mode_names[i], mode)) {
      out.mode = static_cast<SctpChunks::Mode>(i);
      known = true;
    }
  if (!known) {
    why = fmt::format("'{}' is not one of all, any, only", mode);
    return std::nullopt;
  }
  if (equal_ignoring_case(list, "ALL")) out.types.set();
  if (equal_ignoring_case(list, "ALL") || equal_ignoring_case(list, "NONE")) return out;
  for (std::string_view word : split(list, ','))
    if (!word.empty() && !read_chunk(word, out, why)) return std::nullopt;
  return out;
}

std::optional<SctpChunks> read_sctp_chunks(std::string_view text) {
  const std::size_t space = text.find(' ');
  if (space == text.npos) return std::nullopt;
  std::string why;
  return read_sctp_chunks(text.substr(0, space), text.substr(space + 1), why);
}

std::string sctp_chunks_text(const SctpChunks& what) {
  std::string out(mode_names[static_cast<std::size_t>(what.mode)]);
  out += ' ';
  if (what.types.all()) return out + "ALL";
  if (what.types.none()) return out + "NONE";
  bool first = true;
  for (const Chunk& chunk : chunks) {
    if (!what.types.test(chunk.type)) continue;
    if (!first) out += ',';
    first = false;
    out += chunk.name;
    print_flags(chunk, what.flags[chunk.type], out);
  }
  return out;
}

namespace {

// What iptables says: the first name that it does not know.
std::string refused_chunks(std::string_view list) {
  for (std::string_view piece : split(list, ',')) {
    const std::string_view name = piece.substr(0, piece.find(':'));
    std::string why;
    if (!read_sctp_chunks("all", name, why)) return "Unknown sctp chunk `" + std::string(name) + "'";
  }
  return {};
}

// No service of Debian's has a port of SCTP: numbers only.
constexpr ValueKind ports_kind{
    "port[:port]", 1,
    [](const ValueContext& c, std::span<const std::string_view> words, Value& out) -> std::optional<ValueError> {
      auto error = kinds::range.read(c, words, out);
      if (error) error->tool = "invalid port/service `" + std::string(words[0]) + "' specified";
      return error;
    },
    [](const ValueContext& c, const Value& value, std::string& out) { kinds::range.print(c, value, out); },
    [](const ValueContext& c, const Value& value, std::string& out) { kinds::port_range.print_named(c, value, out); }};

constexpr ValueKind chunks_kind{
    "all|any|only chunk[:flags][,...]", 2,
    [](const ValueContext&, std::span<const std::string_view> words, Value& out) -> std::optional<ValueError> {
      std::string why;
      const auto read = read_sctp_chunks(words[0], words[1], why);
      if (!read) return ValueError{why, "like: any DATA,INIT or only DATA:Ub, or ALL, or NONE", refused_chunks(words[1])};
      out = sctp_chunks_text(*read);
      return {};
    },
    [](const ValueContext&, const Value& value, std::string& out) {
      out += std::get<std::string>(value);
    }};

Meaning meaning(const MatchUse& use, Family family) {
  return transport_meaning(use, family, 12, use.has("chunk-types") ? oracle(use) : always());
}

constexpr Option options[] = {
    {.name = "sport", .kind = &ports_kind, .alias = "source-port", .invertible = true, .field = Field::sport,
     .max = 0xffff, .help = "source port or range", .again = "Only one `--source-port' allowed"},
    {.name = "dport", .kind = &ports_kind, .alias = "destination-port", .invertible = true, .field = Field::dport,
     .max = 0xffff, .help = "destination port or range", .again = "Only one `--destination-port' allowed"},
    {.name = "chunk-types", .kind = &chunks_kind, .invertible = true,
     .help = "all, any or only these chunks are in the packet"},
};

constexpr int protocols[] = {132};

}  // namespace

extern const Extension match_sctp{
    .name = "sctp", .options = options, .protocols = protocols,
    .note = "the kernel still counts the rule when a negated --chunk-types drops the packet",
    .help = "SCTP header and chunks",
    .match = meaning};

}  // namespace fwsim
