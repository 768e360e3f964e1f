#include "cli/run/plan.hh"

#include <fmt/format.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "cli/run/tools.hh"
#include "model/diagnostic.hh"
#include "model/value.hh"

namespace fwsim {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t most_placed = 1 << 20;   // bytes of a file that is copied
constexpr std::uintmax_t most_named = 64 << 20;   // of one that the command names
constexpr std::size_t most_files = 200;
constexpr std::array program_places = std::to_array<std::string_view>({"/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"});

std::string file_text(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

// "/bin/sh" and "-e" of "#!/bin/sh -e"; of "#!/usr/bin/env bash" the program that env would find.
std::pair<std::string, std::string> interpreter_of(std::string_view text) {
  if (!text.starts_with("#!")) return {"/bin/sh", ""};
  std::istringstream line(std::string(text.substr(2, text.find('\n') - 2)));
  std::string program, argument;
  line >> program >> std::ws;
  std::getline(line, argument);
  while (!argument.empty() && (argument.back() == '\r' || argument.back() == ' ')) argument.pop_back();
  if (program.ends_with("/env")) {
    std::istringstream words(argument);
    std::string word;
    while (words >> word && (word.starts_with('-') || word.find('=') != std::string::npos)) {}
    program = word;
    argument.clear();
    std::getline(words >> std::ws, argument);
  }
  return {program, argument};
}

// Too much to be shown whole: a home, and directories that everybody uses.
bool is_broad(const fs::path& directory) {
  static constexpr std::array everybodys = std::to_array<std::string_view>({"/", "/home", "/root", "/tmp", "/var/tmp", "/mnt", "/media", "/srv", "/run"});
  if (std::find(everybodys.begin(), everybodys.end(), directory.string()) != everybodys.end() || directory.parent_path() == "/home") return true;
  const passwd* user = getpwuid(geteuid());
  const char* home = std::getenv("HOME");
  return (user && directory == user->pw_dir) || (home && directory == home);
}

// Whether everybody may go there and read, for the case that this is root, who becomes somebody else.
bool is_open(const fs::path& path) {
  struct stat status {};
  if (geteuid() != 0) return true;
  for (fs::path at = path; at != "/"; at = at.parent_path())
    if (stat(at.c_str(), &status) != 0 || (status.st_mode & S_IXOTH) == 0) return false;
  return stat(path.c_str(), &status) == 0 && (status.st_mode & S_IROTH) != 0;
}

class Planner {
 public:
  Planner(const std::vector<std::string>& command, const std::vector<std::string>& environment) : command_(command) {
    std::error_code ignored;
    here_ = fs::current_path(ignored);
    spec_.directory = here_;
    spec_.environment = {fmt::format("PATH=/.fwsim/bin:{}", fmt::join(program_places, ":")), "HOME=/root", "USER=root", "LOGNAME=root", "SHELL=/bin/bash",
                         "TERM=dumb", "BASH_ENV=/.fwsim/prelude"};
    for (const char* name : {"LANG", "LC_ALL", "LC_MESSAGES", "LC_TIME", "TZ"})
      if (const char* value = std::getenv(name)) spec_.environment.push_back(fmt::format("{}={}", name, value));
    spec_.environment.insert(spec_.environment.end(), environment.begin(), environment.end());
  }

  SandboxSpec plan() {
    std::error_code error;
    if (fs::is_directory(command_[0], error)) throw EnvironmentError(fmt::format("{} is a directory, not a script", command_[0]));
    if (fs::is_regular_file(command_[0], error))
      script();
    else if (command_[0].find('/') == std::string::npos)
      program();
    else
      throw EnvironmentError(fmt::format("cannot open {}: {}", command_[0], std::strerror(ENOENT)));
    if (!is_broad(here_)) show(here_);
    // What the command names is there, if only as a copy.
    for (std::size_t i = 1; i < command_.size(); ++i)
      if (const fs::path named = (here_ / command_[i]).lexically_normal(); fs::is_regular_file(named, error) && access(named.c_str(), R_OK) == 0 && fs::file_size(named, error) <= most_named)
        spec_.placed.try_emplace(named, SandboxSpec::Placed{.text = file_text(named), .runs = access(named.c_str(), X_OK) == 0});
    return std::move(spec_);
  }

 private:
  void program() {
    const std::vector<std::string> tools = tool_names();
    const bool known = std::find(tools.begin(), tools.end(), command_[0]) != tools.end() || std::any_of(program_places.begin(), program_places.end(), [&](std::string_view place) {
      return access(fmt::format("{}/{}", place, command_[0]).c_str(), X_OK) == 0;
    });
    if (!known) throw EnvironmentError(fmt::format("there is no script and no program '{}'", command_[0]));
    spec_.argv = command_;
  }

  void script() {
    std::error_code error;
    const fs::path path = fs::canonical(command_[0], error);
    if (error || access(path.c_str(), R_OK) != 0) throw EnvironmentError(fmt::format("cannot open {}: {}", command_[0], std::strerror(error ? error.value() : EACCES)));
    const std::string text = file_text(path);
    if (text.find('\0') < 4096) throw EnvironmentError(fmt::format("{} is not a script: it has zero bytes", command_[0]));
    show(path.parent_path());
    spec_.placed[path] = {.text = text, .runs = true};   // also one that is not marked as a program, or only root may read
    const auto [interpreter, argument] = interpreter_of(text);
    const std::string shell = interpreter.substr(interpreter.rfind('/') + 1);
    const bool is_sh = shell == "sh" || shell == "dash" || shell == "ash";
    // Only bash tells where a command stands; it is asked to read what is written for sh as sh would.
    if (is_sh && fs::exists("/bin/bash", error)) {
      spec_.argv = {"/bin/bash"};
      spec_.environment.push_back("FWSIM_SH=1");
    } else {
      spec_.argv = {interpreter};
    }
    if (!argument.empty()) spec_.argv.push_back(argument);
    // By the name that was given, where that leads there inside as well.
    const bool as_given = (here_ / command_[0]).lexically_normal() == path && (!is_broad(here_) || path.parent_path() == here_);
    spec_.argv.push_back(as_given ? command_[0] : path.string());
    spec_.argv.insert(spec_.argv.end(), command_.begin() + 1, command_.end());
  }

  // All of a directory, or only its files when it is a home or not for everybody to read.
  void show(const fs::path& directory) {
    if (!is_broad(directory) && is_open(directory)) {
      spec_.shown.push_back(directory);
      return;
    }
    std::error_code ignored;
    std::size_t count = 0;
    for (fs::directory_iterator it(directory, fs::directory_options::skip_permission_denied, ignored), end; !ignored && it != end && count < most_files; it.increment(ignored)) {
      const std::string name = it->path().filename();
      std::error_code error;
      if (name.starts_with('.') || it->is_symlink(error) || !it->is_regular_file(error) || it->file_size(error) > most_placed) continue;
      struct stat status {};
      if (stat(it->path().c_str(), &status) != 0 || (status.st_mode & (S_IRGRP | S_IROTH)) == 0 || access(it->path().c_str(), R_OK) != 0) continue;
      ++count;
      spec_.placed[it->path()] = {.text = file_text(it->path()), .runs = (status.st_mode & S_IXUSR) != 0};
    }
  }

  const std::vector<std::string>& command_;
  fs::path here_;
  SandboxSpec spec_;
};

}  // namespace

SandboxSpec plan_run(const std::vector<std::string>& command, const std::vector<std::string>& environment) { return Planner(command, environment).plan(); }

void describe_network(const Host& host, SandboxSpec& spec) {
  auto& [four, six] = spec.network;
  for (const Interface& device : host.interfaces) {
    if (device.loopback) continue;
    (device.kind == "bridge" ? spec.bridges : spec.devices).push_back(device.name);
    if (device.mac != 0) {
      four += fmt::format("link set {} address ", device.name);
      for (int i = 5; i >= 0; --i) four += fmt::format("{:02x}{}", (device.mac >> (8 * i)) & 0xff, i > 0 ? ":" : "\n");
    }
    four += fmt::format("link set {} mtu {}\n", device.name, device.mtu);
    if (device.up) four += fmt::format("link set {} up\n", device.name);
    for (const InterfaceAddress& a : device.addresses)
      (a.family == Family::v4 ? four : six) += fmt::format("address add {}/{}{} dev {}{}\n", address_text(a.family, a.address), a.length,
                                                           a.broadcast ? " broadcast " + address_text(Family::v4, *a.broadcast) : "", device.name, a.family == Family::v6 ? " nodad" : "");
  }
  for (const Route& route : host.routes) {
    if (route.kernel || route.type != RouteType::unicast || route.hops.size() != 1 || route.table == 255) continue;
    const NextHop& hop = route.hops[0];
    const int length = prefix_length(route.family, route.destination.mask);
    (route.family == Family::v4 ? four : six) +=
        fmt::format("route add {}{}{} table {}{}\n", length == 0 ? "default" : fmt::format("{}/{}", address_text(route.family, route.destination.address), length),
                    hop.gateway ? " via " + address_text(route.family, *hop.gateway) : "", hop.device.empty() ? "" : " dev " + hop.device, route.table,
                    route.metric != 0 ? fmt::format(" metric {}", route.metric) : "");
  }
}

}  // namespace fwsim
