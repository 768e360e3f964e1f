// -m hashlimit: a rate for each group of packets (net/netfilter/xt_hashlimit.c). Which table a
// rule uses and how it groups packets; the buckets are in hashlimit_table.cc.
#include "simulator/oracles/hashlimit.hh"

#include <algorithm>

#include "simulator/oracle.hh"

namespace fwsim {
namespace {

u128 mask_of(const MatchUse& use, std::string_view option, Family family) {
  return prefix_mask(family, static_cast<unsigned>(use.number(option, address_bits(family))));
}

// Buckets of the hash when the rule names no number: what a machine with more than 1 GiB has.
constexpr std::uint64_t default_size = 8192;

HashlimitConfig config_of(const MatchUse& use, Family family) {
  HashlimitConfig config;
  const auto* keys = use.get<Bits>("hashlimit-mode");
  const std::uint64_t bits = keys ? keys->bits : 0;
  config.by_src = (bits & 1) != 0;
  config.by_sport = (bits & 2) != 0;
  config.by_dst = (bits & 4) != 0;
  config.by_dport = (bits & 8) != 0;
  const auto* upto = use.get<Masked>("hashlimit-upto");
  const auto* rate = upto ? upto : use.get<Masked>("hashlimit-above");
  config.bytes = rate && rate->mask == 0;
  config.interval_avg = rate ? rate->value : 0;
  config.rate_match = use.has("hashlimit-rate-match");
  const auto* burst = use.get<Masked>("hashlimit-burst");
  config.burst = burst ? burst->value : config.bytes ? 0 : 5;
  if (config.bytes && burst) config.burst /= std::max<std::uint64_t>(interval_bytes(config.interval_avg), 1);
  const std::uint64_t size = use.number("hashlimit-htable-size", default_size);
  config.max = static_cast<std::uint32_t>(
      use.has("hashlimit-htable-max") ? std::max(use.number("hashlimit-htable-max"), size) : 8 * size);
  config.gc_ms = static_cast<std::uint32_t>(use.number("hashlimit-htable-gcinterval", 1000));
  config.expire_ms = static_cast<std::uint32_t>(use.number("hashlimit-htable-expire", 1000));
  config.window = static_cast<std::uint32_t>(use.number("hashlimit-rate-interval", 1));
  config.src_mask = mask_of(use, "hashlimit-srcmask", family);
  config.dst_mask = mask_of(use, "hashlimit-dstmask", family);
  return config;
}

// Where the ports are in the transport header (proto_ports_offset); -1: there are none.
int ports_offset(unsigned protocol) {
  switch (protocol) {
    case 6: case 17: case 33: case 50: case 132: case 136: return 0;
    case 51: return 4;
    default: return -1;
  }
}

// False where the kernel drops the packet: its ports cannot be read. An IPv4 fragment's payload
// is taken for a header; IPv6 takes 0.
bool read_ports(const Packet& packet, std::uint16_t& sport, std::uint16_t& dport) {
  int offset = ports_offset(packet.protocol);
  if (packet.family == Family::v6) {
    constexpr unsigned no_next_header = 59;
    if (packet.fields.number(Field::frag_off) != 0) return true;
    if (!packet.l4_known || packet.protocol == no_next_header) return false;
    if (packet.protocol == 51) offset = -1;
  }
  if (offset < 0) return true;
  const Bytes header = packet.transport();
  const auto at = static_cast<std::size_t>(offset);
  if (header.size() < at + 4) return false;
  sport = be16(header, at);
  dport = be16(header, at + 2);
  return true;
}

std::optional<HashlimitTable::Key> key_of(const Packet& packet, const HashlimitConfig& config) {
  HashlimitTable::Key key;
  if (config.by_src) key.src = packet.fields.get(Field::src) & config.src_mask;
  if (config.by_dst) key.dst = packet.fields.get(Field::dst) & config.dst_mask;
  if (!config.by_sport && !config.by_dport) return key;
  std::uint16_t sport = 0, dport = 0;
  if (!read_ports(packet, sport, dport)) return std::nullopt;
  if (config.by_sport) key.sport = sport;
  if (config.by_dport) key.dport = dport;
  return key;
}

std::unique_ptr<Oracle> make(const MatchUse& use, Family family, World& world) {
  const std::string name(use.text("hashlimit-name"));
  auto& table = world.get_shared<HashlimitTable>(hashlimit_name(family, name));
  const HashlimitConfig config = config_of(use, family);
  if (!table.join(family, config, world.jiffies()))
    return make_unknown("the kernel refuses to load this rule: hashlimit table '" + name +
                        "' is used with and without --hashlimit-rate-match");
  const bool above = use.has("hashlimit-above");  // never inverted: the model has turned it round
  return make_oracle([&table, above, bytes = config.bytes](Packet& packet, const Where&, World& now) {
    const auto key = key_of(packet, table.config());
    if (!key) return Answer::hotdrop;
    const auto under = table.count(*key, bytes, packet.fields.number(Field::length), now.jiffies());
    return under ? answer(*under != above) : Answer::hotdrop;
  });
}

}  // namespace

extern const OracleKind oracle_hashlimit{"hashlimit", make};

}  // namespace fwsim
