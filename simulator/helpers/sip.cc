// The SIP helper: which messages it reads and what for. net/netfilter/nf_conntrack_sip.c
#include <array>

#include "simulator/helper.hh"
#include "simulator/helpers/sip_message.hh"
#include "simulator/seqadj.hh"

namespace fwsim {
namespace {

constexpr std::string_view version = "SIP/2.0 ";
constexpr std::size_t shortest = 11;  // "SIP/2.0 200"

struct Method {
  std::string_view name;
  HelperVerdict (*request)(SipMessage& message, std::uint32_t cseq);
  HelperVerdict (*response)(SipMessage& message, std::uint32_t cseq, std::uint32_t code);
};

HelperVerdict invite_request(SipMessage& message, std::uint32_t cseq) {
  flush_sip_media(message);
  const HelperVerdict verdict = process_sdp(message, cseq);
  if (verdict == HelperVerdict::accept) message.state().invite_cseq = cseq;
  return verdict;
}

HelperVerdict bye_request(SipMessage& message, std::uint32_t) {
  flush_sip_media(message);
  return HelperVerdict::accept;
}

// The answer has a description of its own, or ends the attempt.
HelperVerdict sdp_response(SipMessage& message, std::uint32_t cseq, std::uint32_t code) {
  if (code >= 100 && code <= 299) return process_sdp(message, cseq);
  if (message.state().invite_cseq == cseq) flush_sip_media(message);
  return HelperVerdict::accept;
}

constexpr std::array<Method, 6> methods{{{"INVITE", invite_request, sdp_response},
                                         {"UPDATE", process_sdp, sdp_response},
                                         {"ACK", process_sdp, nullptr},
                                         {"PRACK", process_sdp, sdp_response},
                                         {"BYE", bye_request, nullptr},
                                         {"REGISTER", process_register_request, process_register_response}}};

struct CSeq {
  std::uint32_t number = 0;
  std::size_t end = 0;
  bool read = false;
};
CSeq read_cseq(SipMessage& message, HelperVerdict& verdict) {
  const TextMatch match = find_header(message.text(), 0, SipHeader::cseq, message.family());
  if (match.found != Found::yes) {
    verdict = drop_packet(message.context, "cannot parse cseq");
    return {};
  }
  const TextNumber number = read_number(message.text(), match.span.at);
  if (number.size == 0) {
    verdict = drop_packet(message.context, "cannot get cseq");
    return {};
  }
  return {number.value, match.span.end(), true};
}

HelperVerdict process_response(SipMessage& message) {
  if (message.size < shortest) return HelperVerdict::accept;
  const std::uint32_t code = read_number(message.text(), version.size()).value;
  if (code == 0) return drop_packet(message.context, "cannot get code");
  HelperVerdict verdict = HelperVerdict::accept;
  const CSeq cseq = read_cseq(message, verdict);
  if (!cseq.read) return verdict;
  for (const Method& method : methods)
    if (method.response && starts_with_nocase(message.text(), cseq.end + 1, method.name))
      return method.response(message, cseq.number, code);
  return HelperVerdict::accept;
}

// Cisco phones send from a high port, but listen where their Via says.
void note_forced_port(SipMessage& message) {
  const SipUri via = find_uri(message.text(), 0, SipHeader::via_udp, message.family());
  const Tuple& tuple = message.context.tuple();
  if (via.found == Found::yes && via.port != tuple.sport && via.address == tuple.src)
    message.state().forced_dport = via.port;
}

HelperVerdict process_request(SipMessage& message) {
  note_forced_port(message);
  for (const Method& method : methods) {
    const std::string_view text = message.text();
    const std::size_t size = method.name.size();
    if (text.size() < size + 2 || !starts_with_nocase(text, 0, method.name)) continue;
    if (text[size] != ' ' || count_letters(text, size + 1) == 0) continue;
    HelperVerdict verdict = HelperVerdict::accept;
    const CSeq cseq = read_cseq(message, verdict);
    return cseq.read ? method.request(message, cseq.number) : verdict;
  }
  return HelperVerdict::accept;
}

HelperVerdict process(SipMessage& message) {
  const HelperVerdict verdict =
      starts_with_nocase(message.text(), 0, version) ? process_response(message) : process_request(message);
  if (verdict == HelperVerdict::drop || !message.context.translated()) return verdict;
  if (translate_sip(message) == HelperVerdict::accept) return HelperVerdict::accept;
  return drop_packet(message.context, "cannot NAT SIP message");
}

HelperVerdict help_udp(HelperContext& context) {
  const std::size_t size = payload(context.packet).size();
  if (size == 0) return HelperVerdict::accept;
  refresh(context, sip_timeout);
  if (size < shortest) return HelperVerdict::accept;
  SipMessage message{context, 0, size};
  return process(message);
}

// The size of the message at the begin of the text, by its Content-Length; 0 when that cannot be told.
// It may be greater than the text.
std::size_t message_size(std::string_view text, Family family) {
  const TextMatch length = find_header(text, 0, SipHeader::content_length, family);
  if (length.found != Found::yes) return 0;
  const TextNumber number = read_number(text, length.span.at);
  if (number.size == 0 || number.value > text.size()) return 0;
  const std::size_t headers = text.find("\r\n\r\n", length.span.at + number.size);
  return headers == std::string_view::npos ? 0 : headers + 4 + number.value;
}

// A segment is read message by message; one that goes on in the next segment is not read at all.
HelperVerdict help_tcp(HelperContext& context) {
  if (context.state != CtState::established) return HelperVerdict::accept;
  const std::size_t before = payload(context.packet).size();
  if (before == 0) return HelperVerdict::accept;
  refresh(context, sip_timeout);
  if (before < shortest) return HelperVerdict::accept;
  for (std::size_t at = 0; at <= payload(context.packet).size();) {
    const std::string_view rest = payload_text(context.packet).substr(at);
    const std::size_t size = message_size(rest, context.packet.family);
    if (size == 0) break;
    if (size > rest.size()) return HelperVerdict::accept;
    SipMessage message{context, at, size};
    if (process(message) == HelperVerdict::drop) return HelperVerdict::drop;
    at += message.size;
  }
  // All changes of the segment move what follows it at once.
  const auto grown = static_cast<std::int32_t>(payload(context.packet).size()) - static_cast<std::int32_t>(before);
  if (context.translated() && grown != 0)
    set_seq_adjust(*context.ct, context.dir == Direction::reply, be32(context.packet.transport(), 4), grown);
  return HelperVerdict::accept;
}

constexpr std::array<HelperKind::Class, 4> classes{{{1, 180}, {4, 180}, {4, 180}, {2, 180}}};

}  // namespace

extern const HelperKind helper_sip_udp{"sip", 17, classes, help_udp};
extern const HelperKind helper_sip_tcp{"sip", 6, classes, help_tcp};

}  // namespace fwsim
