// REGISTER and its answers: the registrar may call the registered address as long as it is registered.
// net/netfilter/nf_conntrack_sip.c, nf_nat_sip.c (nf_nat_sip_expect)
#include "simulator/helpers/sip_message.hh"

namespace fwsim {
namespace {

constexpr unsigned signalling = static_cast<unsigned>(SipClass::signalling);

// The protocol that a Contact asks for; only that of the connection itself can be expected.
bool same_transport(const SipMessage& message, std::size_t from) {
  const auto span = find_param(message.text(), from, "transport=");
  if (!span) return true;
  return starts_with_nocase(message.text(), span->at, message.context.kind.proto == 6 ? "TCP" : "UDP");
}

std::uint32_t expires_header(const SipMessage& message) {
  const TextMatch match = find_header(message.text(), 0, SipHeader::expires, message.family());
  return match.found == Found::yes ? read_number(message.text(), match.span.at).value : 0;
}

HelperVerdict expect_translated(SipMessage& message, Expectation expectation, Span contact) {
  HelperContext& context = message.context;
  const Tuple& tuple = context.tuple();
  const Tuple& opposite = context.opposite_tuple();
  const std::uint16_t forced = message.state().forced_dport;
  // The port that signalling comes from is translated as this connection's is.
  const std::uint16_t wanted = expectation.tuple.dport == (forced != 0 ? forced : tuple.sport) ? opposite.dport
                                                                                             : expectation.tuple.dport;
  const u128 address = tuple.src == opposite.dst ? expectation.tuple.dst : opposite.dst;
  translate_expectation(message, expectation, address);
  const std::uint16_t port = expect_near(context, expectation, wanted);
  if (port == 0) return drop_packet(context, "all ports in use for SIP");
  if (address == expectation.saved_address && port == expectation.saved_port) return HelperVerdict::accept;
  if (replace(message, contact, sip_endpoint(message.family(), address, port))) return HelperVerdict::accept;
  drop_packet(context, "cannot mangle packet");
  unexpect(context, expectation);
  return HelperVerdict::drop;
}

HelperVerdict expect_calls(SipMessage& message, const SipUri& contact) {
  HelperContext& context = message.context;
  Expectation expectation = make_expectation(context, signalling, context.opposite_tuple().src, contact.address,
                                             context.kind.proto, std::nullopt, contact.port);
  expectation.helper = context.kind.name;
  expectation.flags = expect_permanent | expect_inactive;  // until the registrar agrees
  if (context.translated()) return expect_translated(message, expectation, contact.span);
  if (expect(context, expectation) == ExpectResult::added) return HelperVerdict::accept;
  return drop_packet(context, "cannot add expectation");
}

// The registrar's word makes the expectation of an address usable, for the time it grants.
bool activate(HelperContext& context, const SipUri& contact, std::uint32_t seconds) {
  for (Expectation* e : context.world.conntrack.expectations().of(*context.ct, context.world.now)) {
    if (e->cls != signalling || e->tuple.dst != contact.address || e->tuple.dport != contact.port) continue;
    e->flags &= ~expect_inactive;
    e->expires = context.world.now + std::int64_t{seconds} * 1'000'000'000;
    return true;
  }
  return false;
}

void forget_newest(HelperContext& context) {
  Expectations& expectations = context.world.conntrack.expectations();
  for (const Expectation* e : expectations.of(*context.ct, context.world.now))
    if (e->cls == signalling) return expectations.remove(e->serial);
}

}  // namespace

HelperVerdict process_register_request(SipMessage& message, std::uint32_t cseq) {
  HelperContext& context = message.context;
  if (context.ct->status & ct_expected) return HelperVerdict::accept;
  std::uint32_t expires = expires_header(message);
  const SipUri contact = find_uri(message.text(), 0, SipHeader::contact, message.family());
  if (contact.found == Found::bad) return drop_packet(context, "cannot parse contact");
  if (contact.found == Found::no || contact.address != context.tuple().src) return HelperVerdict::accept;
  if (!same_transport(message, contact.span.end())) return HelperVerdict::accept;
  const NumberParam own = find_number_param(message.text(), contact.span.end(), "expires=");
  if (own.found == Found::bad) return drop_packet(context, "cannot parse expires");
  if (own.found == Found::yes) expires = own.value;
  const HelperVerdict verdict = expires == 0 ? HelperVerdict::accept : expect_calls(message, contact);
  if (verdict == HelperVerdict::accept) message.state().register_cseq = cseq;
  return verdict;
}

HelperVerdict process_register_response(SipMessage& message, std::uint32_t cseq, std::uint32_t code) {
  HelperContext& context = message.context;
  if (message.state().register_cseq != cseq || (code >= 100 && code <= 199)) return HelperVerdict::accept;
  const bool granted = code >= 200 && code <= 299;
  bool in_list = false;
  for (std::size_t from = 0; granted;) {
    const SipUri contact = find_uri(message.text(), from, SipHeader::contact, message.family(), &in_list);
    if (contact.found == Found::bad) return drop_packet(context, "cannot parse contact");
    if (contact.found == Found::no) break;
    from = contact.span.end();
    if (contact.address != context.tuple().dst || !same_transport(message, from)) continue;
    const NumberParam own = find_number_param(message.text(), from, "expires=");
    if (own.found == Found::bad) return drop_packet(context, "cannot parse expires");
    const std::uint32_t expires = own.found == Found::yes ? own.value : expires_header(message);
    if (expires == 0) break;
    if (activate(context, contact, expires)) return HelperVerdict::accept;
  }
  forget_newest(context);
  return HelperVerdict::accept;
}

}  // namespace fwsim
