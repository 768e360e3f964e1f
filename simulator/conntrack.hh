// Connection tracking (net/netfilter/nf_conntrack_core.c and its protocol files): which
// connection a packet belongs to and in what state that puts the packet.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <unordered_map>
#include <string>
#include <string_view>
#include <vector>

#include "model/host.hh"
#include "model/types.hh"
#include "simulator/packet.hh"
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
  bool max_ack_set = false, scaled = false, sack = false, liberal = false, close_init = false, unacked = false;
};
struct TcpTrack {
  TcpState state = TcpState::none;
  TcpSide side[2];
  // The last packet: direction, kind (TcpKind, none at first), numbers, and how often it was repeated.
  unsigned last_dir = 0, last_index = 5, retrans = 0;
  std::uint32_t last_seq = 0, last_ack = 0, last_end = 0;
  std::uint16_t last_win = 0;
  std::uint8_t last_wscale = 0;
  bool last_scaled = false, last_sack = false, challenge_ack = false, simultaneous_open = false;
};

// enum ip_conntrack_status
inline constexpr std::uint32_t ct_expected = 0x1, ct_seen_reply = 0x2, ct_assured = 0x4, ct_confirmed = 0x8,
                               ct_src_nat = 0x10, ct_dst_nat = 0x20, ct_seq_adjust = 0x40, ct_src_nat_done = 0x80,
                               ct_dst_nat_done = 0x100, ct_dying = 0x200, ct_helper = 0x2000;
inline constexpr std::uint32_t ct_fixed_timeout = 0x400, ct_nat_clash = 0x1000;

using Zones = std::array<std::uint16_t, 2>;  // of the original and the reply tuple
// The number of the zone, whichever directions it is kept for.
constexpr std::uint16_t zone_id(const Zones& zones) { return zones[0] != 0 ? zones[0] : zones[1]; }

struct Expectation;   // expectation.hh
class Expectations;   // expectation.hh
class GreKeymap;      // gre_keymap.hh
struct CtSelector;    // conntrack_select.hh
struct SynproxyTrack; // synproxy.hh
struct TcpSegment;    // tcp_segment.hh

// How far a helper's rewriting has moved the sequence numbers of one direction (struct nf_ct_seqadj):
// by `before` up to the position, by `after` behind it.
struct SeqAdjust {
  std::uint32_t position = 0;
  std::int32_t before = 0, after = 0;
};

struct CtEntry {
  Tuple original;
  Tuple reply;                      // as the answers will look, after NAT
  std::uint32_t status = 0;
  std::uint32_t mark = 0;
  Zones zone{};
  TcpTrack tcp;
  SctpTrack sctp;
  std::string timeout_policy;       // -j CT --timeout; what it says is not known
  std::string masquerade_device;    // MASQUERADE: the connection ends when it would leave by another one
  std::uint64_t serial = 0;         // order of creation
  std::int64_t created = 0;         // ns
  std::int64_t expires = 0;         // ns since 1970
  std::int64_t seen = 0;            // ns since 1970: when a packet prolonged it
  Counters counters[2];             // original, reply
  std::array<std::uint64_t, 2> labels{};
  std::string helper;                   // the name of what reads its packets: helper.hh
  std::shared_ptr<void> helper_state;   // what that helper remembers of it
  SeqAdjust seqadj[2];                  // original, reply
  std::shared_ptr<SynproxyTrack> synproxy;  // of SYNPROXY's connections to servers
  std::shared_ptr<CtEntry> master;      // of expected connections
  std::shared_ptr<const Expectation> expectation;  // the one it met, until that has had its effect on NAT
};

// The connection lives this long from now on, unless its end is fixed (nf_ct_refresh).
inline void refresh(CtEntry& entry, std::int64_t now, std::int64_t wait) {
  if ((entry.status & ct_fixed_timeout) == 0) entry.expires = now + wait;
}

struct CtConfig;

// What the conntrack hook does with a packet.
struct Tracked {
  bool dropped = false;      // the table is full
  std::string unknown = {};  // why its fate cannot be told; empty otherwise
};

class Conntrack {
 public:
  Conntrack();
  Conntrack(Conntrack&&) noexcept;
  Conntrack& operator=(Conntrack&&) noexcept;
  ~Conntrack();

  bool active[2] = {false, false};  // by family: on only when the ruleset makes the kernel turn it on
  void configure(const Host& host);
  const CtConfig& config() const { return *config_; }

  // The conntrack hook (PREROUTING, OUTPUT): finds or makes the packet's connection and sets the
  // packet's ct fields. `from_wire`: checksums are verified, as in PREROUTING.
  Tracked track(Packet& packet, bool from_wire, std::int64_t now);
  // The last hook: a new connection becomes known. False: another one took its tuple meanwhile, they
  // cannot be merged, and the packet is dropped.
  bool confirm(Packet& packet, std::int64_t now);
  // Fills Field::ct_* from the packet's connection and state.
  static void describe(Packet& packet, std::int64_t now);
  // Attaches an error or reset made by this host to the connection of the packet it answers.
  static void attach_related(Packet& answer, const Packet& offender, std::int64_t now);

