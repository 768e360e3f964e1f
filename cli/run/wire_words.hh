// How the tools of a script and fwsim talk: messages of a word, a length, and bytes. For both sides; no library.
#pragma once

#include <cstddef>
#include <cstdint>

namespace fwsim {

// The tool says `call`, and then `data` or `fault` for what it is asked; the rest is what it is told.
enum class WireWord : char {
  call = 'C',    // texts, each ended by a zero byte: place in the script, job, name and arguments
  data = 'D',
  fault = 'F',   // errno(3), in decimal
  out = 'O',     // for standard output
  err = 'E',     // for standard error
  input = 'I',   // read standard input to its end
  read = 'R',    // read a file
  write = 'W',   // a path, a zero byte, what is to be written to that file
  create = 'N',  // the same, and the file may be a new one
  become = 'X',  // file, name and arguments of another program
  spawn = 'B',   // a job's number, file and arguments of a program to start beside
  quit = 'Q',    // with an exit status, one byte
};

inline constexpr char wire_path[] = "/.fwsim/socket";
inline constexpr std::size_t wire_head = 5;
inline constexpr std::size_t wire_most = std::size_t{64} << 20;   // bytes of one message

inline void put_head(char* head, WireWord word, std::uint32_t size) {
  head[0] = static_cast<char>(word);
  for (int i = 0; i < 4; ++i) head[1 + i] = static_cast<char>(size >> (8 * i));
}
inline WireWord head_word(const char* head) { return static_cast<WireWord>(head[0]); }
inline std::uint32_t head_size(const char* head) {
  std::uint32_t size = 0;
  for (int i = 0; i < 4; ++i) size |= static_cast<std::uint32_t>(static_cast<unsigned char>(head[1 + i])) << (8 * i);
  return size;
}

}  // namespace fwsim
