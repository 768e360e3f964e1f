// Connection tracking (net/netfilter/nf_conntrack_core.c and its protocol files): which
// connection a packet belongs to and in what state that puts the packet.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/host.hh"
#include "simulator/ct_entry.hh"
#include "simulator/ct_table.hh"
#include "simulator/packet.hh"

namespace fwsim {

class Expectations;   // expectation.hh
class GreKeymap;      // gre_keymap.hh
struct CtSelector;    // conntrack_select.hh
struct TcpSegment;    // tcp_segment.hh
struct CtConfig;

// What the conntrack hook does with a packet.
struct Tracked {
  bool dropped = false;      // the table is full
  std::string unknown = {};  // why its fate cannot be told; empty otherwise
};

class Conntrack {
 public:
  Conntrack();
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
  // Whole seconds until its end; 0 when it is not known yet (nf_ct_expires).
  static std::uint64_t seconds_left(const CtEntry& entry, std::int64_t now) {
    return (entry.status & ct_confirmed) != 0 && entry.expires > now ? static_cast<std::uint64_t>((entry.expires - now) / 1'000'000'000) : 0;
  }
  // Fills Field::ct_* from the packet's connection and state.
  static void describe(Packet& packet, std::int64_t now);
  // Attaches an error or reset made by this host to the connection of the packet it answers.
  static void attach_related(Packet& answer, const Packet& offender, std::int64_t now);

  // The connection that a plain packet of TCP or UDP begins, where nothing at all is known that it could have to do with:
  // what track() would make of it, before the protocol's judgement. Null: ask track(). Nothing changes until keep(), which is
  // what confirm() does with it.
  CtRef begin(const Tuple& tuple, const Tuple& answer, std::int64_t now);
  void keep(const CtRef& entry) { put(entry, false); }
  // The living entry that has this tuple in one of its directions.
  CtRef find(const Tuple& tuple, Zones zones, std::int64_t now, bool& reply);
  // Has the processor fetch what find() will look at for this tuple, and confirm() for an untranslated connection that it opens.
  void fetch(const Tuple& tuple) const {
    table_.fetch(tuple, 0);
    if (const auto answer = inverted(tuple)) table_.fetch(*answer, 0);
  }
  // And then, a while later, the entry itself.
  void fetch_entry(const Tuple& tuple) const { table_.fetch_entry(tuple, 0); }
  // Whether an entry other than `except` answers to this reply tuple.
  bool taken(const Tuple& reply, Zones zones, const CtEntry* except, std::int64_t now);
  CtRef holder(const Tuple& reply, Zones zones, const CtEntry* except, std::int64_t now);
  // A new entry of this table, known to nobody yet.
  CtRef make(const Tuple& original, const Tuple& reply) { return table_.make(original, reply); }
  // Makes an entry known, as one of a snapshot. `answers_only`: its original tuple is another one's.
  void insert(const CtRef& entry, bool answers_only = false);
  // Makes the packet's connection known as one that both sides have spoken in, with no window to
  // check: for questions about packets "of an established connection".
  void assume_established(const Packet& packet, std::int64_t now, std::uint32_t mark = 0);
  // Living entries whose original tuple has this source (address, port and protocol).
  std::vector<CtRef> of_source(const Tuple& tuple, std::uint16_t zone, std::int64_t now);
  void forget(const CtRef& entry);
  // How many there were at most at one time, at least: those that are over count until they are met.
  std::size_t most() const { return most_; }
  // Whether every index leads where it should: what fuzzing checks.
  bool consistent() const;
  // All living entries, oldest first.
  std::vector<CtRef> entries(std::int64_t now) const;
  // Ends what is over: before each packet that is tracked.
  void collect(std::int64_t now);
  // How many there are. What is over by then is collected first, as before each packet.
  std::size_t count(std::int64_t now);
  // To be told when an entry that may be in this table may end earlier than before.
  void follow(CtEntry& entry) { table_.follow(entry); }
  // The device that MASQUERADE translated the connection for: it ends when it would leave by another one. Empty: none.
  const std::string& masquerade_device(const CtEntry& entry) const;
  void set_masquerade_device(CtEntry& entry, const std::string& device);
  // The port or ICMP id that another kernel drew for a new connection (by its original tuple), for replays of what that
  // kernel did. It is taken where the rule allows it; without one, and otherwise, chance decides.
  std::function<std::optional<std::uint16_t>(const Tuple& original, bool source)> drawn;
  // What `conntrack -D` and -F do: removes the entries that fit, with their expectations. Returns how many.
  std::size_t erase(const CtSelector& selector, std::int64_t now);

  Expectations& expectations() { return *expectations_; }
  const Expectations& expectations() const { return *expectations_; }
  GreKeymap& gre_keymap() { return *gre_keymap_; }

 private:
  enum class Look : std::uint8_t { accepted, invalid, again, full, unknown_full, unknown_timeout };
  enum class Room : std::uint8_t { free, none, unknown };  // unknown: an entry might be evicted

  Look look(Packet& packet, bool from_wire, std::int64_t now);
  CtRef make_entry(const Packet& packet, const Tuple& tuple, const Tuple& answer, std::int64_t now);
  void attach(Packet& packet, const CtRef& entry, bool reply);
  // ICMP errors, and what is never tracked. True: nothing else is done with the packet.
  bool take_icmp(Packet& packet, bool from_wire, std::int64_t now);
  void attach_error(Packet& packet, std::size_t quotation, std::int64_t now);
  bool resolve_clash(Packet& packet, const CtRef& winner, std::int64_t now);
  bool merge(Packet& packet, const CtRef& winner);
  Room room();
  void put(const CtRef& entry, bool answers_only);
  CtRef living(const Tuple& tuple, std::uint16_t zone, bool reply, std::int64_t now);
  // The connection that has this tuple: as its answer (`reply`) or as its own, and in one zone the other way too.
  CtRef meeting(const Tuple& tuple, Zones zones, bool reply, std::int64_t now);

  // With the source key that a PPTP packet does not have.
  std::optional<Tuple> complete(std::optional<Tuple> tuple, std::int64_t now);

  CtTable table_;
  std::vector<std::string> devices_{""};   // that masquerade, by number
  std::unique_ptr<CtConfig> config_;
  std::unique_ptr<Expectations> expectations_;
  std::unique_ptr<GreKeymap> gre_keymap_;
  std::uint64_t serial_ = 0;
  std::size_t most_ = 0;
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
