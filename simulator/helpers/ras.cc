// RAS: endpoints that register with a gatekeeper, and the calls it lets in.
// net/netfilter/nf_conntrack_h323_main.c, net/ipv4/netfilter/nf_nat_h323.c
#include <array>

#include "simulator/helpers/h323.hh"
#include "simulator/helpers/h323_schema.hh"

namespace fwsim {
namespace {

constexpr std::uint8_t tcp = 6, udp = 17;
constexpr std::uint32_t default_lifetime = 300;  // seconds; module parameter default_rrq_ttl
constexpr std::int64_t unregistration_grace = 30;
constexpr u128 loopback_net = 127;

using Addresses = std::vector<const PerNode*>;

Addresses list_of(const PerNode& message, std::string_view name) {
  Addresses list;
  if (const PerNode* node = message.part(name))
    for (const PerNode& item : node->parts) list.push_back(&item);
  return list;
}

Addresses one_of(const PerNode& message, std::string_view name) {
  const PerNode* node = message.part(name);
  return node ? Addresses{node} : Addresses{};
}

bool is_loopback(const std::optional<H323Address>& address) {
  return address && (address->address >> 24) == loopback_net;
}

// The first address that is the sender's RAS end becomes its translated one: set_ras_addr().
bool translate_ras(H323Message& message, const Addresses& list) {
  if (!message.v4_translated()) return true;
  const Tuple& tuple = message.context.tuple();
  const Tuple& other = message.context.opposite_tuple();
  for (const PerNode* node : list)
    if (const auto a = h225_address(message, node); a && a->address == tuple.src && a->port == tuple.sport)
      return set_address(message, *a, other.dst, other.dport);
  return true;
}

// The same for the end where the endpoint takes calls: set_sig_addr().
bool translate_signalling(H323Message& message, const Addresses& list) {
  if (!message.v4_translated()) return true;
  const Tuple& tuple = message.context.tuple();
  const Tuple& other = message.context.opposite_tuple();
  const auto& ports = message.state().signal_port;
  const std::uint16_t known = ports[index_of(message.context.dir)], shown = ports[index_of(opposite(message.context.dir))];
  for (std::size_t i = 0; i < list.size(); ++i) {
    const auto a = h225_address(message, list[i]);
    if (!a || a->port != known) continue;
    if (a->address == tuple.src) {
      // Some endpoints list 127.0.0.1 first.
      const auto first = h225_address(message, list.front());
      return set_address(message, i > 0 && is_loopback(first) ? *first : *a, other.dst, shown);
    }
    if (a->address == tuple.dst) return set_address(message, *a, other.src, shown);
  }
  return true;
}

void run_registered_call(World& world, Packet& packet, CtEntry& child, const Expectation& e) {
  follow_master.run(world, packet, child, e);  // calls come from the gatekeeper only
}
constexpr ExpectFunction registered_call{"Q.931", run_registered_call};

// nat_q931()
bool expect_translated_calls(H323Message& message, Expectation e, const Addresses& list, std::size_t which,
                             const H323Address& address) {
  HelperContext& context = message.context;
  auto& ports = message.state().signal_port;
  const std::size_t dir = index_of(context.dir), back = index_of(opposite(context.dir));
  e.saved_port = e.tuple.dport;
  e.dir = opposite(context.dir);
  e.fn = &registered_call;
  const std::uint16_t wanted = ports[dir] == address.port ? ports[back] : address.port;
  const std::uint16_t port = wanted == 0 ? std::uint16_t{0} : expect_near(context, e, wanted);
  if (port == 0) return true;
  const u128 shown = context.opposite_tuple().dst;
  if (!set_address(message, address, shown, port)) {
    unexpect_h323(context, e);
    return false;
  }
  ports[dir] = address.port;
  ports[back] = port;
  if (const auto first = h225_address(message, list.front()); which > 0 && is_loopback(first))
    set_address(message, *first, shown, port);
  return true;
}

// expect_q931(): the gatekeeper may call the endpoint, as often as it likes.
bool expect_calls(H323Message& message, const Addresses& list) {
  HelperContext& context = message.context;
  const Tuple& other = context.opposite_tuple();
  for (std::size_t i = 0; i < list.size(); ++i) {
    const auto address = h225_address(message, list[i]);
    if (!address || address->address != context.tuple().src || address->port == 0) continue;
    Expectation e = make_expectation(context, 0, other.src, other.dst, tcp, std::nullopt, address->port);
    e.helper = "Q.931";
    e.flags = expect_permanent;
    if (message.v4_translated()) return expect_translated_calls(message, e, list, i, *address);
    if (expect(context, e) != ExpectResult::added) return false;
    message.state().signal_port[index_of(context.dir)] = address->port;
    return true;
  }
  return true;
}

bool expect_elsewhere(H323Message& message, const H323Address& to, std::uint8_t proto, const char* helper,
                      std::uint32_t flags) {
  Expectation e = make_expectation(message.context, 0, message.context.opposite_tuple().src, to.address, proto,
                                   std::nullopt, to.port);
  e.helper = helper;
  e.flags = flags;
  return expect(message.context, e) == ExpectResult::added;
}

// The gatekeeper's answer may send the endpoint to another address.
bool gatekeeper_confirm(H323Message& message, const PerNode& gcf) {
  const Tuple& tuple = message.context.tuple();
  const auto address = h225_address(message, gcf.part("rasAddress"));
  if (!address || (address->address == tuple.src && address->port == tuple.sport)) return true;
  if (message.context.ct->status & ct_expected) return true;
  return expect_elsewhere(message, *address, udp, "RAS", 0);
}

bool registration_request(H323Message& message, const PerNode& rrq) {
  if (!expect_calls(message, list_of(rrq, "callSignalAddress"))) return false;
  if (!translate_ras(message, list_of(rrq, "rasAddress"))) return false;
  const PerNode* lifetime = rrq.part("timeToLive");
  message.state().lifetime = lifetime ? lifetime->value : default_lifetime;
  return true;
}

bool registration_confirm(H323Message& message, const PerNode& rcf) {
  HelperContext& context = message.context;
  H323State& state = message.state();
  if (!translate_signalling(message, list_of(rcf, "callSignalAddress"))) return false;
  if (const PerNode* lifetime = rcf.part("timeToLive")) state.lifetime = lifetime->value;
  if (state.lifetime == 0) return true;
  refresh(context, state.lifetime);
  // The expectation of calls is looked for without a source, and so never found as long as it has one.
  const Tuple wanted{.family = context.packet.family, .dst = context.tuple().dst,
                     .dport = state.signal_port[index_of(opposite(context.dir))], .proto = tcp};
  Expectations& all = context.world.conntrack.expectations();
  if (Expectation* e = all.find(wanted, zone_id(context.ct->zone), context.world.now); e && e->master.lock() == context.ct)
    e->expires = context.world.now + std::int64_t{state.lifetime} * 1'000'000'000;
  return true;
}

bool unregistration_request(H323Message& message, const PerNode& urq) {
  if (!translate_signalling(message, list_of(urq, "callSignalAddress"))) return false;
  message.context.world.conntrack.expectations().remove_of(*message.context.ct);
  message.state().signal_port = {};
  refresh(message.context, unregistration_grace);
  return true;
}

bool admission_request(H323Message& message, const PerNode& arq) {
  if (!message.v4_translated()) return true;
  const Tuple& tuple = message.context.tuple();
  const Tuple& other = message.context.opposite_tuple();
  const auto& ports = message.state().signal_port;
  if (const auto to = h225_address(message, arq.part("destCallSignalAddress"));
      to && to->address == tuple.src && to->port == ports[index_of(message.context.dir)])
    return set_address(message, *to, other.dst, ports[index_of(opposite(message.context.dir))]);
  const auto from = h225_address(message, arq.part("srcCallSignalAddress"));
  return !from || from->address != tuple.src || set_address(message, *from, other.dst, from->port);
}

bool admission_confirm(H323Message& message, const PerNode& acf) {
  const auto address = h225_address(message, acf.part("destCallSignalAddress"));
  if (!address) return true;
  if (address->address == message.context.tuple().dst)
    return translate_signalling(message, one_of(acf, "destCallSignalAddress"));
  return expect_elsewhere(message, *address, tcp, "Q.931", expect_permanent);
}

bool location_confirm(H323Message& message, const PerNode& lcf) {
  const auto address = h225_address(message, lcf.part("callSignalAddress"));
  return !address || expect_elsewhere(message, *address, tcp, "Q.931", expect_permanent);
}

bool info_response(H323Message& message, const PerNode& irr) {
  return translate_ras(message, one_of(irr, "rasAddress")) &&
         translate_signalling(message, list_of(irr, "callSignalAddress"));
}

HelperVerdict help_ras(HelperContext& context) {
  H323Message message{context, 0, payload(context.packet).size()};
  if (message.size == 0) return HelperVerdict::accept;
  const auto ras = read_per(h323_schema(), "RasMessage", message.bytes());
  if (!ras) {
    note(context, "the message cannot be decoded");
    return HelperVerdict::accept;
  }
  return process_ras(message, *ras) ? HelperVerdict::accept : HelperVerdict::drop;
}

constexpr std::array<HelperKind::Class, 1> classes{{{32, 240}}};

}  // namespace

bool process_ras(H323Message& message, const PerNode& ras) {
  if (ras.parts.empty()) return true;
  const PerNode& body = ras.parts.front();
  if (body.name == "gatekeeperRequest") return translate_ras(message, one_of(body, "rasAddress"));
  if (body.name == "gatekeeperConfirm") return gatekeeper_confirm(message, body);
  if (body.name == "registrationRequest") return registration_request(message, body);
  if (body.name == "registrationConfirm") return registration_confirm(message, body);
  if (body.name == "unregistrationRequest") return unregistration_request(message, body);
  if (body.name == "admissionRequest") return admission_request(message, body);
  if (body.name == "admissionConfirm") return admission_confirm(message, body);
  if (body.name == "locationRequest") return translate_ras(message, one_of(body, "replyAddress"));
  if (body.name == "locationConfirm") return location_confirm(message, body);
  return info_response(message, body);
}

extern const HelperKind helper_ras{"RAS", udp, classes, help_ras};

}  // namespace fwsim
