// fwsim live --tun: a host of its own behind a TUN device. What the kernel routes into the device passes the rules there,
// and comes back by it when they let it pass, translated and all. The host is described by --host or --addr; else it has no
// address, and its way to everywhere is the device. It answers what is for itself.
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include "cli/live/modes.hh"
#include "model/diagnostic.hh"
#include "simulator/live/departures.hh"
#include "simulator/live/tun_device.hh"
#include "simulator/rewrite.hh"

namespace fwsim {
namespace {

constexpr unsigned at_once = 256;

class Tun {
 public:
  explicit Tun(Session& session) : session_(session), name_(session.args().tun), device_(name_) {}

  int run() {
    session_.loop().watch(device_.descriptor(), [this] { drain(); });
    session_.on_start = [this] { fmt::print(stderr, "fwsim: {} is there: 'ip link set {} up', addresses and routes are yours to set\n", name_, name_); };
    session_.run();
    session_.loop().unwatch(device_.descriptor());
    return status_good;
  }

 private:
  void drain() {
    Packet packet;
    for (unsigned n = 0; n < at_once && device_.receive(packet.bytes); ++n) take(std::exchange(packet, {}));
  }

  void take(Packet packet) {
    packet.family = byte_at(packet.bytes, 0) >> 4 == 6 ? Family::v6 : Family::v4;
    packet.time = session_.now();
    packet.number = ++number_;
    packet.fields.set(Field::pkttype, 0);
    if (!decode(packet)) return ignore(std::move(packet));
    const bool accepts = session_.args().unknown == "accept";
    Packet as_it_came;
    if (accepts) as_it_came = packet;
    const Result result = session_.engine().receive(std::move(packet), name_);
    session_.saw(result);
    const std::vector<Departure> leaving = departures(result, accepts);
    for (const Departure& departure : leaving) send(*departure.sent);
    if (result.fate == Fate::unknown && accepts && leaving.empty()) pass(std::move(as_it_came));
  }

  void ignore(Packet packet) {
    Result ignored;
    ignored.fate = Fate::ignored;
    ignored.in_if = name_;
    ignored.reason = std::string(packet.fault);
    ignored.packet = std::move(packet);
    session_.saw(ignored);
  }

  // As if there were no rules.
  void pass(Packet packet) {
    const std::uint64_t ttl = packet.fields.number(Field::ttl);
    if (ttl <= 1) return;
    set_field(packet, Field::ttl, ttl - 1);
    send({.device = name_, .packet = std::move(packet)});
  }

  void send(const Sent& sent) {
    if (sent.device == "lo") return;
    if (sent.device != name_) {
      session_.trouble(fmt::format("packets that leave by {} are lost: only {} is there", sent.device, name_));
      return;
    }
    const int error = device_.send(sent.packet.bytes);
    if (error == EIO)
      session_.trouble(fmt::format("{} is down: what leaves by it is lost", name_));
    else if (error != 0)
      session_.trouble(fmt::format("a packet cannot leave by {}: {}", name_, std::strerror(error)));
  }

  Session& session_;
  std::string name_;
  TunDevice device_;
  std::uint64_t number_ = 0;
};

bool has_default_route(const Host& host, Family family) {
  return std::any_of(host.routes.begin(), host.routes.end(), [&](const Route& route) { return route.family == family && route.destination.mask == 0; });
}

}  // namespace

Adapt tun_host(const LiveArgs& args) {
  return [name = args.tun](Host& host, EngineOptions& options) {
    options.host_replies = true;
    Interface& device = interface_named(host, name);
    device.ethernet = false;
    device.mac = 0;
    device.up = true;
    for (const Family family : {Family::v4, Family::v6})
      if (!has_default_route(host, family)) host.routes.push_back({.family = family, .hops = {{.device = name}}});
    // All leaves by where it came in, and nobody is to be told of a shorter way.
    for (const std::string& where : {std::string("all"), name}) host.sysctls.try_emplace(fmt::format("net.ipv4.conf.{}.send_redirects", where), "0");
  };
}

int run_tun(Session& session) { return Tun(session).run(); }

}  // namespace fwsim
