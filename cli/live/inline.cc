// fwsim live --inline: what both ways of it make of the host.
#include <fmt/format.h>

#include <cstdio>
#include <fstream>

#include "cli/live/inline.hh"
#include "model/diagnostic.hh"

namespace fwsim {
namespace {

using Facts = std::array<WireFacts, 2>;

void take_facts(Host& host, const DevicePair& devices, const Facts& facts) {
  for (std::size_t i = 0; i < 2; ++i) {
    Interface& device = interface_named(host, devices[i]);
    device.mac = facts[i].mac;
    device.mtu = facts[i].mtu;
    device.ethernet = device.up = true;
  }
}

void add_default_route(Host& host, const std::string& device) {
  for (const Family family : {Family::v4, Family::v6}) {
    bool there = false;
    for (const Route& route : host.routes) there = there || (route.family == family && route.table == 254 && route.destination.mask == 0);
    if (!there) host.routes.push_back({.family = family, .hops = {{.device = device}}});
  }
}

// The bridge that a description has, or a new one.
std::string bridge_for(Host& host, const DevicePair& devices, bool described) {
  const std::string master = host.find(devices[0])->master;
  if (described && !master.empty() && master == host.find(devices[1])->master) return master;
  for (const std::string& device : devices)
    if (!host.find(device)->master.empty())
      throw EnvironmentError(fmt::format("{} belongs to {}, which carries its frames already", device, host.find(device)->master));
  unsigned n = 0;
  while (host.find(fmt::format("br{}", n))) ++n;
  return fmt::format("br{}", n);
}

// A bridge that learns nothing: what comes by one port leaves by the other.
void make_bridge(Host& host, const DevicePair& devices, bool described) {
  const std::string name = bridge_for(host, devices, described);
  Interface& bridge = interface_named(host, name);
  bridge.kind = "bridge";
  bridge.up = true;
  for (const std::string& device : devices) {
    Interface& port = interface_named(host, device);
    port.master = name;
    port.port = {.learning = false};
    std::erase_if(host.stations, [&](const Station& s) { return s.port == device; });
  }
  for (const char* call : {"net.bridge.bridge-nf-call-iptables", "net.bridge.bridge-nf-call-ip6tables"}) host.sysctls[call] = "1";
  add_default_route(host, name);   // by which REJECT answers
  fmt::print(stderr, "fwsim: {} and {} are the ports of {}\n", devices[0], devices[1], name);
}

void make_router(Host& host, const DevicePair& devices) {
  host.sysctls["net.ipv4.ip_forward"] = host.sysctls["net.ipv4.conf.all.forwarding"] = host.sysctls["net.ipv6.conf.all.forwarding"] = "1";
  for (const std::string& device : devices) host.sysctls[fmt::format("net.ipv4.conf.{}.forwarding", device)] = "1";
}

// Two routers at the same place would forward each packet twice.
void refuse_kernel_router(const std::string& device) {
  for (const char* family : {"ipv4", "ipv6"}) {
    std::ifstream file(fmt::format("/proc/sys/net/{}/conf/{}/forwarding", family, device));
    int on = 0;
    if (file >> on && on != 0)
      throw EnvironmentError(fmt::format("the kernel forwards what comes by {}, too: sysctl net.{}.conf.{}.forwarding=0 ends that", device, family, device));
  }
}

}  // namespace

Adapt inline_host(const LiveArgs& args) {
  const DevicePair devices = device_pair(args.inline_pair);
  const Facts facts{wire_facts(devices[0]), wire_facts(devices[1])};
  if (args.route)
    for (const std::string& device : devices) refuse_kernel_router(device);
  return [devices, facts, route = args.route, described = is_described(args.host)](Host& host, EngineOptions&) {
    take_facts(host, devices, facts);
    if (route)
      make_router(host, devices);
    else
      make_bridge(host, devices, described);
  };
}

int run_inline(Session& session) {
  const DevicePair devices = device_pair(session.args().inline_pair);
  return session.args().route ? run_router(session, devices) : run_bridge(session, devices);
}

}  // namespace fwsim
