// The words of which descriptions of packets are made, of one packet (question.hh) and of sets of them (lint/traffic.hh).
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "simulator/sources/question.hh"

namespace fwsim {

struct QuestionWord {
  std::string_view text;
  std::size_t column = 0;   // from 1
};
std::vector<QuestionWord> question_words(std::string_view text);   // at blanks

struct FlagWord {
  std::string_view name;
  std::uint8_t bit;
};
inline constexpr std::array<FlagWord, 8> flag_words{{{"fin", 0x01}, {"syn", 0x02}, {"rst", 0x04}, {"psh", 0x08},
                                                     {"ack", 0x10}, {"urg", 0x20}, {"ece", 0x40}, {"cwr", 0x80}}};

inline bool is_arrow(std::string_view word) { return word == "->" || word == ">" || word == "to"; }
inline bool has_ports(unsigned protocol) {
  return protocol == 6 || protocol == 17 || protocol == 132 || protocol == 33 || protocol == 136;
}

// "address:port" and "[address]:port" in two; more than one ':' without brackets is an IPv6 address alone.
// False with a fault when brackets are wrong.
bool split_endpoint(const QuestionWord& word, std::string_view& address, std::string_view& port, QuestionFault& fault);

QuestionFault fault_at(const QuestionWord& word, std::string text, std::string hint = {});
// For a word that nobody knows: names of flags and `others` are what may have been meant.
QuestionFault not_understood(const QuestionWord& word, std::vector<std::string_view> others);

}  // namespace fwsim
