// -m dscp: the upper six bits of the TOS byte or traffic class. net/netfilter/xt_dscp.c
#include <fmt/format.h>

#include <iterator>

#include "model/extension.hh"

namespace fwsim {
namespace {

// RFC 2474, 2597, 3246
constexpr NamedNumber classes[] = {
    {"CS0", 0},   {"CS1", 8},   {"CS2", 16},  {"CS3", 24},  {"CS4", 32},  {"CS5", 40},  {"CS6", 48},  {"CS7", 56},
    {"BE", 0},    {"AF11", 10}, {"AF12", 12}, {"AF13", 14}, {"AF21", 18}, {"AF22", 20}, {"AF23", 22}, {"AF31", 26},
    {"AF32", 28}, {"AF33", 30}, {"AF41", 34}, {"AF42", 36}, {"AF43", 38}, {"EF", 46}};

void print_hex(const ValueContext&, const Value& value, std::string& out) {
  out += fmt::format("0x{:02x}", std::get<NumRange>(value).low);
}

std::optional<ValueError> read_value(const ValueContext& c, std::span<const std::string_view> words, Value& out) {
  auto error = kinds::number.read(c, words, out);
  if (error) error->hint = "0 to 63; --dscp-class takes names";
  return error;
}

std::optional<ValueError> read_class(const ValueContext&, std::span<const std::string_view> words, Value& out) {
  for (const NamedNumber& entry : classes)
    if (equal_ignoring_case(entry.name, words[0])) {
      out = NumRange{entry.number, entry.number};
      return {};
    }
  return ValueError{fmt::format("'{}' is not a DSCP class", words[0]), "CS0 to CS7, BE, AF11 to AF43, EF"};
}

constexpr ValueKind value_kind{"N", 1, read_value, print_hex};
constexpr ValueKind class_kind{"class", 1, read_class, print_hex};

void finish(Use& use, CheckContext&) {
  if (!use.has("dscp-class")) return;
  const bool inverted = use.inverted("dscp-class");
  const NumRange value = *use.get<NumRange>("dscp-class");
  use.remove("dscp-class");
  use.put("dscp", value, inverted);
}

Meaning meaning(const MatchUse& use, Family) {
  return {value_in_field(Field::tos, Masked{use.number("dscp") << 2, 0xfc}, use.inverted("dscp")), never()};
}

constexpr Option options[] = {
    {.name = "dscp", .kind = &value_kind, .invertible = true, .max = 63, .help = "DSCP is N", .refused = "dscp: bad value for option \"--dscp\", or out of range (0-63).\n"},
    {.name = "dscp-class", .kind = &class_kind, .invertible = true, .help = "DSCP is that of the class", .refused = "Invalid DSCP value `{}'"},
};

}  // namespace

extern const Extension match_dscp{.name = "dscp", .options = options, .groups = "dscp|dscp-class", .none_given = "DSCP match: Parameter --dscp is required",
                                  .help = "differentiated services", .finish = finish, .match = meaning};

}  // namespace fwsim
