#include "simulator/sources/input_buffer.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include "model/diagnostic.hh"

namespace fwsim {
namespace {

constexpr std::size_t block_size = std::size_t{1} << 20;

[[noreturn]] void fail(const std::string& path) {
  throw EnvironmentError(fmt::format("{}: {}", path == "-" ? "standard input" : path, std::strerror(errno)));
}

}  // namespace

InputBuffer::InputBuffer(const std::string& path) : path_(path), buffer_(block_size) {
  fd_ = path == "-" ? STDIN_FILENO : open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd_ < 0) fail(path_);
}

InputBuffer::InputBuffer(std::shared_ptr<const std::vector<std::uint8_t>> content) : content_(std::move(content)), buffer_(block_size) {}

InputBuffer::~InputBuffer() {
  if (fd_ > STDIN_FILENO) close(fd_);
}

Bytes InputBuffer::peek(std::size_t size) {
  if (end_ - begin_ < size && !at_end_) fill(size);
  return Bytes(buffer_).subspan(begin_, std::min(size, end_ - begin_));
}

void InputBuffer::consume(std::size_t size) {
  assert(size <= end_ - begin_);
  begin_ += size;
}

void InputBuffer::fill(std::size_t size) {
  if (!std::exchange(started_, true)) start();
  std::copy(buffer_.begin() + static_cast<std::ptrdiff_t>(begin_), buffer_.begin() + static_cast<std::ptrdiff_t>(end_),
            buffer_.begin());
  base_ += begin_;
  end_ -= begin_;
  begin_ = 0;
  while (end_ < size && !at_end_) {
    // Grows with what is really there, not with what a damaged file claims.
    if (end_ == buffer_.size()) buffer_.resize(std::min(2 * buffer_.size(), size + block_size));
    const std::size_t room = buffer_.size() - end_;
    const std::size_t got = unpacker_ ? unpacker_->read(buffer_.data() + end_, room) : read_raw(buffer_.data() + end_, room);
    at_end_ = got == 0;
    end_ += got;
  }
}

// What was read before, then what is in memory or the file holds.
std::size_t InputBuffer::read_raw(std::uint8_t* to, std::size_t size) {
  if (unpacked_ < packed_.size()) {
    const std::size_t count = std::min(size, packed_.size() - unpacked_);
    std::copy_n(packed_.begin() + static_cast<std::ptrdiff_t>(unpacked_), count, to);
    unpacked_ += count;
    return count;
  }
  if (content_) {
    const std::size_t count = std::min(size, content_->size() - content_at_);
    std::copy_n(content_->begin() + static_cast<std::ptrdiff_t>(content_at_), count, to);
    content_at_ += count;
    return count;
  }
  while (fd_ >= 0) {
    const ssize_t got = read(fd_, to, size);
    if (got >= 0) return static_cast<std::size_t>(got);
    if (errno != EINTR) fail(path_);
  }
  return 0;
}

std::optional<double> InputBuffer::share_read() const {
  const auto share = [](std::uint64_t part, std::uint64_t whole) { return whole == 0 ? 1.0 : std::min(1.0, static_cast<double>(part) / static_cast<double>(whole)); };
  if (content_) return share(content_at_, content_->size());
  struct stat file {};
  const off_t at = lseek(fd_, 0, SEEK_CUR);
  if (at < 0 || fstat(fd_, &file) != 0 || !S_ISREG(file.st_mode)) return std::nullopt;
  return share(static_cast<std::uint64_t>(at), static_cast<std::uint64_t>(file.st_size));
}

// Looks whether the input is compressed.
void InputBuffer::start() {
  std::vector<std::uint8_t> first(block_size);
  std::size_t count = 0, got = 0;
  do {
    got = read_raw(first.data() + count, first.size() - count);
    count += got;
  } while (got > 0 && count < packed_magic);
  first.resize(count);
  packed_ = std::move(first);
  unpacker_ = unpacker_for(packed_, [this](std::uint8_t* to, std::size_t size) { return read_raw(to, size); });
}

}  // namespace fwsim
