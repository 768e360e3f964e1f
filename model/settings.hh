// What a site says of itself and of its rulesets in .fwsim.toml: which checks it wants, what its devices and networks
// are, and what is as it should be although a check finds it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/diagnostic.hh"
#include "model/value.hh"

namespace fwsim {

struct Network {
  Family family = Family::v4;
  Prefix prefix;
};

struct SiteService {
  std::uint8_t proto = 0;
  std::vector<NumRange> ports;   // none: all of the protocol
};

struct Site {
  std::vector<Prefix> external, internal;   // devices, as name words; external ones face the internet
  std::vector<Network> admin;               // where administrators come from
  std::vector<SiteService> open;            // "public": services that are meant for everyone
  std::string host, policy;                 // files, as they can be opened from here; empty: none
};

// Whether one of the names or patterns ("ppp+") is this device.
inline bool has_device(const std::vector<Prefix>& devices, u128 name) {
  for (const Prefix& device : devices)
    if ((name & device.mask) == (device.address & device.mask)) return true;
  return false;
}

struct CheckSeverity {
  std::string check;                        // id or name
  std::optional<Severity> severity;         // none: off
};

// A finding that is no fault here.
struct Allowed {
  std::string check;                        // id or name
  std::string at;                           // "filter/INPUT/3", "filter/INPUT", or a pattern of file names; empty: anywhere
  std::string reason;
  unsigned line = 0;
};

struct Settings {
  std::string file;                         // empty: nobody wrote any
  std::vector<std::string> skip, only;      // ids or names of checks
  std::vector<CheckSeverity> severities;
  Site site;
  std::vector<Allowed> allowed;
};

}  // namespace fwsim
