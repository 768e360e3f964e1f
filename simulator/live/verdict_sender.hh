// Sends verdicts from a thread of its own: the kernel takes a packet on its way inside the call that says how it goes on, and
// the next packets are judged meanwhile. Order is kept.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

namespace fwsim {

class VerdictSender {
 public:
  // Of a netlink socket, which must outlive it. Not `apart`: from whoever calls send().
  explicit VerdictSender(int descriptor, bool apart = true);
  ~VerdictSender();                         // when all are sent
  VerdictSender(const VerdictSender&) = delete;
  VerdictSender& operator=(const VerdictSender&) = delete;

  // Takes whole messages, which free so many packets, and leaves an empty buffer. Waits while more than `most_waiting` bytes
  // are on their way.
  void send(std::vector<char>& messages, std::size_t packets);

  std::uint64_t failures() const { return failures_; }   // calls that the kernel refused
  static constexpr std::size_t most_waiting = 4 << 20;

 private:
  void run();
  void send_now(const std::vector<char>& messages);
  void send_one(std::span<const char> messages);

  int descriptor_;
  std::atomic<std::uint64_t> failures_ = 0;
  std::mutex lock_;
  std::condition_variable more_, less_;
  std::vector<char> waiting_;   // guarded by lock_, as the next two
  bool busy_ = false;           // the thread has messages of its own in hand
  bool end_ = false;
  std::thread thread_;          // last: it begins when all else is there
};

}  // namespace fwsim
