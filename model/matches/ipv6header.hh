// The bits of Field::ipv6_exts and Field::ipv6_bad_exts, which only IPv6 packets have, and what
// the decoder puts there.
//
// ipv6_exts is what -m ipv6header counts (net/ipv6/netfilter/ip6t_ipv6header.c), by this walk:
//   next = next header of the IPv6 header, at = 40; while `next` is one of 0, 43, 44, 50, 51, 59, 60:
//     59: set none and stop;
//     fewer than 2 bytes left from `at` to the end of the packet: the field is ABSENT, stop;
//     50: set esp and stop;
//     else set its bit, next = byte[at], at += its length (44: 8; 51: (byte[at+1] + 2) * 4;
//     others: (byte[at+1] + 1) * 8); at > packet length: stop.
//   Then set proto unless `next` is 50 or 59 (so also after a header that reaches too far).
//   The walk goes on behind the fragment header of later fragments, as if their payload began
//   with the header it names: no regard for the offset.
//
// ipv6_bad_exts mirrors ipv6_find_hdr() (net/ipv6/exthdrs_core.c) as the matches frag, hbh, dst, rt
// and ah use it: the bit of header X is set when the match for X drops the packet because X cannot
// be looked for or read. It is present in every IPv6 packet, 0 in well-formed ones. This walk:
//   next, at as above; while `next` is one of 0, 43, 44, 51, 60:
//     fewer than 2 bytes left (routing: 4; fragment: 4): set the bits of all five headers that
//     were not found before, that of `next` too, and stop;
//     the first header of its kind is found: if the packet ends before the header does (ah: before
//     its byte 12, too) set its bit; the fields of that header (ah_*, frag_*, rt_*, srh_*, hbh_len,
//     dst_len) come from this first one;
//     it is a fragment header with an offset that is not 0: stop, nothing more is found;
//     go on to the next header, with lengths as above; beyond the end of the packet no byte is left.
//   Without a packet byte left, a `next` that is no such header ends the walk: no bit is set.
#pragma once

#include <cstdint>

namespace fwsim::ipv6_ext {

inline constexpr std::uint64_t proto = 1;  // something that is no extension header: TCP, UDP, ...
inline constexpr std::uint64_t none = 2;
inline constexpr std::uint64_t esp = 4;
inline constexpr std::uint64_t ah = 8;
inline constexpr std::uint64_t fragment = 16;
inline constexpr std::uint64_t routing = 32;
inline constexpr std::uint64_t dst_opts = 64;
inline constexpr std::uint64_t hop_opts = 128;

}  // namespace fwsim::ipv6_ext
