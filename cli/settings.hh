// The settings of a ruleset: --config, or .fwsim.toml beside it, or in the current directory.
#pragma once

#include <list>
#include <string>

#include "cli/commands.hh"
#include "model/settings.hh"

namespace fwsim {

class SettingsFiles {
 public:
  // `config`: the file of --config; empty: look for one.
  SettingsFiles(std::string config, const Common& common) : config_(std::move(config)), common_(common) {}

  // Those of a ruleset's file (or of a directory), each read once; defaults where there are none. Null when they have
  // faults, which are printed.
  const Settings* of(const std::string& ruleset);

 private:
  struct Read {
    std::string path;
    Settings settings;
    bool good = true;
  };
  const std::string config_;
  const Common& common_;
  std::list<Read> read_;
};

}  // namespace fwsim
