// The sockets that wait for packets, from what `ss -tulnp` prints.
#pragma once

#include <string_view>
#include <vector>

#include "model/host.hh"

namespace fwsim {

// Lines that are none (the heading, other sockets) are passed over.
std::vector<Listener> read_listeners(std::string_view text);

}  // namespace fwsim
