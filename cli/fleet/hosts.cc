#include "cli/fleet/hosts.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <unordered_set>
#include <utility>

#include "model/value.hh"
#include "parser/nft_json.hh"
#include "parser/parse.hh"
#include "parser/snapshot.hh"

namespace fwsim {
namespace {

namespace fs = std::filesystem;

// What iptables-save prints begins soon enough; comments before it may be long.
std::string beginning(const fs::path& path) {
  std::string text(64 * 1024, '\0');
  std::ifstream file(path, std::ios::binary);
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  return text;
}

// By its name, or by what it looks like: one with faults is one, too, and so may be what shows nothing.
bool may_be_ruleset(const fs::path& path) {
  if (path.extension() == ".v4" || path.extension() == ".v6") return true;
  const std::string text = beginning(path);
  if (text.empty() || is_nft_json(text)) return true;
  for (const std::string_view line : split(text, '\n'))
    for (const std::string_view table : {"*filter", "*nat", "*mangle", "*raw", "*security"})
      if (line.substr(0, table.size()) == table) return true;
  return false;
}

bool hidden(const fs::path& path) { return path.filename().string().substr(0, 1) == "."; }

class Finder {
 public:
  void add(const fs::path& path, bool named) {
    std::error_code failed;
    const fs::file_status kind = fs::status(path, failed);
    if (fs::is_directory(kind)) {
      if (named || !fs::is_symlink(path, failed))
        add_directory(path, named);
      else
        found_.links.push_back(path.string());
      return;
    }
    const bool archive = path.extension() == ".tar";
    if (archive || named || !fs::exists(kind) || (fs::is_regular_file(kind) && may_be_ruleset(path)))
      add_host({.name = path.string(), .snapshot = archive, .fault = {}});
    else
      found_.passed_over.push_back(path.string());
  }

  FleetHosts found() && { return std::move(found_); }

 private:
  void add_host(FleetHost host) {
    ++seen_;
    if (names_.insert(host.name).second) found_.hosts.push_back(std::move(host));
  }

  void add_directory(const fs::path& path, bool named) {
    std::error_code failed;
    std::vector<fs::path> entries;
    for (fs::directory_iterator at(path, failed), end; !failed && at != end; at.increment(failed)) entries.push_back(at->path());
    if (failed) return add_host({.name = path.string(), .snapshot = false, .fault = "cannot read the directory: " + failed.message()});
    std::sort(entries.begin(), entries.end());
    const bool snapshot = is_snapshot_directory(path.string());
    if (snapshot) add_host({.name = path.string(), .snapshot = true, .fault = {}});
    const std::size_t before = seen_;
    for (const fs::path& entry : entries)
      if (!hidden(entry) && !(snapshot && is_snapshot_file(entry.filename().string()))) add(entry, false);
    if (!snapshot && (named ? seen_ == before : entries.empty()))
      add_host({.name = path.string(), .snapshot = false, .fault = "there is no ruleset and no snapshot in this directory"});
  }

  FleetHosts found_;
  std::unordered_set<std::string> names_;
  std::size_t seen_ = 0;   // hosts, however often
};

// "a file was passed over, which is no ruleset: notes.md"
void say_left_out(const std::vector<std::string>& paths, const char* one, const char* several) {
  constexpr std::size_t most = 5;
  if (paths.empty()) return;
  const auto end = paths.begin() + static_cast<std::ptrdiff_t>(std::min(most, paths.size()));
  fmt::print(stderr, "fwsim: {}: {}{}\n", paths.size() == 1 ? one : fmt::format("{} {}", paths.size(), several), fmt::join(paths.begin(), end, ", "),
             paths.size() > most ? ", ..." : "");
}

std::vector<std::string> read_path_list(const std::string& file) {
  std::vector<std::string> paths;
  const std::string text = read_file(file);
  for (std::string_view line : split(text, '\n')) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.find_first_not_of(" \t") != std::string_view::npos) paths.emplace_back(line);
  }
  return paths;
}

}  // namespace

FleetHosts find_hosts(const std::vector<std::string>& paths) {
  Finder finder;
  for (const std::string& path : paths) finder.add(without_slash(path), true);
  return std::move(finder).found();
}

std::string without_slash(std::string path) {
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return path;
}

bool has_directory(const std::vector<std::string>& paths) {
  std::error_code none;
  return std::any_of(paths.begin(), paths.end(), [&](const std::string& path) { return fs::is_directory(path, none); });
}

std::vector<FleetHost> fleet_of(std::vector<std::string> paths, const std::string& list) {
  if (!list.empty()) {
    const std::vector<std::string> listed = read_path_list(list);
    paths.insert(paths.end(), listed.begin(), listed.end());
  }
  FleetHosts found = find_hosts(paths);
  say_left_out(found.passed_over, "a file was passed over, which is no ruleset", "files were passed over, which are no rulesets");
  say_left_out(found.links, "a link to a directory was not followed", "links to directories were not followed");
  if (found.hosts.empty() && !list.empty())
    fmt::print(stderr, "fwsim: the list {} names nothing\n", list == "-" ? "on standard input" : list);
  else if (found.hosts.empty())
    fmt::print(stderr, "fwsim: no ruleset: give files or directories, or a list of them with --files-from\n");
  return std::move(found.hosts);
}

}  // namespace fwsim
