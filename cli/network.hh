// The hosts of a network, each loaded as `ask` loads its one, and joined.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/host.hh"
#include "model/topology.hh"

namespace fwsim {

struct NetworkSetting {
  Topology topology;
  std::vector<Setting> settings;          // of Topology::hosts
  std::vector<std::string> assumed;       // of all hosts, each with its name

  std::vector<ReportContext> contexts(const Common& common) const;
};

// Nothing when a file has faults, or a device that the network names is not there; all faults are printed.
std::optional<NetworkSetting> load_network(const std::string& path, const Common& common);

}  // namespace fwsim