  // The living entry that has this tuple in one of its directions.
  std::shared_ptr<CtEntry> find(const Tuple& tuple, Zones zones, std::int64_t now, bool& reply);
  // Whether an entry other than `except` answers to this reply tuple.
  bool taken(const Tuple& reply, Zones zones, const CtEntry* except, std::int64_t now);
  std::shared_ptr<CtEntry> holder(const Tuple& reply, Zones zones, const CtEntry* except, std::int64_t now);
  // Makes an entry known, as one of a snapshot. `answers_only`: its original tuple is another one's.
  void insert(const std::shared_ptr<CtEntry>& entry, bool answers_only = false);
  // Makes the packet's connection known as one that both sides have spoken in, with no window to
  // check: for questions about packets "of an established connection".
  void assume_established(const Packet& packet, std::int64_t now, std::uint32_t mark = 0);
  // Living entries whose original tuple has this source (address, port and protocol).
  std::vector<std::shared_ptr<CtEntry>> of_source(const Tuple& tuple, std::uint16_t zone, std::int64_t now);
  void forget(const std::shared_ptr<CtEntry>& entry);
  // How many there were at most at one time, at least: those that are over count until they are met.
  std::size_t most() const { return most_; }
  // Whether every index leads where it should: what fuzzing checks.
  bool consistent() const;
  // All living entries, oldest first.
  std::vector<std::shared_ptr<CtEntry>> entries(std::int64_t now) const;
  // The port or ICMP id that another kernel drew for a new connection (by its original tuple), for replays of what that
  // kernel did. It is taken where the rule allows it; without one, and otherwise, chance decides.
  std::function<std::optional<std::uint16_t>(const Tuple& original, bool source)> drawn;
  // What `conntrack -D` and -F do: removes the entries that fit, with their expectations. Returns how many.
  std::size_t erase(const CtSelector& selector, std::int64_t now);

  Expectations& expectations() { return *expectations_; }
  const Expectations& expectations() const { return *expectations_; }
  GreKeymap& gre_keymap() { return *gre_keymap_; }

 private:
  struct Key {
    Tuple tuple;
    std::uint16_t zone = 0;
    bool reply = false;  // which of an entry's tuples this is
    bool operator==(const Key&) const = default;
  };
  struct KeyHash {
    std::size_t operator()(const Key& key) const;
  };
  enum class Look : std::uint8_t { accepted, invalid, again, full, unknown_full, unknown_timeout };
  enum class Room : std::uint8_t { free, none, unknown };  // unknown: an entry might be evicted

  Look look(Packet& packet, bool from_wire, std::int64_t now);
  std::shared_ptr<CtEntry> make_entry(const Packet& packet, const Tuple& tuple, const Tuple& answer, std::int64_t now);
  void attach(Packet& packet, const std::shared_ptr<CtEntry>& entry, bool reply);
  // ICMP errors, and what is never tracked. True: nothing else is done with the packet.
  bool take_icmp(Packet& packet, bool from_wire, std::int64_t now);
  void attach_error(Packet& packet, std::size_t quotation, std::int64_t now);
  bool resolve_clash(Packet& packet, const std::shared_ptr<CtEntry>& winner, std::int64_t now);
  bool merge(Packet& packet, const std::shared_ptr<CtEntry>& winner);
  Room room(std::int64_t now);
  std::shared_ptr<CtEntry> living(const Key& key, std::int64_t now);
  // The connection that has this tuple: as its answer (`reply`) or as its own, and in one zone the other way too.
  std::shared_ptr<CtEntry> meeting(const Tuple& tuple, Zones zones, bool reply, std::int64_t now);

  // With the source key that a PPTP packet does not have.
  std::optional<Tuple> complete(std::optional<Tuple> tuple, std::int64_t now);

  static Key source_key(const Tuple& tuple, std::uint16_t zone);

  std::unordered_map<Key, std::shared_ptr<CtEntry>, KeyHash> table_;
  std::unordered_multimap<Key, std::shared_ptr<CtEntry>, KeyHash> by_source_;
  std::unique_ptr<CtConfig> config_;
  std::unique_ptr<Expectations> expectations_;
  std::unique_ptr<GreKeymap> gre_keymap_;
  std::uint64_t serial_ = 0;
  std::size_t most_ = 0;
  std::int64_t full_until_ = 0;     // the table stays as full as it was until then
  Room full_room_ = Room::free;
};

// The protocol's judgement of a packet of `entry` (nf_conntrack_proto_*.c).
enum class CtJudgement : std::uint8_t {
  accept,   // belongs, entry updated
  ignore,   // belongs, entry unchanged
  invalid,  // the packet gets no connection
  reopen,   // the entry is over: forget it and look again
  destroy   // belongs, and ends the entry at once
};
CtJudgement judge_tcp(CtEntry& entry, const TcpSegment& segment, bool reply, bool fresh, const CtConfig& config,
                    std::int64_t now);
// nf_conntrack_tcp_set_closing(): what a reset that this host sends does to the connection.
void tcp_set_closing(CtEntry& entry, const CtConfig& config, std::int64_t now);
// Whether the header and flags can be tracked at all.
bool tcp_flags_valid(std::uint8_t flags);

}  // namespace fwsim
