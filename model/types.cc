#include "model/types.hh"

#include <arpa/inet.h>

#include <array>

namespace fwsim {

std::string name_text(u128 word) {
  std::string text;
  for (std::size_t i = 0; i < name_length(word); ++i)
    text.push_back(static_cast<char>((word >> (8 * (15 - i))) & 0xff));
  return text;
}

std::string address_text(Family family, u128 address) {
  std::array<unsigned char, 16> bytes{};
  const std::size_t size = address_bits(family) / 8;
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<unsigned char>(address >> (8 * (size - 1 - i)));
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(family == Family::v4 ? AF_INET : AF_INET6, bytes.data(), text.data(), text.size());
  return text.data();
}

}  // namespace fwsim
