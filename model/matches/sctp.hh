// Chunk tests of -m sctp (struct xt_sctp_info). Kept as text, "any DATA:Ub,INIT", and read again
// by the packet test: both use the functions here.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace fwsim {

struct SctpChunks {
  enum class Mode : std::uint8_t { all, any, only };
  struct Flags {  // (chunk flags & mask) == value
    std::uint8_t mask = 0;
    std::uint8_t value = 0;
  };
  Mode mode = Mode::any;
  std::bitset<256> types;
  std::array<Flags, 256> flags{};
};

// The two words of --chunk-types; on failure nothing, and the reason in `why`.
std::optional<SctpChunks> read_sctp_chunks(std::string_view mode, std::string_view list, std::string& why);
std::optional<SctpChunks> read_sctp_chunks(std::string_view text);
// As iptables-save prints it; reads back to the same.
std::string sctp_chunks_text(const SctpChunks& chunks);

}  // namespace fwsim
