#include "simulator/helper.hh"

#include <fmt/format.h>

#include "simulator/seqadj.hh"

namespace fwsim {
namespace {

constexpr unsigned tcp = 6, udp = 17;

// What nf_confirm() asks before it lets a helper or the sequence numbers at a packet.
bool considered(const Packet& packet) {
  if (!packet.ct || !packet.l4_known || packet.fields.number(Field::frag_off) != 0) return false;
  const auto state = static_cast<CtState>(packet.fields.number(Field::ct_state));
  return !(state == CtState::related && packet.ct_reply);
}

void leave_undone(World& world, std::string_view helper, std::string_view text) {
  world.record({.kind = Record::Kind::other, .text = fmt::format("the helper {} {}", helper, text)});
}

void run(World& world, Packet& packet, Hook hook, const std::string& out_device, Helped& end) {
  const HelperKind* kind = helper_of(*packet.ct);
  if (!kind) return leave_undone(world, packet.ct->ext().helper, "is not simulated: it expects and rewrites nothing here");
  if (packet.truncated) leave_undone(world, kind->name, "reads a packet of which the capture kept only a part");
  HelperContext context{.world = world,
                        .packet = packet,
                        .ct = packet.ct,
                        .kind = *kind,
                        .dir = packet.ct_reply ? Direction::reply : Direction::original,
                        .state = static_cast<CtState>(packet.fields.number(Field::ct_state)),
                        .hook = hook,
                        .out_device = out_device,
                        .notes = {},
                        .reason = {}};
  end.verdict = kind->help(context);
  for (std::string& text : context.notes) end.notes.push_back(fmt::format("helper {}: {}", kind->name, text));
  if (end.verdict == HelperVerdict::drop)
    end.reason = context.reason.empty() ? fmt::format("its helper {} refuses it", kind->name)
                                        : fmt::format("its helper {} refuses it: {}", kind->name, context.reason);
}

}  // namespace

const HelperKind* helper_of(const CtEntry& entry) {
  const std::string& name = entry.ext().helper;
  if (name.empty()) return nullptr;
  return find_helper(name, entry.proto, entry.family);
}

std::size_t payload_at(const Packet& packet) {
  std::size_t header = 0;
  if (packet.protocol == tcp)
    header = static_cast<std::size_t>(byte_at(packet.transport(), 12) >> 4) * 4;
  else if (packet.protocol == udp)
    header = 8;
  return std::min(packet.l4 + header, packet.bytes.size());
}

Bytes payload(const Packet& packet) { return packet.all().subspan(payload_at(packet)); }

std::string_view payload_text(const Packet& packet) {
  const Bytes data = payload(packet);
  return {reinterpret_cast<const char*>(data.data()), data.size()};
}

Expectation make_expectation(const HelperContext& context, unsigned cls, std::optional<u128> src, u128 dst,
                             std::uint8_t proto, std::optional<std::uint16_t> sport, std::uint16_t dport) {
  const Family family = context.ct->family;
  Expectation e;
  e.tuple = {.family = family, .src = src.value_or(0), .dst = dst, .sport = sport.value_or(0), .dport = dport, .proto = proto};
  e.mask = {.src = src ? address_mask(family) : u128{0}, .sport = sport ? std::uint16_t{0xffff} : std::uint16_t{0}};
  e.master = context.ct;
  e.cls = cls;
  return e;
}

ExpectResult expect(HelperContext& context, const Expectation& expectation, bool any_master) {
  World& world = context.world;
  const ExpectResult result = world.conntrack.expectations().insert(expectation, world.now, any_master);
  if (result == ExpectResult::added)
    note(context, fmt::format("expects {} {}", expectation.tuple.proto == tcp   ? "TCP"
                                               : expectation.tuple.proto == udp ? "UDP"
                                                                                : fmt::format("protocol {}", expectation.tuple.proto),
                              to_text(expectation)));
  return result;
}

HelperVerdict drop_packet(HelperContext& context, std::string_view text) {
  context.reason = text;
  context.world.record({.kind = Record::Kind::conntrack, .text = fmt::format("nf_ct_{}: dropping packet: {} ", context.kind.name, text)});
  return HelperVerdict::drop;
}

void refresh(HelperContext& context, std::int64_t seconds) {
  refresh(*context.ct, context.world.now, seconds * 1'000'000'000);
  context.world.conntrack.follow(*context.ct);
}

void note(HelperContext& context, std::string text) { context.notes.push_back(std::move(text)); }

void incomplete(HelperContext& context, std::string_view text) { leave_undone(context.world, context.kind.name, text); }

Helped help(World& world, Packet& packet, Hook hook, const std::string& out_device, bool looped) {
  Helped end;
  if (!considered(packet)) return end;
  const bool adjust = (packet.ct->status & ct_seq_adjust) != 0 && !looped;
  if (!packet.ct->ext().helper.empty()) run(world, packet, hook, out_device, end);
  if (end.verdict == HelperVerdict::accept && adjust && !adjust_seq(packet)) {
    end.verdict = HelperVerdict::drop;
    end.reason = "its TCP options are malformed and its sequence numbers have to be adjusted";
  }
  return end;
}

}  // namespace fwsim
