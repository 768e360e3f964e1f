// What a file held before gzip (RFC 1952) or zstd (RFC 8878) made it smaller.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "simulator/packet.hh"

namespace fwsim {

class Unpacker {
 public:
  // Puts at most `size` bytes there and returns how many; 0 at the end.
  using Read = std::function<std::size_t(std::uint8_t* to, std::size_t size)>;

  Unpacker() = default;
  Unpacker(const Unpacker&) = delete;
  Unpacker& operator=(const Unpacker&) = delete;
  virtual ~Unpacker() = default;
  // As Read. At damage it returns 0, and `fault` says what is wrong.
  virtual std::size_t read(std::uint8_t* to, std::size_t size) = 0;

  std::string fault;
};

inline constexpr std::size_t packed_magic = 4;   // bytes by which packed files are known
// Null: a file that begins so is not packed.
std::unique_ptr<Unpacker> unpacker_for(Bytes start, Unpacker::Read packed);

}  // namespace fwsim
