#include <fmt/format.h>

#include <algorithm>

#include "lint/checks.hh"
#include "lint/checks/redirections.hh"
#include "lint/checks/rule_parts.hh"

namespace fwsim::checks {
namespace {

bool loopback(const Socket& s) { return s.family == Family::v4 ? (s.address >> 24) == 127 : s.address == 1; }

bool own(const Host& host, Family family, const Range& address) {
  for (const Interface& i : host.interfaces)
    for (const InterfaceAddress& a : i.addresses)
      if (a.family == family && address.low == a.address && address.high == a.address) return true;
  return false;
}

void run(const Facts& facts, Findings& findings) {
  const Host* host = facts.host();
  const Family family = facts.ruleset().family;
  if (!host || !host->listeners_known) return;
  for (const Redirection& r : redirections(facts, set_of(Hook::prerouting) | set_of(Hook::output))) {
    const Rule& rule = facts.rules().source(r.id);
    const std::uint8_t protocol = rule.basic.proto;
    if (!r.ports || rule.basic.not_proto || (protocol != 6 && protocol != 17)) continue;
    if (!r.here && !(r.address && own(*host, family, *r.address))) continue;
    const auto takes = [&](const Socket& s) {
      const bool waits = s.proto == protocol && r.ports->contains(s.port) && s.peer_port == 0 && (s.state == Socket::State::listening || s.state == Socket::State::unconnected);
      return waits && (s.family == family || (family == Family::v4 && s.address == 0 && !s.v6_only));
    };
    std::vector<const Socket*> there;
    for (const Socket& s : host->sockets)
      if (takes(s)) there.push_back(&s);
    const bool from_outside = (facts.explorer().hooks_of_chain(r.id.table, r.id.chain) & set_of(Hook::prerouting)) != 0;
    const std::string port = fmt::format("{} {}", protocol == 6 ? "tcp" : "udp", r.ports->low == r.ports->high ? fmt::format("{}", static_cast<unsigned>(r.ports->low))
                                                                                                         : fmt::format("{}-{}", static_cast<unsigned>(r.ports->low), static_cast<unsigned>(r.ports->high)));
    if (there.empty())
      findings.add(r.id, fmt::format("redirects to {} of this host, where nothing listens", port)).hint = "start what it is for, or correct the port";
    else if (from_outside && std::all_of(there.begin(), there.end(), [](const Socket* s) { return loopback(*s); }))
      findings.add(r.id, fmt::format("redirects to {} of the device that packets come by, and there it listens on {} only", port, address_text(there.front()->family, there.front()->address))).hint =
          "let it listen on the device's address, or on all";
  }
}

}  // namespace

const Check redirect_to_nothing{
    .id = "FW406", .name = "redirect-to-nothing",
    .title = "connections are redirected to a port of this host where nothing listens",
    .why = "They are refused, though the port that they asked for may work.",
    .bad = "*nat\n"
           ":PREROUTING ACCEPT [0:0]\n"
           "-A PREROUTING -i eth0 -p tcp -m tcp --dport 80 -j REDIRECT --to-ports 8080\n"
           "COMMIT\n",
    .good = "*nat\n"
           ":PREROUTING ACCEPT [0:0]\n"
           "-A PREROUTING -i eth0 -p tcp -m tcp --dport 80 -j REDIRECT --to-ports 8081\n"
           "COMMIT\n",
    .covers = "G10",
    .host = "[interfaces.eth0]\n"
           "addresses = [\"192.0.2.1/24\"]\n"
           "[[sockets]]\n"
           "proto = \"tcp\"\n"
           "local = \"127.0.0.1:8080\"\n"
           "[[sockets]]\n"
           "proto = \"tcp\"\n"
           "local = \"0.0.0.0:8081\"\n",
    .run = run};

}  // namespace fwsim::checks
