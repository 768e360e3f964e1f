// -m mh (IPv6): type of the mobility header. net/ipv6/netfilter/ip6t_mh.c. Another payload protocol
// than 59 (none) drops the packet.
//
// Fields, for the decoder, of the transport header when the protocol is 135, the packet is no later
// fragment and the byte is there: mh_payload byte 0, mh_type byte 2.
#include <fmt/format.h>

#include "model/matches/transport.hh"

namespace fwsim {
namespace {

constexpr NamedNumber types[] = {
    {"binding-refresh-request", 0}, {"brr", 0},  {"home-test-init", 1}, {"hoti", 1}, {"careof-test-init", 2},
    {"coti", 2},                    {"home-test", 3}, {"hot", 3},       {"careof-test", 4}, {"cot", 4},
    {"binding-update", 5},          {"bu", 5},   {"binding-acknowledgement", 6}, {"ba", 6}, {"binding-error", 7},
    {"be", 7}};

// A whole name, else the first that the word abbreviates.
std::optional<std::uint64_t> read_type(std::string_view word) {
  if (const auto number = read_number(word)) return *number <= 255 ? number : std::nullopt;
  const NamedNumber* found = nullptr;
  for (const NamedNumber& type : types) {
    if (equal_ignoring_case(type.name, word)) return type.number;
    if (!found && !word.empty() && word.size() < type.name.size() &&
        equal_ignoring_case(type.name.substr(0, word.size()), word))
      found = &type;
  }
  return found ? std::optional(found->number) : std::nullopt;
}

std::optional<ValueError> read_types(const ValueContext&, std::span<const std::string_view> words, Value& out) {
  const std::string_view word = words[0];
  const std::size_t colon = word.find(':');
  const std::string_view low = word.substr(0, colon), high = colon == word.npos ? low : word.substr(colon + 1);
  NumRange range{0, 255};
  for (const auto& [text, end] : {std::pair{low, &range.low}, std::pair{high, &range.high}}) {
    if (text.empty() && colon != word.npos) continue;
    const auto type = read_type(text);
    if (!type) return ValueError{fmt::format("'{}' is not a type of mobility header", text), "0 to 255 or a name"};
    *end = *type;
  }
  if (range.low > range.high)
    return ValueError{fmt::format("range '{}' is empty: its end is below its start", word), {}};
  out = range;
  return {};
}

void print_types(const ValueContext& c, const Value& value, std::string& out) { kinds::range.print(c, value, out); }

void name_type(std::uint64_t number, std::string& out) {
  for (const NamedNumber& type : types)
    if (type.number == number) {
      out += type.name;
      return;
    }
  out += fmt::format("{}", number);
}
void name_types(const ValueContext&, const Value& value, std::string& out) {
  const auto& range = std::get<NumRange>(value);
  name_type(range.low, out);
  if (range.low == range.high) return;
  out += ':';
  name_type(range.high, out);
}

constexpr ValueKind types_kind{"type[:type]", 1, read_types, print_types, name_types};

Meaning meaning(const MatchUse& use, Family family) {
  Meaning m = transport_meaning(use, family, 6);
  m.hotdrop = any({std::move(m.hotdrop), present_and_not(Field::mh_payload, is(Field::mh_payload, 59))});
  return m;
}

constexpr Option options[] = {
    {.name = "mh-type", .kind = &types_kind, .invertible = true, .field = Field::mh_type, .max = 255,
     .saved = Saved::unless_default, .fallback = "0:255", .help = "type or range of types, by number or name"},
};

constexpr int protocols[] = {135};

}  // namespace

extern const Extension match_mh{.name = "mh", .v4 = false, .options = options, .protocols = protocols,
                                .help = "IPv6 mobility header", .match = meaning};

}  // namespace fwsim
