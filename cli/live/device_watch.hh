// Frames of devices as the loop finds them: what observe and compare share.
#pragma once

#include <functional>

#include "cli/captures.hh"
#include "simulator/live/loop.hh"
#include "simulator/sources/device_capture.hh"

namespace fwsim {

class DeviceWatch {
 public:
  // `each` for every frame, in order of time; `batch` after those that were there at once.
  DeviceWatch(Loop& loop, DeviceCapture& capture, std::function<void(Captured&)> each, std::function<void()> batch);
  // The frames that are still there, at the end.
  void finish();

 private:
  void watch_all();
  void hand_on();

  Loop& loop_;
  DeviceCapture& capture_;
  std::function<void(Captured&)> each_;
  std::function<void()> batch_;
  std::vector<int> watched_;
  Packet packet_;
  bool timer_runs_ = false;
};

}  // namespace fwsim
