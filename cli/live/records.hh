// Where the records of LOG, NFLOG, AUDIT and TRACE go: to standard error, to syslog, or to a file as lines of JSON. A
// full disk or a reader that is too slow costs records, which are counted, and holds up no packet.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "simulator/result.hh"

namespace fwsim {

class Records {
 public:
  // `where`: "stderr", "syslog" or a file, to which is added. Throws EnvironmentError. `trouble` is told of what fails.
  Records(std::string where, std::function<void(const std::string&)> trouble);
  ~Records();
  Records(const Records&) = delete;
  Records& operator=(const Records&) = delete;

  // Those of the packet, and of its answers and copies, in the order in which they were made.
  void add(const Result& result);
  // Once a second: writes what waits. A file that was moved away, as logrotate does, is made anew.
  void flush();

 private:
  void open_file();
  bool write_some();

  std::string where_;
  std::function<void(const std::string&)> trouble_;
  int file_ = -1;
  std::string waiting_;
  bool syslog_ = false, torn_ = false;   // torn: the last line in the file has no end
};

}  // namespace fwsim
