// Changing header fields of a packet in flight. Checksums follow by difference (RFC 1624), as
// the kernel's csum_replace2 and inet_proto_csum_replace4 do it: a wrong checksum stays wrong.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "model/action.hh"
#include "model/field.hh"
#include "simulator/packet.hh"

namespace fwsim {

// The checksum `check` of data in which one 16-bit word changed.
std::uint16_t updated_checksum(std::uint16_t check, std::uint16_t from, std::uint16_t to);

// Writes a 16-bit word at `at` and updates the checksum field at `check`. Both must lie inside.
void patch16(std::vector<std::uint8_t>& bytes, std::size_t at, std::uint16_t value, std::size_t check);

// Gives a field another value. Header fields: src, dst, sport, dport, tos, ttl, with all checksums
// that cover them (IPv4 header; TCP, UDP, UDP-Lite, ICMPv6 by difference; SCTP anew). ct_mark
// changes the connection too. Every other field is a note of the kernel and just stored.
// False, and nothing changed, when the packet has no such field.
bool set_field(Packet& packet, Field field, u128 value);

// The identifier of an ICMP or ICMPv6 query or answer. False when the packet is none.
bool set_icmp_id(Packet& packet, std::uint16_t id);

// MARK, TOS, TTL, CONNMARK, ...: struct Assign. Does nothing when a field it needs is absent.
void assign(Packet& packet, const Assign& action);

// Offset of the transport checksum in the packet, 0 when there is none to keep right: unknown
// protocol, later fragment, header cut short, UDP over IPv4 without checksum.
std::size_t transport_checksum_at(const Packet& packet);

// Inserts or removes nothing, but tells the IP header its new length after `bytes` was resized
// (v4 total length with its checksum, v6 payload length), then decodes again.
void set_length(Packet& packet);

}  // namespace fwsim
