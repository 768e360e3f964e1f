// Putting fragments together: what is common to IPv4 and IPv6 (net/ipv4/inet_fragment.c), the queues
// of both, and what a whole packet remembers of its fragments (skb->cb, ignore_df, the list of
// fragments). RFC 791, 815, 3168, 5722, 8200.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "simulator/packet.hh"
#include "simulator/world.hh"

namespace fwsim {

// Noted beside a packet that was put together before the hooks.
struct Reassembly {
  std::size_t largest = 0;          // length of the largest fragment with its headers (frag_max_size)
  bool kept_whole = false;          // the largest one said DF (IPSKB_FRAG_PMTU)
  std::vector<std::size_t> parts;   // bytes of payload of each, in order
  std::size_t length = 0;           // of the packet then: with another one the parts no longer fit
};

bool is_fragment(const Packet& packet);  // IPv6: the header may be there with nothing to put together

// Who collects: each has queues of its own (enum ip_defrag_users).
struct FragmentUser {
  enum class Place : std::uint8_t { prerouting, output, local_delivery };
  Place place = Place::prerouting;
  std::uint16_t zone = 0;   // of conntrack
  auto operator<=>(const FragmentUser&) const = default;
};

enum class Gathered : std::uint8_t {
  whole,     // the packet is complete, or was no fragment
  waiting,   // kept until the others come
  refused,   // freed, and with it perhaps the whole datagram
  dropped    // IPv6: as refused, by a verdict of DROP
};

// The datagram that a fragment belongs to.
struct FragmentKey {
  Family family = Family::v4;
  u128 src = 0, dst = 0;
  std::uint32_t id = 0;
  std::uint8_t protocol = 0;   // IPv4
  FragmentUser user;
  std::string device;          // IPv6: link-local and multicast destinations
  auto operator<=>(const FragmentKey&) const = default;
};

struct FragmentQueue {
  struct Part {
    std::size_t offset = 0, length = 0;
    std::vector<std::uint8_t> bytes;   // fewer than `length` where the capture was cut
  };
  // Adjacent fragments that came in order at the end; only within one a repeated part is a duplicate.
  struct Run {
    std::size_t begin = 0, end = 0;
  };

  std::vector<Part> parts;   // by offset
  std::vector<Run> runs;     // by offset
  bool first_in = false, last_in = false;
  std::size_t length = 0, have = 0;        // of the payload: as far as known, and received
  std::size_t largest = 0, largest_df = 0;
  unsigned ecn = 0;                        // a bit for each codepoint seen
  std::uint32_t rid = 0;                   // IPv4: of the sender's fragments, when the last one came
  std::int64_t expires = 0;
  std::string device;                      // of the last fragment
  Packet head;                             // the first fragment, as it came
  std::size_t head_length = 0;             // IPv4 header, or all before the fragment header
  std::size_t memory = 0;
};

class FragmentQueues : public Shared {
 public:
  // Takes a fragment in. When it completes its datagram, `packet` becomes that and `why` stays empty.
  Gathered gather(Packet& packet, const FragmentUser& user, const std::string& device, const World& world,
                  std::string& why);

  // Queues whose time has run out, oldest first.
  struct Expired {
    FragmentKey key;
    FragmentQueue queue;
  };
  std::vector<Expired> expire(std::int64_t now);
  // Whether the time of one may have run out.
  bool due(std::int64_t now) const { return next_end_ <= now; }
  bool used() const { return used_; }   // whether it ever had one

 private:
  bool used_ = false;
  std::int64_t next_end_ = std::numeric_limits<std::int64_t>::max();   // no queue ends before
  using Table = std::map<FragmentKey, FragmentQueue>;

  Gathered gather_v4(Packet&, const FragmentUser&, const std::string& device, const World&, std::string& why);
  Gathered gather_v6(Packet&, const FragmentUser&, const std::string& device, const World&, std::string& why);
  // The queue, or none when fragments take too much memory already.
  FragmentQueue* find(const FragmentKey& key, const World& world);
  void forget(const FragmentKey& key);
  bool too_far(FragmentQueue& queue, const FragmentKey& key, const World& world);

  // What a fragment that was put into a queue says of the whole.
  struct Said {
    std::size_t offset = 0;
    std::size_t memory = 0;        // of the queue, before the fragment came
    std::size_t head_length = 0;   // what of the packet goes before the payload of the whole
    std::size_t length = 0;        // with its headers
    unsigned ecn = 0;
    std::string device;
  };
  // The queue, taken out, when that makes it complete.
  std::optional<FragmentQueue> note(const FragmentKey& key, FragmentQueue& queue, const Packet& packet,
                                    const Said& said);

  Table queues_;
  std::map<u128, std::uint32_t> sent_;        // IPv4: fragments by sender (inet_peer.rid)
  std::size_t memory_[2] = {0, 0};
};

// --- for defrag_v4.cc and defrag_v6.cc --------------------------------------------------------

enum class Inserted : std::uint8_t { fine, duplicate, overlap };
Inserted insert_part(FragmentQueue& queue, FragmentQueue::Part part);
// False: this end cannot be true (more behind the last fragment, or two different ends).
bool note_end(FragmentQueue& queue, std::size_t end, bool more);
// What the codepoints of all fragments make of the whole's: bits to add, or nothing when they
// contradict one another.
std::optional<unsigned> joint_ecn(unsigned seen);
// The whole of a complete queue: headers and notes of the first fragment, payload, the joint ECN, and
// what became of the fragments. The header's length fields are still old. Nothing, with `why`, when
// the fragments make no valid datagram of at most `longest` bytes.
std::optional<Packet> joined(const FragmentQueue& queue, const Packet& last, std::size_t longest, std::string& why);

}  // namespace fwsim
