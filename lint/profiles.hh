// Every profile; lint/profiles/<name>.cc holds it.
#pragma once

#include "lint/audit.hh"

namespace fwsim::profiles {

extern const Profile cis, nist_800_41, pci_dss;

}  // namespace fwsim::profiles
