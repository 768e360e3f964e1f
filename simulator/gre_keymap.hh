// The source keys of PPTP's GRE (net/netfilter/nf_conntrack_proto_gre.c): such a packet has only the call
// id of its receiver; the one of its sender is known to who has read the control connection.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "simulator/conntrack.hh"

namespace fwsim {

class GreKeymap {
 public:
  // One key for each direction of a master. False: it has another one already.
  bool add(const CtRef& master, bool reply, const Tuple& tuple);
  void remove_of(const CtEntry& master);
  // The source key that goes with the addresses and the destination key; 0 when none is known.
  std::uint16_t find(const Tuple& tuple) const;
  // The masters whose time is over.
  std::vector<CtRef> expired(std::int64_t now) const;

 private:
  struct Key {
    CtWeakRef master;
    bool reply = false;
    Tuple tuple;
  };
  std::vector<Key> keys_;
};

}  // namespace fwsim
