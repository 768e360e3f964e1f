#include "cli/network.hh"

#include <fmt/format.h>

#include <utility>

#include "cli/load.hh"
#include "parser/topology.hh"

namespace fwsim {
namespace {

std::vector<std::string> texts(const std::vector<PlacedText>& list) {
  std::vector<std::string> out;
  for (const PlacedText& one : list) out.push_back(one.text);
  return out;
}

Diagnostic fault_at(const Topology& topology, const PlacedText& at, std::string text, std::string hint) {
  return {.severity = Severity::error, .file = topology.file, .line = at.line, .column = at.column, .width = static_cast<unsigned>(at.text.size()),
          .id = "topology", .text = std::move(text), .hint = std::move(hint),
          .source = at.line > 0 && at.line <= topology.lines.size() ? topology.lines[at.line - 1] : ""};
}

// Ends whose hosts have no such device.
Diagnostics missing_devices(const NetworkSetting& net) {
  Diagnostics faults;
  for (const TopologyLink& link : net.topology.links)
    for (const LinkEnd& end : link.ends) {
      const Host& host = net.settings[end.host].host;
      const Interface* device = host.find(end.device);
      const std::string& name = net.topology.hosts[end.host].name;
      std::vector<std::string_view> devices;
      for (const Interface& i : host.interfaces) devices.push_back(i.name);
      if (device == nullptr) {
        const std::string near = did_you_mean(end.device, devices);
        faults.push_back(fault_at(net.topology, end.at, fmt::format("{} has no device '{}'", name, end.device),
                                  near.empty() ? fmt::format("it has {}", fmt::join(devices, ", ")) : fmt::format("did you mean '{}'?", near)));
      } else if (device->loopback) {
        faults.push_back(fault_at(net.topology, end.at, "lo is on no link", {}));
      } else if (const Interface* master = device->master.empty() ? nullptr : host.find(device->master); master && master->kind == "bridge") {
        faults.push_back(fault_at(net.topology, end.at, fmt::format("{} is a port of the bridge {}", end.device, master->name),
                                  fmt::format("\"{}:{}\": what goes from port to port is not followed", name, master->name)));
      }
    }
  return faults;
}

}  // namespace

std::vector<ReportContext> NetworkSetting::contexts(const Common& common) const {
  std::vector<ReportContext> out;
  for (const Setting& setting : settings) out.push_back(setting.context(common));
  return out;
}

std::optional<NetworkSetting> load_network(const std::string& path, const Common& common) {
  TopologyText read = read_topology(path);
  print_diagnostics(read.diagnostics, common);
  if (has_errors(read.diagnostics)) return std::nullopt;
  NetworkSetting net{.topology = std::move(read.topology), .settings = {}, .assumed = {}};
  bool good = true;
  for (const TopologyHost& host : net.topology.hosts) {
    const HostArgs args{.snapshot = host.snapshot.text, .toml = host.description.text, .set_files = texts(host.sets)};
    auto setting = load_setting({.rules = host.rules.text, .rules6 = host.rules6.text}, args, common, false);
    good = good && setting;
    if (!setting) continue;
    for (const std::string& one : setting->host.assumed) net.assumed.push_back(fmt::format("{}: {}", host.name, one));
    net.settings.push_back(std::move(*setting));
  }
  if (!good) return std::nullopt;
  const Diagnostics faults = missing_devices(net);
  print_diagnostics(faults, common);
  if (!faults.empty()) return std::nullopt;
  return net;
}

}  // namespace fwsim
