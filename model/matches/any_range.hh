// Ranges as libxtables reads them for most matches (XTTYPE_UINT32RC, XTTYPE_PORTRC). iptables 1.8.9
// takes an end below the start, for a test that no packet passes; later versions refuse it.
#pragma once

#include "model/value.hh"

namespace fwsim::kinds {

extern const ValueKind any_range;       // a[:b] within option.min and max; b may be below a
extern const ValueKind any_port_range;  // the same for ports: service names or decimal numbers (035 is 35)
extern const ValueKind decimal_port_range;  // such ports, with b not below a

}  // namespace fwsim::kinds
