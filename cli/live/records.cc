#include "cli/live/records.hh"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>
#include <utility>
#include <vector>

#include "model/diagnostic.hh"
#include "reports/live_report.hh"

namespace fwsim {
namespace {

constexpr std::size_t most_waiting = 1 << 20;
constexpr std::size_t block = 1 << 16;   // a file is written in such pieces

struct Found {
  const Record* record;
  const Packet* packet;
};

void collect(const Result& result, std::vector<Found>& into) {
  for (const Record& record : result.records)
    if (record.kind != Record::Kind::other) into.push_back({&record, &result.packet});
  for (const Result& caused : result.generated) collect(caused, into);
}

}  // namespace

Records::Records(std::string where, std::function<void(const std::string&)> trouble) : where_(std::move(where)), trouble_(std::move(trouble)) {
  syslog_ = where_ == "syslog";
  if (syslog_) {
    openlog("fwsim", LOG_NDELAY, LOG_KERN);
  } else if (where_ == "stderr") {
    file_ = STDERR_FILENO;
  } else {
    open_file();
    if (file_ < 0) throw EnvironmentError(fmt::format("cannot write {}: {}", where_, std::strerror(errno)));
  }
}

Records::~Records() {
  flush();
  if (file_ > STDERR_FILENO) close(file_);
  if (syslog_) closelog();
}

void Records::open_file() {
  if (file_ >= 0) close(file_);
  file_ = open(where_.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0640);
  torn_ = false;
}

void Records::add(const Result& result) {
  if (result.records.empty() && result.generated.empty()) return;
  std::vector<Found> found;
  collect(result, found);
  if (found.empty()) return;
  std::sort(found.begin(), found.end(), [](const Found& a, const Found& b) { return a.record->order < b.record->order; });
  for (const auto& [record, packet] : found) {
    if (syslog_) {
      ::syslog(static_cast<int>(std::min(record->level, 7U)), "%s", record_text(*record, *packet).c_str());
    } else if (waiting_.size() > most_waiting) {
      trouble_("records are lost: they come faster than they can be written");
    } else {
      waiting_ += file_ == STDERR_FILENO ? record_text(*record, *packet) + "\n" : record_json(*record, *packet, packet->time);
    }
  }
  if (file_ == STDERR_FILENO || waiting_.size() >= block)
    while (!waiting_.empty() && write_some()) {
    }
}

// False: not now, or not at all; what cannot be written is left out.
bool Records::write_some() {
  pollfd ready{.fd = file_, .events = POLLOUT, .revents = 0};
  if (poll(&ready, 1, 0) == 0) return false;   // a pipe whose reader sleeps
  // A pipe with room takes PIPE_BUF bytes without waiting.
  const std::size_t most = file_ == STDERR_FILENO ? std::size_t{PIPE_BUF} : block;
  const std::string piece = (torn_ ? "\n" : "") + waiting_.substr(0, most);
  const ssize_t wrote = write(file_, piece.data(), piece.size());
  if (wrote < 0 && (errno == EAGAIN || errno == EINTR)) return false;
  if (wrote <= 0) {
    const std::string why = wrote < 0 ? std::strerror(errno) : "nothing was written";
    trouble_(fmt::format("records are lost: cannot write {}: {}", where_ == "stderr" ? "standard error" : where_, why));
    waiting_.clear();
    return false;
  }
  const auto taken = static_cast<std::size_t>(wrote) - (torn_ ? 1 : 0);
  const bool whole = static_cast<std::size_t>(wrote) == piece.size();
  torn_ = false;
  if (!whole && file_ != STDERR_FILENO) {   // the disk is full: the line that was cut is lost, the others are tried again
    torn_ = taken != 0 && waiting_[taken - 1] != '\n';
    const std::size_t end = torn_ ? waiting_.find('\n', taken) : taken - 1;
    waiting_.erase(0, end == std::string::npos ? waiting_.size() : end + 1);
    if (torn_) trouble_(fmt::format("a record is cut short: {} takes no more", where_));
    return false;
  }
  waiting_.erase(0, taken);
  return true;
}

void Records::flush() {
  if (syslog_) return;
  if (file_ != STDERR_FILENO) {
    struct stat here {}, there {};
    const bool moved = file_ >= 0 && (stat(where_.c_str(), &there) != 0 || fstat(file_, &here) != 0 || here.st_ino != there.st_ino || here.st_dev != there.st_dev);
    if (file_ < 0 || moved) open_file();
    if (file_ < 0 && !waiting_.empty()) {
      trouble_(fmt::format("records are lost: cannot write {}: {}", where_, std::strerror(errno)));
      waiting_.clear();
    }
  }
  while (!waiting_.empty() && write_some()) {
  }
}

}  // namespace fwsim
