#include "cli/live/modes.hh"
#include "model/diagnostic.hh"

namespace fwsim {

int run_inline(Session&) { throw EnvironmentError("not there yet"); }

}  // namespace fwsim
