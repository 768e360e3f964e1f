#include "parser/snapshot.hh"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "parser/bridge_json.hh"
#include "parser/connections.hh"
#include "parser/ip_json.hh"
#include "parser/iproute.hh"
#include "parser/ipset.hh"
#include "parser/nfacct.hh"
#include "parser/parse.hh"
#include "parser/ss.hh"
#include "parser/tar.hh"

namespace fwsim {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view known_files[] = {"rules.v4",    "rules.v6",   "ipset.save", "addr.json",  "route4.json",
                                            "route6.json", "rule4.json", "rule6.json", "sysctl.txt", "ss.txt",
                                            "conntrack.txt", "neigh.json"};
// Older snapshots lack these, and few hosts need them: nothing is said when they are missing.
constexpr std::string_view extra_files[] = {"fdb.json", "nfacct.txt"};

std::vector<std::string_view> all_files() {
  std::vector<std::string_view> all(std::begin(known_files), std::end(known_files));
  all.insert(all.end(), std::begin(extra_files), std::end(extra_files));
  return all;
}

// What is unknown without each file.
std::string_view lost_without(std::string_view file) {
  if (file == "ipset.save") return "sets are unknown";
  if (file == "addr.json") return "devices and addresses are unknown";
  if (file == "route4.json" || file == "route6.json") return "routes are taken to be those of the addresses alone";
  if (file == "rule4.json" || file == "rule6.json") return "routing rules are taken to be the kernel's own three";
  if (file == "sysctl.txt") return "sysctls are taken to have the kernel's defaults";
  if (file == "ss.txt") return "which sockets are open is unknown";
  if (file == "conntrack.txt") return "no connection is known";
  return "no rules of this family are known";
}

class SnapshotReader {
 public:
  SnapshotReader(const std::map<std::string, std::string>& files, const std::string& name)
      : files_(files), name_(name) {}

  Snapshot read() {
    out_.host.interfaces.push_back(loopback_interface());
    for (std::string_view file : known_files)
      if (!files_.contains(std::string(file)) && file != "neigh.json") note_missing(file);   // no rule asks for it
    if (const auto* text = find("addr.json")) read_addr_json(*text, path("addr.json"), out_.host, out_.diagnostics);
    read_network(Family::v4, "route4.json", "rule4.json");
    read_network(Family::v6, "route6.json", "rule6.json");
    if (const auto* text = find("neigh.json")) read_neigh_json(*text, path("neigh.json"), out_.host, out_.diagnostics);
    if (const auto* text = find("sysctl.txt")) read_sysctls(*text);
    if (const auto* text = find("ipset.save")) read_sets(*text);
    if (const auto* text = find("fdb.json")) read_stations(*text, path("fdb.json"), out_.host, out_.diagnostics);
    if (const auto* text = find("nfacct.txt")) read_accounts(*text, out_.host);
    if (const auto* text = find("ss.txt")) read_sockets(*text, out_.host);
    out_.rules4 = file("rules.v4");
    out_.rules6 = file("rules.v6");
    if (const auto* text = find("conntrack.txt"))
      out_.host.connections = read_connections(*text, path("conntrack.txt"), out_.diagnostics);
    return std::move(out_);
  }

 private:
  const std::map<std::string, std::string>& files_;
  const std::string& name_;
  Snapshot out_;

  std::string path(std::string_view file) const { return fmt::format("{}/{}", name_, file); }
  const std::string* find(std::string_view file) const {
    const auto found = files_.find(std::string(file));
    return found == files_.end() ? nullptr : &found->second;
  }
  std::optional<SnapshotFile> file(std::string_view name) const {
    const std::string* text = find(name);
    if (text == nullptr) return std::nullopt;
    return SnapshotFile{path(name), *text};
  }
  void note_missing(std::string_view file) {
    out_.diagnostics.push_back({.severity = Severity::note,
                                .file = path(file),
                                .id = "snapshot-missing",
                                .text = fmt::format("not in the snapshot: {}", lost_without(file))});
  }

  void read_network(Family family, std::string_view routes, std::string_view rules) {
    if (const auto* text = find(routes)) read_route_json(*text, path(routes), family, out_.host, out_.diagnostics);
    if (const auto* text = find(rules)) read_rule_json(*text, path(rules), family, out_.host, out_.diagnostics);
  }

  // "net.ipv4.ip_forward = 1"; sysctl(8) mixes its complaints in.
  void read_sysctls(std::string_view text) {
    for (std::string_view line : split(text, '\n'))
      if (line.substr(0, 4) == "net." && line.find('=') != std::string_view::npos) add_sysctl(out_.host, line);
  }

  void read_sets(std::string_view text) {
    ParsedSets parsed = parse_ipset(text, {.file = path("ipset.save")});
    out_.host.sets = std::move(parsed.sets);
    std::move(parsed.diagnostics.begin(), parsed.diagnostics.end(), std::back_inserter(out_.diagnostics));
  }
};

std::map<std::string, std::string> read_directory(const std::string& path) {
  std::map<std::string, std::string> files;
  for (std::string_view name : all_files()) {
    const fs::path file = fs::path(path) / name;
    std::error_code ignored;
    if (fs::is_regular_file(file, ignored)) files.emplace(name, read_file(file.string()));
  }
  return files;
}

// Archives hold one directory; only the names of the files in it count.
std::map<std::string, std::string> read_archive(const std::string& path) {
  std::string why;
  const auto entries = read_tar(read_file(path), why);
  if (!entries) throw EnvironmentError(fmt::format("cannot read the snapshot '{}': {}", path, why));
  std::map<std::string, std::string> files;
  for (const auto& [name, text] : *entries) {
    const std::string base = name.substr(name.rfind('/') + 1);
    if (is_snapshot_file(base)) files.emplace(base, text);
  }
  return files;
}

}  // namespace

Snapshot make_snapshot(const std::map<std::string, std::string>& files, const std::string& name) {
  return SnapshotReader(files, name).read();
}

bool is_snapshot_file(std::string_view name) {
  const auto known = all_files();
  return std::find(known.begin(), known.end(), name) != known.end();
}

bool is_snapshot_directory(const std::string& path) {
  const auto known = all_files();
  std::error_code ignored;
  return std::any_of(known.begin(), known.end(), [&](std::string_view name) { return fs::is_regular_file(fs::path(path) / name, ignored); });
}

Snapshot read_snapshot(const std::string& path) {
  std::error_code error;
  const bool directory = fs::is_directory(path, error);
  const auto files = directory ? read_directory(path) : read_archive(path);
  if (files.empty())
    throw EnvironmentError(
        fmt::format("'{}' is no snapshot: it has none of the files that fwsim collect writes", path));
  return make_snapshot(files, path);
}

}  // namespace fwsim
