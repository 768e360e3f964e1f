// Several hosts and how they are joined, as the owner of a network describes it. Files and devices are named here, not read:
// what they hold, those say who load them.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "model/policy.hh"
#include "model/types.hh"
#include "model/value.hh"

namespace fwsim {

// Where one host is described: a snapshot of `fwsim collect`, or files as `fwsim ask` takes them. Paths are as the file that
// names them sees them.
struct TopologyHost {
  std::string name;
  PlacedText snapshot;
  PlacedText rules, rules6;
  PlacedText description;           // TOML
  std::vector<PlacedText> sets;     // of `ipset save`
  unsigned line = 0;
};

// A device of a host on a link.
struct LinkEnd {
  std::size_t host = 0;             // in Topology::hosts
  std::string device;
  PlacedText at;                    // "edge:eth0", for messages
};

struct LinkNetwork {
  Family family = Family::v4;
  Prefix prefix;
};

// What hears one another without a router: the hosts' devices, and end systems, of which nothing is known but their addresses.
struct TopologyLink {
  std::string name;
  std::vector<LinkEnd> ends;
  std::vector<LinkNetwork> networks;          // of the end systems; none: those of the ends' addresses
  std::optional<u128> gateways[2];            // of the end systems, by family
  bool outside = false;                       // behind it is the rest of the world
  unsigned line = 0;
};

// Two hosts of which either must be able to stand in for the other.
struct HostPair {
  std::size_t one = 0, other = 0;   // in Topology::hosts
  unsigned line = 0;
};

struct Topology {
  std::string file;
  std::vector<std::string> lines;   // for carets
  std::vector<TopologyHost> hosts;
  std::vector<TopologyLink> links;
  std::vector<HostPair> pairs;
};

}  // namespace fwsim
