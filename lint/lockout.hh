// Can the administrator still get in: new connections, the session that there is, and the replies.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lint/ask.hh"

namespace fwsim {

struct LockoutCheck {
  std::string what;                     // "new connections"
  Share share = Share::all;
  bool complete = true;
  std::vector<AnsweredClass> stopped;   // who does not get through, or may not
};

struct Lockout {
  Family family = Family::v4;
  std::string admin;                    // the traffic, as written
  bool anywhere = false;                // nobody said from where: then one place is enough
  std::vector<LockoutCheck> checks;
  bool locked_out = false;              // somebody is, or may be
};

struct Admin {
  Traffic traffic;                      // of new connections
  Traffic session;                      // of the one that there is; the same when nothing more is known
  bool anywhere = false;
};

// "tcp 10.0.0.0/8 -> :22 in eth0". The fault is set when nothing is returned.
std::optional<Admin> read_admin(std::string_view text, QuestionFault& fault);
// $SSH_CONNECTION: "198.51.100.7 50000 192.0.2.1 22". SSH from anywhere when it is empty or says something else.
Admin admin_of_session(std::string_view ssh_connection);

// `host` may be null. Not for traffic of the other family. Without `packets` nobody who is stopped has one: that is far
// quicker.
Lockout check_lockout(const Ruleset& ruleset, const Host* host, const Admin& admin, bool packets = true);

}  // namespace fwsim
