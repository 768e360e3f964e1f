#include "lint/profiles.hh"

namespace fwsim {

std::span<const Profile* const> all_profiles() {
  using namespace profiles;
  static constexpr const Profile* list[] = {
      &cis,
      &nist_800_41,
      &pci_dss,
  };
  return list;
}

}  // namespace fwsim
