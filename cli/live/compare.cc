#include "cli/live/modes.hh"
#include "model/diagnostic.hh"

namespace fwsim {

int run_compare(const LiveArgs&, const Common&) { throw EnvironmentError("not there yet"); }

}  // namespace fwsim
