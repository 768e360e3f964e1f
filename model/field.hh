// What a rule can look at: the fields of a packet and of what the kernel knows about it.
// A field may be absent (a UDP packet has no TCP flags): a test on an absent field is false,
// also when negated, which is what the kernel's matches do for later fragments.
#pragma once

#include <cstdint>
#include <string_view>

namespace fwsim {

enum class Field : std::uint8_t {
  none,
  // 128-bit words
  src,          // network source address
  dst,          // network destination address
  in_if,        // name of the input device, 0 for locally sent packets; always present
  out_if,       // name of the output device, 0 before routing; always present
  physin,       // bridge port the packet came in by, absent without bridge information
  physout,      // bridge port the packet leaves by
  ct_orig_src,  // conntrack: addresses of the original and reply tuple
  ct_orig_dst,
  ct_repl_src,
  ct_repl_dst,
  mac_src,   // 48 bits, absent when the device is not Ethernet
  srh_psid,  // segment routing header: previous, next and last segment
  srh_nsid,
  srh_lsid,
  // 32-bit words: network header
  proto,      // v4: protocol byte; v6: what remains after the extension headers
  frag_off,   // fragment offset in 8-byte units, 0 for whole packets
  length,     // bytes of the IP packet (v6: 40 + payload)
  tos,        // TOS byte or traffic class
  ttl,        // TTL or hop limit
  ipv6_exts,  // set of extension headers present, one bit each (matches/ipv6header.hh)
  ipv6_bad_exts,  // set of extension headers whose matches drop this packet, same bits
  // transport header; present only in unfragmented and first fragments that hold them
  l4_len,  // bytes from the transport header to the end of the packet; always present
  sport,
  dport,
  tcp_flags,    // byte 13: CWR ECE URG ACK PSH RST SYN FIN
  tcp_options,  // 1 when the TCP header with its options is complete and well formed
  tcp_mss,      // value of the first MSS option
  icmp,         // type * 256 + code, ICMP and ICMPv6
  esp_spi,
  ah_spi,
  ah_len,  // bytes of the AH header
  ah_reserved,
  ipcomp_cpi,
  mh_type,
  mh_payload,  // "payload proto" of the mobility header
  dccp_type,
  // IPv6 extension headers
  frag_id,
  frag_more,
  frag_reserved,  // reserved byte and bits of the fragment header
  hbh_len,        // bytes of the hop-by-hop header
  dst_len,        // bytes of the destination options header
  rt_type,
  rt_segsleft,
  rt_len,  // bytes of the routing header
  rt_reserved,
  srh_next_hdr,
  srh_hdr_len,  // the raw length byte
  srh_segs_left,
  srh_last_entry,
  srh_tag,  // as a little-endian host reads it
  // link layer and device
  pkttype,   // 0 host, 1 broadcast, 2 multicast, 3 otherhost
  in_group,  // device group
  out_group,
  cpu,
  // the kernel's own notes
  mark,
  realm,
  priority,  // tc class
  src_type,  // address type by the local table (RTN_*), see matches/addrtype.cc
  dst_type,
  src_type_in,  // the same, limited to the input or output device
  dst_type_in,
  src_type_out,
  dst_type_out,
  ipsec,  // 1 when the packet came by, or will leave by, IPsec
  // socket of a locally sent packet
  socket,  // 1 when there is one
  uid,
  gid,
  // connection tracking; absent where conntrack is off
  ct_state,   // 0 INVALID 1 NEW 2 RELATED 3 ESTABLISHED 4 UNTRACKED
  ct_status,  // status bits of the entry; absent without one, like all below
  ct_dir,     // 0 original, 1 reply
  ct_proto,
  ct_orig_sport,
  ct_orig_dport,
  ct_repl_sport,
  ct_repl_dport,
  ct_mark,
  ct_expire,  // seconds left
  count_
};

inline constexpr unsigned field_count = static_cast<unsigned>(Field::count_);
inline constexpr Field last_wide = Field::srh_lsid;
inline constexpr bool is_wide(Field f) { return f >= Field::src && f <= last_wide; }
inline constexpr unsigned index_of(Field f) { return static_cast<unsigned>(f); }

// Name in traces, JSON and proofs.
std::string_view field_name(Field field);

}  // namespace fwsim
