// A file or standard input read front to back in large blocks, with a view on what comes next; unpacked where it is compressed.
// Read, not mapped: a file that shrinks meanwhile must not kill the program.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "simulator/packet.hh"
#include "simulator/sources/unpack.hh"

namespace fwsim {

class InputBuffer {
 public:
  // "-" is standard input. Throws EnvironmentError when the file cannot be opened.
  explicit InputBuffer(const std::string& path);
  // Reads from memory, which others may read, too.
  explicit InputBuffer(std::shared_ptr<const std::vector<std::uint8_t>> content);
  InputBuffer(const InputBuffer&) = delete;
  InputBuffer& operator=(const InputBuffer&) = delete;
  ~InputBuffer();

  // The next `size` bytes, or fewer when the input ends before; valid until the next call.
  // Throws EnvironmentError when reading fails.
  Bytes peek(std::size_t size);
  // What of that is in memory already; peek() of no more than that leaves all where it is, and so does consume().
  Bytes there() const { return Bytes(buffer_).subspan(begin_, end_ - begin_); }
  // Steps over bytes that peek() has shown.
  void consume(std::size_t size);
  // Where the next byte is in the input, as it is unpacked.
  std::uint64_t offset() const { return base_ + begin_; }
  // How much of the input is read, packed as it is: 0 to 1; nothing where its size is not known.
  std::optional<double> share_read() const;
  // Whether peek() has come to the end of the input.
  bool at_end() const { return at_end_; }
  // Why a compressed input ends where it does; empty when nothing is wrong.
  std::string fault() const { return unpacker_ ? unpacker_->fault : std::string(); }

 private:
  std::string path_;
  int fd_ = -1;
  std::shared_ptr<const std::vector<std::uint8_t>> content_;   // instead of a file
  std::size_t content_at_ = 0;
  std::vector<std::uint8_t> buffer_;
  std::size_t begin_ = 0, end_ = 0;  // what of the buffer is not consumed
  std::uint64_t base_ = 0;           // offset of the buffer's start in the input
  bool at_end_ = false, started_ = false;
  std::vector<std::uint8_t> packed_;  // what was read to see whether it is compressed, and comes first
  std::size_t unpacked_ = 0;
  std::unique_ptr<Unpacker> unpacker_;

  void fill(std::size_t size);
  void start();
  std::size_t read_raw(std::uint8_t* to, std::size_t size);
};

}  // namespace fwsim
