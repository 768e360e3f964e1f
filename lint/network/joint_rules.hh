// The rulesets of several hosts over one space, and which packets go from one to the other.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "lint/classes.hh"
#include "simulator/network/internetwork.hh"

namespace fwsim {

// Packets that come to a host by a device, as they begin their way there.
struct Arriving {
  Way way = Way::input;
  std::vector<Piece> pieces;
};

class JointRules {
 public:
  // `net` must outlive it. Hosts without a ruleset of the family have an empty one.
  JointRules(const Internetwork& net, Family family);
  // The same to follow packets: `question` and all that routes and links go by are told apart, and so are the members of sets that
  // are known.
  JointRules(const Internetwork& net, Family family, const Pred& question);

  Family family() const { return family_; }
  const Internetwork& net() const { return net_; }
  const Space& space() const { return *space_; }
  const Explorer& explorer(std::size_t host) const { return *explorers_[host]; }
  const Ruleset& ruleset(std::size_t host) const { return *rulesets_[host]; }

  // Devices by which packets come, "lo" left out.
  std::vector<std::string> devices(std::size_t host) const;
  // All packets that begin connections and come by the device.
  std::vector<Arriving> everything(std::size_t host, const std::string& device) const;
  // Those of them that there can be: of end systems of the link, and of what its other hosts let out there. Everything where the
  // outside is behind the link. `complete` becomes false where it was too much to look at.
  std::vector<Arriving> possible(std::size_t host, const std::string& device, bool& complete) const;
  // As those come to `end` that leave another host like `piece`: header fields stay, what a host notes beside a packet does not.
  std::vector<Arriving> received(const Piece& piece, const LinkEnd& end) const;

  // New connections of hosts and through them.
  std::vector<Piece> asked(std::size_t host, Way way) const;
  // Limits to packets for, or from, addresses of the link's end systems, or of a host; false when nothing is left.
  std::vector<Piece> within(const std::vector<Piece>& pieces, Field field, const std::vector<Range>& ranges) const;
  std::vector<Piece> without(const std::vector<Piece>& pieces, Field field, const std::vector<Range>& ranges) const;
  std::vector<Range> networks(std::size_t link) const;
  std::vector<Range> own_addresses(std::size_t host) const;
  AtomSet device_atom(Field field, const std::string& device) const;

 private:
  void prepare(const Pred* question);
  const Internetwork& net_;
  Family family_;
  std::vector<std::unique_ptr<Ruleset>> own_;   // empty ones, and those with known sets
  std::vector<const Ruleset*> rulesets_;
  std::unique_ptr<Space> space_;
  std::vector<std::unique_ptr<Symbolic>> symbolic_;
  std::vector<std::unique_ptr<Explorer>> explorers_;
};

}  // namespace fwsim
