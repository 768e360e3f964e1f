#include "simulator/accounts.hh"

namespace fwsim {

Accounts& accounts(World& world) {
  const bool begun = world.shared.contains("nfacct");
  auto& all = world.get_shared<Accounts>("nfacct");
  if (!begun) all.objects = world.host.accounts;
  return all;
}

Account* find_account(World& world, const std::string& name) {
  auto& objects = accounts(world).objects;
  const auto found = objects.find(name);
  return found == objects.end() ? nullptr : &found->second;
}

}  // namespace fwsim
