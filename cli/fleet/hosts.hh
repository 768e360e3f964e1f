// The hosts of a fleet: each a ruleset, or a snapshot of `fwsim collect`, which may have one of each family.
#pragma once

#include <string>
#include <vector>

namespace fwsim {

struct FleetHost {
  std::string name;        // its file or directory, as it was given
  bool snapshot = false;   // a directory or a tar file
  std::string fault;       // a directory in which there is no host; empty: it can be read
};

struct FleetHosts {
  std::vector<FleetHost> hosts;             // in the order of the paths, those of a directory by name; each once
  std::vector<std::string> passed_over;     // files in directories that are no rulesets
  std::vector<std::string> links;           // to directories, in directories
};

// A directory may be a snapshot, and stands for all other rulesets and snapshots below it, too; what begins with a dot and links to
// directories are not looked into. A host that may be one is taken for one, so that its fault is told when it is read: files that
// were named themselves, that cannot be opened, that are empty; a directory below in which there is nothing at all.
FleetHosts find_hosts(const std::vector<std::string>& paths);

// Whether a fleet is meant.
bool has_directory(const std::vector<std::string>& paths);

// "snapshots/web1/" is "snapshots/web1".
std::string without_slash(std::string path);

// What the paths and a list of more (a file, a path on each line that is not blank, - for standard input; empty: none) name. Empty,
// with a message, when there is nothing; what is passed over is told, too.
std::vector<FleetHost> fleet_of(std::vector<std::string> paths, const std::string& list);

}  // namespace fwsim
