// -j TOS: bits of the TOS byte or traffic class: tos = (tos & ~mask) ^ value. The names of old leave
// the two ECN bits alone. xt_DSCP.c, tos_tg()
#include <fmt/format.h>

#include <iterator>

#include "model/extension.hh"

namespace fwsim {
namespace {

constexpr NamedNumber names[] = {{"Minimize-Delay", 0x10},
                                 {"Maximize-Throughput", 0x08},
                                 {"Maximize-Reliability", 0x04},
                                 {"Minimize-Cost", 0x02},
                                 {"Normal-Service", 0x00}};

constexpr ValueKind tos_kind{
    "value[/mask]", 1,
    [](const ValueContext&, std::span<const std::string_view> words, Value& out) -> std::optional<ValueError> {
      for (const NamedNumber& name : names)
        if (equal_ignoring_case(name.name, words[0])) {
          out = Masked{name.number, 0x3f};
          return {};
        }
      const std::size_t slash = words[0].find('/');
      const auto value = read_number(words[0].substr(0, slash));
      const auto mask = slash == words[0].npos ? std::uint64_t{0xff} : read_number(words[0].substr(slash + 1));
      if (!value || !mask || *value > 255 || *mask > 255)
        return ValueError{fmt::format("'{}' is not a TOS value", words[0]),
                          "0 to 255, with a mask if need be, or a name like Minimize-Delay"};
      out = Masked{*value, *mask};
      return {};
    },
    [](const ValueContext&, const Value& value, std::string& out) {
      const auto& m = std::get<Masked>(value);
      fmt::format_to(std::back_inserter(out), "0x{:02x}/0x{:02x}", m.value, m.mask);
    }};

void finish(Use& use, CheckContext&) {
  Masked tos;
  if (const auto* m = use.get<Masked>("set-tos")) tos = *m;
  if (use.has("and-tos")) tos = {0, ~use.number("and-tos") & 0xff};
  if (use.has("or-tos")) tos = {use.number("or-tos"), use.number("or-tos")};
  if (use.has("xor-tos")) tos = {use.number("xor-tos"), 0};
  use.given.clear();
  use.put("set-tos", tos);
}

Actions act(const TargetUse& use, Family) {
  const auto& m = *use.get<Masked>("set-tos");
  return {Assign{.to = Field::tos, .keep = ~m.mask & 0xff, .constant = m.value}};
}

constexpr Option options[] = {
    {.name = "set-tos", .kind = &tos_kind, .help = "clear the bits of mask, then xor value"},
    {.name = "and-tos", .kind = &kinds::hex_number, .max = 255, .help = "keep only these bits"},
    {.name = "or-tos", .kind = &kinds::hex_number, .max = 255, .help = "set these bits"},
    {.name = "xor-tos", .kind = &kinds::hex_number, .max = 255, .help = "flip these bits"},
};
constexpr TableId tables[] = {TableId::mangle};

}  // namespace

extern const Extension target_TOS{.name = "TOS",
                                  .is_target = true,
                                  .options = options,
                                  .tables = tables,
                                  .groups = "set-tos|and-tos|or-tos|xor-tos",
                                  .help = "set the type of service",
                                  .finish = finish,
                                  .act = act};

}  // namespace fwsim
