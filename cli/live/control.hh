// The socket by which a running fwsim is asked and told: lines of JSON (reports/live_report.hh), from several at once. A
// reader that is too slow loses lines of its trace and holds up nobody.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "model/diagnostic.hh"
#include "reports/live_report.hh"

namespace fwsim {

class Loop;
class Session;

// The socket cannot be made there, for what is wrong with the place.
struct ControlUnavailable : EnvironmentError {
  using EnvironmentError::EnvironmentError;
};

// One that asks.
struct Asker {
  int descriptor = -1;
  std::string in, out;
  std::function<std::string()> more;   // the rest of a long answer, piece by piece; "" is its end
  std::uint64_t listener = 0, lost = 0;
  bool ended = false, broken = false;
  bool reads = true, writes = false;   // what its descriptor is watched for
};

class ControlSocket {
 public:
  // Makes the socket, for its owner alone. Throws EnvironmentError: no such directory, another fwsim answers there.
  ControlSocket(Session& session, std::string path);
  ~ControlSocket();
  ControlSocket(const ControlSocket&) = delete;
  ControlSocket& operator=(const ControlSocket&) = delete;

  // Sends what fits, and waits for room for the rest.
  void send(Asker& asker);
  static constexpr std::size_t most_in = 1 << 16, most_out = 1 << 20, most_askers = 32;

 private:
  void greet();
  void read(Asker& asker);
  void answer(Asker& asker);
  void drop(int descriptor);

  Session& session_;
  std::string path_;
  int listener_ = -1;
  dev_t device_ = 0;
  ino_t inode_ = 0;
  std::map<int, std::unique_ptr<Asker>> askers_;
};

// A word that a running fwsim knows: `answer` appends to asker.out, or sets asker.more.
struct ControlWord {
  std::string_view name, says;
  void (*answer)(const ControlWord& word, Session& session, ControlSocket& control, Asker& asker, const LiveRequest& request);
};
const std::vector<ControlWord>& control_words();
// "did you mean 'status'?", or the list of words.
std::string control_hint(std::string_view word);

}  // namespace fwsim
