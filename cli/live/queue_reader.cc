#include "cli/live/queue_reader.hh"

#include <poll.h>
#include <signal.h>

#include <algorithm>
#include <mutex>
#include <utility>

namespace fwsim {
namespace {

constexpr int batches_in_a_row = 16;   // before the other descriptors and timers have a turn
constexpr int idle_ms = 250;           // so long a thread sleeps at most: then it looks whether it shall end

}  // namespace

QueueReader::QueueReader(Session& session, const QueueOptions& options, bool own_thread, Judge judge)
    : session_(session), judge_(std::move(judge)), own_thread_(own_thread), fail_open_(options.fail_open),
      looks_full_(std::min<std::size_t>(PacketQueue::batch, options.length)), queue_(options) {}

QueueReader::~QueueReader() { end(); }

void QueueReader::begin() {
  if (!own_thread_) return session_.loop().watch(queue_.descriptor(), [this] { read(); });
  sigset_t all, before;   // signals are the main thread's
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  thread_ = std::thread([this] { run(); });
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

void QueueReader::end() {
  ends_ = true;
  if (thread_.joinable()) thread_.join();
}

// False when there was nothing. Reading, and so sending what was decided before, needs no lock.
bool QueueReader::take_batch() {
  std::size_t count = 0;
  const bool any = queue_.read(packets_, count);
  std::unique_lock guard(session_.loop().lock(), std::defer_lock);
  if (own_thread_) guard.lock();
  const std::int64_t now = session_.now();
  if (queue_.holds_back()) held_back_ = now;
  if (!any) {
    drained_ = now;
    return false;
  }
  if (fail_open_ && count >= looks_full_ && queue_.full()) session_.trouble("the queue was full: packets passed unjudged (--fail-open)");
  for (std::size_t p = 0; p < count; ++p) {
    packets_[p].packet.time = now;
    judge_(queue_, packets_[p]);
  }
  return true;
}

void QueueReader::read() {
  for (int i = 0; i < batches_in_a_row; ++i)
    if (!take_batch()) break;
  queue_.flush();
  tell_faults();
}

void QueueReader::run() {
  try {
    pollfd wait{.fd = queue_.descriptor(), .events = POLLIN, .revents = 0};
    while (!ends_) {
      poll(&wait, 1, idle_ms);
      while (!ends_ && take_batch()) {
      }
      const std::lock_guard guard(session_.loop().lock());
      tell_faults();
    }
  } catch (...) {
    failure_ = std::current_exception();
    session_.loop().stop();
  }
}

void QueueReader::look_after() {
  if (!own_thread_) read();
  tell_dropped();
}

// With --fail-open the kernel counts none of those that it could not tell of.
void QueueReader::tell_faults() {
  if (queue_.overran()) {
    if (fail_open_)
      session_.trouble("the queue's socket was full (ENOBUFS): packets passed unjudged (--fail-open)");
    else if (!tell_dropped())
      session_.trouble("the queue's socket was full (ENOBUFS)");
  }
  if (const std::uint64_t n = queue_.unsent(); n > 0) session_.trouble("the kernel did not take verdicts: their packets wait until fwsim ends", n);
}

// True when there were any.
bool QueueReader::tell_dropped() {
  const PacketQueue::Lost now = queue_.lost(), before = std::exchange(lost_, now);
  if (now.full > before.full) session_.trouble("the queue was full: packets were dropped (--queue-length, --fail-open)", now.full - before.full);
  if (now.unread > before.unread) session_.trouble("the queue's socket was full (ENOBUFS): packets were dropped", now.unread - before.unread);
  return now.full > before.full || now.unread > before.unread;
}

}  // namespace fwsim
