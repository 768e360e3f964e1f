// Conntrack helpers (net/netfilter/nf_conntrack_helper.c): they read the packets of the connections
// that -j CT --helper gave them, in the last hook, to learn which connections will follow. Where the
// connection is translated they rewrite what they read (nf_nat_helper.c).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/hooks.hh"
#include "simulator/conntrack.hh"
#include "simulator/expectation.hh"
#include "simulator/packet.hh"
#include "simulator/world.hh"

namespace fwsim {

enum class HelperVerdict : std::uint8_t { accept, drop };

struct HelperContext;

struct HelperKind {
  // struct nf_conntrack_expect_policy
  struct Class {
    unsigned max = 0;            // expectations of one master; 0: any number
    std::int64_t timeout = 0;    // seconds
  };

  std::string_view name;         // as -j CT --helper has it
  std::uint8_t proto = 0;
  std::span<const Class> classes;
  HelperVerdict (*help)(HelperContext& context);
  bool v4_only = false;
  // What else ends with the connection.
  void (*destroy)(Conntrack& table, CtEntry& entry) = nullptr;
};

// One file in helpers/ and one line in helpers.cc each; null when nothing simulates it.
const HelperKind* find_helper(std::string_view name, std::uint8_t proto, Family family);
// The helper of a connection; null when it has none, or none that is simulated.
const HelperKind* helper_of(const CtEntry& entry);

// A packet of a connection before its helper, after NAT has been applied to its headers.
struct HelperContext {
  World& world;
  Packet& packet;
  CtRef ct;
  const HelperKind& kind;
  Direction dir;                    // of the packet
  CtState state;                    // ctinfo: fresh, related or established
  Hook hook;                        // postrouting or input
  std::string out_device;           // of postrouting
  std::vector<std::string> notes;   // for the trace: what was done, or left undone
  std::string reason;               // why the packet is dropped

  Tuple tuple() const { return tuple_of(*ct, dir); }
  Tuple opposite_tuple() const { return tuple_of(*ct, opposite(dir)); }
  bool translated() const { return (ct->status & (ct_src_nat | ct_dst_nat)) != 0; }

  // What the helper remembers of this connection, made on first use. One type for each helper.
  template <class T>
  T& state_of() const {
    std::shared_ptr<void>& kept = ct->extend().helper_state;
    if (!kept) kept = std::make_shared<T>();
    return *static_cast<T*>(kept.get());
  }
};

// The TCP or UDP payload: where it begins in the packet, and its bytes; empty when the header is cut short.
std::size_t payload_at(const Packet& packet);
Bytes payload(const Packet& packet);
std::string_view payload_text(const Packet& packet);

// Puts `text` in place of `length` bytes at `at` of the payload; adjusts the lengths and checksums of IP,
// TCP and UDP, and for TCP records how the following sequence numbers move unless `adjust` is false.
// False when the packet would be longer than 65535 bytes.
bool mangle(HelperContext& context, std::size_t at, std::size_t length, std::string_view text, bool adjust = true);

// nf_ct_expect_init(): an expectation of this connection, from `src`:`sport` (absent: from any) to `dst`:`dport`.
Expectation make_expectation(const HelperContext& context, unsigned cls, std::optional<u128> src, u128 dst,
                             std::uint8_t proto, std::optional<std::uint16_t> sport, std::uint16_t dport);
ExpectResult expect(HelperContext& context, const Expectation& expectation, bool any_master = false);
// nf_nat_exp_find_port(): expects it at this destination port or, where that is taken, at another one that is
// greater. Returns the port; 0 when it cannot be expected at all.
std::uint16_t expect_near(HelperContext& context, Expectation& expectation, std::uint16_t port);

// nf_ct_helper_log(): drops the packet with the kernel's line "nf_ct_NAME: dropping packet: TEXT ".
HelperVerdict drop_packet(HelperContext& context, std::string_view text);
// nf_ct_refresh(): the connection lives this long from now on.
void refresh(HelperContext& context, std::int64_t seconds);
// Tells the trace what the helper did.
void note(HelperContext& context, std::string text);
// Tells every reader, with a record, what the kernel's helper would do and this one does not.
void incomplete(HelperContext& context, std::string_view text);

struct Helped {
  HelperVerdict verdict = HelperVerdict::accept;
  std::string reason;
  std::vector<std::string> notes;
};
// The helper and the sequence numbers, as nf_confirm() has them before a connection is confirmed.
// `looped`: the packet came in by the loopback device.
Helped help(World& world, Packet& packet, Hook hook, const std::string& out_device, bool looped);
// What meeting its expectation does to a new connection; nothing for all others.
void welcome_expected(World& world, Packet& packet);

}  // namespace fwsim
