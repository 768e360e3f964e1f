// The shared collection of real rulesets and captures, beside the checkout. Tests run over it
// where it is present, and say so where it is not.
#pragma once

#include <cstdio>
#include <filesystem>
#include <string>

namespace fwsim::test {

// Path of something in ../shared, or "" (with a line of output) when it is not there.
inline std::string shared(const std::string& name) {
  const auto path = std::filesystem::path(FWSIM_SOURCE_DIR).parent_path() / "shared" / name;
  if (std::filesystem::exists(path)) return path.string();
  std::printf("not run: ../shared/%s is not here\n", name.c_str());
  return {};
}

}  // namespace fwsim::test
