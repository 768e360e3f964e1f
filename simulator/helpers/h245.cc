// H.245: logical channels and the media they are for. It comes in its own connection, in fastStart elements of
// call signalling, or tunnelled in it. net/netfilter/nf_conntrack_h323_main.c, net/ipv4/netfilter/nf_nat_h323.c
#include "simulator/helpers/h323.hh"

namespace fwsim {
namespace {

constexpr std::uint8_t tcp = 6, udp = 17;
constexpr std::uint32_t data_application_t120 = 1, separate_lan_stack = 10;

// The sender's own address, with a port.
bool own(const H323Message& message, const std::optional<H323Address>& address) {
  return address && address->port != 0 && address->address == message.context.tuple().src;
}

// Whether what the sender expects is translated.
bool translates(const H323Message& message) {
  return message.v4_translated() && message.context.tuple().src != message.context.opposite_tuple().dst;
}

Expectation expect_back(const H323Message& message, std::uint8_t proto, std::uint16_t port) {
  const Tuple& opposite = message.context.opposite_tuple();
  return make_expectation(message.context, 0, opposite.src, opposite.dst, proto, std::nullopt, port);
}

void follow(const H323Message& message, Expectation& expectation) {
  expectation.saved_port = expectation.tuple.dport;
  expectation.dir = opposite(message.context.dir);
  expectation.fn = &follow_master;
}

// Both or none.
ExpectResult expect_both(HelperContext& context, const Expectation& rtp, const Expectation& rtcp) {
  const ExpectResult first = expect(context, rtp);
  if (first != ExpectResult::added) return first;
  const ExpectResult second = expect(context, rtcp);
  if (second != ExpectResult::added) unexpect_h323(context, rtp);
  return second;
}

// nat_rtp_rtcp(): the same pair of ports or the next free one, remembered for the answer to this offer.
bool expect_translated_media(H323Message& message, const H323Address& where, Expectation rtp, Expectation rtcp) {
  HelperContext& context = message.context;
  const std::size_t dir = index_of(context.dir), back = index_of(opposite(context.dir));
  follow(message, rtp);
  follow(message, rtcp);
  const std::uint16_t wanted = rtp.tuple.dport;
  std::size_t slot = 0;
  auto& channels = message.state().rtp_port;
  while (slot < channels.size() && channels[slot][dir] != wanted && channels[slot][dir] != 0) ++slot;
  if (slot == channels.size()) {
    note(context, "no room for another RTP channel");
    return true;
  }
  std::uint16_t port = wanted;
  for (; port != 0; port = static_cast<std::uint16_t>(port + 2)) {
    rtp.tuple.dport = port;
    rtcp.tuple.dport = static_cast<std::uint16_t>(port + 1);
    const ExpectResult result = expect_both(context, rtp, rtcp);
    if (result == ExpectResult::added) break;
    if (result == ExpectResult::busy) continue;
    port = 0;
    break;
  }
  if (port == 0) {
    note(context, "no free pair of RTP ports");
    return true;
  }
  if (!set_address(message, where, context.opposite_tuple().dst, static_cast<std::uint16_t>(port + (where.port & 1)))) {
    unexpect_h323(context, rtp);
    unexpect_h323(context, rtcp);
    return false;
  }
  channels[slot][dir] = wanted;
  channels[slot][back] = port;
  return true;
}

// expect_rtp_rtcp()
bool expect_media(H323Message& message, const PerNode* node) {
  const auto address = h245_address(message, node);
  if (!own(message, address)) return true;
  const Expectation rtp = expect_back(message, udp, address->port & 0xfffe);
  const Expectation rtcp = expect_back(message, udp, address->port | 1);
  if (translates(message)) return expect_translated_media(message, *address, rtp, rtcp);
  return expect_both(message.context, rtp, rtcp) == ExpectResult::added;
}

// A data conference; it may have several connections.
bool expect_t120(H323Message& message, const PerNode* node) {
  const auto address = h245_address(message, node);
  if (!own(message, address)) return true;
  Expectation expectation = expect_back(message, tcp, address->port);
  expectation.flags = expect_permanent;
  if (!translates(message)) return expect(message.context, expectation) == ExpectResult::added;
  follow(message, expectation);
  const std::uint16_t port = expect_near(message.context, expectation, address->port);
  if (port == 0 || set_address(message, *address, message.context.opposite_tuple().dst, port)) return true;
  unexpect_h323(message.context, expectation);
  return false;
}

// The media and media control channels of H.225.0 parameters.
bool process_parameters(H323Message& message, const PerNode* parameters) {
  if (!parameters) return true;
  for (const char* name : {"mediaChannel", "mediaControlChannel"})
    if (const PerNode* channel = parameters->part(name); channel && !expect_media(message, channel)) return false;
  return true;
}

const PerNode* path(const PerNode& from, std::initializer_list<std::string_view> names) {
  const PerNode* at = &from;
  for (const std::string_view name : names)
    if (at) at = at->part(name);
  return at;
}

bool process_acknowledgement(H323Message& message, const PerNode& ack) {
  if (!process_parameters(message, path(ack, {"reverse", "multiplexParameters", "h2250"}))) return false;
  if (!process_parameters(message, path(ack, {"forwardAck", "h2250"}))) return false;
  return expect_t120(message, path(ack, {"separateStack", "networkAddress", "localAreaAddress"}));
}

}  // namespace

bool process_channel(H323Message& message, const PerNode& channel) {
  if (!process_parameters(message, path(channel, {"forward", "multiplexParameters", "h2250"}))) return false;
  if (!process_parameters(message, path(channel, {"reverse", "multiplexParameters", "h2250"}))) return false;
  const PerNode* application = path(channel, {"forward", "dataType", "data", "application"});
  if (!application || application->value != data_application_t120) return true;
  const PerNode* protocol = application->part("t120");
  if (!protocol || protocol->value != separate_lan_stack) return true;
  return expect_t120(message, path(channel, {"separateStack", "networkAddress", "localAreaAddress"}));
}

bool process_h245(H323Message& message, const PerNode& control) {
  if (const PerNode* open = path(control, {"request", "openLogicalChannel"})) return process_channel(message, *open);
  if (const PerNode* ack = path(control, {"response", "openLogicalChannelAck"}))
    return process_acknowledgement(message, *ack);
  return true;
}

bool expect_h245_connection(H323Message& message, const std::optional<H323Address>& address) {
  HelperContext& context = message.context;
  if (!own(message, address)) return true;
  Expectation expectation = expect_back(message, tcp, address->port);
  expectation.helper = "H.245";
  if (!translates(message)) return expect(context, expectation) == ExpectResult::added;
  follow(message, expectation);
  auto& ports = message.state().signal_port;
  const std::size_t dir = index_of(context.dir), back = index_of(opposite(context.dir));
  const std::uint16_t wanted = ports[dir] == address->port ? ports[back] : address->port;
  const std::uint16_t port = wanted == 0 ? std::uint16_t{0} : expect_near(context, expectation, wanted);
  if (port == 0) return true;
  if (!set_address(message, *address, context.opposite_tuple().dst, port)) {
    unexpect_h323(context, expectation);
    return false;
  }
  ports[dir] = address->port;
  ports[back] = port;
  return true;
}

}  // namespace fwsim
