// Work on a copy of the process, as it is at this moment: writing down a large table must hold up no packet.
#pragma once

#include <sys/types.h>

#include <functional>
#include <optional>

namespace fwsim {

class Aside {
 public:
  Aside() = default;
  ~Aside() { wait(); }
  Aside(const Aside&) = delete;
  Aside& operator=(const Aside&) = delete;

  // False: the work before is not done yet, or there can be no copy. What `work` throws is said on standard error.
  bool start(const std::function<void()>& work);
  // Whether it went well, once, when it has ended.
  std::optional<bool> ended();
  // Until it has.
  std::optional<bool> wait();

 private:
  std::optional<bool> collect(int flags);
  pid_t child_ = 0;
};

}  // namespace fwsim
