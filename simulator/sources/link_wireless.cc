// IEEE 802.11 data frames, and radiotap before them (radiotap.org). Linux makes Ethernet frames of
// them (net/wireless/util.c, ieee80211_data_to_8023), so the packet gets an Ethernet header.
#include "simulator/sources/link_parts.hh"

namespace fwsim::link {
namespace {

constexpr unsigned flag_bad_fcs = 0x40, flag_padded = 0x20;

// The flags field of a radiotap header; 0 without one.
unsigned radiotap_flags(Bytes header) {
  const auto present = [&](std::size_t at) { return __builtin_bswap32(be32(header, at)); };
  std::size_t at = 4;
  while ((present(at) & 0x80000000U) != 0 && at + 4 < header.size()) at += 4;
  at += 4;
  if ((present(4) & 1) != 0) at = (at + 7) / 8 * 8 + 8;  // the time comes first, aligned
  return (present(4) & 2) != 0 ? byte_at(header, at) : 0;
}

Stripped take_frame(Job& job, Bytes bytes, bool padded) {
  if (bytes.size() < 2) return damaged(job, "a truncated 802.11 header");
  const unsigned type = bytes[0] >> 2 & 3, subtype = bytes[0] >> 4;
  const bool to_ds = (bytes[1] & 1) != 0, from_ds = (bytes[1] & 2) != 0, qos = (subtype & 8) != 0;
  if (type != 2)
    return not_ip(job, type == 0 ? "802.11 management" : type == 1 ? "802.11 control" : "802.11 extension");
  if ((subtype & 4) != 0) return not_ip(job, "802.11 data frame without data");
  if ((bytes[1] & 0x40) != 0) return not_ip(job, "802.11 encrypted data");
  std::size_t header = 24U + (to_ds && from_ds ? 6U : 0U);
  const std::size_t control = header;
  if (qos) header += (bytes[1] & 0x80) != 0 ? 6U : 2U;
  if (padded) header = (header + 3) / 4 * 4;
  if (bytes.size() < header) return damaged(job, "a truncated 802.11 header");
  if (qos && (bytes[control] & 0x80) != 0) return end(job, Stripped::Kind::unsupported, "802.11 A-MSDU");
  if ((bytes[1] & 4) != 0 || (bytes[22] & 15) != 0) return end(job, Stripped::Kind::unsupported, "802.11 fragment");
  const Bytes destination = bytes.subspan(to_ds ? 16 : 4, 6);
  const Bytes source = bytes.subspan(!from_ds ? 10 : to_ds ? 24 : 16, 6);
  set_ethernet(job.packet, destination, source, 0);
  return take_llc(job, bytes.subspan(header), true);
}

}  // namespace

Stripped take_wireless(Job& job, Bytes bytes) { return take_frame(job, bytes, false); }

Stripped take_radiotap(Job& job, Bytes bytes) {
  if (bytes.size() < 8) return damaged(job, "a truncated radiotap header");
  const std::size_t length = static_cast<std::size_t>(bytes[2]) | static_cast<std::size_t>(bytes[3]) << 8;
  if (bytes[0] != 0 || length < 8) return damaged(job, "a malformed radiotap header");
  if (length > bytes.size()) return damaged(job, "a truncated radiotap header");
  const unsigned flags = radiotap_flags(bytes.first(length));
  if ((flags & flag_bad_fcs) != 0) return not_ip(job, "802.11 frame with a wrong checksum");
  return take_frame(job, bytes.subspan(length), (flags & flag_padded) != 0);
}

}  // namespace fwsim::link
