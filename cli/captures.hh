// Several capture files as one stream of packets, in order of time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
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

// A frame, and the device where it was captured.
struct Upcoming {
  const Frame* frame = nullptr;
  std::string_view device;
};

class FrameSource {
 public:
  virtual ~FrameSource() = default;
  // The next frames, in order, good until others are asked for; none: those were all. Throws EnvironmentError.
  virtual std::span<const Upcoming> next() = 0;
  // How much has been read, 0 to 1; nothing where that cannot be told.
  virtual std::optional<double> share_read() const = 0;
};

// Who sees frames before they are decoded.
class FrameWatch {
 public:
  virtual ~FrameWatch() = default;
  // These come next, in this order.
  virtual void coming(std::span<const Upcoming> frames) = 0;
  // Asked of each of them in turn, by its place among these: whether it is done with, and is not decoded.
  virtual bool known(std::size_t place) = 0;
};

// Calls `each` for every frame that `watch` does not know.
void take_frames(FrameSource& source, const std::function<void(Captured&)>& each, FrameWatch* watch = nullptr);

// Of all frames those of one part (shards.hh).
struct FramePart {
  unsigned number = 0, of = 1;
};

class Captures {
 public:
  // Arguments are "file" or "file@device". Throws EnvironmentError.
  Captures(const std::vector<std::string>& arguments, const std::string& filter);

  // Why the filter cannot be compiled.
  std::optional<std::string> filter_error() const { return filter_ ? filter_->error() : std::nullopt; }

  // The same captures, to be read beside these by another thread.
  Captures twin() const;

  // The frames that pass the filter, from the start. It must not outlive the captures. Numbers count those of the part alone.
  std::unique_ptr<FrameSource> frames(FramePart part = {});
  // Calls `each` for every one of them.
  void read(const std::function<void(Captured&)>& each) { take_frames(*frames(), each); }

  // When all frames have come: what is wrong with the files, and the complaints of the filter, a line each.
  const std::vector<std::string>& damage() const { return damage_; }
  const std::vector<std::string>& notes() const { return notes_; }

 private:
  Captures() = default;
  class Reading;
  struct Input {
    std::string path, device;
    std::shared_ptr<const std::vector<std::uint8_t>> content;   // of what cannot be read twice: standard input, a pipe
  };

  std::vector<Input> inputs_;
  std::string filter_text_;
  std::unique_ptr<CaptureFilter> filter_;
  std::vector<std::string> damage_, notes_;
};

}  // namespace fwsim
