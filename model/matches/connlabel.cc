// -m connlabel: one of 128 labels of the connection (net/netfilter/xt_connlabel.c).
// For simulator/oracles/connlabel.cc:
//   label   NumRange 0..127; its inversion is the match's
//   set     flag: put the label on the connection
#include <fmt/format.h>

#include "model/extension.hh"

namespace fwsim {
namespace {

using Words = std::span<const std::string_view>;

constexpr ValueKind label_kind{
    "0..127", 1,
    [](const ValueContext&, Words words, Value& out) -> std::optional<ValueError> {
      const auto number = read_number(words[0]);
      if (!number || *number > 127)
        return ValueError{fmt::format("'{}' is not a label", words[0]),
                          number ? "labels are 0 to 127" : "names of the machine's connlabel.conf are not known here"};
      out = NumRange{*number, *number};
      return {};
    },
    [](const ValueContext&, const Value& value, std::string& out) {
      out += fmt::format("\"{}\"", std::get<NumRange>(value).low);
    }};

Meaning meaning(const MatchUse& use, Family) { return {oracle(use), never()}; }

constexpr Option options[] = {
    {.name = "label", .kind = &label_kind, .invertible = true, .required = true, .help = "number of the label"},
    {.name = "set", .help = "put the label on the connection"},
};

}  // namespace

extern const Extension match_connlabel{.name = "connlabel", .options = options, .conntrack = true,
                                       .memory = Memory::elsewhere, .help = "label of the connection", .match = meaning};

}  // namespace fwsim
