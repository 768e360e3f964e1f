// "tcp 203.0.113.9:51515 -> 198.51.100.7:22 in eth0 syn": one packet, described in words.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "simulator/packet.hh"

namespace fwsim {

struct QuestionFault {
  std::size_t column = 0;   // from 1, in the question's text
  std::size_t width = 1;
  std::string text;
  std::string hint;
};

struct Question {
  Packet packet;              // decoded, with correct checksums
  std::string in, out;        // devices, empty when not said
  bool established = false;   // a packet of a connection that is known already
  std::uint32_t ct_mark = 0;  // of that connection
  bool sent = false;          // this host sends it, whoever has the source's address
  std::optional<Packet> quoted;   // "related": of an ICMP error, what it quotes, whose connection is known
  std::vector<std::string> assumed;   // what the question left out, for the answer
};

// Words: PROTO SRC[:PORT] -> DST[:PORT], then any of: in IF, out IF, TCP flags (syn ack fin rst psh
// urg, noflags), established, mark N, ttl N, tos N, len N (whole packet), type N[/CODE] or an ICMP name, uid N, gid N,
// mac XX:..., data TEXT; related (an ICMP error about a known connection), ctmark N (of that or an established one), badsum
// (the transport checksum is wrong), badlen (the TCP or UDP header says a length that none can have), frag N (a later
// fragment, at N times 8 bytes), cut N (only N bytes of transport header), opts N (bytes of IP options that say nothing).
// IPv6 addresses with a port stand in brackets. The fault is set when nothing is returned.
std::optional<Question> read_question(std::string_view text, QuestionFault& fault);

}  // namespace fwsim
