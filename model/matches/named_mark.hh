// V[/M] where V can be a name from one of iproute2's files. A value that has a name is printed
// by it when the mask is full, as iptables does on a host with these files; fwsim knows only
// those names that every host has (option.names).
#pragma once

#include "model/extension.hh"

namespace fwsim {

namespace kinds {
extern const ValueKind named_mark;  // Masked; printed 0xV, 0xV/0xM or by name
}  // namespace kinds

}  // namespace fwsim
