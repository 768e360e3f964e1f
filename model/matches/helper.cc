// -m helper: the packet's connection was expected by another one that has this helper
// (net/netfilter/xt_helper.c). For simulator/oracles/helper.cc:
//   helper   string, at most 29 bytes, "" for any helper; its inversion is the match's
#include "model/extension.hh"

namespace fwsim {
namespace {

constexpr std::size_t max_name = 29;

void finish(Use& use, CheckContext&) {
  const std::string name(use.text("helper").substr(0, max_name));
  use.put("helper", name, use.inverted("helper"));
}

Meaning meaning(const MatchUse& use, Family) { return {oracle(use), never()}; }

constexpr Option options[] = {
    {.name = "helper", .kind = &kinds::text, .invertible = true, .required = true,
     .help = "name of the helper of the connection that caused this one"},
};

}  // namespace

extern const Extension match_helper{.name = "helper", .options = options, .conntrack = true,
                                    .memory = Memory::elsewhere, .help = "connection expected by a helper", .finish = finish, .match = meaning};

}  // namespace fwsim
