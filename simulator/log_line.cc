#include "simulator/log_line.hh"

#include <fmt/format.h>

#include <iterator>

#include "simulator/proc_text.hh"

namespace fwsim {
namespace {

constexpr unsigned hop_opts = 0, icmp = 1, tcp = 6, udp = 17, routing = 43, fragment = 44, esp = 50, ah = 51,
                   icmpv6 = 58, no_next = 59, dst_opts = 60, udplite = 136;

bool is_extension(unsigned header) {
  return header == hop_opts || header == routing || header == fragment || header == esp || header == ah ||
         header == no_next || header == dst_opts;
}

// The bytes that an ICMP message must have to be described.
std::size_t least_icmp(unsigned type) {
  switch (type) {
    case 0:
    case 8: return 4;
    case 3:
    case 4:
    case 5:
    case 11:
    case 12: return 28;
    case 13:
    case 14: return 20;
    case 17:
    case 18: return 12;
    default: return 0;
  }
}

class Line {
 public:
  Line(const Packet& packet, const LogParts& parts, std::string& out)
      : packet_(packet), parts_(parts), bytes_(packet.all()), out_(out) {}

  void devices() {
    const FieldValues& f = packet_.fields;
    const std::string in = name_text(f.get(Field::in_if)), out = name_text(f.get(Field::out_if));
    add("IN={} OUT={} ", in, out);
    if (const std::string port = name_text(f.get(Field::physin)); !port.empty() && port != in) add("PHYSIN={} ", port);
    if (const std::string port = name_text(f.get(Field::physout)); !port.empty() && port != out)
      add("PHYSOUT={} ", port);
    if (!in.empty()) link(in == "lo");
  }

  void packet() { packet_.family == Family::v4 ? v4(0) : v6(0); }

 private:
  template <class... Args>
  void add(fmt::format_string<Args...> format, Args&&... args) {
    out_ += fmt::format(format, std::forward<Args>(args)...);
  }
  bool has(std::size_t at, std::size_t size) const { return at + size <= bytes_.size(); }
  std::size_t left(std::size_t at) const { return packet_.stated_length() - std::min(at, packet_.stated_length()); }
  void incomplete(std::size_t at) { add("INCOMPLETE [{} bytes] ", left(at)); }

  void hex(std::size_t at, std::size_t size) {
    for (std::size_t i = 0; i < size; ++i) add("{:02X}", bytes_[at + i]);
  }

  // --- link header ----------------------------------------------------------------------------

  void mac(std::size_t at, std::size_t size) {
    for (std::size_t i = 0; i < size; ++i) add("{}{:02x}", i ? ":" : "", packet_.link.ethernet[at + i]);
  }

  void link(bool loopback) {
    if (packet_.link.present && parts_.mac_decode) return decoded_link();
    out_ += "MAC=";
    if (packet_.link.present)
      mac(0, 14);
    else if (loopback)
      add("00:00:00:00:00:00:00:00:00:00:00:00:{}", packet_.family == Family::v4 ? "08:00" : "86:dd");
    out_ += ' ';
  }

  void decoded_link() {
    out_ += "MACSRC=";
    mac(6, 6);
    out_ += " MACDST=";
    mac(0, 6);
    out_ += ' ';
    if (packet_.link.tagged) add("VPROTO=8100 VID={} ", packet_.link.vlan & 0xfff);
    add("MACPROTO={:04x} ", be16(packet_.link.ethernet, 12));
  }

  // --- transport headers; false: the line ends here -------------------------------------------

  bool tcp_header(std::size_t at, bool later) {
    out_ += "PROTO=TCP ";
    if (later) return true;
    if (!has(at, 20)) return incomplete(at), false;
    add("SPT={} DPT={} ", be16(bytes_, at), be16(bytes_, at + 2));
    if (parts_.tcp_sequence) add("SEQ={} ACK={} ", be32(bytes_, at + 4), be32(bytes_, at + 8));
    // The reserved bits without AE (RFC 9768), shifted as the kernel does it.
    add("WINDOW={} RES=0x{:02x} ", be16(bytes_, at + 14), (bytes_[at + 12] & reserved_bits) << 2);
    if (bytes_[at + 12] & accurate_ecn) out_ += "AE ";
    constexpr std::string_view flags[] = {"CWR ", "ECE ", "URG ", "ACK ", "PSH ", "RST ", "SYN ", "FIN "};
    for (unsigned i = 0; i < 8; ++i)
      if (bytes_[at + 13] & (0x80U >> i)) out_ += flags[i];
    add("URGP={} ", be16(bytes_, at + 18));
    const std::size_t header = (bytes_[at + 12] >> 4) * std::size_t{4};
    if (!parts_.tcp_options || header <= 20) return true;
    if (!has(at, header)) return out_ += "OPT (TRUNCATED)", false;
    out_ += "OPT (";
    hex(at + 20, header - 20);
    out_ += ") ";
    return true;
  }

