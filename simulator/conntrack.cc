#include "simulator/conntrack.hh"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "simulator/conntrack_config.hh"
#include "simulator/ct_template.hh"
#include "simulator/expectation.hh"
#include "simulator/gre_keymap.hh"
#include "simulator/helper.hh"
#include "simulator/quoted.hh"

namespace fwsim {
namespace {

constexpr unsigned icmp = 1, tcp = 6, udp = 17, gre = 47, icmpv6 = 58, sctp = 132, udplite = 136;

bool has_ports(unsigned proto) { return proto == tcp || proto == udp || proto == udplite || proto == sctp; }

// ICMP queries and the types of their answers.
struct Pair {
  std::uint8_t query, answer;
};
constexpr std::array<Pair, 4> v4_pairs{{{8, 0}, {13, 14}, {15, 16}, {17, 18}}};
constexpr std::array<Pair, 2> v6_pairs{{{128, 129}, {139, 140}}};

std::optional<std::uint8_t> answer_type(Family family, unsigned type) {
  const auto look = [&](const auto& pairs) -> std::optional<std::uint8_t> {
    for (const Pair& pair : pairs) {
      if (pair.query == type) return pair.answer;
      if (pair.answer == type) return pair.query;
    }
    return std::nullopt;
  };
  return family == Family::v4 ? look(v4_pairs) : look(v6_pairs);
}

bool is_query(Family family, unsigned type) {
  if (family == Family::v4)
    return std::any_of(v4_pairs.begin(), v4_pairs.end(), [&](const Pair& p) { return p.query == type; });
  return std::any_of(v6_pairs.begin(), v6_pairs.end(), [&](const Pair& p) { return p.query == type; });
}

bool is_error(Family family, unsigned type) {
  if (family == Family::v4) return type == 3 || type == 4 || type == 5 || type == 11 || type == 12;
  return type < 128 || type == 137;
}

// Neighbour discovery and multicast listener messages are never tracked.
bool is_untracked_icmpv6(unsigned type) {
  return (type >= 130 && type <= 136) || type == 143 || type == 151 || type == 152;
}

std::optional<Tuple> read_tuple(Family family, u128 src, u128 dst, unsigned proto, Bytes l4) {
  Tuple t{.family = family, .src = src, .dst = dst, .proto = static_cast<std::uint8_t>(proto)};
  if (has_ports(proto)) {
    if (l4.size() < 4) return std::nullopt;
    t.sport = be16(l4, 0);
    t.dport = be16(l4, 2);
  } else if (proto == (family == Family::v4 ? icmp : icmpv6)) {
    if (l4.size() < 8) return std::nullopt;
    t.sport = be16(l4, 4);
    t.dport = be16(l4, 0);
  } else if (proto == gre) {
    if (l4.size() < 4) return std::nullopt;
    if ((be16(l4, 0) & 7) == 1) {  // PPTP: the call id of the receiver is the key
      if (l4.size() < 8 || be16(l4, 2) != 0x880b) return std::nullopt;
      t.dport = be16(l4, 6);
    }
  }
  return t;
}

}  // namespace

bool is_icmp_error(const Packet& packet) {
  return packet.protocol == (packet.family == Family::v4 ? icmp : icmpv6) && packet.fields.has(Field::icmp) &&
         is_error(packet.family, static_cast<unsigned>(packet.fields.number(Field::icmp) >> 8));
}

std::string to_text(const Tuple& t) {
  const std::string ports = has_ports(t.proto) ? fmt::format(" sport={} dport={}", t.sport, t.dport)
                            : t.proto == icmp || t.proto == icmpv6
                                ? fmt::format(" type={} code={} id={}", t.dport >> 8, t.dport & 0xff, t.sport)
                                : std::string();
  return fmt::format("src={} dst={}{}", address_text(t.family, t.src), address_text(t.family, t.dst), ports);
}

std::optional<Tuple> inverted(const Tuple& t) {
  Tuple r = t;
  std::swap(r.src, r.dst);
  if (t.proto == (t.family == Family::v4 ? icmp : icmpv6)) {
    const auto type = answer_type(t.family, t.dport >> 8);
    if (!type) return std::nullopt;
    r.dport = static_cast<std::uint16_t>((*type << 8) | (t.dport & 0xff));
    return r;
  }
  std::swap(r.sport, r.dport);
  return r;
}

std::optional<Tuple> tuple_of(const Packet& packet) {
  if (!packet.l4_known || packet.fields.number(Field::frag_off) != 0) return std::nullopt;
  return read_tuple(packet.family, packet.fields.get(Field::src), packet.fields.get(Field::dst), packet.protocol,
                    packet.transport());
}

Conntrack::Conntrack()
    : config_(std::make_unique<CtConfig>(read_ct_config(Host{}))), expectations_(std::make_unique<Expectations>()),
      gre_keymap_(std::make_unique<GreKeymap>()) {}
Conntrack::Conntrack(Conntrack&&) noexcept = default;
Conntrack& Conntrack::operator=(Conntrack&&) noexcept = default;
Conntrack::~Conntrack() = default;

void Conntrack::configure(const Host& host) {
  *config_ = read_ct_config(host);
  expectations_->max = config_->expect_max;
}

std::size_t Conntrack::KeyHash::operator()(const Key& k) const {
  std::uint64_t h = 0x9e3779b97f4a7c15;
  const auto mix = [&](std::uint64_t x) {
    h ^= x;
    h *= 0xff51afd7ed558ccd;
    h ^= h >> 32;
  };
  mix(static_cast<std::uint64_t>(k.tuple.src));
  mix(static_cast<std::uint64_t>(k.tuple.src >> 64) ^ static_cast<std::uint64_t>(k.tuple.dst >> 64));
  mix(static_cast<std::uint64_t>(k.tuple.dst));
  mix((std::uint64_t{k.tuple.sport} << 40) | (std::uint64_t{k.tuple.dport} << 24) | (std::uint64_t{k.tuple.proto} << 16) |
      k.zone);
  return h;
}

std::shared_ptr<CtEntry> Conntrack::find(const Tuple& tuple, Zones zones, std::int64_t now, bool& reply) {
  for (std::size_t i = 0; i < 2; ++i) {
    if (i == 1 && zones[1] == zones[0]) break;
    const auto found = table_.find({tuple, zones[i]});
    if (found == table_.end()) continue;
    std::shared_ptr<CtEntry> entry = found->second;
    const bool is_reply = !(entry->original == tuple);
    if (entry->zone[is_reply] != zones[is_reply]) continue;
    if (entry->expires <= now) {
      forget(entry);
      continue;
    }
    reply = is_reply;
    return entry;
  }
  return nullptr;
}

bool Conntrack::taken(const Tuple& reply, Zones zones, const CtEntry* except, std::int64_t now) {
  bool is_reply = false;
  const auto entry = find(reply, zones, now, is_reply);
  if (!entry || entry.get() == except) return false;
  // Another packet of the same connection, met before the first was confirmed.
  return !(except && entry->original == except->original);
}

Conntrack::Key Conntrack::source_key(const Tuple& t, std::uint16_t zone) {
  return {Tuple{.family = t.family, .src = t.src, .sport = t.sport, .proto = t.proto}, zone};
}

std::vector<std::shared_ptr<CtEntry>> Conntrack::of_source(const Tuple& tuple, std::uint16_t zone, std::int64_t now) {
  std::vector<std::shared_ptr<CtEntry>> list;
  const auto [first, last] = by_source_.equal_range(source_key(tuple, zone));
  for (auto at = first; at != last; ++at)
    if (at->second->expires > now) list.push_back(at->second);
  std::sort(list.begin(), list.end(), [](const auto& a, const auto& b) { return a->serial > b->serial; });
  return list;
}

void Conntrack::forget(const std::shared_ptr<CtEntry>& entry) {
  const auto keep = entry;  // the argument may live in the table
  if (keep->status & ct_dying) return;
  keep->status |= ct_dying;
  if (const HelperKind* kind = helper_of(*keep); kind && kind->destroy) kind->destroy(*this, *keep);
  if (keep->original.proto == gre && keep->master) gre_keymap_->remove_of(*keep->master);
  for (const Key& key : {Key{keep->original, keep->zone[0]}, Key{keep->reply, keep->zone[1]}}) {
    const auto found = table_.find(key);
    if (found != table_.end() && found->second == keep) table_.erase(found);
  }
  const auto [first, last] = by_source_.equal_range(source_key(keep->original, keep->zone[0]));
  for (auto at = first; at != last; ++at)
    if (at->second == keep) {
      by_source_.erase(at);
      break;
    }
  expectations_->remove_of(*keep);
}

std::optional<Tuple> Conntrack::complete(std::optional<Tuple> tuple, std::int64_t now) {
  if (!tuple || tuple->proto != gre || tuple->dport == 0) return tuple;
  for (const auto& master : gre_keymap_->expired(now)) forget(master);
  tuple->sport = gre_keymap_->find(*tuple);
  return tuple;
}

std::vector<std::shared_ptr<CtEntry>> Conntrack::entries(std::int64_t now) const {
  std::vector<std::shared_ptr<CtEntry>> list;
  for (const auto& [key, entry] : table_)
    if (key.tuple == entry->original && entry->expires > now) list.push_back(entry);
  std::sort(list.begin(), list.end(), [](const auto& a, const auto& b) { return a->serial < b->serial; });
  return list;
}

namespace {

Judgement judge_udp(CtEntry& entry, bool stream_allowed, std::int64_t normal, std::int64_t stream, std::int64_t now) {
  const bool seen_reply = (entry.status & ct_seen_reply) != 0;
  std::int64_t timeout = normal;
  if (seen_reply && (!stream_allowed || now - entry.created > 2'000'000'000)) {
    timeout = stream;
    entry.status |= ct_assured;
  }
  entry.expires = now + timeout;
  return Judgement::accept;
}

Judgement judge(CtEntry& entry, const Packet& packet, bool reply, bool fresh, const CtConfig& config, std::int64_t now) {
  switch (packet.protocol) {
    case tcp: return judge_tcp(entry, packet, reply, fresh, config, now);
    case udp:
    case udplite: return judge_udp(entry, true, config.udp, config.udp_stream, now);
    case gre: return judge_udp(entry, false, config.gre, config.gre_stream, now);
    case icmp:
    case icmpv6:
      if ((packet.protocol == icmp) == (packet.family == Family::v4)) {
        if (fresh && !is_query(packet.family, static_cast<unsigned>(packet.fields.number(Field::icmp) >> 8))) return Judgement::invalid;
        entry.expires = now + (packet.family == Family::v4 ? config.icmp : config.icmpv6);
        return Judgement::accept;
      }
      break;
    default: break;
  }
  entry.expires = now + config.generic;
  return Judgement::accept;
}

// What makes a packet untrackable whatever its connection.
bool malformed(const Packet& packet, bool verify) {
  const Bytes l4 = packet.transport();
  const auto length = packet.fields.number(Field::l4_len);
  switch (packet.protocol) {
    case tcp: {
      const std::size_t header = static_cast<std::size_t>(byte_at(l4, 12) >> 4) * 4;
      if (length < 20 || header < 20 || header > length || !tcp_flags_valid(byte_at(l4, 13))) return true;
      break;
    }
    case udp: {
      const unsigned stated = be16(l4, 4);
      if (length < 8 || stated > length || stated < 8) return true;
      if (be16(l4, 6) == 0) return false;
      break;
    }
    case icmp:
      if (packet.family != Family::v4) return false;
      if (length < 8 || (verify && !transport_checksum_ok(packet))) return true;
      return byte_at(l4, 0) > 18;
    case icmpv6:
      if (packet.family != Family::v6) return false;
      if (length < 8) return true;
      break;
    case udplite:
    case sctp: break;
    default: return false;
  }
  return verify && !transport_checksum_ok(packet);
}

void set_state(Packet& packet, CtState state) { packet.fields.set(Field::ct_state, static_cast<unsigned>(state)); }

}  // namespace

void Conntrack::describe(Packet& packet, std::int64_t now) {
  FieldValues& f = packet.fields;
  if (!packet.ct) {
    f.clear(Field::ct_status, Field::ct_expire);
    for (Field field : {Field::ct_orig_src, Field::ct_orig_dst, Field::ct_repl_src, Field::ct_repl_dst}) f.clear(field);
    return;
  }
  const CtEntry& e = *packet.ct;
  f.set(Field::ct_orig_src, e.original.src);
  f.set(Field::ct_orig_dst, e.original.dst);
  f.set(Field::ct_repl_src, e.reply.src);
  f.set(Field::ct_repl_dst, e.reply.dst);
  f.set(Field::ct_status, e.status);
  f.set(Field::ct_dir, packet.ct_reply ? 1 : 0);
  f.set(Field::ct_proto, e.original.proto);
  f.set(Field::ct_orig_sport, e.original.sport);
  f.set(Field::ct_orig_dport, e.original.dport);
  f.set(Field::ct_repl_sport, e.reply.sport);
  f.set(Field::ct_repl_dport, e.reply.dport);
  f.set(Field::ct_mark, e.mark);
  const std::int64_t left = (e.status & ct_confirmed) && e.expires > now ? (e.expires - now) / 1'000'000'000 : 0;
  f.set(Field::ct_expire, static_cast<std::uint64_t>(left));
}

void Conntrack::attach_related(Packet& answer, const Packet& offender, std::int64_t now) {
  if (!offender.fields.has(Field::ct_state)) return;
  answer.ct = offender.ct;
  answer.ct_reply = !offender.ct_reply;
  set_state(answer, offender.ct ? CtState::related : static_cast<CtState>(offender.fields.number(Field::ct_state)));
  describe(answer, now);
}

namespace {

// The zones in which the packet's connection is looked for, from -j CT --zone.
Zones zones_of(const Packet& packet) {
  if (!packet.ct_template) return {};
  const CtTemplate& t = *packet.ct_template;
  const std::uint16_t id = t.zone_from_mark ? static_cast<std::uint16_t>(packet.fields.number(Field::mark)) : t.zone;
  const bool both = t.zones == CtTemplate::Zones::both;
  return {both || t.zones == CtTemplate::Zones::original ? id : std::uint16_t{0},
          both || t.zones == CtTemplate::Zones::reply ? id : std::uint16_t{0}};
}

}  // namespace

// ICMP errors belong to the connection of the packet they quote. True when this is one.
bool Conntrack::icmp_error(Packet& packet, bool from_wire, std::int64_t now) {
  if (!is_icmp_error(packet)) return false;
  if (packet.fields.number(Field::l4_len) < 8 || (from_wire && config_->checksum && !transport_checksum_ok(packet)))
    return true;
  // The quoted packet, read as if it came the other way.
  const auto quoted = read_quoted(packet);
  if (!quoted || quoted->frag_off != 0) return true;
  const auto tuple = complete(
      read_tuple(packet.family, quoted->src, quoted->dst, quoted->protocol, packet.all().subspan(quoted->l4)), now);
  const auto wanted = tuple ? inverted(*tuple) : std::nullopt;
  if (!wanted) return true;
  bool reply = false;
  const auto entry = find(*wanted, zones_of(packet), now, reply);
  if (!entry) return true;
  // The error goes to the sender of the quoted packet as the wire saw it, or it is forged.
  if (packet.fields.get(Field::dst) != (reply ? entry->reply : entry->original).dst) return true;
  packet.ct = entry;
  packet.ct_reply = reply;
  set_state(packet, CtState::related);
  return true;
}

Conntrack::Look Conntrack::look(Packet& packet, bool from_wire, std::int64_t now) {
  const auto tuple = complete(tuple_of(packet), now);
  if (!tuple) return Look::invalid;
  const Zones zones = zones_of(packet);
  bool reply = false;
  auto entry = find(*tuple, zones, now, reply);
  const bool fresh = entry == nullptr;
  if (fresh) {
    const auto answer = inverted(*tuple);
    if (!answer) return Look::invalid;
    if (table_.size() / 2 >= config_->max) return Look::drop;
    entry = std::make_shared<CtEntry>();
    entry->original = *tuple;
    entry->reply = *answer;
    entry->zone = zones;
    entry->created = now;
    if (auto expected = expectations_->take(*tuple, zone_id(zones), now)) {
      be_expected(*entry, std::move(*expected));
    } else if (packet.ct_template && !packet.ct_template->helper.empty()) {
      entry->helper = packet.ct_template->helper;
      entry->status |= ct_helper;
    }
  }
  if (malformed(packet, from_wire && config_->checksum && !packet.truncated)) return Look::invalid;
  const Judgement judgement = judge(*entry, packet, reply, fresh, *config_, now);
  switch (judgement) {
    case Judgement::invalid: return Look::invalid;
    case Judgement::reopen: forget(entry); return Look::again;
    case Judgement::destroy: forget(entry); break;
    case Judgement::accept:
    case Judgement::ignore: break;
  }
  packet.ct = entry;
  packet.ct_reply = reply;
  if (reply) {
    entry->status |= ct_seen_reply;
    set_state(packet, CtState::established);
  } else {
    set_state(packet, (entry->status & ct_seen_reply)   ? CtState::established
                      : (entry->status & ct_expected) ? CtState::related
                                                      : CtState::fresh);
  }
  if (config_->accounting && judgement != Judgement::ignore) {
    Counters& c = entry->counters[reply];
    ++c.packets;
    c.bytes += packet.fields.number(Field::length);
  }
  return Look::accepted;
}

bool Conntrack::track(Packet& packet, bool from_wire, std::int64_t now) {
  if (!active[static_cast<std::size_t>(packet.family)]) return true;
  if (packet.ct || packet.untracked) return true;
  set_state(packet, CtState::invalid);
  if (!packet.l4_known || packet.fields.number(Field::frag_off) != 0) return true;
  const bool is_icmp = packet.protocol == (packet.family == Family::v4 ? icmp : icmpv6);
  if (is_icmp) {
    if (packet.family == Family::v6 && is_untracked_icmpv6(static_cast<unsigned>(packet.fields.number(Field::icmp) >> 8))) {
      packet.untracked = true;
      set_state(packet, CtState::untracked);
      return true;
    }
    if (icmp_error(packet, from_wire, now)) {
      describe(packet, now);
      return true;
    }
  }
  Look result = look(packet, from_wire, now);
  if (result == Look::again) result = look(packet, from_wire, now);
  describe(packet, now);
  return result != Look::drop;
}

void Conntrack::assume_established(const Packet& packet, std::int64_t now) {
  const auto tuple = tuple_of(packet);
  const auto answer = tuple ? inverted(*tuple) : std::nullopt;
  if (!answer) return;
  auto entry = std::make_shared<CtEntry>();
  entry->original = *tuple;
  entry->reply = *answer;
  entry->created = now - 60'000'000'000;
  entry->expires = now + config_->tcp[static_cast<std::size_t>(TcpState::established)];
  entry->serial = ++serial_;
  entry->status = ct_seen_reply | ct_assured | ct_confirmed | ct_src_nat_done | ct_dst_nat_done;
  entry->tcp.state = TcpState::established;
  for (TcpSide& side : entry->tcp.side) side.liberal = side.sack = true;
  table_[{entry->original, 0}] = entry;
  table_[{entry->reply, 0}] = entry;
  by_source_.emplace(source_key(entry->original, 0), entry);
}

bool Conntrack::confirm(Packet& packet, std::int64_t now) {
  if (!packet.ct || (packet.ct->status & (ct_confirmed | ct_dying)) != 0 || packet.ct_reply) return true;
  if (packet.fields.number(Field::ct_state) == static_cast<unsigned>(CtState::related) && !(packet.ct->status & ct_expected))
    return true;  // an error about a connection that never came to be
  CtEntry& e = *packet.ct;
  if (taken(e.original, e.zone, &e, now) || taken(e.reply, e.zone, &e, now)) return false;
  e.status |= ct_confirmed;
  e.serial = ++serial_;
  table_[{e.original, e.zone[0]}] = packet.ct;
  table_[{e.reply, e.zone[1]}] = packet.ct;
  by_source_.emplace(source_key(e.original, e.zone[0]), packet.ct);
  describe(packet, now);
  return true;
}

}  // namespace fwsim
