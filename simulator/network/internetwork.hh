// Several hosts, each with its own engine and state, and the links between them: who on a link takes a packet (arp.c, ndisc.c).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/topology.hh"
#include "simulator/engine.hh"

namespace fwsim {

struct NetworkMember {
  const Ruleset* v4 = nullptr;   // null: nothing filters that family
  const Ruleset* v6 = nullptr;
  Host host;
};

class Internetwork {
 public:
  // `members` are those of Topology::hosts; rulesets must outlive it. A device that no link names is alone on a link of its own,
  // named "host:device", behind which may be anything.
  Internetwork(Topology topology, std::vector<NetworkMember> members, std::uint64_t seed = 1);

  const std::vector<TopologyHost>& hosts() const { return topology_.hosts; }
  const std::vector<TopologyLink>& links() const { return topology_.links; }   // those of lone devices last
  std::size_t described_links() const { return described_; }
  const std::string& name(std::size_t host) const { return topology_.hosts[host].name; }
  Engine& engine(std::size_t host) { return *engines_[host]; }
  const Engine& engine(std::size_t host) const { return *engines_[host]; }
  const Ruleset* rules(std::size_t host, Family family) const { return rules_[host][static_cast<std::size_t>(family)]; }

  std::optional<std::size_t> host_named(std::string_view name) const;
  std::optional<std::size_t> link_named(std::string_view name) const;
  // The link of a device, or of the bridge that it is a port of; none of "lo".
  std::optional<std::size_t> link_of(std::size_t host, const std::string& device) const;
  const LinkEnd& end_of(std::size_t host, std::size_t link) const;   // the first of the host's that is there

  // The length of the longest network of the link that has the address; none has.
  std::optional<unsigned> network_length(std::size_t link, Family family, u128 address) const;
  // Hosts that have the address, on whatever device.
  std::vector<std::size_t> owners(Family family, u128 address) const;
  // Ends of the link that answer for the address when `asker`, which is none of them, asks (0: it has no address to ask with).
  std::vector<const LinkEnd*> answering(std::size_t link, Family family, u128 address, u128 asker, const LinkEnd* asking) const;
  // Ends that take the packet for themselves or forward it elsewhere: those to which one beyond the link may send it.
  std::vector<const LinkEnd*> taking(std::size_t link, const Packet& packet) const;
  // Ends whose host forwards what comes there.
  std::vector<const LinkEnd*> forwarding(std::size_t link, Family family) const;
  // Of an end's device, 0 when it has none.
  u128 address_on(const LinkEnd& end, Family family) const;

 private:
  bool answers(const LinkEnd& end, Family family, u128 address, u128 asker) const;

  Topology topology_;
  std::size_t described_ = 0;
  std::vector<std::array<const Ruleset*, 2>> rules_;
  std::vector<std::unique_ptr<Engine>> engines_;
};

}  // namespace fwsim
