// Oracles that are a function of the packet's bytes alone.
#pragma once

#include <functional>
#include <memory>

#include "simulator/oracle.hh"

namespace fwsim {

// What to answer when bytes up to offset `end` are wanted and are not there: `otherwise`, what the
// kernel does, when the packet has none; unknown when only the capture did not keep them.
inline Answer when_missing(const Packet& packet, std::size_t end, Answer otherwise) {
  return packet.missing != 0 && end <= packet.stated_length() ? Answer::unknown : otherwise;
}

// `test` answers unknown only by when_missing().
std::unique_ptr<Oracle> make_packet_test(std::function<Answer(const Packet&)> test);

// Where the matches that forget to ask for fragments think that the transport header is
// (xt_action_param.thoff): later fragments of IPv6 leave it at 0, which is the IPv6 header itself.
inline std::size_t assumed_transport(const Packet& packet) {
  const bool later_fragment = packet.fields.number(Field::frag_off) != 0;
  return packet.family == Family::v6 && later_fragment ? 0 : packet.l4;
}

// Options of TCP or DCCP as the kernel's matches pass over them: kinds below 2 are one byte long,
// a length of 0 counts as 1, the end-of-list option does not end the list.
inline std::size_t next_option(Bytes options, std::size_t at) {
  const std::size_t length = options[at] < 2 ? 1 : byte_at(options, at + 1);
  return at + (length == 0 ? 1 : length);
}
inline bool has_option(Bytes options, std::uint64_t kind) {
  for (std::size_t at = 0; at < options.size(); at = next_option(options, at))
    if (options[at] == kind) return true;
  return false;
}

}  // namespace fwsim
