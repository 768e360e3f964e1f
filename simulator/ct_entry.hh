// What is remembered of one connection (struct nf_conn). All that a plain connection needs lies in the entry, in the
// order in which it is looked at; what only few have lies apart.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "model/types.hh"
#include "simulator/ct_ref.hh"
#include "simulator/sctp_track.hh"
#include "simulator/tuple.hh"

namespace fwsim {

enum class TcpState : std::uint8_t {
  none, syn_sent, syn_recv, established, fin_wait, close_wait, last_ack, time_wait, close, syn_sent2
};
std::string_view tcp_state_name(TcpState state);  // "SYN_SENT"

// What the window check remembers of one side (struct ip_ct_tcp_state).
struct TcpSide {
  std::uint32_t end = 0;      // highest sequence number sent, plus one
  std::uint32_t max_end = 0;  // highest that the other side allowed
  std::uint32_t max_win = 0;
  std::uint32_t max_ack = 0;
  std::uint8_t scale = 0;
  bool max_ack_set : 1 = false, scaled : 1 = false, sack : 1 = false, liberal : 1 = false, close_init : 1 = false,
       unacked : 1 = false;
};
struct TcpTrack {
  TcpSide side[2];
  // The last packet: direction, kind (TcpKind, none at first), numbers, and how often it was repeated (255: or more).
  std::uint32_t last_seq = 0, last_ack = 0, last_end = 0;
  std::uint16_t last_win = 0;
  TcpState state = TcpState::none;
  std::uint8_t last_index = 5, retrans = 0, last_wscale = 0;
  bool last_dir : 1 = false, last_scaled : 1 = false, last_sack : 1 = false, challenge_ack : 1 = false,
       simultaneous_open : 1 = false;
};

// enum ip_conntrack_status
inline constexpr std::uint32_t ct_expected = 0x1, ct_seen_reply = 0x2, ct_assured = 0x4, ct_confirmed = 0x8,
                               ct_src_nat = 0x10, ct_dst_nat = 0x20, ct_seq_adjust = 0x40, ct_src_nat_done = 0x80,
                               ct_dst_nat_done = 0x100, ct_dying = 0x200, ct_helper = 0x2000;
inline constexpr std::uint32_t ct_fixed_timeout = 0x400, ct_nat_clash = 0x1000;

using Zones = std::array<std::uint16_t, 2>;  // of the original and the reply tuple
// The number of the zone, whichever directions it is kept for.
constexpr std::uint16_t zone_id(const Zones& zones) { return zones[0] != 0 ? zones[0] : zones[1]; }

struct Expectation;    // expectation.hh
struct SynproxyTrack;  // synproxy.hh

// How far a helper's rewriting has moved the sequence numbers of one direction (struct nf_ct_seqadj):
// by `before` up to the position, by `after` behind it.
struct SeqAdjust {
  std::uint32_t position = 0;
  std::int32_t before = 0, after = 0;
};

// What few connections have (struct nf_ct_ext).
struct CtExtension {
  SctpTrack sctp;
  std::string timeout_policy;           // -j CT --timeout; what it says is not known
  std::array<std::uint64_t, 2> labels{};
  std::string helper;                   // the name of what reads its packets: helper.hh
  std::shared_ptr<void> helper_state;   // what that helper remembers of it
  SeqAdjust seqadj[2];                  // original, reply
  std::shared_ptr<SynproxyTrack> synproxy;  // of SYNPROXY's connections to servers
  CtRef master;                         // of expected connections
  std::shared_ptr<const Expectation> expectation;  // the one it met, until that has had its effect on NAT
};

// Where an entry is in the table's lists, by numbers of other entries; 0: nowhere.
struct CtLinks {
  std::uint32_t next_ending = 0, previous_ending = 0;          // CtTimers
  std::uint32_t next_of_source = 0, previous_of_source = 0;    // CtSources
  std::uint16_t timer = 0;                                     // the place among the timers, from 1
};

// Made by CtPool, used by way of CtRef.
struct CtEntry {
  CtEntry(const Tuple& original, const Tuple& reply);
  ~CtEntry();
  CtEntry(const CtEntry&) = delete;
  CtEntry& operator=(const CtEntry&) = delete;

  Tuple original() const { return tuple(false); }
  Tuple reply() const { return tuple(true); }  // as the answers will look, after NAT
  Tuple tuple(bool reply) const;
  bool has(const Tuple& tuple, bool reply) const;  // the same as tuple(reply) == tuple, faster
  // NAT: of the same family and protocol as before, and not while the entry is in a table.
  void set_reply(const Tuple& tuple);

  const CtExtension& ext() const { return ext_ ? *ext_ : none; }  // to read
  CtExtension& extend();                                          // to write
  bool is_extended() const { return ext_ != nullptr; }

  // What went in one direction; 0 when nothing was counted.
  Counters counters(bool reply) const;
  void set_counters(bool reply, const Counters& counters);
  void count(bool reply, std::uint64_t bytes);  // one packet of so many

  bool in_table() const { return links.timer != 0; }

  // The addresses of IPv4, or the last 32 bits of those of IPv6; the rest of them is in the pool.
  struct End {
    std::uint32_t src = 0, dst = 0;
    std::uint16_t sport = 0, dport = 0;
  };
  End ends[2];                      // original, reply
  std::int64_t expires = 0;         // ns since 1970
  std::uint32_t status = 0;
  std::uint32_t mark = 0;
  Zones zone{};
  std::uint16_t masquerade = 0;     // Conntrack::masquerade_device()
  Family family = Family::v4;
  std::uint8_t proto = 0;

 private:
  static const CtExtension none;
  std::unique_ptr<CtExtension> ext_;

 public:
  std::uint32_t refs = 0, life = 0; // CtRef, CtWeakRef
  std::int64_t created = 0;         // ns
  std::int64_t seen = 0;            // ns since 1970: when a packet prolonged it
  std::uint64_t serial = 0;         // order of creation
  TcpTrack tcp;
  CtLinks links;
};

// The connection lives this long from now on, unless its end is fixed (nf_ct_refresh). Of an entry that may be in a
// table, when that may be shorter than before: Conntrack::follow() after it.
inline void refresh(CtEntry& entry, std::int64_t now, std::int64_t wait) {
  if ((entry.status & ct_fixed_timeout) == 0) entry.expires = now + wait;
}

}  // namespace fwsim
