// ipsets as named sets of nft.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "reports/nft/extensions.hh"

namespace fwsim::nft {

// A set as one way to ask for it wants it: the same ipset can be asked for by source and destination.
struct Asked {
  std::vector<std::string> keys;  // "ip saddr", "tcp dport"
  std::string name;               // of the set in nft; empty: no packet of the rule's protocol can be in it
  bool may_be_absent = false;     // a packet may lack what is asked for
};

// Puts the set among the objects of the table. Nothing when nft has no such set; then `why` says what is in the way.
std::optional<Asked> write_set(const IpSet& set, const std::vector<std::string_view>& sides, RuleContext& c,
                               std::string& why);

// "NAME src,dst" in two.
std::pair<std::string_view, std::vector<std::string_view>> name_and_sides(std::string_view text);
bool has_ports(const SetType& type);

}  // namespace fwsim::nft
