// The language of -m u32: "location op number ... = value, ... && ...". Read here for the check and
// for the packet test alike (struct xt_u32).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fwsim {

struct U32Step {
  enum class Op : std::uint8_t { load, mask, left, right, at };  // `load` is the first number
  Op op = Op::load;
  std::uint32_t number = 0;
};
struct U32Range {  // inclusive; empty when low > high
  std::uint32_t low = 0;
  std::uint32_t high = 0;
};
struct U32Test {
  std::vector<U32Step> location;
  std::vector<U32Range> values;
};
struct U32Program {
  std::vector<U32Test> tests;  // all must hold
};

// On failure nothing; `why` says what is wrong and `where` at which byte of the text.
std::optional<U32Program> read_u32(std::string_view text, std::string& why, std::size_t& where);
// All numbers in hexadecimal, no spaces: as iptables-save prints it, without the quotes.
std::string u32_text(const U32Program& program);

}  // namespace fwsim
