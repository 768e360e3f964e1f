// Packets as two versions of a ruleset both see them. ct_state says what conntrack thinks of the packet where either
// version tracks connections, whether or not a rule says NOTRACK.
#pragma once

#include "lint/explore.hh"

namespace fwsim {

class Joint {
 public:
  // `marked`: packets may come with a mark (WayPlan::marked).
  Joint(const Explorer& before, const Explorer& after, bool marked);

  const Piece& start(Way way) const { return starts_[static_cast<std::size_t>(way)]; }
  // A piece that begins, for one version to explore; and what one version found, as both see it: none when no packet is left.
  Piece into(std::size_t version, const Piece& piece) const;
  std::optional<Piece> from(std::size_t version, Piece piece, const Piece& begun) const;

 private:
  std::array<const Explorer*, 2> explorers_;
  std::vector<Piece> starts_;
  Var state_ = no_var;
  Atom untracked_ = 0;
};

}  // namespace fwsim
