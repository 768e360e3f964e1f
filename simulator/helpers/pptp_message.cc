#include "simulator/helpers/pptp_message.hh"

#include <array>

namespace fwsim {
namespace {

constexpr std::uint16_t control_message = 1;
constexpr std::uint32_t magic_cookie = 0x1a2b3c4d;

// Bytes behind the control header that each type must have.
constexpr std::array<std::uint8_t, 16> least{0, 144, 144, 4, 4, 0, 0, 156, 20, 208, 12, 16, 4, 136, 28, 12};

// Where the result code is.
std::size_t result_at(PptpType type) {
  switch (type) {
    case PptpType::start_reply: return 14;
    case PptpType::stop_reply: return 12;
    case PptpType::out_call_reply:
    case PptpType::in_call_reply: return 16;
    default: return 0;
  }
}

}  // namespace

std::optional<PptpMessage> read_pptp(Bytes payload) {
  if (payload.size() < 12 || be16(payload, 2) != control_message || be32(payload, 4) != magic_cookie)
    return std::nullopt;
  const std::uint16_t type = be16(payload, 8);
  if (type < least.size() && payload.size() - 12 < least[type]) return std::nullopt;
  PptpMessage message{static_cast<PptpType>(type), be16(payload, pptp_first_id), be16(payload, pptp_second_id)};
  if (const std::size_t at = result_at(message.type); at != 0) message.result = byte_at(payload, at);
  return message;
}

}  // namespace fwsim
