// Many small works of the same kind on several processors. Processes, not threads: what one work does to its process (a crash,
// no memory left, what libraries keep) is no concern of the others, and one at a time comes out as many at a time do.
#pragma once

#include <cstddef>
#include <functional>
#include <string>

namespace fwsim {

// What became of a work.
struct WorkDone {
  int status = 0;         // what it returned; status_bad after an exception, which is in `err` as main() would tell it
  std::string out, err;   // what it printed
  bool crashed = false;   // its process is gone; `err` says how
};

// Does works 0 to `count` - 1 by `jobs` (from 1 on) processes of their own, which print nothing to where this process does. `take`
// gets what came of each in this process, in the order of their numbers, as soon as that is possible. Throws EnvironmentError
// when no process can be made.
void run_crew(unsigned jobs, std::size_t count, const std::function<int(std::size_t)>& work, const std::function<void(std::size_t, WorkDone)>& take);

}  // namespace fwsim
