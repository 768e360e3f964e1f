// -m tos: bits of the TOS byte or traffic class. net/netfilter/xt_dscp.c, tos_mt(). The old names
// leave the two ECN bits out of the comparison.
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
    [](const ValueContext& c, std::span<const std::string_view> words, Value& out) -> std::optional<ValueError> {
      for (const NamedNumber& name : names)
        if (equal_ignoring_case(name.name, words[0])) {
          out = Masked{name.number, 0x3f};
          return {};
        }
      const std::size_t slash = words[0].find('/');
      const auto value = read_number(words[0].substr(0, slash));
      const auto mask = slash == words[0].npos ? c.option->max : read_number(words[0].substr(slash + 1));
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

constexpr Option options[] = {
    {.name = "tos", .kind = &tos_kind, .invertible = true, .field = Field::tos, .max = 255, .required = true,
     .help = "TOS & mask is value"},
};

}  // namespace

extern const Extension match_tos{.name = "tos", .options = options, .help = "type of service"};

}  // namespace fwsim
