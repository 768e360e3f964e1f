// Call signalling (Q.931) and control channels (H.245) of H.323, in TPKT frames (RFC 1006).
// net/netfilter/nf_conntrack_h323_main.c, nf_conntrack_h323_asn1.c
#include "simulator/helpers/h323.hh"

#include <array>

#include "simulator/helpers/h323_schema.hh"
#include "simulator/nat.hh"
#include "simulator/routing.hh"

namespace fwsim {
namespace {

constexpr std::uint8_t tcp = 6;
constexpr std::uint32_t call_forwarded = 1;
constexpr std::uint8_t q931_discriminator = 0x08, user_user = 0x7e;

// The frames of a segment, one after the other: get_tpkt_data(). Some programs send a frame's header alone.
class Frames {
 public:
  explicit Frames(HelperContext& context)
      : context_(context), announced_(context.state_of<H323State>().announced[index_of(context.dir)]) {}

  // The next frame's content; false at the end.
  bool next(H323Message& message) {
    const Bytes data = payload(context_.packet);
    const std::size_t left = data.size() - end_;
    if (data.empty() || (!first_ && left <= 4)) return finish(0);
    const bool header = left >= 4 && data[end_] == 3 && data[end_ + 1] == 0;
    if (!header) {
      if (!first_) return finish(0);
      if (announced_ == 0) return false;  // no frame at all
      if (announced_ > left) return finish(0);
      return give(message, 0, announced_);
    }
    const std::size_t length = be16(data, end_ + 2);
    if (length < 4) return finish(0);
    if (length > left) return finish(left == 4 ? static_cast<std::uint16_t>(length - 4) : std::uint16_t{0});
    return give(message, end_ + 4, length - 4);
  }

 private:
  bool finish(std::uint16_t announced) {
    announced_ = announced;
    return false;
  }
  bool give(H323Message& message, std::size_t at, std::size_t size) {
    first_ = false;
    announced_ = 0;
    message.at = at;
    message.size = size;
    end_ = at + size;
    return true;
  }

