// What the files of connection tracking share.
#pragma once

#include "simulator/conntrack.hh"
#include "simulator/conntrack_config.hh"
#include "simulator/packet.hh"

namespace fwsim {

// The zones in which the packet's connection is looked for, from -j CT --zone.
Zones zones_of(const Packet& packet);

// Fills Field::ct_* but for the state, of a packet in one direction of the connection.
void describe_connection(FieldValues& fields, const CtEntry& entry, bool reply, std::int64_t now);

// What makes a packet untrackable whatever its connection. `verify`: checksums too.
bool malformed(const Packet& packet, bool verify);
// The same of the header alone. `length`: of header and payload, also of what was not captured.
bool malformed_header(unsigned protocol, Bytes l4, std::uint64_t length);
// The judgement of the entry's protocol; updates its state and timeout. `fresh`: the first packet.
CtJudgement judge(CtEntry& entry, const Packet& packet, bool reply, bool fresh, const CtConfig& config, std::int64_t now);
CtJudgement judge_udp(CtEntry& entry, const CtConfig& config, std::int64_t now);
CtJudgement judge_sctp(CtEntry& entry, const Packet& packet, bool reply, bool fresh, const CtConfig& config,
                     std::int64_t now);

// Whether two connections with the same tuple may be merged or live beside each other (allow_clash).
bool may_clash(unsigned protocol);

inline void set_state(Packet& packet, CtState state) {
  packet.fields.set(Field::ct_state, static_cast<unsigned>(state));
}

}  // namespace fwsim
