#include "reports/nft/fields.hh"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "model/value.hh"
#include "reports/nft/header_fields.hh"

namespace fwsim::nft {
namespace {

// How values of a field are written.
enum class As : std::uint8_t {
  number,
  hex,
  address,
  device,
  mac,
  protocol,
  state,
  status,
  packet_type,
  address_type,
  direction,
  seconds,
  exists,
  dccp
};

struct Name {
  Field field;
  std::string_view v4, v6;  // v6 empty: the same; "-": none
  As as = As::number;
};

constexpr Name names[] = {
    {Field::src, "ip saddr", "ip6 saddr", As::address},
    {Field::dst, "ip daddr", "ip6 daddr", As::address},
    {Field::in_if, "iifname", "", As::device},
    {Field::out_if, "oifname", "", As::device},
    {Field::ct_orig_src, "ct original ip saddr", "ct original ip6 saddr", As::address},
    {Field::ct_orig_dst, "ct original ip daddr", "ct original ip6 daddr", As::address},
    {Field::ct_repl_src, "ct reply ip saddr", "ct reply ip6 saddr", As::address},
    {Field::ct_repl_dst, "ct reply ip daddr", "ct reply ip6 daddr", As::address},
    {Field::proto, "meta l4proto", "", As::protocol},
    {Field::length, "meta length", ""},
    {Field::ttl, "ip ttl", "ip6 hoplimit"},
    {Field::tcp_mss, "tcp option maxseg size", ""},
    {Field::esp_spi, "esp spi", ""},
    {Field::ah_spi, "ah spi", ""},
    {Field::ah_reserved, "ah reserved", ""},
    {Field::ipcomp_cpi, "comp cpi", ""},
    {Field::mh_type, "-", "mh type"},
    {Field::dccp_type, "dccp type", "", As::dccp},
    {Field::frag_id, "-", "frag id"},
    {Field::frag_more, "-", "frag more-fragments"},
    {Field::rt_type, "-", "rt type"},
    {Field::rt_segsleft, "-", "rt seg-left"},
    {Field::mac_src, "ether saddr", "", As::mac},
    {Field::pkttype, "meta pkttype", "", As::packet_type},
    {Field::in_group, "iifgroup", ""},
    {Field::out_group, "oifgroup", ""},
    {Field::cpu, "meta cpu", ""},
    {Field::mark, "meta mark", "", As::hex},
    {Field::realm, "rt classid", "", As::hex},
    {Field::src_type, "fib saddr type", "", As::address_type},
    {Field::dst_type, "fib daddr type", "", As::address_type},
    {Field::src_type_in, "fib saddr . iif type", "", As::address_type},
    {Field::dst_type_in, "fib daddr . iif type", "", As::address_type},
    {Field::src_type_out, "fib saddr . oif type", "", As::address_type},
    {Field::dst_type_out, "fib daddr . oif type", "", As::address_type},
    {Field::ct_state, "ct state", "", As::state},
    {Field::ct_status, "ct status", "", As::status},
    {Field::ct_dir, "ct direction", "", As::direction},
    {Field::ct_proto, "ct protocol", "", As::protocol},
    {Field::ct_mark, "ct mark", "", As::hex},
    {Field::ct_expire, "ct expiration", "", As::seconds},
};

constexpr std::array<std::string_view, 5> states{"invalid", "new", "related", "established", "untracked"};
constexpr std::array<std::string_view, 4> packet_types{"host", "broadcast", "multicast", "other"};
// Names of RTN_*; those above 8 have none in nft 1.0.6.
constexpr std::array<std::string_view, 9> address_types{"unspec",    "unicast",   "local",       "broadcast", "anycast",
                                                        "multicast", "blackhole", "unreachable", "prohibit"};
constexpr std::array<std::string_view, 10> dccp_types{"request",  "response", "data",  "ack",  "dataack",
                                                      "closereq", "close",    "reset", "sync", "syncack"};
std::string range_text(Range r, std::string (*one)(std::uint64_t)) {
  const auto low = static_cast<std::uint64_t>(r.low), high = static_cast<std::uint64_t>(r.high);
  return low == high ? one(low) : fmt::format("{}-{}", one(low), one(high));
}
std::string decimal(std::uint64_t n) { return fmt::format("{}", n); }
std::string seconds(std::uint64_t n) { return fmt::format("{}s", n); }
std::string mark(std::uint64_t n) { return fmt::format("{:#x}", n); }

// Small named values, one element each; nothing when one has no name.
std::optional<std::vector<Element>> named(const std::vector<Range>& ranges, std::span<const std::string_view> words,
                                          unsigned nameless_to) {
  std::vector<Element> out;
  for (const Range& r : ranges)
    for (u128 n = r.low; n <= r.high; ++n) {
      if (n < words.size())
        out.push_back({{n, n}, std::string(words[static_cast<std::size_t>(n)])});
      else if (n <= nameless_to)
        out.push_back({{n, n}, decimal(static_cast<std::uint64_t>(n))});
      else
        return std::nullopt;
    }
  return out;
}

std::optional<std::vector<Element>> elements_of(As as, const std::vector<Range>& ranges, Family family) {
  std::vector<Element> out;
  for (const Range& r : ranges) switch (as) {
      case As::address: out.push_back(address_element(family, r)); break;
      case As::device:
        if (name_text(r.low).find('"') != std::string::npos) return std::nullopt;  // nft has no escape for it
        out.push_back(device_element(r));
        break;
      case As::number: out.push_back({r, range_text(r, decimal)}); break;
      case As::hex: out.push_back({r, range_text(r, mark)}); break;
      case As::seconds: out.push_back({r, range_text(r, seconds)}); break;
      case As::mac: out.push_back({r, mac_text(static_cast<std::uint64_t>(r.low))}); break;
      case As::protocol:
        out.push_back({r, range_text(r, [](std::uint64_t n) { return protocol_text(static_cast<unsigned>(n)); })});
        break;
      case As::direction: out.push_back({r, r.low == 0 ? "original" : "reply"}); break;
      case As::state: return named(ranges, states, 0);
      case As::packet_type: return named(ranges, packet_types, 0);
      case As::address_type: return named(ranges, address_types, 0);
      case As::dccp: return named(ranges, dccp_types, 15);
      case As::status:
      case As::exists: return std::nullopt;
    }
  return out;
}

const Name* name_of(Field field) {
  for (const Name& n : names)
    if (n.field == field) return &n;
  return nullptr;
}

std::optional<std::string> key_of(const Name& name, Family family) {
  const std::string_view key = family == Family::v6 && !name.v6.empty() ? name.v6 : name.v4;
  return key == "-" ? std::nullopt : std::optional<std::string>(key);
}

bool names_family(std::string_view key) {
  return key.starts_with("ip ") || key.starts_with("ip6 ") || key.starts_with("icmp") || key.find(" ip ") != key.npos ||
         key.find(" ip6 ") != key.npos || key.starts_with("frag ") || key.starts_with("exthdr ") ||
         key.starts_with("mh ") || key.starts_with("hbh ") || key.starts_with("dst ") || key.starts_with("rt type") ||
         key.starts_with("rt seg") || key.starts_with("rt hdr");
}

// A text that is true only for packets of its family.
Piece family_text(std::string text, bool of_family) { return {.of_family = of_family, .text = std::move(text)}; }

std::optional<Pieces> plain(const Literal& l, const FieldContext& c, unsigned connection) {
  std::string key;
  Pieces before;
  As as = As::number;
  if (l.field == Field::sport || l.field == Field::dport) {
    key = fmt::format("{} {}", transport_name(c.protocol), l.field == Field::sport ? "sport" : "dport");
  } else if (l.field >= Field::ct_orig_sport && l.field <= Field::ct_repl_dport) {
    // nft can read a port only when it knows the protocol. Packets of a connection are of its own, or errors about it.
    if (c.protocol == 0 && connection == 0) return std::nullopt;
    if (c.protocol == 0)
      before.push_back({.key = "meta l4proto",
                        .elements = {{{connection, connection}, protocol_text(connection)},
                                     {{0, 0}, c.family == Family::v4 ? "icmp" : "ipv6-icmp"}}});
    key = fmt::format("ct {} proto-{}", l.field <= Field::ct_orig_dport ? "original" : "reply",
                      l.field == Field::ct_orig_sport || l.field == Field::ct_repl_sport ? "src" : "dst");
  } else if (l.field == Field::ipsec) {
    return std::nullopt;
  } else {
    const Name* name = name_of(l.field);
    const auto found = name ? key_of(*name, c.family) : std::nullopt;
    if (!found) return std::nullopt;
    key = *found;
    as = name->as;
  }
  if (l.kind == Literal::Kind::masked) {
    const std::string_view relation = l.negated ? "!=" : "==";
    if (as == As::address)
      return Pieces{family_text(
          fmt::format("{} & {} {} {}", key, address_text(c.family, l.mask), relation, address_text(c.family, l.value)),
          true)};
    if (as != As::hex && as != As::number) return std::nullopt;
    return Pieces{text_piece(fmt::format("{} & {:#x} {} {:#x}", key, static_cast<std::uint64_t>(l.mask), relation,
                                         static_cast<std::uint64_t>(l.value)))};
  }
  std::vector<Range> ranges = l.ranges;
  bool negated = l.negated;
  if (as == As::state && ranges.size() > 3) {  // all but one
    std::vector<Range> rest;
    for (unsigned s = 0; s < states.size(); ++s)
      if (std::none_of(ranges.begin(), ranges.end(), [&](const Range& r) { return r.contains(s); }))
        rest.push_back({s, s});
    ranges = std::move(rest);
    negated = !negated;
  }
  auto elements = elements_of(as, ranges, c.family);
  if (!elements || elements->empty()) return std::nullopt;
  if (as == As::state) {  // the usual order
    constexpr std::array<int, 5> place{4, 2, 1, 0, 3};
    std::sort(elements->begin(), elements->end(), [&](const Element& a, const Element& b) {
      return place[static_cast<std::size_t>(a.range.low)] < place[static_cast<std::size_t>(b.range.low)];
    });
  }
  Piece piece{.key = std::move(key), .elements = std::move(*elements), .negated = negated, .bits = as == As::state};
  if (l.field == Field::ttl && piece.elements.size() == 1) {  // below and above read better
    const Range r = piece.elements.front().range;
    if (r.low == 0 && r.high != 0)
      return Pieces{family_text(
          fmt::format("{} {} {}", piece.key, negated ? ">" : "<=", decimal(static_cast<std::uint64_t>(r.high))), true)};
    if (r.low != r.high && r.high >= 255)
      return Pieces{family_text(
          fmt::format("{} {} {}", piece.key, negated ? "<" : ">=", decimal(static_cast<std::uint64_t>(r.low))), true)};
  }
  piece.of_family = names_family(piece.key);
  before.push_back(std::move(piece));
  return before;
}

}  // namespace

std::string_view transport_name(unsigned protocol) {
  switch (protocol) {
    case 6: return "tcp";
    case 17: return "udp";
    case 33: return "dccp";
    case 132: return "sctp";
    case 136: return "udplite";
    default: return "th";
  }
}

std::string address_key(Family family, bool source) {
  return fmt::format("{} {}", family == Family::v4 ? "ip" : "ip6", source ? "saddr" : "daddr");
}

Element address_element(Family family, Range range) {
  const u128 host = range.low ^ range.high;
  if (host == 0) return {range, address_text(family, range.low)};
  const bool network = (host & (host + 1)) == 0 && (range.low & host) == 0;
  if (network) return {range, prefix_text(family, {range.low, address_mask(family) & ~host})};
  return {range, fmt::format("{}-{}", address_text(family, range.low), address_text(family, range.high))};
}

Element device_element(Range name) {
  std::string text = name_text(name.low);
  // A star at the end would stand for any name that begins so.
  if (name.low == name.high && !text.empty() && text.back() == '*') text.insert(text.size() - 1, "\\");
  return {name, in_quotes(text + (name.low == name.high ? "" : "*"))};
}

Element number_element(Range range) { return {range, range_text(range, decimal)}; }

std::string mac_text(std::uint64_t mac) {
  std::string out;
  for (int shift = 40; shift >= 0; shift -= 8)
    out += fmt::format("{:02x}{}", (mac >> shift) & 0xff, shift != 0 ? ":" : "");
  return out;
}

std::string in_quotes(std::string_view text) { return fmt::format("\"{}\"", text); }

std::optional<Pieces> pieces_of(const Conjunction& terms, const FieldContext& context, std::string& why) {
  Pieces pieces;
  unsigned connection = 0;  // the protocol of the connection, when it must be this one
  for (const Literal& l : terms)
    if (l.field == Field::ct_proto && l.kind == Literal::Kind::in && !l.negated && l.ranges.size() == 1 &&
        l.ranges[0].low == l.ranges[0].high)
      connection = static_cast<unsigned>(l.ranges[0].low);
  for (const Literal& l : terms) {
    const bool tests = l.kind == Literal::Kind::in || l.kind == Literal::Kind::masked;
    auto more = !tests                     ? presence_pieces(l, context)
                : is_header_field(l.field) ? header_pieces(l, context)
                                           : plain(l, context, connection);
    if (!more) {
      why = fmt::format("nft has no test of {} like this", field_name(l.field));
      return std::nullopt;
    }
    for (Piece& piece : *more) pieces.push_back(std::move(piece));
  }
  return pieces;
}

}  // namespace fwsim::nft