  HelperContext& context_;
  std::uint16_t& announced_;
  std::size_t end_ = 0;  // of the frame before
  bool first_ = true;
};

// Where the user-to-user information is in a Q.931 message: DecodeQ931().
struct Part {
  std::size_t at = 0, end = 0;
};
std::optional<Part> find_user_information(Bytes b) {
  if (b.size() < 2 || b[0] != q931_discriminator) return std::nullopt;
  std::size_t at = 2 + std::size_t{b[1]};  // behind the call reference
  if (at + 2 > b.size()) return std::nullopt;
  at += 1;                                  // message type
  if (b[at] & 0x80) ++at;
  while (at < b.size()) {
    if (b[at] == user_user) {
      if (at + 3 > b.size()) return std::nullopt;
      const std::size_t length = be16(b, at + 1);
      at += 3;
      if (length == 0 || at + length > b.size()) return std::nullopt;
      return Part{at + 1, at + length};  // behind its protocol discriminator
    }
    if (at + 2 > b.size()) return std::nullopt;
    at += 2 + std::size_t{b[at + 1]};
  }
  return std::nullopt;
}

bool process_fast_start(H323Message& message, const PerNode& body) {
  if (const PerNode* list = body.part("fastStart"))
    for (const PerNode& channel : list->parts)
      if (!process_channel(message, channel)) return false;
  return true;
}

// The signalling addresses of a Setup become those of the connection as the other side sees it.
bool process_setup_addresses(H323Message& message, const PerNode& setup) {
  const Tuple& opposite = message.context.opposite_tuple();
  if (!message.v4_translated()) return true;
  if (const auto to = h225_address(message, setup.part("destCallSignalAddress"));
      to && to->address != opposite.src && !set_address(message, *to, opposite.src, opposite.sport))
    return false;
  const auto from = h225_address(message, setup.part("sourceCallSignalAddress"));
  return !from || from->address == opposite.dst || set_address(message, *from, opposite.dst, opposite.dport);
}

bool process_body(H323Message& message, const PerNode& body) {
  if (body.name == "facility")
    if (const PerNode* reason = body.part("reason"); reason && reason->value == call_forwarded)
      return expect_forwarded_call(message, h225_address(message, body.part("alternativeAddress")));
  if (!expect_h245_connection(message, h225_address(message, body.part("h245Address")))) return false;
  if (body.name == "setup" && !process_setup_addresses(message, body)) return false;
  return process_fast_start(message, body);
}

bool process_q931(H323Message& message, const PerNode& information) {
  const PerNode* pdu = information.part("pdu");
  if (!pdu) return true;
  if (const PerNode* body = pdu->part("body"); body && !body->parts.empty())
    if (!process_body(message, body->parts.front())) return false;
  if (const PerNode* tunnelled = pdu->part("h245Control"))
    for (const PerNode& control : tunnelled->parts)
      if (!process_h245(message, control)) return false;
  return true;
}

HelperVerdict help_q931(HelperContext& context) {
  if (context.state != CtState::established) return HelperVerdict::accept;
  H323Message message{context};
  for (Frames frames(context); frames.next(message);) {
    const auto part = find_user_information(message.bytes());
    const auto information =
        part ? read_per(h323_schema(), "UserInformation", message.bytes().first(part->end), part->at) : std::nullopt;
    if (!information) {
      note(context, "a message cannot be decoded");
      break;
    }
    if (!process_q931(message, *information)) return HelperVerdict::drop;
  }
  return HelperVerdict::accept;
}

HelperVerdict help_h245(HelperContext& context) {
  if (context.state != CtState::established) return HelperVerdict::accept;
  H323Message message{context};
  for (Frames frames(context); frames.next(message);) {
    const auto control = read_per(h323_schema(), "ControlMessage", message.bytes());
    if (!control) {
      note(context, "a message cannot be decoded");
      break;
    }
    if (!process_h245(message, *control)) return HelperVerdict::drop;
  }
  return HelperVerdict::accept;
}

// Whether two addresses are reached by the same way: callforward_do_filter().
bool same_way(const World& world, Family family, u128 a, u128 b) {
  if (!world.routing) return false;
  const auto way = [&](u128 dst) { return world.routing->output({.family = family, .dst = dst}); };
  const RouteResult first = way(a), second = way(b);
  const auto fails = [](const RouteResult& r) {
    return r.kind == RouteResult::Kind::drop || r.kind == RouteResult::Kind::error;
  };
  if (fails(first) || fails(second)) return false;
  return first.device == second.device && first.gateway.value_or(a) == second.gateway.value_or(b);
}

void run_forwarded_call(World& world, Packet&, CtEntry& child, const Expectation& e) {
  const auto one = [](u128 value) { return Range{value, value}; };
  NatRange source, destination;
  source.address = one(tuple_of(child, opposite(e.dir)).src);
  destination.address = one(e.saved_address);
  destination.ports = one(e.saved_port);
  setup_nat(child, Manip::source, source, world.conntrack, world.random, world.now);
  setup_nat(child, Manip::destination, destination, world.conntrack, world.random, world.now);
}
constexpr ExpectFunction forwarded_call{"callforwarding", run_forwarded_call};

constexpr std::array<HelperKind::Class, 1> q931_classes{{{h323_rtp_channels * 4 + 4, 240}}};
constexpr std::array<HelperKind::Class, 1> h245_classes{{{h323_rtp_channels * 4 + 2, 240}}};

}  // namespace

bool expect_forwarded_call(H323Message& message, const std::optional<H323Address>& address) {
  HelperContext& context = message.context;
  const Tuple& other = context.opposite_tuple();
  if (!address || address->port == 0) return true;
  if (same_way(context.world, context.packet.family, address->address, other.src)) {
    note(context, "the call is forwarded on the caller's side: nothing is expected");
    return true;
  }
  Expectation e =
      make_expectation(context, 0, other.src, address->address, tcp, std::nullopt, address->port);
  e.helper = "Q.931";
  if (!message.v4_translated() || context.tuple().src == other.dst)
    return expect(context, e) == ExpectResult::added;
  e.saved_address = e.tuple.dst;
  e.saved_port = e.tuple.dport;
  e.tuple.dst = other.dst;
  e.dir = opposite(context.dir);
  e.fn = &forwarded_call;
  const std::uint16_t port = expect_near(context, e, address->port);
  if (port == 0 || set_address(message, *address, other.dst, port)) return true;
  unexpect_h323(context, e);
  return false;
}

extern const HelperKind helper_q931{"Q.931", tcp, q931_classes, help_q931};
extern const HelperKind helper_h245{"H.245", tcp, h245_classes, help_h245};

}  // namespace fwsim
