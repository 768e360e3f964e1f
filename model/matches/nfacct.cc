// -m nfacct: counts in a named object; true unless the object has a quota that is not used up
// (net/netfilter/xt_nfacct.c). The object must exist when the rule is loaded.
#include "model/extension.hh"

namespace fwsim {
namespace {

// iptables prints one space too many.
constexpr ValueKind name_kind{
    "name", 1,
    [](const ValueContext& c, std::span<const std::string_view> words, Value& out) {
      return kinds::word.read(c, words, out);
    },
    [](const ValueContext&, const Value& value, std::string& out) { out += " " + std::get<std::string>(value); }};

Meaning meaning(const MatchUse& use, Family) { return {oracle(use), never()}; }

constexpr Option options[] = {
    {.name = "nfacct-name", .kind = &name_kind, .min = 1, .required = true, .help = "name of the object"},
};

}  // namespace

extern const Extension match_nfacct{
    .name = "nfacct", .options = options, .memory = Memory::shared, .help = "count in a named object", .match = meaning};

}  // namespace fwsim
