#include "simulator/nat.hh"

#include <algorithm>
#include <array>
#include <utility>

#include "simulator/conntrack_parts.hh"
#include "simulator/jhash.hh"

namespace fwsim {
namespace {

constexpr unsigned icmp = 1, tcp = 6, udp = 17, gre = 47, icmpv6 = 58, sctp = 132, udplite = 136;
constexpr std::uint32_t most_attempts = 128, evicting_attempts = 32;

bool has_ports(unsigned proto) { return proto == tcp || proto == udp || proto == udplite || proto == sctp; }
bool is_icmp(unsigned proto) { return proto == icmp || proto == icmpv6; }

// The reply tuple that goes with an original tuple; ICMP queries always have one here.
Tuple inverse(const Tuple& t) { return inverted(t).value_or(t); }

bool translated(const CtEntry& entry) { return (entry.status & (ct_src_nat | ct_dst_nat)) != 0; }

class Chooser {
 public:
  Chooser(const CtEntry& entry, Manip manip, const NatRange& range, Conntrack& table, std::mt19937_64& random,
          std::int64_t now)
      : entry_(entry), source_(manip == Manip::source), range_(range), table_(table), random_(random), now_(now) {}

  // get_unique_tuple()
  Tuple choose(const Tuple& current) {
    if (source_ && !range_.random) {
      if (in_range(current)) {
        if (is_free(current) || mirrored(current)) return current;
      } else if (const auto known = known_source(current); known && is_free(*known)) {
        return *known;
      }
    }
    Tuple t = current;
    choose_address(t);
    if (!range_.random) {
      if (range_.ports) {
        if (!range_.base && port_in_range(t) && (range_.ports->low == range_.ports->high || is_free(t))) return t;
      } else if (is_free(t)) {
        return t;
      }
    }
    choose_port(t);
    return t;
  }

 private:
  u128 address(const Tuple& t) const { return source_ ? t.src : t.dst; }
  // The key that a port range speaks of: ICMP queries keep their id in the source port.
  std::uint16_t port(const Tuple& t) const { return source_ || is_icmp(t.proto) ? t.sport : t.dport; }
  static bool has_key(unsigned proto) { return has_ports(proto) || is_icmp(proto) || proto == gre; }
  void set_port(Tuple& t, std::uint64_t value) const {
    (source_ || is_icmp(t.proto) ? t.sport : t.dport) = static_cast<std::uint16_t>(value);
  }
  bool port_in_range(const Tuple& t) const {
    if (!has_key(t.proto)) return true;
    return range_.ports->contains(port(t));
  }
  bool in_range(const Tuple& t) const {
    if (range_.address && !range_.address->contains(address(t))) return false;
    return !range_.ports || port_in_range(t);
  }
  bool is_free(const Tuple& t) { return !table_.taken(inverse(t), entry_.zone, &entry_, now_); }

  // nf_nat_used_tuple_new(): the tuple is another connection's, but that is this one, met in the other direction;
  // the confirmation will find that out.
  bool mirrored(const Tuple& t) {
    if (!may_clash(t.proto) || translated(entry_)) return false;
    bool reply = false;
    auto other = table_.find(t, entry_.zone, now_, reply);
    if (!other) other = table_.find(inverse(t), entry_.zone, now_, reply);
    return other && reply && !translated(*other) && other->original() == entry_.reply() && other->reply() == entry_.original();
  }

  // nf_nat_used_tuple_harder(): in the last attempts a SYN may push out a connection that is over.
  bool is_free_or_evicted(const Tuple& t, std::uint32_t attempts_left) {
    if (attempts_left > evicting_attempts || t.proto != tcp || entry_.tcp.state != TcpState::syn_sent) return is_free(t);
    bool reply = false;
    const auto other = table_.find(inverse(t), entry_.zone, now_, reply);
    if (!other) return true;
    if (!reply || other->tcp.state < TcpState::time_wait || (other->status & ct_fixed_timeout) != 0 ||
        (other->status & ct_src_nat) == 0 ||
        static_cast<std::int32_t>(entry_.tcp.side[0].end - other->tcp.side[0].end) <= 0)
      return false;
    table_.forget(other);
    return true;
  }

  // Another connection of the same source keeps its mapping for new destinations.
  std::optional<Tuple> known_source(const Tuple& current) {
    for (const auto& other : table_.of_source(current, entry_.zone[0], now_)) {
      const Tuple mapped = inverse(other->reply());
      Tuple t = current;
      t.src = mapped.src;
      t.sport = mapped.sport;
      if (in_range(t)) return t;
    }
    return std::nullopt;
  }

  static std::array<std::uint32_t, 4> words(Family family, u128 a) {
    if (family == Family::v4) return {raw_load(static_cast<std::uint32_t>(a)), 0, 0, 0};
    return {raw_load(static_cast<std::uint32_t>(a >> 96)), raw_load(static_cast<std::uint32_t>(a >> 64)),
            raw_load(static_cast<std::uint32_t>(a >> 32)), raw_load(static_cast<std::uint32_t>(a))};
  }

