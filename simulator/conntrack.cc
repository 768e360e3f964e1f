#include "simulator/conntrack.hh"

#include <fmt/format.h>

#include <utility>

#include "simulator/conntrack_config.hh"
#include "simulator/conntrack_parts.hh"
#include "simulator/ct_template.hh"
#include "simulator/expectation.hh"
#include "simulator/gre_keymap.hh"
#include "simulator/synproxy.hh"

namespace fwsim {
namespace {

constexpr std::int64_t surely_alive = 1'000'000'000;  // ns: no timeout is shorter, whatever its policy

}  // namespace

Conntrack::Conntrack()
    : config_(std::make_unique<CtConfig>(read_ct_config(Host{}))), expectations_(std::make_unique<Expectations>()),
      gre_keymap_(std::make_unique<GreKeymap>()) {}
Conntrack::~Conntrack() = default;

void Conntrack::configure(const Host& host) {
  *config_ = read_ct_config(host);
  expectations_->max = config_->expect_max;
}

void Conntrack::describe(Packet& packet, std::int64_t now) {
  FieldValues& f = packet.fields;
  if (packet.ct) return describe_connection(f, *packet.ct, packet.ct_reply, now);
  f.clear(Field::ct_status, Field::ct_expire);
  f.clear(Field::ct_orig_src, Field::ct_repl_dst);
}

void describe_connection(FieldValues& f, const CtEntry& e, bool reply, std::int64_t now) {
  const Tuple original = e.original(), answer = e.reply();
  f.set(Field::ct_orig_src, original.src);
  f.set(Field::ct_orig_dst, original.dst);
  f.set(Field::ct_repl_src, answer.src);
  f.set(Field::ct_repl_dst, answer.dst);
  f.set(Field::ct_status, e.status);
  f.set(Field::ct_dir, reply ? 1 : 0);
  f.set(Field::ct_proto, e.proto);
  f.set(Field::ct_orig_sport, original.sport);
  f.set(Field::ct_orig_dport, original.dport);
  f.set(Field::ct_repl_sport, answer.sport);
  f.set(Field::ct_repl_dport, answer.dport);
  f.set(Field::ct_mark, e.mark);
  f.set(Field::ct_expire, Conntrack::seconds_left(e, now));
}

Zones zones_of(const Packet& packet) {
  if (!packet.ct_template) return {};
  const CtTemplate& t = *packet.ct_template;
  const std::uint16_t id = t.zone_from_mark ? static_cast<std::uint16_t>(packet.fields.number(Field::mark)) : t.zone;
  const bool both = t.zones == CtTemplate::Zones::both;
  return {both || t.zones == CtTemplate::Zones::original ? id : std::uint16_t{0},
          both || t.zones == CtTemplate::Zones::reply ? id : std::uint16_t{0}};
}

CtRef Conntrack::make_entry(const Packet& packet, const Tuple& tuple, const Tuple& answer, std::int64_t now) {
  CtRef entry = table_.make(tuple, answer);
  entry->zone = zones_of(packet);
  entry->created = now;
  if (auto expected = expectations_->take(tuple, zone_id(entry->zone), now)) {
    be_expected(*entry, std::move(*expected));
  } else if (packet.ct_template && !packet.ct_template->helper.empty()) {
    entry->extend().helper = packet.ct_template->helper;
    entry->status |= ct_helper;
  }
  if (packet.ct_template && !packet.ct_template->timeout.empty()) entry->extend().timeout_policy = packet.ct_template->timeout;
  if (packet.ct_template && packet.ct_template->synproxy) entry->extend().synproxy = std::make_shared<SynproxyTrack>();
  return entry;
}

// resolve_normal_ct(): the packet's place in the connection, and what it is to the rules.
void Conntrack::attach(Packet& packet, const CtRef& entry, bool reply) {
  packet.ct = entry;
  packet.ct_reply = reply;
  if (reply || (entry->status & ct_seen_reply) != 0)
    set_state(packet, CtState::established);
  else
    set_state(packet, (entry->status & ct_expected) ? CtState::related : CtState::fresh);
  if (reply) entry->status |= ct_seen_reply;
}

Conntrack::Look Conntrack::look(Packet& packet, bool from_wire, std::int64_t now) {
  const auto tuple = complete(tuple_of(packet), now);
  if (!tuple) return Look::invalid;
  bool reply = false;
  auto entry = find(*tuple, zones_of(packet), now, reply);
  const bool fresh = entry == nullptr;
  if (fresh) {
    reply = false;
    const auto answer = inverted(*tuple);
    if (!answer) return Look::invalid;
    if (const Room left = room(); left != Room::free) return left == Room::none ? Look::full : Look::unknown_full;
    entry = make_entry(packet, *tuple, *answer, now);
  } else if (!entry->ext().timeout_policy.empty() && now - entry->seen > surely_alive) {
    return Look::unknown_timeout;
  }
  if (malformed(packet, from_wire && config_->checksum && !packet.truncated)) return Look::invalid;
  const CtJudgement judgement = judge(*entry, packet, reply, fresh, *config_, now);
  table_.follow(*entry);
  switch (judgement) {
    case CtJudgement::invalid: return Look::invalid;
    case CtJudgement::reopen: forget(entry); return Look::again;
    case CtJudgement::destroy: forget(entry); break;
    case CtJudgement::accept: entry->seen = now; break;
    case CtJudgement::ignore: break;
  }
  attach(packet, entry, reply);
  if (config_->accounting && judgement != CtJudgement::ignore) entry->count(reply, packet.fields.number(Field::length));
  return Look::accepted;
}

Tracked Conntrack::track(Packet& packet, bool from_wire, std::int64_t now) {
  if (!active[static_cast<std::size_t>(packet.family)] || packet.ct || packet.untracked) return {};
  collect(now);
  set_state(packet, CtState::invalid);
  const bool fragment = packet.fields.number(Field::frag_off) != 0 ||
                        (!from_wire && packet.family == Family::v4 && (be16(packet.all(), 6) & 0x2000) != 0);
  if (!packet.l4_known || fragment) return {};
  Look result = Look::invalid;
  if (!take_icmp(packet, from_wire, now)) {
    result = look(packet, from_wire, now);
    if (result == Look::again) result = look(packet, from_wire, now);
  }
  describe(packet, now);
  switch (result) {
    case Look::full: return {.dropped = true};
    case Look::unknown_full:
      return {.unknown = "the connection table is full; whether one of its entries that are not ASSURED is evicted "
                         "depends on a random hash"};
    case Look::unknown_timeout:
      return {.unknown = "whether its connection has timed out depends on a timeout policy that is not known"};
    default: return {};
  }
}

void Conntrack::assume_established(const Packet& packet, std::int64_t now, std::uint32_t mark) {
  const auto tuple = tuple_of(packet);
  const auto answer = tuple ? inverted(*tuple) : std::nullopt;
  if (!answer) return;
  // An echo reply belongs to the connection that the request began.
  const bool reply = packet.fields.has(Field::icmp) && !is_icmp_query(packet.family, static_cast<unsigned>(packet.fields.number(Field::icmp) >> 8));
  const CtRef entry = reply ? table_.make(*answer, *tuple) : table_.make(*tuple, *answer);
  entry->created = now - 60'000'000'000;
  entry->expires = now + config_->tcp[static_cast<std::size_t>(TcpState::established)];
  entry->status = ct_seen_reply | ct_assured | ct_src_nat_done | ct_dst_nat_done;
  entry->mark = mark;
  entry->tcp.state = TcpState::established;
  for (TcpSide& side : entry->tcp.side) side.liberal = side.sack = true;
  insert(entry);
}

bool Conntrack::confirm(Packet& packet, std::int64_t now) {
  if (!packet.ct || (packet.ct->status & (ct_confirmed | ct_dying)) != 0 || packet.ct_reply) return true;
  CtEntry& e = *packet.ct;
  CtRef other = meeting(e.original(), e.zone, false, now);
  if (!other) other = meeting(e.reply(), e.zone, true, now);
  if (other) return resolve_clash(packet, other, now);
  put(packet.ct, false);
  describe(packet, now);
  return true;
}

// The packet joins a connection that is the same as its own, or its mirror image.
bool Conntrack::merge(Packet& packet, const CtRef& winner) {
  const CtEntry &ours = *packet.ct, &theirs = *winner;
  const bool same = theirs.original() == ours.original() && theirs.reply() == ours.reply() && theirs.zone == ours.zone;
  const bool mirrored = theirs.original() == ours.reply() && theirs.reply() == ours.original() &&
                        theirs.zone[0] == ours.zone[1] && theirs.zone[1] == ours.zone[0];
  if (!same && !mirrored) return false;
  if (config_->accounting) winner->count(packet.ct_reply, ours.counters(packet.ct_reply).bytes);
  packet.ct = winner;
  return true;
}

// nf_ct_resolve_clash(): two packets of one connection met before either was confirmed.
bool Conntrack::resolve_clash(Packet& packet, const CtRef& winner, std::int64_t now) {
  CtEntry& e = *packet.ct;
  if (!may_clash(e.proto)) return false;
  if (!merge(packet, winner)) {
    const CtRef other = meeting(e.reply(), e.zone, true, now);
    if (other && !merge(packet, other)) return false;
    if (!other) {  // only its answers are found, and not for long
      e.expires = now + 1'000'000'000;
      e.status |= ct_fixed_timeout | ct_nat_clash;
      insert(packet.ct, true);
    }
  }
  describe(packet, now);
  return true;
}

}  // namespace fwsim
