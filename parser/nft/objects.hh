// The named things of a listing that rules refer to: sets, maps, limits, chains by table.
#pragma once

#include <map>
#include <set>
#include <string>
#include <tuple>

#include "parser/nft/test.hh"

namespace fwsim::nft_json {

// "inet", "filter"
struct TableName {
  std::string family, name;
  auto operator<=>(const TableName&) const = default;
};

struct Objects {
  std::map<std::tuple<TableName, std::string, std::string>, const json*> known;   // by table, kind ("set") and name
  std::set<std::pair<TableName, std::string>> written;   // sets that rules add to or delete from

  const json* find(const TableName& table, const std::string& kind, const std::string& name) const {
    const auto at = known.find({table, kind, name});
    return at == known.end() ? nullptr : at->second;
  }
};

// Where an expression stands.
struct Scope {
  Family family = Family::v4;
  TableName table;
  const Objects* objects = nullptr;
  std::uint64_t handle = 0;      // of the rule
};

}  // namespace fwsim::nft_json
