// The ways of running live: each brings packets to the session's engine until the session stops; the exit status.
#pragma once

#include "cli/live/session.hh"

namespace fwsim {

int run_observe(Session& session);
int run_compare(const LiveArgs& args, const Common& common);   // two rulesets: two engines
int run_enforce(Session& session);
int run_inline(Session& session);
int run_tun(Session& session);

// What these make of the host. They throw EnvironmentError on arguments that cannot be.
Adapt inline_host(const LiveArgs& args);
Adapt tun_host(const LiveArgs& args);

// `fwsim live status`: asks the one that runs.
int ask_running(const LiveArgs& args, const Common& common);

}  // namespace fwsim
