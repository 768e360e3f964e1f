// -j DSCP: the upper six bits of the TOS byte or traffic class; the ECN bits stay. xt_DSCP.c
#include <fmt/format.h>

#include <iterator>

#include "model/extension.hh"
#include "model/more_kinds.hh"

namespace fwsim {
namespace {

// RFC 2474, 2597, 3246
constexpr NamedNumber classes[] = {{"CS0", 0},   {"CS1", 8},   {"CS2", 16},  {"CS3", 24},  {"CS4", 32},  {"CS5", 40},
                                   {"CS6", 48},  {"CS7", 56},  {"BE", 0},    {"AF11", 10}, {"AF12", 12}, {"AF13", 14},
                                   {"AF21", 18}, {"AF22", 20}, {"AF23", 22}, {"AF31", 26}, {"AF32", 28}, {"AF33", 30},
                                   {"AF41", 34}, {"AF42", 36}, {"AF43", 38}, {"EF", 46}};

constexpr ValueKind value_kind{"N", 1,
                               [](const ValueContext& c, std::span<const std::string_view> words, Value& out) {
                                 return kinds::number.read(c, words, out);
                               },
                               [](const ValueContext&, const Value& value, std::string& out) {
                                 out += fmt::format("0x{:02x}", std::get<NumRange>(value).low);
                               }};

void finish(Use& use, CheckContext&) {
  if (!use.has("set-dscp-class")) return;
  const NumRange value = *use.get<NumRange>("set-dscp-class");
  use.remove("set-dscp-class");
  use.put("set-dscp", value);
}

Actions act(const TargetUse& use, Family) {
  return {Assign{.to = Field::tos, .keep = 0x03, .constant = use.number("set-dscp") << 2}};
}

constexpr Option options[] = {
    {.name = "set-dscp", .kind = &value_kind, .max = 63, .help = "DSCP as a number", .refused = "DSCP: bad value for option \"--set-dscp\", or out of range (0-63).\n"},
    {.name = "set-dscp-class", .kind = &kinds::choice, .names = classes, .help = "DSCP as the name of a class", .refused = "Invalid DSCP value `{}'"},
};
constexpr TableId tables[] = {TableId::mangle};

}  // namespace

extern const Extension target_DSCP{.name = "DSCP",
                                   .is_target = true,
                                   .options = options,
                                   .tables = tables,
                                   .groups = "set-dscp|set-dscp-class", .none_given = "DSCP target: Parameter --set-dscp is required",
                                   .help = "set the differentiated services code point",
                                   .finish = finish,
                                   .act = act};

}  // namespace fwsim
