// Translating SIP messages and the connections they announce. net/netfilter/nf_nat_sip.c
#include <fmt/format.h>

#include "simulator/helpers/sip_message.hh"
#include "simulator/nat.hh"
#include "simulator/rewrite.hh"

namespace fwsim {
namespace {

// The other side's view of an end of the connection; nothing for other addresses.
std::optional<std::string> translated_endpoint(const SipMessage& message, u128 address, std::uint16_t port) {
  const Tuple& tuple = message.context.tuple();
  const Tuple& opposite = message.context.opposite_tuple();
  const std::uint16_t forced = message.state().forced_dport;
  u128 new_address = opposite.src;
  std::uint16_t new_port = forced != 0 ? forced : opposite.sport;
  if (tuple.src == address && tuple.sport == port) {
    new_address = opposite.dst;
    new_port = opposite.dport;
  } else if (tuple.dst != address || tuple.dport != port) {
    return std::nullopt;
  }
  if (new_address == address && new_port == port) return std::nullopt;
  return sip_endpoint(message.family(), new_address, new_port);
}

// map_addr()
bool translate_uri(SipMessage& message, const SipUri& uri) {
  if (uri.found != Found::yes) return true;
  const auto endpoint = translated_endpoint(message, uri.address, uri.port);
  return !endpoint || replace(message, uri.span, *endpoint);
}

bool translate_header(SipMessage& message, SipHeader header) {
  return translate_uri(message, find_uri(message.text(), 0, header, message.family()));
}

std::string bare_address(const SipMessage& message, u128 address, bool brackets) {
  const std::string text = address_text(message.family(), address);
  return message.family() == Family::v6 && brackets ? "[" + text + "]" : text;
}

// maddr=, received= and rport= of the topmost Via (RFC 3261, RFC 3581).
HelperVerdict translate_via_parameters(SipMessage& message, std::size_t from) {
  const Tuple& tuple = message.context.tuple();
  const Tuple& opposite = message.context.opposite_tuple();
  if (const auto maddr = find_address_param(message.text(), from, "maddr=", message.family(), true);
      maddr && maddr->address == tuple.src && maddr->address != opposite.dst &&
      !replace(message, maddr->span, bare_address(message, opposite.dst, true)))
    return drop_packet(message.context, "cannot mangle maddr");
  if (const auto received = find_address_param(message.text(), from, "received=", message.family(), false);
      received && received->address == tuple.dst && received->address != opposite.src &&
      !replace(message, received->span, bare_address(message, opposite.src, false)))
    return drop_packet(message.context, "cannot mangle received");
  if (const NumberParam rport = find_number_param(message.text(), from, "rport=");
      rport.found == Found::yes && (rport.value & 0xffff) == tuple.dport && (rport.value & 0xffff) != opposite.sport &&
      !replace(message, rport.span, std::to_string(opposite.sport)))
    return drop_packet(message.context, "cannot mangle rport");
  return HelperVerdict::accept;
}

// Only a Via of the connection itself is touched: the sender's in requests, the receiver's in responses.
HelperVerdict translate_via(SipMessage& message, bool request) {
  const SipHeader header = message.context.kind.proto == 6 ? SipHeader::via_tcp : SipHeader::via_udp;
  const SipUri via = find_uri(message.text(), 0, header, message.family());
  const Tuple& tuple = message.context.tuple();
  if (via.found != Found::yes || via.address != (request ? tuple.src : tuple.dst) ||
      via.port != (request ? tuple.sport : tuple.dport))
    return HelperVerdict::accept;
  const std::size_t before = message.size;
  if (!translate_uri(message, via)) return drop_packet(message.context, "cannot mangle Via header");
  return translate_via_parameters(message, via.span.end() + message.size - before);
}

void run_sip_expected(World& world, Packet&, CtEntry& child, const Expectation& expectation) {
  const CtRef& master = child.ext().master;
  if (!master) return;
  const auto one = [](u128 value) { return Range{value, value}; };
  NatRange to;
  to.address = one(expectation.saved_address);
  to.ports = one(expectation.saved_port);
  setup_nat(child, Manip::destination, to, world.conntrack, world.random, world.now);
  // The source is shown as the master's peer is, when it is the master's peer.
  if (child.original().src != tuple_of(*master, expectation.dir).src) return;
  NatRange from;
  from.address = one(tuple_of(*master, opposite(expectation.dir)).dst);
  setup_nat(child, Manip::source, from, world.conntrack, world.random, world.now);
}

}  // namespace

extern const ExpectFunction sip_expected{"sip", run_sip_expected};

bool replace(SipMessage& message, Span part, std::string_view with) {
  if (!mangle(message.context, message.at + part.at, part.size, with, false)) return false;
  message.size += with.size() - part.size;
  return true;
}

std::string sip_endpoint(Family family, u128 address, std::uint16_t port) {
  const std::string text = address_text(family, address);
  return family == Family::v4 ? fmt::format("{}:{}", text, port) : fmt::format("[{}]:{}", text, port);
}

void translate_expectation(const SipMessage& message, Expectation& expectation, u128 address) {
  expectation.saved_address = expectation.tuple.dst;
  expectation.saved_port = expectation.tuple.dport;
  expectation.tuple.dst = address;
  expectation.dir = opposite(message.context.dir);
  expectation.fn = &sip_expected;
}

void unexpect(HelperContext& context, const Expectation& expectation) {
  Expectations& all = context.world.conntrack.expectations();
  for (const Expectation* e : all.of(*context.ct, context.world.now))
    if (e->tuple == expectation.tuple && e->mask == expectation.mask && e->cls == expectation.cls)
      return all.remove(e->serial);
}

void flush_sip_media(SipMessage& message) {
  for (const SipClass cls : {SipClass::audio, SipClass::video, SipClass::image})
    message.context.world.conntrack.expectations().remove_of(*message.context.ct, static_cast<unsigned>(cls));
}

HelperVerdict translate_sip(SipMessage& message) {
  const bool request = !starts_with_nocase(message.text(), 0, "SIP/2.0");
  if (request && !translate_uri(message, find_request_uri(message.text(), message.family())))
    return drop_packet(message.context, "cannot mangle SIP message");
  if (translate_via(message, request) == HelperVerdict::drop) return HelperVerdict::drop;

  bool in_list = false;
  for (std::size_t from = 0;;) {
    const SipUri contact = find_uri(message.text(), from, SipHeader::contact, message.family(), &in_list);
    if (contact.found != Found::yes) break;
    from = contact.span.end();  // as the text was before it is changed here
    if (!translate_uri(message, contact)) return drop_packet(message.context, "cannot mangle contact");
  }
  if (!translate_header(message, SipHeader::from) || !translate_header(message, SipHeader::to))
    return drop_packet(message.context, "cannot mangle SIP from/to");

  // Answers go to the port where the phone listens.
  const std::uint16_t forced = message.state().forced_dport;
  if (message.context.dir == Direction::reply && forced != 0) set_field(message.context.packet, Field::dport, forced);
  return HelperVerdict::accept;
}

}  // namespace fwsim
