// The connections of a recorded host, put into the table.
#pragma once

#include <cstdint>

#include "model/known_connection.hh"
#include "simulator/conntrack.hh"

namespace fwsim {

// `now`: when it was listed. What no listing tells (windows of TCP, tags of SCTP) is learnt from the next
// packets, and judged by nobody until then.
CtRef make_known(Conntrack& table, const KnownConnection& known, std::int64_t now);

}  // namespace fwsim
