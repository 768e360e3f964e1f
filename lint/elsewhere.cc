#include "lint/elsewhere.hh"

#include <algorithm>
#include <map>
#include <tuple>

#include "lint/check.hh"
#include "model/value.hh"

namespace fwsim {
namespace {

constexpr Elsewhere list[] = {
    {"A20 A21", "refused by `fwsim check` and whatever reads the file, as the kernel would"},
};

constexpr std::string_view to_come = "A03";

// Catalogues, then letters, then numbers.
auto order(std::string_view id) {
  const bool trap = id.substr(0, 6) == "traps:";
  if (trap) id.remove_prefix(6);
  unsigned number = 0;
  for (char digit : id.substr(1)) number = number * 10 + static_cast<unsigned>(digit - '0');
  return std::tuple(trap, id[0], number);
}

std::vector<std::string_view> words(std::string_view text) {
  std::vector<std::string_view> out = split(text, ' ');
  std::erase(out, std::string_view());
  return out;
}

}  // namespace

std::span<const Elsewhere> elsewhere() { return list; }

std::vector<std::string_view> not_yet() { return words(to_come); }

std::vector<CatalogueEntry> catalogue() {
  std::map<std::string_view, CatalogueEntry> entries;
  for (const Check* check : all_checks())
    for (std::string_view id : words(check->covers)) entries[id].checks.push_back(check->id);
  for (const Elsewhere& e : list)
    for (std::string_view id : words(e.ids)) entries[id].where = e.where;
  for (std::string_view id : not_yet()) entries[id].where = "not yet";
  std::vector<CatalogueEntry> out;
  for (auto& [id, entry] : entries) {
    entry.id = id;
    out.push_back(std::move(entry));
  }
  std::sort(out.begin(), out.end(), [](const CatalogueEntry& a, const CatalogueEntry& b) { return order(a.id) < order(b.id); });
  return out;
}

}  // namespace fwsim
