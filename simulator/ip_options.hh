// IPv4 options as hosts and routers work on them (net/ipv4/ip_options.c, RFC 791, 781, 2113): read
// after routing, completed when the packet goes on, echoed in ICMP errors.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "simulator/packet.hh"
#include "simulator/routing.hh"

namespace fwsim {

// What was found, as offsets from the IP header; 0: not there (struct ip_options).
struct IpOptions {
  std::size_t record_route = 0, timestamp = 0, source_route = 0, cipso = 0;
  std::size_t length = 0;           // of all options
  bool strict = false;              // source route
  bool needs_address = false;       // record route: a place for the outgoing address
  bool stamps_address = false, stamps_time = false;
  bool changed = false;             // the header's checksum is behind
  std::optional<u128> next_hop;     // the source route goes on from here
};

// What options ask of this host: its addresses and its clock.
struct OptionsHost {
  const Routing& routing;
  std::int64_t now = 0;
  u128 own_address = 0;   // the one this host is reached by (fib_compute_spec_dst)
};

// Reads the options and fills in what a receiver fills in: its address, the time, overflow counts.
// The offset of what is wrong, when something is (for ICMP 12/0).
std::optional<unsigned> read_options(Packet& packet, const OptionsHost& host, IpOptions& options);

// ip_forward_options(): `address` is that of the outgoing device. Brings the checksum up to date.
void forward_options(Packet& packet, IpOptions& options, u128 address);

// The options of an answer to this packet (__ip_options_echo), and where it has to go first when
// they hold a source route back. Nothing when they are too broken for an answer.
struct EchoedOptions {
  std::vector<std::uint8_t> bytes;
  std::optional<u128> first_hop;
  IpOptions built;   // what the answer's own options are, for an error about it
};
std::optional<EchoedOptions> echo_options(const Packet& packet, const IpOptions& read, const OptionsHost& host);

// Milliseconds since midnight UTC, as timestamps have it.
std::uint32_t clock_of_day(std::int64_t now);

// Header of a fragment: turns options that belong into the first one alone into NOP.
void blank_uncopied_options(std::vector<std::uint8_t>& header);

}  // namespace fwsim
