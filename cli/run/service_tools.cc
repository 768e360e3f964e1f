// service, systemctl, netfilter-persistent and their like: those that load and save rules do so; others are taken to
// have done what they were asked.
#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "cli/run/tools.hh"

namespace fwsim {
namespace {

// A service that keeps rules in files: netfilter-persistent of Debian, iptables and ip6tables of Red Hat, ipset.
struct Keeper {
  std::string_view service;
  struct File {
    std::string_view save, restore, path;
  };
  std::array<File, 2> files;   // the second may be empty
};
constexpr Keeper keepers[] = {
    {"netfilter-persistent", {{{"iptables-save", "iptables-restore", "/etc/iptables/rules.v4"}, {"ip6tables-save", "ip6tables-restore", "/etc/iptables/rules.v6"}}}},
    {"iptables-persistent", {{{"iptables-save", "iptables-restore", "/etc/iptables/rules.v4"}, {"ip6tables-save", "ip6tables-restore", "/etc/iptables/rules.v6"}}}},
    {"iptables", {{{"iptables-save", "iptables-restore", "/etc/sysconfig/iptables"}, {}}}},
    {"ip6tables", {{{"ip6tables-save", "ip6tables-restore", "/etc/sysconfig/ip6tables"}, {}}}},
};

const Keeper* find_keeper(std::string_view service) {
  if (service.ends_with(".service")) service.remove_suffix(8);
  for (const Keeper& keeper : keepers)
    if (keeper.service == service) return &keeper;
  return nullptr;
}

int save(ToolCall& call, const Keeper& keeper) {
  for (const Keeper::File& file : keeper.files) {
    if (file.save.empty()) continue;
    std::string text;
    if (const int status = call.command({std::string(file.save)}, std::string(), &text); status != 0) return status;
    if (const int error = call.caller.write(std::string(file.path), text, true); error != 0) {
      call.caller.err(fmt::format("{}: {}: {}\n", keeper.service, file.path, std::strerror(error)));
      return 1;
    }
  }
  return 0;
}

int load(ToolCall& call, const Keeper& keeper) {
  for (const Keeper::File& file : keeper.files) {
    if (file.restore.empty()) continue;
    const Caller::Read text = call.caller.read(std::string(file.path));
    if (text.error != 0) continue;   // "skipping, no rules to load"
    if (const int status = call.command({std::string(file.restore)}, text.text); status != 0) return status;
  }
  return 0;
}

// All rules and chains gone, and all policies ACCEPT.
int flush(ToolCall& call, const Keeper& keeper) {
  for (const Keeper::File& file : keeper.files) {
    if (file.save.empty()) continue;
    const bool v6 = file.save.starts_with("ip6");
    for (const LiveTable& table : std::vector(call.run.machine.tables(v6 ? Family::v6 : Family::v4).all())) {
      const std::string tool = v6 ? "ip6tables" : "iptables", name(table_name(table.id()));
      call.command({tool, "-t", name, "-F"}, std::string());
      call.command({tool, "-t", name, "-X"}, std::string());
      for (const Chain& chain : table.chains())
        if (chain.hook) call.command({tool, "-t", name, "-P", chain.name, "ACCEPT"}, std::string());
    }
  }
  return 0;
}

int act(ToolCall& call, const Keeper& keeper, std::string_view verb) {
  if (verb == "save") return save(call, keeper);
  if (verb == "start" || verb == "restart" || verb == "reload" || verb == "force-reload" || verb == "try-restart") return load(call, keeper);
  // Debian's keeps the rules when it is stopped, Red Hat's do not.
  if (verb == "flush" || (verb == "stop" && keeper.files[1].save.empty())) return flush(call, keeper);
  return 0;
}

std::optional<int> persistent(ToolCall& call) {
  if (call.arguments().empty()) {
    call.caller.err(fmt::format("Usage: {} (start|stop|restart|reload|flush|save)\n", call.argv()[0]));
    return 1;
  }
  const std::string verb(call.arguments()[0]);
  for (const char* plugin : {"15-ip4tables", "25-ip6tables"}) call.caller.err(fmt::format("run-parts: executing /usr/share/netfilter-persistent/plugins.d/{} {}\n", plugin, verb));
  return act(call, keepers[0], verb);
}

// service NAME VERB; also of other init systems: rc-service, invoke-rc.d.
std::optional<int> service(ToolCall& call) {
  std::vector<std::string> words;
  for (const std::string& word : call.arguments())
    if (!word.starts_with('-')) words.push_back(word);
  if (words.size() < 2) return 0;
  if (const Keeper* keeper = find_keeper(words[0])) {
    const int status = act(call, *keeper, words[1]);
    if (words[1] == "save" && status == 0) call.caller.out(fmt::format("{}: Saving firewall rules to {}: [  OK  ]\n", keeper->service, keeper->files[0].path));
    return status;
  }
  if (words[1] == "status") return 3;
  return call.left_out(fmt::format("the service {} is not known here", words[0]));
}

std::optional<int> systemctl(ToolCall& call) {
  std::vector<std::string> words;
  for (const std::string& word : call.arguments())
    if (!word.starts_with('-')) words.push_back(word);
  if (words.empty()) return 0;
  const std::string verb = words[0];
  int status = 0;
  for (std::size_t i = 1; i < words.size(); ++i) {
    std::string unit = words[i];
    if (unit.ends_with(".timer")) unit.resize(unit.size() - 6);
    if (const auto timer = call.run.timers.find(unit); verb == "stop" && timer != call.run.timers.end()) {
      call.run.cancelled.insert(timer->second);
    } else if (verb == "is-active" || verb == "is-enabled" || verb == "is-failed") {
      const bool quiet = std::find(call.arguments().begin(), call.arguments().end(), "-q") != call.arguments().end() ||
                         std::find(call.arguments().begin(), call.arguments().end(), "--quiet") != call.arguments().end();
      if (!quiet) call.caller.out(verb == "is-enabled" ? "disabled\n" : "inactive\n");
      status = verb == "is-active" ? 3 : 1;
    } else if (const Keeper* keeper = find_keeper(unit)) {
      status = act(call, *keeper, verb);
    } else if (verb == "status") {
      call.caller.err(fmt::format("Unit {}.service could not be found.\n", unit));
      status = 4;
    } else {
      call.left_out(fmt::format("the unit {} is not known here", unit));
    }
  }
  return status;
}

constexpr ToolEntry tools[] = {{"service", service},        {"systemctl", systemctl},
                               {"rc-service", service},     {"invoke-rc.d", service},
                               {"netfilter-persistent", persistent}, {"iptables-persistent", persistent}};

}  // namespace

std::span<const ToolEntry> service_tools() { return tools; }

}  // namespace fwsim
