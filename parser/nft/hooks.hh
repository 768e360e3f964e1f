// Where base chains of nft run among the tables of iptables (enum nf_ip_hook_priorities): connection tracking at -200,
// translation of destinations at -100 and of sources at 100, whatever the priority of the chain that asks for it.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "model/hooks.hh"
#include "parser/nft/listing.hh"

namespace fwsim::nft_json {

struct BaseChain {
  const ListedTable* table = nullptr;
  const ListedChain* chain = nullptr;
};

struct Placed {
  // In the order in which the kernel runs them.
  std::map<std::pair<TableId, Hook>, std::vector<BaseChain>> slots;
  // Those for which there is no table of iptables at their place; the hook at which their packets may be said to be unknown.
  std::vector<std::pair<BaseChain, Hook>> misfits;
};

Placed place_chains(const Listing& listing, Family family);

}  // namespace fwsim::nft_json
