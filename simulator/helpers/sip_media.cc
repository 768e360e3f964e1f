// Session descriptions in SIP messages: two expectations, of RTP and RTCP, for each medium.
// net/netfilter/nf_conntrack_sip.c (process_sdp), nf_nat_sip.c (nf_nat_sdp_*)
#include <fmt/format.h>

#include <array>

#include "simulator/helpers/sdp_text.hh"
#include "simulator/helpers/sip_message.hh"

namespace fwsim {
namespace {

constexpr std::uint8_t udp = 17;
constexpr unsigned most_media = 3;

struct MediaType {
  std::string_view name;
  SipClass cls;
};
constexpr std::array<MediaType, 3> media_types{
    {{"audio ", SipClass::audio}, {"video ", SipClass::video}, {"image ", SipClass::image}}};

const MediaType* media_type(std::string_view value) {
  for (const MediaType& type : media_types)
    if (value.substr(0, type.name.size()) == type.name) return &type;
  return nullptr;
}

// One medium: where its port is written, and where its packets go.
struct Medium {
  Span port_text;
  std::uint16_t port = 0;
  SipClass cls = SipClass::audio;
};

HelperVerdict silent_drop(SipMessage& message, std::string_view why) {
  message.context.reason = why;
  return HelperVerdict::drop;
}

// The length of the description, which Content-Length must say.
bool replace_content_length(SipMessage& message) {
  const TextMatch version = find_sdp_line(message.text(), 0, SdpLine::version, message.family());
  if (version.found != Found::yes) return false;
  const std::size_t length = message.size - version.span.at + 2;
  const TextMatch header = find_header(message.text(), 0, SipHeader::content_length, message.family());
  return header.found == Found::yes && replace(message, header.span, std::to_string(length));
}

bool replace_port(SipMessage& message, Span text, std::uint16_t port) {
  return replace(message, text, std::to_string(port)) && replace_content_length(message);
}

// Found::no: there is no such line before the next medium.
Found replace_address(SipMessage& message, std::size_t from, SdpLine line, u128 address) {
  const TextMatch match = find_sdp_line(message.text(), from, line, message.family(), true);
  if (match.found != Found::yes) return Found::no;
  return replace(message, match.span, address_text(message.family(), address)) ? Found::yes : Found::bad;
}

// The o= and c= lines of the session get the address of the last medium.
HelperVerdict translate_session(SipMessage& message, std::size_t from, u128 address) {
  if (replace_address(message, from, SdpLine::owner, address) != Found::yes)
    return silent_drop(message, "sip: no owner line to translate");
  if (replace_address(message, from, SdpLine::connection, address) == Found::bad || !replace_content_length(message))
    return silent_drop(message, "sip: no Content-Length to translate");
  return HelperVerdict::accept;
}

// nf_nat_sdp_media(): the same pair of ports or, where that is taken, the next.
HelperVerdict expect_translated(SipMessage& message, Expectation rtp, Expectation rtcp, Span port_text, u128& address) {
  HelperContext& context = message.context;
  const Tuple& opposite = context.opposite_tuple();
  address = context.tuple().src == opposite.dst ? rtp.tuple.dst : opposite.dst;
  translate_expectation(message, rtp, address);
  translate_expectation(message, rtcp, address);
  std::uint16_t port = rtp.tuple.dport;
  for (; port != 0; port = static_cast<std::uint16_t>(port + 2)) {
    rtp.tuple.dport = port;
    const ExpectResult first = expect(context, rtp, true);
    if (first == ExpectResult::busy) continue;
    if (first != ExpectResult::added) port = 0;
    if (port == 0) break;
    rtcp.tuple.dport = static_cast<std::uint16_t>(port + 1);
    const ExpectResult second = expect(context, rtcp, true);
    if (second == ExpectResult::added) break;
    unexpect(context, rtp);
    if (second == ExpectResult::busy) continue;
    port = 0;
    break;
  }
  if (port == 0) return drop_packet(context, "all ports in use for SDP media");
  if (port == rtp.saved_port || replace_port(message, port_text, port)) return HelperVerdict::accept;
  unexpect(context, rtp);
  unexpect(context, rtcp);
  return drop_packet(context, "cannot mangle SDP message");
}

// Media of the same kind with the same ports, or of another connection, share the expectations.
HelperVerdict expect_plain(SipMessage& message, const Expectation& rtp, const Expectation& rtcp) {
  const auto fine = [](ExpectResult r) { return r == ExpectResult::added || r == ExpectResult::elsewhere; };
  const ExpectResult first = expect(message.context, rtp, true);
  if (!fine(first)) return HelperVerdict::drop;
  if (fine(expect(message.context, rtcp, true))) return HelperVerdict::accept;
  if (first == ExpectResult::added) unexpect(message.context, rtp);
  return HelperVerdict::drop;
}

// Whether another call through this firewall expects this medium already. When both are translated the two
// ends can reach each other without: then `address` and `port` become the real ones.
struct Known {
  bool direct = false, same = false;
};
Known look_for_known(SipMessage& message, u128& address, std::uint16_t& port, SipClass cls) {
  HelperContext& context = message.context;
  Known known;
  while (!known.same) {
    const Tuple wanted{.family = message.family(), .src = context.opposite_tuple().src, .dst = address, .dport = port,
                       .proto = udp};
    const Expectation* e =
        context.world.conntrack.expectations().find(wanted, zone_id(context.ct->zone), context.world.now);
    const auto master = e ? e->master.lock() : nullptr;
    if (!master || master == context.ct || helper_of(*master) != &context.kind || e->cls != static_cast<unsigned>(cls))
      break;
    const bool moved = e->saved_address != e->tuple.dst || e->saved_port != e->tuple.dport;
    if (!known.direct && moved && context.translated()) {
      address = e->saved_address;
      port = e->saved_port;
      known.direct = true;
    } else {
      known.same = true;
    }
  }
  return known;
}

// set_expected_rtp_rtcp(), with sip_direct_media: media go between the ends of the signalling only.
HelperVerdict expect_media(SipMessage& message, const Medium& medium, u128& address) {
  HelperContext& context = message.context;
  if (address != context.tuple().src) return HelperVerdict::accept;
  std::uint16_t port = medium.port;
  const Known known = look_for_known(message, address, port, medium.cls);
  port &= 0xfffe;
  if (known.direct && !replace_port(message, medium.port_text, port)) return HelperVerdict::drop;
  if (known.same) return HelperVerdict::accept;
  const auto make = [&](std::uint16_t dport) {
    return make_expectation(context, static_cast<unsigned>(medium.cls), context.opposite_tuple().src, address, udp,
                            std::nullopt, dport);
  };
  const Expectation rtp = make(port), rtcp = make(static_cast<std::uint16_t>(port + 1));
  if (context.translated() && !known.direct)
    return expect_translated(message, rtp, rtcp, medium.port_text, address);
  return expect_plain(message, rtp, rtcp);
}

}  // namespace

HelperVerdict process_sdp(SipMessage& message, std::uint32_t) {
  HelperContext& context = message.context;
  const TextMatch version = find_sdp_line(message.text(), 0, SdpLine::version, message.family());
  if (version.found != Found::yes) return HelperVerdict::accept;
  const std::size_t begin = version.span.at;
  const auto session = find_sdp_connection(message.text(), begin, message.family());
  std::optional<u128> address;  // where media go
  if (session) address = session->address;

  std::size_t from = begin;
  for (unsigned count = 0; count < most_media;) {
    const TextMatch line = find_sdp_line(message.text(), from, SdpLine::media, message.family());
    if (line.found != Found::yes) break;
    const MediaType* type = media_type(message.text().substr(line.span.at, line.span.size));
    from = type ? line.span.at + type->name.size() : line.span.end();
    if (!type) continue;
    const TextNumber port = read_number(message.text(), from);
    if (port.value == 0) continue;  // a stream that is not used
    if (port.value < 1024 || port.value > 65535) return drop_packet(context, fmt::format("wrong port {}", port.value));
    const auto own = find_sdp_connection(message.text(), from, message.family());
    if (!own && !session) return drop_packet(context, "cannot parse SDP message");
    address = own ? own->address : session->address;
    const Medium medium{{from, line.span.end() - from}, static_cast<std::uint16_t>(port.value), type->cls};
    if (expect_media(message, medium, *address) == HelperVerdict::drop)
      return drop_packet(context, "cannot add expectation for voice");
    if (own && context.translated() &&
        (replace_address(message, from, SdpLine::connection, *address) != Found::yes || !replace_content_length(message)))
      return drop_packet(context, "cannot mangle SDP");
    ++count;
  }
  if (!context.translated() || !address) return HelperVerdict::accept;
  return translate_session(message, begin, *address);
}

}  // namespace fwsim
