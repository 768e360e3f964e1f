// SIP and SDP texts, as the kernel reads them.
#include "simulator/helpers/sip_text.hh"

#include <doctest/doctest.h>

#include <string>

#include "simulator/helpers/sdp_text.hh"

using namespace fwsim;

namespace {

constexpr u128 client = 0xc0a8010a;  // 192.168.1.10

std::string_view cut(std::string_view text, Span span) { return text.substr(span.at, span.size); }

}  // namespace

TEST_CASE("headers: compact names, blanks, continued lines, other names that begin alike") {
  const std::string_view text =
      "INVITE sip:b@198.51.100.5 SIP/2.0\r\nCSeq :\t7 INVITE\r\nv: SIP/2.0/UDP\r\n 192.168.1.10:5062;x\r\n"
      "Contact-Type: none\r\nl: 12\r\n\r\n";
  CHECK(cut(text, find_header(text, 0, SipHeader::cseq, Family::v4).span) == "7");
  CHECK(cut(text, find_header(text, 0, SipHeader::content_length, Family::v4).span) == "12");
  CHECK(find_header(text, 0, SipHeader::contact, Family::v4).found == Found::no);
  CHECK(find_uri(text, 0, SipHeader::via_udp, Family::v4).found == Found::no);  // no blank stands behind "UDP"
  const SipUri request = find_request_uri(text, Family::v4);
  CHECK(request.found == Found::yes);
  CHECK(cut(text, request.span) == "198.51.100.5");
  CHECK(request.port == 5060);
}

TEST_CASE("URIs need an IP address and a port of 1024 or more; unreadable ones are passed over") {
  const std::string_view text =
      "\r\nm: <sip:a@192.168.1.10:700>\r\nContact: <sip:a@example.com>, <sip:a@192.168.1.10:5070>;expires=60, "
      "<sip:192.168.1.10>\r\n\r\n";
  bool in_list = false;
  const SipUri first = find_uri(text, 0, SipHeader::contact, Family::v4, &in_list);
  CHECK(first.found == Found::no);  // the first header has a port below 1024, the second begins with a name
  const std::string_view good = "\r\nm: \"A\" <sip:a@192.168.1.10:5070>;expires=60, <sip:192.168.1.10>\r\n\r\n";
  const SipUri one = find_uri(good, 0, SipHeader::contact, Family::v4, &in_list);
  CHECK(one.address == client);
  CHECK(one.port == 5070);
  CHECK(find_number_param(good, one.span.end(), "expires=").value == 60);
  const SipUri two = find_uri(good, one.span.end(), SipHeader::contact, Family::v4, &in_list);
  CHECK(cut(good, two.span) == "192.168.1.10");
  CHECK(find_number_param(good, two.span.end(), "expires=").found == Found::no);
  CHECK(find_uri(good, two.span.end(), SipHeader::contact, Family::v4, &in_list).found == Found::no);
}

TEST_CASE("numbers are decimal, and empty ones a fault") {
  CHECK(find_number_param("\r\nx;expires=0x10;", 2, "expires=").value == 0);
  CHECK(find_number_param("\r\nx;expires=0600;", 2, "expires=").value == 600);
  CHECK(find_number_param("\r\nx;expires=;", 2, "expires=").found == Found::bad);
  CHECK(read_number("99999999999", 0).size == 0);
  CHECK_FALSE(read_text_address("192.168.1.10.", 0, Family::v4));
  CHECK_FALSE(read_text_address("192.168.1.256", 0, Family::v4));
  CHECK(read_text_address("192.168.001.10/24", 0, Family::v4)->address == client);
}

TEST_CASE("IPv6 addresses stand in brackets, but not in received=") {
  const std::string_view text = "\r\nFrom: <sip:a@[2001:db8::1]:5061>;received=2001:db8::2;maddr=[2001:db8::3] \r\n";
  const SipUri from = find_uri(text, 0, SipHeader::from, Family::v6);
  CHECK(cut(text, from.span) == "[2001:db8::1]:5061");
  CHECK(cut(text, find_address_param(text, from.span.end(), "received=", Family::v6, false)->span) == "2001:db8::2");
  CHECK(cut(text, find_address_param(text, from.span.end(), "maddr=", Family::v6, true)->span) == "[2001:db8::3]");
  CHECK(find_uri("\r\nFrom: <sip:a@2001:db8::1>\r\n", 0, SipHeader::from, Family::v6).found == Found::no);
}

TEST_CASE("session descriptions: lines in order, the session's address before the first medium") {
  const std::string_view text =
      "X\r\n\r\nv=0\r\no=u 1 1 IN IP4 192.168.1.10\r\nt=0 0\r\nm=audio 8000 RTP/AVP 0\r\nc=IN IP4 192.168.1.11\r\n"
      "m=video 8002/2 x\r\n";
  const TextMatch version = find_sdp_line(text, 0, SdpLine::version, Family::v4);
  REQUIRE(version.found == Found::yes);
  CHECK_FALSE(find_sdp_connection(text, version.span.at, Family::v4));
  const TextMatch audio = find_sdp_line(text, version.span.at, SdpLine::media, Family::v4);
  CHECK(cut(text, audio.span) == "audio 8000");
  CHECK(find_sdp_connection(text, audio.span.at, Family::v4)->address == client + 1);
  const TextMatch video = find_sdp_line(text, audio.span.end(), SdpLine::media, Family::v4);
  CHECK(cut(text, video.span) == "video 8002");
  CHECK(find_sdp_line(text, 0, SdpLine::owner, Family::v6).found == Found::bad);
}
