// The nfacct objects of a World, which begin as the host's description has them.
#pragma once

#include <map>
#include <string>

#include "simulator/world.hh"

namespace fwsim {

struct Accounts : Shared {
  std::map<std::string, Account, std::less<>> objects;
};
Accounts& accounts(World& world);
Account* find_account(World& world, const std::string& name);  // null: not described

}  // namespace fwsim
