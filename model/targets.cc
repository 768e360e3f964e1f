// The list of target extensions: a new one is a file in targets/ and a line here.
// ACCEPT, DROP, QUEUE and RETURN are verdicts, not extensions.
#include "model/extension.hh"

#define FWSIM_TARGETS(X) \
  X(MARK)                \
  X(REJECT)              \
  X(REJECT6)

namespace fwsim {

#define FWSIM_DECLARE(name) extern const Extension target_##name;
FWSIM_TARGETS(FWSIM_DECLARE)
#undef FWSIM_DECLARE

std::span<const Extension* const> all_targets() {
#define FWSIM_ENTRY(name) &target_##name,
  static constexpr const Extension* list[] = {FWSIM_TARGETS(FWSIM_ENTRY)};
#undef FWSIM_ENTRY
  return list;
}

}  // namespace fwsim
