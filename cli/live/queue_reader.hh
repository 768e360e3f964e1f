// Takes the packets of one queue to their judge: when the loop finds some, or in a thread of its own. Of several threads one
// judges at a time, while the others read and answer.
#pragma once

#include <atomic>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "cli/live/session.hh"
#include "simulator/live/packet_queue.hh"

namespace fwsim {

class QueueReader {
 public:
  using Judge = std::function<void(PacketQueue& queue, QueuedPacket& packet)>;
  QueueReader(Session& session, const QueueOptions& options, bool own_thread, Judge judge);
  ~QueueReader();
  QueueReader(const QueueReader&) = delete;
  QueueReader& operator=(const QueueReader&) = delete;

  // From here on packets are judged. What the thread cannot go on with ends the loop, and is thrown by rethrow().
  void begin();
  void end();
  void rethrow() const {
    if (failure_) std::rethrow_exception(failure_);
  }

  // Of the loop: what is there now.
  void read();
  void forget_devices() { queue_.forget_devices(); }
  // Of the loop, once a second: what the kernel dropped meanwhile is told.
  void look_after();
  // What was answered before that time (ns) has come to its next hook, if it ever will: later, nothing more was to be read, and
  // all verdicts were with the kernel.
  std::int64_t complete_until(std::int64_t patience) const { return drained_ - held_back_ < patience ? 0 : drained_ - patience; }

 private:
  void run();
  bool take_batch();
  void tell_faults();
  bool tell_dropped();

  Session& session_;
  Judge judge_;
  bool own_thread_, fail_open_;
  std::size_t looks_full_;   // so many at once: the queue may be full
  PacketQueue queue_;
  std::vector<QueuedPacket> packets_;
  PacketQueue::Lost lost_;
  std::int64_t drained_ = 0, held_back_ = 0;   // when last nothing was left to read, and when verdicts had to wait
  std::atomic<bool> ends_ = false;
  std::exception_ptr failure_;
  std::thread thread_;
};

}  // namespace fwsim
