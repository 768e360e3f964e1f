// Frames from network devices and packets of NFLOG groups, by libpcap: those that come in and those that go out, merged by their time. Touches nothing.
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "simulator/sources/source.hh"

namespace fwsim {

// "nflog:5": packets that rules hand to that group (-j NFLOG --nflog-group 5), with their hook and devices.
bool is_log_group(std::string_view name);

class DeviceCapture : public Source {
 public:
  // Names of devices, or of groups of the NFLOG target ("nflog:5"). `filter`: an expression of tcpdump, or empty. Throws
  // EnvironmentError for what cannot be read.
  DeviceCapture(const std::vector<std::string>& devices, std::string filter);
  ~DeviceCapture() override;

  std::vector<std::string> devices() const;
  // What to wait on; then read() takes in what is there, unless much waits here already. It is called often: the kernel's
  // buffer counts in pieces of time, and little traffic fills it soon, too. look() is for once a second: it notes what was lost, devices that
  // went down and those that are there again. Either may change the descriptors, and then is true.
  std::vector<int> descriptors() const;
  bool read();
  bool look();

  // The oldest frame that no other can come before any more; false: there is none now.
  bool next(Frame& frame) override;
  // When there will be one, if nothing more comes.
  std::optional<std::chrono::nanoseconds> next_in() const;
  // Takes in what the kernel still has. Nothing is read later: what is there is all.
  void end();

  // Frames that the kernel threw away because they were not read soon enough; at most so many, since each direction's buffer
  // gets the frames of both.
  std::uint64_t lost() const;
  // What went wrong, and goes on; how often.
  std::function<void(const std::string&, std::uint64_t)> trouble;

 private:
  struct Handle;
  struct Device;
  struct Kept {
    Frame frame;
    std::vector<std::uint8_t> bytes;
  };
  void open(Device& device);
  void take(Device& device, Handle& handle);
  bool settled(const Kept& kept) const;
  void say(const std::string& what, std::uint64_t times = 1) const { if (trouble) trouble(what, times); }

  std::vector<std::unique_ptr<Device>> devices_;
  std::string filter_;
  std::deque<Kept> waiting_;   // by time
  std::size_t waiting_bytes_ = 0;
  Kept current_;
  std::uint64_t number_ = 0, lost_before_ = 0;
  std::int64_t last_time_ = 0;
  bool ended_ = false;
};

}  // namespace fwsim
