#include "cli/run/remains.hh"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <functional>

#include "cli/run/sandbox_root.hh"

namespace fwsim {
namespace {

constexpr std::size_t most_text = std::size_t{64} << 20;   // of all files that are handed on

// Lines "name<tab>value<tab>why": none of the three has a tab in it that matters.
std::string no_tabs(std::string text) {
  for (char& c : text) c = c == '\t' || c == '\n' ? ' ' : c;
  return text;
}

// Same but for blanks: the kernel parts several numbers by tabs.
bool same_value(std::string a, std::string b) { return no_tabs(std::move(a)) == no_tabs(std::move(b)); }

int write_value(const std::string& path, const std::string& value) {
  const int fd = open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (fd < 0) return errno;
  const int error = write(fd, value.data(), value.size()) < 0 ? errno : 0;
  close(fd);
  return error;
}

std::string read_at(int directory, const char* name) {
  const Descriptor file(openat(directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  std::string text;
  struct stat status {};
  if (!file || fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)) return text;
  char piece[65536];
  for (ssize_t n = 0; text.size() < most_text && (n = read(file.get(), piece, sizeof piece)) > 0;) text.append(piece, static_cast<std::size_t>(n));
  return text;
}

// Calls `found` for each regular file below, but for those on other file systems. `depth` guards against endless nests.
void walk(int directory, const std::string& path, dev_t device, int depth, const std::function<void(int, const char*, const std::string&, const struct stat&)>& found) {
  DIR* list = fdopendir(dup(directory));
  if (!list) return;
  rewinddir(list);
  while (const dirent* entry = readdir(list)) {
    const std::string name = entry->d_name;
    if (name == "." || name == "..") continue;
    struct stat status {};
    if (fstatat(directory, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0 || status.st_dev != device) continue;
    const std::string full = path + "/" + name;
    if (S_ISREG(status.st_mode)) {
      found(directory, name.c_str(), full, status);
    } else if (S_ISDIR(status.st_mode) && depth > 0 && full != "/.fwsim" && full != "/dev") {
      const Descriptor below(openat(directory, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
      if (below) walk(below.get(), full, device, depth - 1, found);
    }
  }
  closedir(list);
}

void walk_all(int base, const std::function<void(int, const char*, const std::string&, const struct stat&)>& found) {
  for (const char* part : {"up", "root"}) {
    const Descriptor directory(openat(base, part, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    struct stat status {};
    if (directory && fstat(directory.get(), &status) == 0) walk(directory.get(), "", status.st_dev, 60, found);
  }
}

std::pair<long long, long long> stamp(const struct stat& status) {
  return {status.st_size, status.st_mtim.tv_sec * 1000000000LL + status.st_mtim.tv_nsec + static_cast<long long>(status.st_ino) * 1000000007LL};
}

}  // namespace

const std::map<std::string, std::vector<std::string>>& network_commands() {
  static const std::map<std::string, std::vector<std::string>> commands{
      {"addr.json", {"ip", "-details", "-json", "address"}},
      {"route4.json", {"ip", "-4", "-N", "-json", "route", "show", "table", "all"}},
      {"route6.json", {"ip", "-6", "-N", "-json", "route", "show", "table", "all"}},
      {"rule4.json", {"ip", "-4", "-N", "-json", "rule"}},
      {"rule6.json", {"ip", "-6", "-N", "-json", "rule"}},
      {"neigh.json", {"ip", "-json", "neigh"}}};
  return commands;
}

void settle_sysctls(const SysctlValues& begin, const std::string& out) {
  const std::string files = std::string(sandbox_base) + "/sysctl";
  SysctlValues now = read_sysctl_files(files);
  struct Written {
    long long when;
    std::string name;
  };
  std::vector<Written> written;
  for (const auto& [name, value] : now) {
    const auto old = begin.find(name);
    struct stat status {};
    if ((old == begin.end() || !same_value(old->second, value)) && stat(sysctl_path(files, name).c_str(), &status) == 0)
      written.push_back({status.st_mtim.tv_sec * 1000000000LL + status.st_mtim.tv_nsec, name});
  }
  std::sort(written.begin(), written.end(), [](const Written& a, const Written& b) { return a.when < b.when; });
  const SysctlValues before = read_sysctl_files("/proc/sys/net");   // without "net." in their names
  std::string refused, changed;
  for (const Written& w : written) {
    if (!w.name.starts_with("net.")) {
      if (begin.contains(w.name))
        changed += fmt::format("{} = {}\n", w.name, no_tabs(now[w.name]));
      else
        refused += fmt::format("{}\t{}\t{}\n", no_tabs(w.name), no_tabs(now[w.name]), std::strerror(ENOENT));
      continue;
    }
    const int error = write_value(sysctl_path("/proc/sys", w.name), now[w.name]);
    const bool not_ours = error == EACCES || error == EPERM || (error == ENOENT && begin.contains(w.name));   // of the machine, or of a module that is not loaded
    if (error == 0 || not_ours) {
      changed += fmt::format("{} = {}\n", w.name, no_tabs(now[w.name]));
      continue;
    }
    refused += fmt::format("{}\t{}\t{}\n", no_tabs(w.name), no_tabs(now[w.name]), std::strerror(error));
    if (const auto old = begin.find(w.name); old != begin.end())
      now[w.name] = old->second;
    else
      now.erase(w.name);
  }
  // What follows from them: forwarding of all devices, for one.
  for (const auto& [name, value] : read_sysctl_files("/proc/sys/net")) {
    const auto old = before.find(name);
    if (old == before.end() || old->second != value) now["net." + name] = value;
  }
  std::string text;
  for (const auto& [name, value] : now) {
    const auto old = begin.find(name);
    if (name.starts_with("net.") || old == begin.end() || !same_value(old->second, value)) text += fmt::format("{} = {}\n", name, no_tabs(value));
  }
  write_text(out + "sysctl.txt", text, 0644);
  write_text(out + "refused.txt", refused, 0644);
  write_text(out + "changed.txt", changed, 0644);
}

FileStamps file_stamps(int base) {
  FileStamps stamps;
  walk_all(base, [&](int, const char*, const std::string& path, const struct stat& status) { stamps[path] = stamp(status); });
  return stamps;
}

Remains look_at_remains(int base, const FileStamps& before) {
  Remains remains;
  const Descriptor out(openat(base, "out", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!out) return remains;
  for (const auto& [file, words] : network_commands())
    if (std::string text = read_at(out.get(), file.c_str()); !text.empty()) remains.network[file] = std::move(text);
  const auto each_line = [](std::string_view text, const auto& use) {
    for (std::size_t end; (end = text.find('\n')) != text.npos; text.remove_prefix(end + 1)) use(text.substr(0, end));
  };
  const std::string sysctls = read_at(out.get(), "sysctl.txt"), refused = read_at(out.get(), "refused.txt"), notes = read_at(out.get(), "notes");
  each_line(sysctls, [&](std::string_view line) {
    if (const std::size_t at = line.find(" = "); at != line.npos) remains.sysctls[std::string(line.substr(0, at))] = line.substr(at + 3);
  });
  each_line(refused, [&](std::string_view line) {
    const std::size_t one = line.find('\t'), two = line.find('\t', one + 1);
    if (two != line.npos) remains.refused.push_back({std::string(line.substr(0, one)), std::string(line.substr(one + 1, two - one - 1)), std::string(line.substr(two + 1))});
  });
  const std::string changed = read_at(out.get(), "changed.txt");
  each_line(changed, [&](std::string_view line) { remains.changed.emplace_back(line); });
  each_line(notes, [&](std::string_view line) { remains.notes.emplace_back(line); });
  std::size_t room = most_text;
  walk_all(base, [&](int directory, const char* name, const std::string& path, const struct stat& status) {
    const auto old = before.find(path);
    if (old != before.end() && old->second == stamp(status)) return;
    const std::size_t size = static_cast<std::size_t>(status.st_size);
    if (size > room) {
      remains.notes.push_back(fmt::format("{} ({} bytes) is too large to be kept", path, size));
      return;
    }
    room -= size;
    remains.files.push_back({path, read_at(directory, name), (status.st_mode & 0100) != 0});
  });
  std::sort(remains.files.begin(), remains.files.end(), [](const Leftover& a, const Leftover& b) { return a.path < b.path; });
  return remains;
}

}  // namespace fwsim
