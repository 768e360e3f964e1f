// A host as `fwsim collect` recorded it: a directory, or a tar file of one, with
//   rules.v4, rules.v6            iptables-save -c, ip6tables-save -c
//   ipset.save                    ipset save
//   addr.json                     ip -json address
//   route4.json, route6.json      ip -json route show table all; ip -6 ...
//   rule4.json, rule6.json        ip -json rule; ip -6 ...
//   sysctl.txt                    lines "net.ipv4.ip_forward = 1"
//   ss.txt                        ss -tuanpe
//   conntrack.txt                 conntrack -L
// All of them may be missing; a note says which.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "model/diagnostic.hh"
#include "model/host.hh"

namespace fwsim {

struct SnapshotFile {
  std::string name;  // with the snapshot's own, for messages: "fw1/rules.v4"
  std::string text;
};

struct Snapshot {
  Host host;
  std::optional<SnapshotFile> rules4, rules6;
  Diagnostics diagnostics;  // errors in a file; notes about missing ones
};

// Whether a file of this name, without its directory, belongs to a snapshot.
bool is_snapshot_file(std::string_view name);
// Whether a directory has any of these files.
bool is_snapshot_directory(const std::string& path);
// Throws EnvironmentError when there is no such directory or file.
Snapshot read_snapshot(const std::string& path);
// From files already read, by name ("addr.json"); `name` is the snapshot's.
Snapshot make_snapshot(const std::map<std::string, std::string>& files, const std::string& name);

}  // namespace fwsim
