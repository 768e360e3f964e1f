// The list of matches: a new one is a file in matches/ and a line here.
#include "model/extension.hh"

#define FWSIM_MATCHES(X) \
  X(limit)               \
  X(mark)                \
  X(tcp)                 \
  X(ttl)

namespace fwsim {

#define FWSIM_DECLARE(name) extern const Extension match_##name;
FWSIM_MATCHES(FWSIM_DECLARE)
#undef FWSIM_DECLARE

std::span<const Extension* const> all_matches() {
#define FWSIM_ENTRY(name) &match_##name,
  static constexpr const Extension* list[] = {FWSIM_MATCHES(FWSIM_ENTRY)};
#undef FWSIM_ENTRY
  return list;
}

}  // namespace fwsim
