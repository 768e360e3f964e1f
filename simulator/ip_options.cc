#include "simulator/ip_options.hh"

#include <algorithm>

namespace fwsim {
namespace {

constexpr unsigned opt_end = 0, opt_nop = 1, opt_record = 7, opt_time = 68, opt_lsrr = 131, opt_cipso = 134,
                   opt_ssrr = 137, opt_alert = 148;
constexpr unsigned time_only = 0, time_and_address = 1, time_prespecified = 3;
constexpr std::size_t fixed_header = 20;

using Buffer = std::vector<std::uint8_t>;

std::size_t header_length(const Buffer& b) { return static_cast<std::size_t>(b[0] & 15) * 4; }

// Reads one packet's options. Each reader gets the option's offset and length, and returns the
// offset of a fault, or 0.
class Reader {
 public:
  Reader(Buffer& bytes, const OptionsHost& host, IpOptions& options) : b_(bytes), host_(host), o_(options) {}

  std::size_t run() {
    const std::size_t end = header_length(b_);
    o_.length = end - fixed_header;
    for (std::size_t at = fixed_header; at < end;) {
      if (b_[at] == opt_end) {
        clear(at + 1, end);
        return 0;
      }
      if (b_[at] == opt_nop) {
        ++at;
        continue;
      }
      if (end - at < 2 || b_[at + 1] < 2 || b_[at + 1] > end - at) return at;
      const std::size_t length = b_[at + 1];
      if (const std::size_t fault = option(at, length)) return fault;
      at += length;
    }
    return 0;
  }

 private:
  void clear(std::size_t from, std::size_t end) {
    for (std::size_t i = from; i < end; ++i)
      if (b_[i] != opt_end) b_[i] = opt_end, o_.changed = true;
  }

  std::size_t option(std::size_t at, std::size_t length) {
    switch (b_[at]) {
      case opt_ssrr:
      case opt_lsrr: return source_route(at, length);
      case opt_record: return record_route(at, length);
      case opt_time: return timestamp(at, length);
      case opt_alert: return length < 4 ? at + 1 : 0;
      case opt_cipso:
        if (o_.cipso != 0) return at;
        o_.cipso = at;
        return at + (length < 8 ? 1 : 2);   // cipso_v4_validate(): no domain is configured that it could be of
      default: return 0;
    }
  }

  std::size_t source_route(std::size_t at, std::size_t length) {
    if (length < 3) return at + 1;
    if (b_[at + 2] < 4) return at + 2;
    if (o_.source_route != 0) return at;
    o_.strict = b_[at] == opt_ssrr;
    o_.source_route = at;
    return 0;
  }

  std::size_t record_route(std::size_t at, std::size_t length) {
    if (o_.record_route != 0) return at;
    if (length < 3) return at + 1;
    const std::size_t next = b_[at + 2];
    if (next < 4) return at + 2;
    if (next <= length) {
      if (next + 3 > length) return at + 2;
      put_address(Family::v4, b_, at + next - 1, host_.own_address);
      o_.changed = o_.needs_address = true;
      b_[at + 2] = static_cast<std::uint8_t>(next + 4);
    }
    o_.record_route = at;
    return 0;
  }

  std::size_t timestamp(std::size_t at, std::size_t length) {
    if (o_.timestamp != 0) return at;
    if (length < 4) return at + 1;
    const std::size_t next = b_[at + 2];
    const unsigned kind = b_[at + 3] & 15U, overflow = b_[at + 3] >> 4;
    if (next < 5) return at + 2;
    if (next <= length) {
      if (const std::size_t fault = stamp(at, length, next, kind)) return fault;
    } else if (kind != time_prespecified) {
      if (overflow == 15) return at + 3;
      b_[at + 3] = static_cast<std::uint8_t>(kind | (overflow + 1) << 4);
      o_.changed = true;
    }
    o_.timestamp = at;
    return 0;
  }

  std::size_t stamp(std::size_t at, std::size_t length, std::size_t next, unsigned kind) {
    if (next + 3 > length) return at + 2;
    const bool with_address = kind == time_and_address || kind == time_prespecified;
    if (with_address && next + 7 > length) return at + 2;
    if (kind == time_and_address) {
      put_address(Family::v4, b_, at + next - 1, host_.own_address);
      o_.stamps_address = true;
    } else if (kind == time_prespecified) {
      const u128 address = address_at(Family::v4, b_, at + next - 1);
      if (host_.routing.address_type(Family::v4, address) == RouteType::unicast) return 0;   // another's turn
    } else if (kind != time_only) {
      return 0;
    }
    put32(b_, at + next - 1 + (with_address ? 4 : 0), clock_of_day(host_.now));
    o_.stamps_time = o_.changed = true;
    b_[at + 2] = static_cast<std::uint8_t>(next + (with_address ? 8 : 4));
    return 0;
  }

  Buffer& b_;
  const OptionsHost& host_;
  IpOptions& o_;
};

}  // namespace

std::uint32_t clock_of_day(std::int64_t now) {
  constexpr std::int64_t day = 86'400'000;
  return static_cast<std::uint32_t>(now / 1'000'000 % day);
}

std::optional<unsigned> read_options(Packet& packet, const OptionsHost& host, IpOptions& options) {
  if (header_length(packet.bytes) <= fixed_header) return std::nullopt;
  const std::size_t fault = Reader(packet.bytes, host, options).run();
  return fault != 0 ? std::optional(static_cast<unsigned>(fault)) : std::nullopt;
}

void forward_options(Packet& packet, IpOptions& o, u128 address) {
  Buffer& b = packet.bytes;
  if (o.needs_address) {
    put_address(Family::v4, b, o.record_route + b[o.record_route + 2] - 5, address);
    o.changed = true;
  }
  if (o.next_hop) {
    const std::size_t at = o.source_route, length = b[at + 1];
    std::size_t next = b[at + 2];
    while (next + 3 <= length && address_at(Family::v4, b, at + next - 1) != *o.next_hop) next += 4;
    if (next + 3 <= length) {
      put_address(Family::v4, b, 16, *o.next_hop);
      put_address(Family::v4, b, at + next - 1, address);
      b[at + 2] = static_cast<std::uint8_t>(next + 4);
    }
    // Linux completes this only together with a source route.
    if (o.stamps_address) put_address(Family::v4, b, o.timestamp + b[o.timestamp + 2] - 9, address);
    o.changed = true;
  }
  if (o.changed) {
    fix_header_checksum(packet);
    decode(packet);
    o.changed = false;
  }
}

void blank_uncopied_options(Buffer& header) {
  const std::size_t end = std::min(header_length(header), header.size());
  for (std::size_t at = fixed_header; at < end;) {
    if (header[at] == opt_end) return;
    if (header[at] == opt_nop) {
      ++at;
      continue;
    }
    if (end - at < 2 || header[at + 1] < 2 || header[at + 1] > end - at) return;
    const std::size_t length = header[at + 1];
    constexpr unsigned copied = 0x80;
    if ((header[at] & copied) == 0)
      std::fill_n(header.begin() + static_cast<std::ptrdiff_t>(at), length, static_cast<std::uint8_t>(opt_nop));
    at += length;
  }
}

}  // namespace fwsim
