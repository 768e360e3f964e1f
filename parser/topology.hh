// Several hosts and how they are joined, for `fwsim path`:
//
//   [hosts.edge]
//   snapshot = "edge"                 # of fwsim collect, a directory or a tar file; beside this file
//
//   [hosts.inner]
//   rules = "inner.v4"                # or these, as `fwsim ask` takes them
//   rules6 = "inner.v6"
//   host = "inner.toml"
//   sets = ["inner.ipset"]
//
//   [links.dmz]                       # who hears one another without a router
//   ends = ["edge:eth1", "inner:eth0"]
//   gateway = "10.1.0.1"              # of the end systems there; a list: one for each family
//   networks = ["10.1.0.0/24"]        # of the end systems; otherwise those of the devices' addresses
//
//   [links.wan]
//   ends = ["edge:eth0"]
//   outside = true                    # behind it is the rest of the world
//
//   [[pairs]]
//   hosts = ["fw1", "fw2"]            # either stands in for the other
//
// Here the form is read, not the files that it names.
#pragma once

#include <string>
#include <string_view>

#include "model/diagnostic.hh"
#include "model/topology.hh"

namespace fwsim {

struct TopologyText {
  Topology topology;
  Diagnostics diagnostics;
};

TopologyText parse_topology(std::string_view text, const std::string& file);
// From a file; throws EnvironmentError when it cannot be read.
TopologyText read_topology(const std::string& path);

}  // namespace fwsim
