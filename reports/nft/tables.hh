// Tables of nft, from those of iptables: one for each family, or one for both.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "reports/nft/extensions.hh"
#include "reports/nft/parts.hh"
#include "reports/nft_report.hh"

namespace fwsim::nft {

struct ChainText {
  std::string name;
  std::optional<Hook> hook;  // of base chains
  Verdict policy = Verdict::accept;
  std::vector<Line> lines;
};

struct TableText {
  TableId id = TableId::filter;
  Scope scope = Scope::ip;
  std::vector<ChainText> chains;
  Objects objects;
  std::vector<NftFault> faults;
  std::size_t lines = 0, shared = 0;  // of family inet: lines of both originals, and those that are the same
};

TableText table_of(const Ruleset& ruleset, const Table& table, const NftOptions& options);
// Both as one; nothing when their base chains differ in policy.
std::optional<TableText> table_of_both(const Ruleset& v4, const Table& four, const Ruleset& v6, const Table& six,
                                       const NftOptions& options);

std::string text_of(const TableText& table);

}  // namespace fwsim::nft
