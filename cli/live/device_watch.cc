#include "cli/live/device_watch.hh"

#include <fmt/format.h>
#include <net/if.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <utility>

#include "simulator/offload.hh"

namespace fwsim {

namespace {

constexpr std::size_t between_reads = 64;   // packets

// "" for none, or one that is gone.
std::string device_name(unsigned index) {
  std::array<char, IF_NAMESIZE> name{};
  return index != 0 && if_indextoname(index, name.data()) != nullptr ? name.data() : "";
}

// Said when packets are seen from now on: what it takes to get there may be long.
void say_devices(const std::vector<std::string>& devices) {
  std::string list;
  for (const std::string& device : devices) list += (list.empty() ? "" : ", ") + device;
  fmt::print(stderr, "fwsim: watching {}\n", list);
}

}  // namespace

DeviceWatch::DeviceWatch(Loop& loop, DeviceCapture& capture, std::function<void(Captured&)> each, std::function<void()> batch)
    : loop_(loop), capture_(capture), each_(std::move(each)), batch_(std::move(batch)) {
  watch_all();
  say_devices(capture_.devices());
  loop_.every(std::chrono::seconds(1), [this] {
    if (capture_.look()) watch_all();
  });
}

void DeviceWatch::watch_all() {
  for (const int descriptor : watched_) loop_.unwatch(descriptor);
  watched_ = capture_.descriptors();
  for (const int descriptor : watched_)
    loop_.watch(descriptor, [this] {
      if (capture_.read()) watch_all();
      hand_on();
    });
}

void DeviceWatch::hand_on() {
  Frame frame;
  std::size_t count = 0;
  while (capture_.next(frame)) {
    Captured captured = take_frame(frame, std::string(frame.interface), packet_);
    if (is_log_group(captured.device)) captured.device = device_name(captured.device_index);
    if (captured.fault.empty()) complete_checksum(packet_);
    each_(captured);
    if (++count % between_reads == 0 && capture_.read()) watch_all();
  }
  if (count > 0) batch_();
  const auto wait = capture_.next_in();
  if (!wait || timer_runs_) return;
  timer_runs_ = true;
  loop_.after(*wait, [this] {
    timer_runs_ = false;
    if (capture_.read()) watch_all();   // an older one may be there
    hand_on();
  });
}

void DeviceWatch::finish() {
  capture_.end();
  hand_on();
}

}  // namespace fwsim