  // find_best_ips_proto(): a hash of the source, and of the destination unless persistent.
  void choose_address(Tuple& t) const {
    if (!range_.address) return;
    u128& target = source_ ? t.src : t.dst;
    if (range_.address->low == range_.address->high) {
      target = range_.address->low;
      return;
    }
    const auto src = words(t.family, t.src), dst = words(t.family, t.dst);
    const std::size_t last = t.family == Family::v4 ? 0 : 3;
    std::uint32_t j = jhash_words(src, range_.persistent ? 0 : dst[last] ^ zone_id(entry_.zone));
    bool full = false;
    u128 chosen = 0;
    for (std::size_t i = 0; i <= last; ++i) {
      const unsigned shift = static_cast<unsigned>(last - i) * 32;
      std::uint32_t low = 0, size = 0xffffffff;
      const auto top = static_cast<std::uint32_t>(range_.address->high >> shift);
      if (!full) {
        low = static_cast<std::uint32_t>(range_.address->low >> shift);
        size = top - low + 1;
      }
      // A whole word has 2^32 - 1 as its size here, as in the kernel.
      const auto word = static_cast<std::uint32_t>(low + ((std::uint64_t{j} * (size == 0 ? 0xffffffffULL : size)) >> 32));
      if (word != top) full = true;
      chosen = (chosen << 32) | word;
      if (!range_.persistent) j ^= dst[i];
    }
    target = chosen;
  }

  struct Ports {
    std::uint32_t low = 0, count = 0;
  };
  Ports allowed_ports(const Tuple& t) const {
    if (range_.ports) {
      const auto low = static_cast<std::uint32_t>(std::min(range_.ports->low, range_.ports->high));
      const auto high = static_cast<std::uint32_t>(std::max(range_.ports->low, range_.ports->high));
      return {low, high - low + 1};
    }
    if (is_icmp(t.proto)) return {0, 65536};
    if (t.proto == gre) return {1, 65535};
    const std::uint16_t p = port(t);
    if (p >= 1024) return {1024, 65536 - 1024};
    if (p >= 512) return {600, 1023 - 600 + 1};
    return {1, 511};
  }

  std::uint32_t draw(const Ports& ports) {
    if (table_.drawn)
      if (const auto port = table_.drawn(entry_.original(), source_); port && *port >= ports.low && *port - ports.low < ports.count)
        return *port - ports.low;
    return static_cast<std::uint32_t>(random_() & 0xffff);
  }

  // nf_nat_l4proto_unique_tuple()
  void choose_port(Tuple& t) {
    // GRE keys are those of PPTP, which are changed only for a connection that was expected.
    if (!has_key(t.proto) || (t.proto == gre && (entry_.status & ct_expected) == 0)) return;
    if (!range_.ports && !source_ && has_ports(t.proto)) return;
    const Ports ports = allowed_ports(t);
    std::uint32_t offset = 0;
    if (range_.base)
      offset = static_cast<std::uint32_t>(port(t) - *range_.base) & 0xffff;
    else if (range_.random || source_)
      offset = draw(ports);
    std::uint32_t attempts = std::min(ports.count, most_attempts);
    for (;;) {
      for (std::uint32_t i = 0; i < attempts; ++i, offset = (offset + 1) & 0xffff) {
        set_port(t, ports.low + offset % ports.count);
        if (is_free_or_evicted(t, attempts - i)) return;
      }
      if (attempts >= ports.count || attempts < 16) return;  // given up: the clash shows at the confirmation
      attempts /= 2;
      offset = static_cast<std::uint32_t>(random_() & 0xffff);
    }
  }

  const CtEntry& entry_;
  bool source_;
  const NatRange& range_;
  Conntrack& table_;
  std::mt19937_64& random_;
  std::int64_t now_;
};

}  // namespace

bool nat_done(const CtEntry& entry, Manip manip) {
  return (entry.status & (manip == Manip::source ? ct_src_nat_done : ct_dst_nat_done)) != 0;
}

void setup_nat(CtEntry& entry, Manip manip, const NatRange& range, Conntrack& table, std::mt19937_64& random,
               std::int64_t now) {
  if ((entry.status & ct_confirmed) != 0) return;  // too late: its tuples are known
  const Tuple current = inverse(entry.reply());
  NatRange wanted = range;
  if (!wanted.address && !wanted.ports) {  // the null binding
    const u128 address = manip == Manip::source ? current.src : current.dst;
    wanted.address = Range{address, address};
  }
  const Tuple chosen = Chooser(entry, manip, wanted, table, random, now).choose(current);
  if (!(chosen == current)) {
    entry.set_reply(inverse(chosen));
    entry.status |= manip == Manip::source ? ct_src_nat : ct_dst_nat;
  }
  entry.status |= manip == Manip::source ? ct_src_nat_done : ct_dst_nat_done;
}

}  // namespace fwsim
