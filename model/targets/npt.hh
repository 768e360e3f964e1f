// What SNPT and DNPT share: two prefixes of at most 64 bits. ip6t_NPT.c
#pragma once

#include "model/extension.hh"

namespace fwsim {

namespace kinds {
extern const ValueKind npt_prefix;
}
void finish_npt(Use& use, CheckContext& c);

}  // namespace fwsim
