// Work in a process of its own: what takes long, or ends badly, keeps the server from nothing, and is ended by a signal when nobody
// wants it any more. It has the memory of the server as it was when it began, and says what it finds as messages.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "cli/lsp/rpc.hh"

namespace fwsim {

// The side of the process that works.
class WorkLine {
 public:
  explicit WorkLine(int line) : line_(line) {}
  void say(const Json& message) const;                   // ends the process when nobody listens
  void pause(std::chrono::duration<double> most) const;  // or until LspWork::urge()

 private:
  int line_;
};

class LspWork {
 public:
  // Throws EnvironmentError when no process can be made. An exception of `work` is said as {"failed": text}.
  explicit LspWork(const std::function<void(const WorkLine&)>& work);
  LspWork(const LspWork&) = delete;
  LspWork& operator=(const LspWork&) = delete;
  ~LspWork();   // ends the process

  int line() const { return line_; }   // has something to read when there is something to hear
  void urge() const;                   // its pause is over
  std::vector<Json> hear();            // what it has said since
  bool ended() const { return ended_; }

 private:
  pid_t process_ = 0;
  int line_ = -1;
  std::string heard_;
  bool ended_ = false;
};

}  // namespace fwsim
