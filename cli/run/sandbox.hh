// A place where a script can do what it likes: namespaces of its own (user, mount, process, network, IPC, host name) in
// which it is root, and of this machine only programs, /etc and the directories that it is given, with all that it
// writes in memory. No network, no other process, no home, no /run is seen; capabilities that could undo this are gone,
// and new namespaces cannot be made. Needs no privilege; root becomes nobody (or whoever called sudo) first.
#pragma once

#include <sys/types.h>

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace fwsim {

// An open descriptor, closed with it.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { reset(); }
  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }
  void reset();

 private:
  int fd_ = -1;
};

using SysctlValues = std::map<std::string, std::string, std::less<>>;   // "net.ipv4.ip_forward" -> "1"

struct SandboxSpec {
  std::vector<std::string> argv;                 // the program and its arguments, as they are found inside
  std::vector<std::string> environment;          // "NAME=value"
  std::string directory = "/";                   // where it starts
  std::vector<std::string> shown;                // directories of this machine that are seen there
  struct Placed {
    std::string text;
    bool runs = false;                           // may be executed
  };
  std::map<std::string, Placed> placed;          // files that are there besides, by path
  std::vector<std::string> tools;                // names of the commands that are answered from outside
  std::vector<std::string> devices;              // Ethernet devices beside lo
  std::vector<std::string> bridges;
  std::array<std::string, 2> network;            // what describes them further: lines for `ip -4 -batch` and `ip -6 -batch`
  SysctlValues sysctls;
  std::string host_name;
  int input = -1, output = -1, errors = -1;
};

// What tells whether a file has changed, by path: its size, and its time of change in ns.
using FileStamps = std::map<std::string, std::pair<long long, long long>>;

// What the script left behind.
struct Leftover {
  std::string path;
  std::string text;
  bool runs = false;
};
struct SysctlFault {
  std::string name, value, why;
};
struct Remains {
  std::map<std::string, std::string> network;    // addr.json, route4.json, ... as `fwsim collect` has them
  SysctlValues sysctls;                          // all of net., as the kernel has them after what was written; of others those written
  std::vector<std::string> changed;              // "net.ipv4.ip_forward = 1": what was written, in that order
  std::vector<SysctlFault> refused;              // writes that the kernel would not take
  std::vector<Leftover> files;                   // new or changed
  std::vector<std::string> notes;                // what could not be looked at
};

class Sandbox {
 public:
  // Throws EnvironmentError with what this machine does not allow, and a hint.
  explicit Sandbox(const SandboxSpec& spec);
  ~Sandbox();                                    // nothing that ran in it goes on
  Sandbox(const Sandbox&) = delete;
  Sandbox& operator=(const Sandbox&) = delete;

  void start();                                  // the program
  int listener() const { return listener_.get(); }   // where the tools call
  int ending() const { return ending_.get(); }       // readable when the program has ended
  int status();                                  // of the program that has ended: 128 + N for signal N
  // Of all processes in it: processes.hh.
  std::optional<std::string> standstill() const;
  std::size_t memory() const;                    // bytes that all of them have, in memory of their own
  void stop();                                   // all of it
  // After stop().
  Remains remains();

 private:
  [[noreturn]] void fail(const std::string& why) const;

  pid_t keeper_ = -1, first_ = -1;
  bool stopped_ = false;
  Descriptor control_, listener_, ending_, base_, go_;
  FileStamps before_;
};

}  // namespace fwsim
