// What becomes of packets by their addresses alone, asked for one of each pair of atoms: routes of a host, who on a link takes them.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "lint/space.hh"
#include "simulator/network/next_hop.hh"

namespace fwsim {

// A decision about packets, in words that leave their addresses open. Where the space tells apart all that the decision goes by,
// it holds for all packets of a sector.
struct Decision {
  enum class Kind : std::uint8_t { local, on, stop, unknown };
  Kind kind = Kind::unknown;
  std::string device;              // of a host's routes: on
  std::optional<u128> gateway;
  const LinkEnd* end = nullptr;    // of a link: on; null where it ends there
  LegEnd leg = LegEnd::unknown;
  std::string why;
  bool operator==(const Decision&) const = default;
};

struct Sector {
  AtomSet src, dst;
  Decision decision;
};

// What is said of one packet, as it holds for others: "no route to the destination".
std::string of_all(std::string text, Family family, u128 src, u128 dst);

class ByAddress {
 public:
  using Ask = std::function<Decision(u128 src, u128 dst)>;
  ByAddress(const Space& space, Ask ask) : space_(space), ask_(std::move(ask)) {}

  // Nothing when there are too many pairs to ask.
  std::optional<std::vector<Sector>> split(const AtomSet& src, const AtomSet& dst);

 private:
  std::uint32_t ask(Atom src, Atom dst);

  const Space& space_;
  Ask ask_;
  std::vector<Decision> decisions_;
  std::unordered_map<std::uint64_t, std::uint32_t> known_;
};

// Where the host routes what comes by the device, or with an empty one what it sends itself. Only for hosts whose routes go by
// addresses (routes_by_address).
Decision route_of(const Engine& engine, Family family, const std::string& device, u128 src, u128 dst);
// Whether no mark, port, user or type of service has a say in the host's routes.
bool routes_by_address(const Host& host, Family family);
// Who takes what somebody on the link, not one of the hosts, sends (`last`: in answer to what came by it); and what a host sends there.
Decision first_taker(const Internetwork& net, Family family, std::size_t link, u128 src, u128 dst, const LinkEnd* last = nullptr);
Decision next_taker(const Internetwork& net, Family family, const LinkEnd& sender, std::size_t link, std::optional<u128> gateway, u128 src, u128 dst);

}  // namespace fwsim
