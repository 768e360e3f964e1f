#include "simulator/sources/input_buffer.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
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

InputBuffer::InputBuffer(std::vector<std::uint8_t> content)
    : buffer_(std::move(content)), end_(buffer_.size()), at_end_(true) {}

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
  std::copy(buffer_.begin() + static_cast<std::ptrdiff_t>(begin_), buffer_.begin() + static_cast<std::ptrdiff_t>(end_),
            buffer_.begin());
  base_ += begin_;
  end_ -= begin_;
  begin_ = 0;
  while (end_ < size && !at_end_) {
    // Grows with what is really there, not with what a damaged file claims.
    if (end_ == buffer_.size()) buffer_.resize(std::min(2 * buffer_.size(), size + block_size));
    const ssize_t got = read(fd_, buffer_.data() + end_, buffer_.size() - end_);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail(path_);
    at_end_ = got == 0;
    end_ += static_cast<std::size_t>(got);
  }
}

}  // namespace fwsim
