// Programs that write chains of their own into a ruleset. What is odd about the order of their rules is not the fault of
// who runs them, and cannot be changed in the file: the program writes it again.
#pragma once

#include <span>
#include <string_view>

#include "model/ruleset.hh"

namespace fwsim {

struct Manager {
  std::string_view name;
  std::string_view chains;    // patterns of its chains' names, with blanks between
  std::string_view users{};   // those of them whose rules are the user's
  std::string_view devices{};  // patterns of devices that it makes, for which it puts rules into built-in chains
  bool whole = false;         // it writes the built-in chains too
  std::string_view signs{};   // where the names alone could be anybody's: chains that it always makes, all of which must be there
};

std::span<const Manager> all_managers();
// Who made the chain; null when the user did, or nobody knows.
const Manager* manager_of(const Ruleset& ruleset, std::string_view chain);
// Whose rules in built-in chains ask for this device.
const Manager* manager_of_device(const Ruleset& ruleset, std::string_view device);
// Who writes the built-in chains of this ruleset; null when the user does, or nobody knows.
const Manager* manager_of_whole(const Ruleset& ruleset);
// Whether the user writes the rules of this chain of a manager.
bool holds_user_rules(const Manager& manager, std::string_view chain);

}  // namespace fwsim
