// The parts of the SIP helper (net/netfilter/nf_conntrack_sip.c) and of its NAT half (nf_nat_sip.c).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "simulator/helper.hh"
#include "simulator/helpers/sip_text.hh"

namespace fwsim {

inline constexpr std::int64_t sip_timeout = 3600;  // seconds; module parameter

// What the helper remembers of a signalling connection (struct nf_ct_sip_master).
struct SipState {
  std::uint32_t register_cseq = 0, invite_cseq = 0;
  std::uint16_t forced_dport = 0;  // phones that send from one port and listen on another
};

// Expectations are counted apart for each.
enum class SipClass : std::uint8_t { signalling, audio, video, image };

// One message in a payload; a TCP segment may hold several.
struct SipMessage {
  HelperContext& context;
  std::size_t at = 0;      // in the payload
  std::size_t size = 0;

  Family family() const { return context.packet.family; }
  std::string_view text() const { return payload_text(context.packet).substr(at, size); }
  SipState& state() const { return context.state_of<SipState>(); }
};

// Puts `with` in place of a part of the message. False when the packet cannot grow that much.
bool replace(SipMessage& message, Span part, std::string_view with);
std::string sip_endpoint(Family family, u128 address, std::uint16_t port);  // "192.0.2.1:5060", "[::1]:5060"

// The session description: expects the media and translates it.
HelperVerdict process_sdp(SipMessage& message, std::uint32_t cseq);
HelperVerdict process_register_request(SipMessage& message, std::uint32_t cseq);
HelperVerdict process_register_response(SipMessage& message, std::uint32_t cseq, std::uint32_t code);
void flush_sip_media(SipMessage& message);

// What a connection that meets an expectation of a translated master is made to be (nf_nat_sip_expected).
extern const ExpectFunction sip_expected;
// Puts the translated end into an expectation and remembers the real one, for sip_expected.
void translate_expectation(const SipMessage& message, Expectation& expectation, u128 address);
void unexpect(HelperContext& context, const Expectation& expectation);
// The addresses of the first line and the headers (nf_nat_sip).
HelperVerdict translate_sip(SipMessage& message);

}  // namespace fwsim
