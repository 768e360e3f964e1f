#include "simulator/conntrack.hh"

#include <utility>

#include "simulator/conntrack_config.hh"
#include "simulator/conntrack_parts.hh"
#include "simulator/ct_template.hh"

namespace fwsim {
namespace {

constexpr unsigned icmp = 1, icmpv6 = 58;

// Neighbour discovery and multicast listener messages are never tracked.
bool is_untracked_icmpv6(unsigned type) {
  return (type >= 130 && type <= 136) || type == 143 || type == 151 || type == 152;
}

}  // namespace

Conntrack::Conntrack() : config_(std::make_unique<CtConfig>(read_ct_config(Host{}))) {}
Conntrack::Conntrack(Conntrack&&) noexcept = default;
Conntrack& Conntrack::operator=(Conntrack&&) noexcept = default;
Conntrack::~Conntrack() = default;

void Conntrack::configure(const Host& host) { *config_ = read_ct_config(host); }

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

Zones zones_of(const Packet& packet) {
  if (!packet.ct_template) return {};
  const CtTemplate& t = *packet.ct_template;
  const std::uint16_t id = t.zone_from_mark ? static_cast<std::uint16_t>(packet.fields.number(Field::mark)) : t.zone;
  const bool both = t.zones == CtTemplate::Zones::both;
  return {both || t.zones == CtTemplate::Zones::original ? id : std::uint16_t{0},
          both || t.zones == CtTemplate::Zones::reply ? id : std::uint16_t{0}};
}

Conntrack::Look Conntrack::look(Packet& packet, bool from_wire, std::int64_t now) {
  const auto tuple = tuple_of(packet);
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
    if (packet.ct_template) entry->helper = packet.ct_template->helper;
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
