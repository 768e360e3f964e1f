// What must not stay behind when a signal ends the program: files that are not whole yet, and folders made for them.
#pragma once

#include <cstddef>
#include <string>

namespace fwsim {

// While it lives, SIGINT, SIGTERM and SIGHUP remove the file, or the folder if it is empty, before they end the program as they
// would have; where the program takes or ignores such a signal itself, it stays so. Later ones are removed first.
class Unfinished {
 public:
  explicit Unfinished(const std::string& path);
  ~Unfinished();
  Unfinished(const Unfinished&) = delete;
  Unfinished& operator=(const Unfinished&) = delete;

 private:
  std::size_t slot_;
};

}  // namespace fwsim
