// What is around the ruleset of an audit: where outside is, which networks are inside, who listens. From the settings of
// the site and the description of the host; what neither tells is empty.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "lint/answers.hh"
#include "model/host.hh"
#include "model/settings.hh"

namespace fwsim {

struct Listener {
  const Socket* socket = nullptr;
  Asked asked;                       // new connections to it
  std::string text;                  // "tcp *:22 (sshd)"
};

struct Surroundings {
  Surroundings(Family family, const Host* host, const Settings& settings);
  Surroundings(const Surroundings&) = delete;
  Surroundings& operator=(const Surroundings&) = delete;

  std::vector<Prefix> external;      // devices, as name words
  std::string external_by;           // "[site] external": who says so
  std::vector<Network> inside;       // networks behind other devices, and the host's own addresses
  bool forwards = true;              // false: known not to
  std::string forwards_by;           // "net.ipv4.ip_forward is 0"
  std::vector<Listener> listeners;   // not on loopback
  bool listeners_known = false;
  // Questions that depend on all this; none when there is nothing to ask about.
  std::vector<Asked> from_inside;    // packets with sources that are inside: input, forward
  std::vector<Asked> from_bogons;    // with sources that no packet from outside has
  std::vector<Asked> to_broadcasts;  // input, to broadcast addresses of the host's networks
  std::vector<Asked> asked;          // all of them, and some that only tell devices and ports apart

  std::string external_text() const; // "eth0, ppp+"

 private:
  std::deque<std::string> texts_;
  Asked ask(Way way, std::string text, bool lawless = false);
  void devices(Family family, const Host* host, const Settings& settings);
  void networks(Family family, const Host& host);
  void sockets(Family family, const Host& host);
  void sources(Family family, const Host* host);
  void broadcasts(Family family, const Host& host);
};

}  // namespace fwsim