  bool udp_header(std::size_t at, bool later, bool lite) {
    out_ += lite ? "PROTO=UDPLITE " : "PROTO=UDP ";
    if (later) return true;
    if (!has(at, 8)) return incomplete(at), false;
    add("SPT={} DPT={} LEN={} ", be16(bytes_, at), be16(bytes_, at + 2), be16(bytes_, at + 4));
    return true;
  }

  void spi(std::string_view name, std::size_t at, std::size_t offset, std::size_t size, bool later) {
    add("PROTO={} ", name);
    if (later) return;
    if (!has(at, size)) return incomplete(at);
    add("SPI=0x{:x} ", be32(bytes_, at + offset));
  }

  // --- IPv4 -----------------------------------------------------------------------------------

  // `at`: 0, or the offset of a packet that an ICMP error quotes.
  void v4(std::size_t at) {
    if (!has(at, 20)) {
      out_ += "TRUNCATED";
      return;
    }
    const unsigned frag = be16(bytes_, at + 6), tos = bytes_[at + 1];
    const std::size_t header = (bytes_[at] & 15) * std::size_t{4};
    add("SRC={} DST={} LEN={} TOS=0x{:02X} PREC=0x{:02X} TTL={} ID={} ", address(at + 12), address(at + 16),
        be16(bytes_, at + 2), tos & 0x1e, tos & 0xe0, bytes_[at + 8], be16(bytes_, at + 4));
    if (frag & 0x8000) out_ += "CE ";
    if (frag & 0x4000) out_ += "DF ";
    if (frag & 0x2000) out_ += "MF ";
    if (frag & 0x1fff) add("FRAG:{} ", frag & 0x1fff);
    if (parts_.ip_options && header > 20) {
      if (!has(at, header)) {
        out_ += "TRUNCATED";
        return;
      }
      out_ += "OPT (";
      hex(at + 20, header - 20);
      out_ += ") ";
    }
    if (v4_transport(bytes_[at + 9], at, at + header, (frag & 0x1fff) != 0) && at == 0) notes();
  }

  bool v4_transport(unsigned protocol, std::size_t ip, std::size_t at, bool later) {
    switch (protocol) {
      case tcp: return tcp_header(at, later);
      case udp:
      case udplite: return udp_header(at, later, protocol == udplite);
      case icmp: icmp_header(ip, at, later); break;
      case ah:
        if (!later) spi("AH", at, 4, 12, later);
        break;
      case esp: spi("ESP", at, 0, 8, later); break;
      default: add("PROTO={} ", protocol);
    }
    return true;
  }

  void icmp_header(std::size_t ip, std::size_t at, bool later) {
    out_ += "PROTO=ICMP ";
    if (later) return;
    if (!has(at, 8)) return incomplete(at);
    const unsigned type = bytes_[at], code = bytes_[at + 1];
    add("TYPE={} CODE={} ", type, code);
    if (left(at) < least_icmp(type)) return incomplete(at);
    if (type == 0 || type == 8) add("ID={} SEQ={} ", be16(bytes_, at + 4), be16(bytes_, at + 6));
    if (type == 12) add("PARAMETER={} ", bytes_[at + 4]);
    if (type == 5) add("GATEWAY={} ", address(at + 4));
    if (type != 3 && type != 4 && type != 5 && type != 11) return;
    if (ip == 0) {
      out_ += '[';
      v4(at + 8);
      out_ += "] ";
    }
    if (type == 3 && code == 4) add("MTU={} ", be16(bytes_, at + 6));
  }

  // --- IPv6 -----------------------------------------------------------------------------------

