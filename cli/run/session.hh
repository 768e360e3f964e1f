// A script's run from its first command to the end of all that it left behind.
#pragma once

#include <chrono>
#include <functional>
#include <list>
#include <map>
#include <string>
#include <string_view>

#include "cli/run/sandbox.hh"
#include "cli/run/tools.hh"

namespace fwsim {

class RunSession {
 public:
  struct Limits {
    double seconds = 60;                 // that the script may take
    double own_seconds = 86400;          // of its own time: that it may sleep through
    std::size_t memory = std::size_t{1} << 30;   // bytes that all its processes may have
    std::size_t output = 16 << 20;       // bytes of each of its two outputs that are handed on
  };
  // `output` and `errors` are the ends to read of the script's own; `show` gets what it prints.
  RunSession(Sandbox& sandbox, RunState& state, Limits limits, Descriptor output, Descriptor errors, std::function<void(int, std::string_view)> show);

  // Runs to the end; false when it was stopped at a limit. `ended` is called when the script itself has.
  bool run(const std::function<void()>& ended);
  int status() const { return status_; }
  const std::vector<std::string>& notes() const { return notes_; }

 private:
  struct Sleeper {
    Caller caller;
    double wakes;
  };
  // A tool that reads a pipe, perhaps one that another tool writes to.
  struct Reader {
    Caller caller;
    std::string path;
    std::map<std::string, Caller::Read> texts;
  };
  struct Output {
    Descriptor from;
    int to;
    std::size_t shown = 0;
    bool told = false;
  };

  void answer(Caller caller, std::map<std::string, Caller::Read> texts);
  bool wake_next();
  bool drain(Output& output);

  Sandbox& sandbox_;
  RunState& state_;
  Limits limits_;
  std::array<Output, 2> outputs_;
  std::function<void(int, std::string_view)> show_;
  std::list<Sleeper> sleepers_;
  std::list<Reader> readers_;
  std::list<Caller> writers_;
  std::vector<std::string> notes_;
  int status_ = 0;
};

}  // namespace fwsim
