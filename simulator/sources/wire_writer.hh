// What leaves the host, as a capture on each of its devices would show it: DIR/eth0.pcap and so on, translated and
// rewritten, with fragments, copies and the host's own answers, in the order in which they leave.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "model/host.hh"
#include "model/unfinished.hh"
#include "simulator/result.hh"
#include "simulator/sources/capture_writer.hh"

namespace fwsim {

class WireWriter {
 public:
  // Makes the directory if it is missing. Throws EnvironmentError, also when one of the files for the host's devices is
  // there already and `force` is not given. `host` must outlive the writer.
  WireWriter(const std::string& directory, const Host& host, bool force);
  // Without commit() nothing stays, also after a signal, the directory neither if it was made.
  ~WireWriter();

  // All that a packet sent, answers and copies too; nothing of a packet whose fate is unknown.
  void write(const Result& result);
  // Gives the files their names: one for each device but lo, empty when nothing left there.
  void commit();

  std::uint64_t left_out() const { return left_out_; }  // packets of unknown fate

 private:
  struct File {
    std::string temporary, path;
    std::unique_ptr<Unfinished> unfinished;   // the temporary one
    const Interface* device = nullptr;
    bool ethernet = false;
    std::unique_ptr<CaptureWriter> writer;
  };
  File& file(const std::string& device);
  void open(File& file);
  void put(const Sent& sent, bool bridged);

  std::string directory_;
  const Host& host_;
  bool force_ = false, made_ = false;
  std::unique_ptr<Unfinished> folder_;                // that was made
  std::map<std::string, File> files_;                // by device
  std::vector<std::pair<const Sent*, bool>> batch_;  // of one packet; whether a bridge handed it on
  std::uint64_t left_out_ = 0;
};

// The Ethernet header that a packet leaves a device with. The destination is that of the next hop, where the host knows
// its neighbour, that of the group for multicast, and zeros otherwise.
LinkHeader departing_link(const Sent& sent, const Interface& device, const Host& host, bool bridged = false);

}  // namespace fwsim
