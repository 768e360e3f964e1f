// Names that nft takes for chains: its own words and most signs are not among them.
#pragma once

#include <set>
#include <string>
#include <string_view>

namespace fwsim::nft {

// A word of nft's own, which is no name.
bool is_reserved(std::string_view word);

class Names {
 public:
  // The name itself where nft takes it, else the nearest that is still free.
  std::string take(std::string_view wanted);
  bool has(std::string_view name) const { return taken_.contains(name); }

 private:
  std::set<std::string, std::less<>> taken_;
};

}  // namespace fwsim::nft
