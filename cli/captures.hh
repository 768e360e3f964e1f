// Several capture files as one stream of packets, in order of time.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "simulator/sources/capture_file.hh"
#include "simulator/sources/capture_filter.hh"
#include "simulator/sources/link_layer.hh"

namespace fwsim {

// What is handed on for each frame. `packet` is good when `fault` is empty.
struct Captured {
  Packet& packet;
  std::string device;     // from "file@eth0", or from the capture; may be empty
  bool outgoing = false;
  unsigned device_index = 0;   // of the device, where the frame tells it by that (NFLOG, Linux cooked v2)
  std::string fault;      // "ARP", "IP header is cut short", ...: iptables never sees this frame
  const Frame* frame = nullptr;
};

// What the frame of a device holds; the packet is made in `packet`.
Captured take_frame(const Frame& frame, const std::string& device, Packet& packet);

class Captures {
 public:
  // Arguments are "file" or "file@device". Throws EnvironmentError.
  Captures(const std::vector<std::string>& arguments, const std::string& filter);

  // The same captures, to be read beside these by another thread.
  Captures twin() const;

  // Why the filter cannot be compiled.
  std::optional<std::string> filter_error() const { return filter_ ? filter_->error() : std::nullopt; }

  // Calls `each` for every frame that passes the filter. Can be done again, from the start. `known`: asked before, as long as nothing
  // is decoded, about the frame and the device where it was captured; true: the frame is done with.
  using Known = std::function<bool(const Frame& frame, std::string_view device)>;
  void read(const std::function<void(Captured&)>& each, const Known& known = {});

  // What is wrong with the files, and the complaints of the filter: a line each.
  const std::vector<std::string>& damage() const { return damage_; }
  const std::vector<std::string>& notes() const { return notes_; }

 private:
  Captures() = default;
  struct Input {
    std::string path, device;
    std::vector<std::uint8_t> content;   // of standard input, which cannot be read twice
    bool in_memory = false;
  };
  struct Open {
    const Input* input = nullptr;
    std::unique_ptr<CaptureFile> file;
    Frame frame;
    bool more = false;
  };
  std::vector<Open> open_all();
  void close(Open& open);

  std::vector<Input> inputs_;
  std::string filter_text_;
  std::unique_ptr<CaptureFilter> filter_;
  std::vector<std::string> damage_, notes_;
};

}  // namespace fwsim