  void v6(std::size_t at) {
    if (!has(at, 40)) {
      out_ += "TRUNCATED";
      return;
    }
    const std::uint32_t first = be32(bytes_, at);
    add("SRC={} DST={} LEN={} TC={} HOPLIMIT={} FLOWLBL={} ", address(at + 8), address(at + 24),
        be16(bytes_, at + 4) + 40U, (first >> 20) & 0xff, bytes_[at + 7], first & 0xfffff);
    unsigned header = bytes_[at + 6];
    std::size_t l4 = at + 40;
    bool later = false;
    while (header != no_next && is_extension(header))
      if (!extension(header, l4, later)) return;
    if (v6_transport(header, at, l4, later) && at == 0) notes();
  }

  // One extension header; steps over it. False: the line ends here.
  bool extension(unsigned& header, std::size_t& at, bool& later) {
    if (!has(at, 2)) return out_ += "TRUNCATED", false;
    if (parts_.ip_options) out_ += "OPT ( ";
    std::size_t length = (bytes_[at + 1] + std::size_t{1}) * 8;
    if (header == fragment) {
      if (!has(at, 8)) return out_ += "FRAG:TRUNCATED ", false;
      const unsigned offset = be16(bytes_, at + 2);
      add("FRAG:{} {}ID:{:08x} ", offset & 0xfff8, offset & 1 ? "INCOMPLETE " : "", be32(bytes_, at + 4));
      later = later || (offset & 0xfff8) != 0;
      length = 8;
    } else if (header == ah) {
      if (!security_header("AH ", at, 4, 12, later)) return false;
      length = (bytes_[at + 1] + std::size_t{2}) * 4;
    } else if (header == esp) {
      if (security_header("ESP ", at, 0, 8, later) && parts_.ip_options) out_ += ')';
      return false;
    } else if (later) {
      if (parts_.ip_options) out_ += ')';
      return false;
    }
    if (parts_.ip_options) out_ += ") ";
    header = bytes_[at];
    at += length;
    return true;
  }

  bool security_header(std::string_view name, std::size_t at, std::size_t offset, std::size_t size, bool later) {
    if (!parts_.ip_options) return true;
    out_ += name;
    if (later) return out_ += ')', false;
    if (!has(at, size)) {
      incomplete(at);
      out_ += ')';
      return false;
    }
    add("SPI=0x{:x} ", be32(bytes_, at + offset));
    return true;
  }

  bool v6_transport(unsigned protocol, std::size_t ip, std::size_t at, bool later) {
    switch (protocol) {
      case tcp: return tcp_header(at, later);
      case udp:
      case udplite: return udp_header(at, later, protocol == udplite);
      case icmpv6: return icmpv6_header(ip, at, later);
      default: add("PROTO={} ", protocol);
    }
    return true;
  }

  bool icmpv6_header(std::size_t ip, std::size_t at, bool later) {
    out_ += "PROTO=ICMPv6 ";
    if (later) return true;
    if (!has(at, 8)) return incomplete(at), false;
    const unsigned type = bytes_[at];
    add("TYPE={} CODE={} ", type, bytes_[at + 1]);
    if (type == 128 || type == 129) add("ID={} SEQ={} ", be16(bytes_, at + 4), be16(bytes_, at + 6));
    if (type == 4) add("POINTER={:08x} ", be32(bytes_, at + 4));
    if (type < 1 || type > 4) return true;
    if (ip == 0) {
      out_ += '[';
      v6(at + 8);
      out_ += "] ";
    }
    if (type == 2) add("MTU={} ", be32(bytes_, at + 4));
    return true;
  }

  // --------------------------------------------------------------------------------------------

  std::string address(std::size_t at) const {
    return proc_address_text(packet_.family, address_at(packet_.family, bytes_, at));
  }

  void notes() {
    const FieldValues& f = packet_.fields;
    if (parts_.uid && f.has(Field::uid)) add("UID={} GID={} ", f.number(Field::uid), f.number(Field::gid));
    if (f.number(Field::mark) != 0) add("MARK=0x{:x} ", f.number(Field::mark));
  }

  static constexpr unsigned reserved_bits = 0x0e, accurate_ecn = 0x01;

  const Packet& packet_;
  const LogParts& parts_;
  const Bytes bytes_;
  std::string& out_;
};

}  // namespace

std::string log_line(const Packet& packet, std::string_view prefix, const LogParts& parts) {
  std::string text(prefix);
  Line line(packet, parts, text);
  line.devices();
  line.packet();
  return text;
}

}  // namespace fwsim
