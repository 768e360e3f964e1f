// The service matrix: from where new connections reach which ports, of the host itself and of what is behind it.
#pragma once

#include <string>
#include <vector>

#include "lint/classes.hh"

namespace fwsim {

struct ServiceSource {
  std::string from;          // "10.0.0.0/8 in eth0"; "anywhere"
  RulePlace by;
  bool may = false;
  std::string packet;        // one that the simulator shows to pass; may be empty
};

struct ServiceRow {
  Way way = Way::input;
  std::string protocol;      // "tcp"; "any"
  std::string ports;         // of the destination, or ICMP types; empty: any
  std::string to;            // empty: any
  std::string translated;    // where NAT sends it: "10.0.0.5 port 8443"; empty when it does not
  std::vector<ServiceSource> sources;
};

struct Services {
  Family family = Family::v4;
  std::vector<ServiceRow> rows;
  bool complete = true;
};

// `host` may be null: then each packet may be for the host or be forwarded. `through`: also what is behind it.
Services find_services(const Ruleset& ruleset, const Host* host, bool through = true);

}  // namespace fwsim
