// To whom on a link a packet goes: the neighbour that has the next hop's address, or the gateway that an end system uses.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "simulator/network/internetwork.hh"
#include "simulator/network/path.hh"

namespace fwsim {

struct NextHopAnswer {
  const LinkEnd* end = nullptr;         // null: none of the hosts takes it
  LegEnd kind = LegEnd::unknown;        // then: what becomes of it
  std::string why;
  std::size_t link = 0;
  std::optional<u128> address;          // outside: of the router there
};

class NextHopFinder {
 public:
  // What is taken for granted is added to `assumed`.
  NextHopFinder(const Internetwork& net, std::vector<std::string>& assumed) : net_(net), assumed_(assumed) {}

  // Of an end system on the link, or of a stranger beyond it. `last`: where the packet left that this one answers.
  NextHopAnswer first(std::size_t link, const Packet& packet, const LinkEnd* last);
  // Of a host, which sends it by this end.
  NextHopAnswer next(const LinkEnd& sender, std::size_t link, const Packet& packet, std::optional<u128> gateway);
  // The link header with which it comes to `end`, as far as MAC addresses are known; `sender`: null for an end system.
  void address_frame(Packet& packet, const LinkEnd& end, const LinkEnd* sender);

 private:
  NextHopAnswer by_gateway(std::size_t link, const Packet& packet);
  NextHopAnswer from_outside(std::size_t link, const Packet& packet, const LinkEnd* last);
  // Who answers for the address; `otherwise` when nobody does.
  NextHopAnswer ask(std::size_t link, Family family, u128 address, u128 asker, const LinkEnd* asking, NextHopAnswer otherwise);
  std::string end_text(const LinkEnd& end) const;
  const std::string& link_name(std::size_t link) const { return net_.links()[link].name; }

  const Internetwork& net_;
  std::vector<std::string>& assumed_;
};

}  // namespace fwsim
