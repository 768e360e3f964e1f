// A policy for `fwsim verify`:
//
//   [[assert]]
//   name = "the shop is open"
//   kind = "must-pass"                # must-not-pass, only-from, isolated, must-log, must-limit, must-nat-to
//   traffic = "tcp any -> 10.0.0.5:443 in eth0 out eth1"
//   replies = true                    # what comes back, of known connections, must pass too
//   way = "forward"                   # input, forward or output; without it, those that fit
//   sources = ["10.0.0.0/8"]          # only-from: from nowhere else
//   networks = ["10.1.0.0/16"]        # isolated: from these to `from` and back
//   from = ["10.2.0.0/16"]
//   to = "10.0.0.5:8443"              # must-nat-to
//
// Here the form is read; what the words mean, lint/verify says.
#pragma once

#include <string>
#include <string_view>

#include "model/diagnostic.hh"
#include "model/policy.hh"

namespace fwsim {

struct PolicyText {
  Policy policy;
  Diagnostics diagnostics;
};

PolicyText parse_policy(std::string_view text, const std::string& file);
// From a file; throws EnvironmentError when it cannot be read.
PolicyText read_policy(const std::string& path);

}  // namespace fwsim
