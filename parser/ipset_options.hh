// The options of `create`, and those of elements.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "model/ipset.hh"
#include "parser/grammar.hh"
#include "parser/reporter.hh"

namespace fwsim {

// What follows "create NAME TYPE" into `set`, whose type is known. False after a fault.
bool read_create_options(std::span<const Word> words, IpSet& set, Reporter& reporter);

struct ElementOptions {
  std::optional<std::uint32_t> timeout;
  std::optional<std::uint64_t> packets, bytes;
  std::optional<std::string_view> comment;
  std::optional<std::pair<std::uint32_t, std::uint32_t>> skbmark;  // mark, mask
  std::uint32_t skbprio = 0;
  std::uint16_t skbqueue = 0;
  bool nomatch = false;
  bool wildcard = false;
  std::string_view reference;  // list:set: the member before or after which
  bool before = false;
};

// What follows the element; `adding` is false for del and test, which know fewer. False after a fault.
bool read_element_options(std::span<const Word> words, const IpSet& set, bool adding, ElementOptions& out,
                          Reporter& reporter);

// The number in a word, at most `max`; reports what is wrong with it.
std::optional<std::uint64_t> read_ipset_number(const Word& word, std::uint64_t max, Reporter& reporter);

}  // namespace fwsim
