// .fwsim.toml, beside a ruleset or where fwsim is run:
//
//   [lint]
//   skip = ["duplicate", "FW112"]        # checks, by id or name; or only = [...]
//   severity = { FW103 = "note", undone = "error", FW109 = "off" }
//
//   [site]
//   external = ["eth0", "ppp+"]          # devices that face the internet
//   internal = ["eth1"]
//   admin = ["10.0.0.0/8", "2001:db8::/48"]   # networks that administrators come from
//   public = ["tcp 80,443", "udp 53"]    # services that are meant for everyone
//   host = "host.toml"                   # what --host names; beside this file
//   policy = "policy.toml"               # what `fwsim verify` takes
//
//   [[allow]]                            # a finding that is no fault here
//   id = "FW101"
//   at = "filter/INPUT/3"                # or a chain "filter/INPUT", or files: "old/*.v4"; without it, anywhere
//   reason = "waits for the new router"
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "model/diagnostic.hh"
#include "model/settings.hh"

namespace fwsim {

struct SettingsText {
  Settings settings;
  Diagnostics diagnostics;   // by place in the file
};

// `checks`: ids and names of all that there are.
SettingsText parse_settings(std::string_view text, const std::string& file, std::span<const std::string_view> checks);
// From a file; throws EnvironmentError when it cannot be read.
SettingsText read_settings(const std::string& path, std::span<const std::string_view> checks);

}  // namespace fwsim
