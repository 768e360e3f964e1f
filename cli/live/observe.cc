#include "cli/live/modes.hh"
#include "model/diagnostic.hh"

namespace fwsim {

int run_observe(Session&) { throw EnvironmentError("not there yet"); }

}  // namespace fwsim
