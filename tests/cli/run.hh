// Runs the program as a user does.
#pragma once

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>

namespace fwsim::test {

struct Ran {
  int status = -1;
  std::string out;  // standard output, and what `errors` adds
};

inline Ran shell(const std::string& command) {
  Ran ran;
  std::FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return ran;
  char buffer[4096];
  for (std::size_t n; (n = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;) ran.out.append(buffer, n);
  const int status = pclose(pipe);
  ran.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return ran;
}

inline Ran fwsim(const std::string& arguments, const char* errors = "2>&1") { return shell(std::string(FWSIM_BINARY) + " " + arguments + " " + errors); }

// A directory that goes with the test.
struct Folder {
  std::filesystem::path path = std::filesystem::temp_directory_path() / ("fwsim-cli-" + std::to_string(::getpid()));
  Folder() { std::filesystem::create_directories(path); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { std::filesystem::remove_all(path); }
  std::string operator/(const std::string& name) const { return (path / name).string(); }
  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(path / name, std::ios::binary) << text;
    return *this / name;
  }
};

}  // namespace fwsim::test
