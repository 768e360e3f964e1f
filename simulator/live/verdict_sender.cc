#include "simulator/live/verdict_sender.hh"

#include <linux/netlink.h>
#include <signal.h>
#include <sys/socket.h>

#include <cerrno>
#include <utility>

namespace fwsim {
namespace {

constexpr std::size_t most_at_once = 128 << 10;   // below what a socket may send as one
constexpr std::size_t few = 8;   // packets: to wake a thread for them takes longer than to let them pass

// Signals are the main thread's; a thread begins with what its maker blocks.
class NoSignals {
 public:
  NoSignals() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~NoSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  NoSignals(const NoSignals&) = delete;
  NoSignals& operator=(const NoSignals&) = delete;

 private:
  sigset_t before_{};
};

}  // namespace

VerdictSender::VerdictSender(int descriptor, bool apart) : descriptor_(descriptor) {
  if (!apart) return;
  const NoSignals guard;
  thread_ = std::thread([this] { run(); });
}

VerdictSender::~VerdictSender() {
  {
    const std::lock_guard guard(lock_);
    end_ = true;
  }
  more_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void VerdictSender::send(std::vector<char>& messages, std::size_t packets) {
  if (messages.empty()) return;
  if (thread_.joinable()) {
    std::unique_lock guard(lock_);
    if (busy_ || !waiting_.empty() || packets > few) {
      less_.wait(guard, [this] { return waiting_.size() < most_waiting; });
      if (waiting_.empty())
        std::swap(waiting_, messages);
      else
        waiting_.insert(waiting_.end(), messages.begin(), messages.end());
      guard.unlock();
      more_.notify_one();
      messages.clear();
      return;
    }
  }
  send_now(messages);   // only the caller of send() gives the thread work: nothing can come between
  messages.clear();
}

void VerdictSender::run() {
  std::vector<char> mine;
  std::unique_lock guard(lock_);
  for (;;) {
    busy_ = false;
    more_.wait(guard, [this] { return !waiting_.empty() || end_; });
    if (waiting_.empty()) return;
    busy_ = true;
    mine.clear();
    std::swap(mine, waiting_);
    guard.unlock();
    less_.notify_one();
    send_now(mine);
    guard.lock();
  }
}

void VerdictSender::send_now(const std::vector<char>& messages) {
  for (std::size_t at = 0; at < messages.size();) {
    std::size_t end = at;
    do end += NLMSG_ALIGN(reinterpret_cast<const nlmsghdr*>(messages.data() + end)->nlmsg_len);
    while (end < messages.size() && end + NLMSG_ALIGN(reinterpret_cast<const nlmsghdr*>(messages.data() + end)->nlmsg_len) - at <= most_at_once);
    send_one({messages.data() + at, end - at});
    at = end;
  }
}

void VerdictSender::send_one(std::span<const char> messages) {
  sockaddr_nl kernel{};
  kernel.nl_family = AF_NETLINK;
  while (sendto(descriptor_, messages.data(), messages.size(), 0, reinterpret_cast<const sockaddr*>(&kernel), sizeof kernel) < 0) {
    if (errno == EINTR) continue;
    ++failures_;
    return;
  }
}

}  // namespace fwsim
