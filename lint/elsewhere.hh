// Entries of the catalogues of firewall faults (Check::covers) that no check finds: what does, or why a ruleset cannot
// tell. A fault is named by its letter and number, those of the list of traps with "traps:" before.
#pragma once

#include <span>
#include <string_view>
#include <vector>

namespace fwsim {

struct Elsewhere {
  std::string_view ids;      // "M01 M06 traps:D11"
  std::string_view where;
};
std::span<const Elsewhere> elsewhere();

// An entry and the checks that find it, or what is said of it instead.
struct CatalogueEntry {
  std::string_view id;
  std::vector<std::string_view> checks;   // ids
  std::string_view where;                 // what is said of it instead; empty when checks find it
};
// All of them, by letter and number, traps last.
std::vector<CatalogueEntry> catalogue();

}  // namespace fwsim
