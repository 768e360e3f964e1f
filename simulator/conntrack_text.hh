// A connection as `conntrack -L -o extended` prints it, which is /proc/net/nf_conntrack with the helper's name.
#pragma once

#include <cstdint>
#include <string>

#include "simulator/conntrack.hh"

namespace fwsim {

// One line, without its end. `counters`: packets and bytes of both directions too.
std::string connection_text(const CtEntry& entry, std::int64_t now, bool counters);

}  // namespace fwsim
