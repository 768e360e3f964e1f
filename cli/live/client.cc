#include "cli/live/modes.hh"
#include "model/diagnostic.hh"

namespace fwsim {

int ask_running(const LiveArgs&, const Common&) { throw EnvironmentError("not there yet"); }

}  // namespace fwsim
