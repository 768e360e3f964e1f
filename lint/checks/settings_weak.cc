#include <fmt/format.h>

#include <algorithm>

#include "lint/check.hh"
#include "lint/checks.hh"

namespace fwsim::checks {
namespace {

// A packet is routed by its sender only where both all devices and the one that it comes by allow it.
bool follows_sources(const Host& host) {
  return std::any_of(host.interfaces.begin(), host.interfaces.end(), [&](const Interface& i) {
    return !i.loopback && host.sysctl("net.ipv4.conf." + i.name + ".accept_source_route", host.sysctl("net.ipv4.conf.default.accept_source_route", 1)) != 0;
  });
}

void run(const Facts& facts, Findings& findings) {
  const Host* host = facts.host();
  const Table* filter = facts.ruleset().find(TableId::filter);
  if (!host || !filter || facts.ruleset().family != Family::v4) return;
  struct Setting {
    std::string_view name;
    long long bad;
    std::string_view why;
  };
  constexpr Setting settings[] = {
      {"net.ipv4.conf.all.accept_redirects", 1, "anybody on the link can change routes"},
      {"net.ipv4.conf.all.accept_source_route", 1, "senders choose the way"},
      {"net.ipv4.tcp_syncookies", 0, "a SYN flood fills the queue"},
      {"net.ipv4.icmp_echo_ignore_broadcasts", 0, "pings to a broadcast address are answered"},
      {"net.ipv4.conf.all.route_localnet", 1, "127.0.0.0/8 can be reached from outside"},
  };
  std::string text;
  for (const Setting& s : settings)
    if ((!s.name.ends_with("accept_source_route") || follows_sources(*host)) && host->sysctls.contains(s.name) && host->sysctl(s.name, 1 - s.bad) == s.bad) text += fmt::format("{}{} is {} ({})", text.empty() ? "" : ", ", s.name, s.bad, s.why);
  if (text.empty()) return;
  const int input = filter->index("INPUT");
  if (input >= 0) findings.add_chain(TableId::filter, static_cast<std::uint16_t>(input), fmt::format("is no help where {}", text));
}

}  // namespace

const Check settings_weak{
    .id = "FW705", .name = "weak-sysctls",
    .title = "kernel settings that undo what a firewall is for",
    .why = "They are asked for beside every firewall: whoever can send packets can change routes, choose the way, or fill tables.",
    .fix = "set them as the finding says, in /etc/sysctl.d",
    .bad = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -i lo -j ACCEPT\n"
           "COMMIT\n",
    .good = "*raw\n"
           ":PREROUTING ACCEPT [0:0]\n"
           "COMMIT\n",
    .severity = Severity::note,
    .covers = "R01 N05",
    .host = "[interfaces.eth0]\n"
           "addresses = [\"192.0.2.1/24\"]\n"
           "[interfaces.eth1]\n"
           "addresses = [\"10.0.0.1/24\"]\n"
           "[sysctl]\n"
           "\"net.ipv4.conf.all.accept_redirects\" = 1\n",
    .run = run};

}  // namespace fwsim::checks
