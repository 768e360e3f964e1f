#include "parser/nft/operands.hh"

#include <algorithm>
#include <array>

#include "parser/nft/values.hh"

namespace fwsim::nft_json {
namespace {

// Headers, fields and how values are written. Families: 0 both, 4, 6.
struct HeaderField {
  std::string_view header, name;
  Field field;
  As as = As::number;
  u128 mask = 0xffffffff;
  unsigned shift = 0;
  int family = 0;
  int protocol = 0;       // that it implies
  std::int64_t add = 0;
  bool steady = true;
};

constexpr u128 byte = 0xff, half = 0xffff;

constexpr HeaderField headers[] = {
    {"ip", "saddr", Field::src, As::address, 0xffffffff, 0, 4},
    {"ip", "daddr", Field::dst, As::address, 0xffffffff, 0, 4},
    {"ip", "protocol", Field::proto, As::protocol, byte, 0, 4},
    {"ip", "dscp", Field::tos, As::dscp, 0xfc, 2, 4, 0, 0, false},
    {"ip", "ecn", Field::tos, As::ecn, 0x03, 0, 4, 0, 0, false},
    {"ip", "ttl", Field::ttl, As::number, byte, 0, 4, 0, 0, false},
    {"ip", "length", Field::length, As::number, half, 0, 4},
    {"ip6", "saddr", Field::src, As::address, all_ones, 0, 6},
    {"ip6", "daddr", Field::dst, As::address, all_ones, 0, 6},
    {"ip6", "dscp", Field::tos, As::dscp, 0xfc, 2, 6, 0, 0, false},
    {"ip6", "ecn", Field::tos, As::ecn, 0x03, 0, 6, 0, 0, false},
    {"ip6", "hoplimit", Field::ttl, As::number, byte, 0, 6, 0, 0, false},
    {"ip6", "length", Field::length, As::number, half, 0, 6, 0, 40},
    {"tcp", "sport", Field::sport, As::number, half, 0, 0, 6},
    {"tcp", "dport", Field::dport, As::number, half, 0, 0, 6},
    {"tcp", "flags", Field::tcp_flags, As::tcp_flags, byte, 0, 0, 6},
    {"udp", "sport", Field::sport, As::number, half, 0, 0, 17},
    {"udp", "dport", Field::dport, As::number, half, 0, 0, 17},
    {"udplite", "sport", Field::sport, As::number, half, 0, 0, 136},
    {"udplite", "dport", Field::dport, As::number, half, 0, 0, 136},
    {"sctp", "sport", Field::sport, As::number, half, 0, 0, 132},
    {"sctp", "dport", Field::dport, As::number, half, 0, 0, 132},
    {"dccp", "sport", Field::sport, As::number, half, 0, 0, 33},
    {"dccp", "dport", Field::dport, As::number, half, 0, 0, 33},
    {"dccp", "type", Field::dccp_type, As::dccp_type, 0xf, 0, 0, 33},
    {"esp", "spi", Field::esp_spi, As::number, 0xffffffff, 0, 0, 50},
    {"ah", "spi", Field::ah_spi, As::number, 0xffffffff, 0, 0, 51},
    {"ah", "reserved", Field::ah_reserved, As::number, half, 0, 0, 51},
    {"comp", "cpi", Field::ipcomp_cpi, As::number, half, 0, 0, 108},
    {"icmp", "type", Field::icmp, As::icmp_type, 0xff00, 8, 4, 1},
    {"icmp", "code", Field::icmp, As::icmp_code, byte, 0, 4, 1},
    {"icmpv6", "type", Field::icmp, As::icmpv6_type, 0xff00, 8, 6, 58},
    {"icmpv6", "code", Field::icmp, As::icmpv6_code, byte, 0, 6, 58},
    {"ether", "saddr", Field::mac_src, As::mac, (u128{1} << 48) - 1},
    {"mh", "type", Field::mh_type, As::number, byte, 0, 6, 135},
};

constexpr HeaderField extension_headers[] = {
    {"frag", "id", Field::frag_id, As::number, 0xffffffff, 0, 6},
    {"frag", "more-fragments", Field::frag_more, As::number, 1, 0, 6},
    {"rt", "type", Field::rt_type, As::number, byte, 0, 6},
    {"rt", "seg-left", Field::rt_segsleft, As::number, byte, 0, 6},
};

constexpr HeaderField metas[] = {
    {"", "iifname", Field::in_if, As::device, all_ones},
    {"", "oifname", Field::out_if, As::device, all_ones},
    {"", "iif", Field::in_if, As::device, all_ones},
    {"", "oif", Field::out_if, As::device, all_ones},
    {"", "l4proto", Field::proto, As::protocol, byte},
    {"", "mark", Field::mark, As::number, 0xffffffff, 0, 0, 0, 0, false},
    {"", "pkttype", Field::pkttype, As::packet_type, 0x7},
    {"", "length", Field::length, As::number},
    {"", "priority", Field::priority, As::tc_class, 0xffffffff, 0, 0, 0, 0, false},
    {"", "cpu", Field::cpu},
    {"", "iifgroup", Field::in_group, As::group},
    {"", "oifgroup", Field::out_group, As::group},
    {"", "skuid", Field::uid},
    {"", "skgid", Field::gid},
    {"", "rtclassid", Field::realm},
};

constexpr HeaderField connections[] = {
    {"", "state", Field::ct_state, As::state, 0x1f, 0, 0, 0, 0, false},
    {"", "status", Field::ct_status, As::status, 0xffffffff},
    {"", "direction", Field::ct_dir, As::direction, 1},
    {"", "mark", Field::ct_mark, As::number, 0xffffffff, 0, 0, 0, 0, false},
    {"", "expiration", Field::ct_expire},
    {"", "protocol", Field::ct_proto, As::protocol, byte},
};

constexpr HeaderField directed[] = {
    {"original", "ip saddr", Field::ct_orig_src, As::address, 0xffffffff, 0, 4},
    {"original", "ip daddr", Field::ct_orig_dst, As::address, 0xffffffff, 0, 4},
    {"reply", "ip saddr", Field::ct_repl_src, As::address, 0xffffffff, 0, 4},
    {"reply", "ip daddr", Field::ct_repl_dst, As::address, 0xffffffff, 0, 4},
    {"original", "ip6 saddr", Field::ct_orig_src, As::address, all_ones, 0, 6},
    {"original", "ip6 daddr", Field::ct_orig_dst, As::address, all_ones, 0, 6},
    {"reply", "ip6 saddr", Field::ct_repl_src, As::address, all_ones, 0, 6},
    {"reply", "ip6 daddr", Field::ct_repl_dst, As::address, all_ones, 0, 6},
    {"original", "proto-src", Field::ct_orig_sport, As::number, half},
    {"original", "proto-dst", Field::ct_orig_dport, As::number, half},
    {"reply", "proto-src", Field::ct_repl_sport, As::number, half},
    {"reply", "proto-dst", Field::ct_repl_dport, As::number, half},
    {"original", "protocol", Field::ct_proto, As::protocol, byte},
    {"reply", "protocol", Field::ct_proto, As::protocol, byte},
};

template <std::size_t N>
const HeaderField* find(const HeaderField (&table)[N], std::string_view header, std::string_view name) {
  const auto at = std::find_if(std::begin(table), std::end(table), [&](const HeaderField& f) { return f.header == header && f.name == name; });
  return at == std::end(table) ? nullptr : at;
}

Operand make(const HeaderField& f, Family family, const json& expression) {
  Operand out{.field = f.field, .as = f.as, .mask = f.mask, .whole = f.field != Field::tos && f.field != Field::icmp, .shift = f.shift, .add = f.add, .steady = f.steady, .text = expression_text(expression)};
  if (f.family != 0 && (f.family == 4) != (family == Family::v4)) out.needs.push_back(never_test(out.text));
  if (f.protocol != 0) out.needs.push_back(protocol_test(static_cast<std::uint64_t>(f.protocol)));
  return out;
}

Operand any_port(const json& expression, Field field) { return {.field = field, .mask = half, .any_port = true, .text = expression_text(expression)}; }

Operand payload_of(const json& expression, const json& p, Family family) {
  if (!p.contains("protocol")) throw NotUnderstood(expression_text(expression));
  const std::string header = p.at("protocol"), name = p.at("field");
  if (header == "th" && (name == "sport" || name == "dport")) return any_port(expression, name == "sport" ? Field::sport : Field::dport);
  if (const HeaderField* f = find(headers, header, name)) return make(*f, family, expression);
  throw NotUnderstood(expression_text(expression));
}

constexpr std::array<std::array<Field, 3>, 2> type_fields{{{Field::src_type, Field::src_type_in, Field::src_type_out},
                                                           {Field::dst_type, Field::dst_type_in, Field::dst_type_out}}};

Operand fib_of(const json& expression, const json& f) {
  if (f.at("result") != "type") throw NotUnderstood(expression_text(expression));
  const std::vector<std::string> flags = f.at("flags");
  const auto has = [&](const char* flag) { return std::find(flags.begin(), flags.end(), flag) != flags.end(); };
  if (has("saddr") == has("daddr") || has("mark") || (has("iif") && has("oif"))) throw NotUnderstood(expression_text(expression));
  return {.field = type_fields[has("daddr") ? 1 : 0][has("iif") ? 1 : has("oif") ? 2 : 0], .as = As::address_type, .text = expression_text(expression)};
}

Operand masked_of(const json& expression, const json& parts, Family family) {
  Operand out = operand_of(parts.at(0), family);
  out.text = expression_text(expression);
  u128 mask = 0;
  if (out.as == As::address) {
    const auto address = read_address(out.mask == all_ones ? Family::v6 : Family::v4, parts.at(1).get<std::string>());
    if (!address) throw NotUnderstood(out.text);
    mask = *address;
  } else {
    mask = flags_of(parts.at(1), out.as);
  }
  if (out.add != 0 || out.as == As::device) throw NotUnderstood(out.text);
  out.mask &= mask << out.shift;
  out.whole = false;
  return out;
}

// Of the fragment field of IPv4 the model holds the offset.
bool is_fragment_offset(const json& parts) {
  static const json frag = {{"payload", {{"protocol", "ip"}, {"field", "frag-off"}}}};
  return parts.is_array() && parts.size() == 2 && parts[0] == frag && parts[1] == 0x1fff;
}

}  // namespace

Test protocol_test(std::uint64_t protocol) {
  return {.pred = is(Field::proto, protocol), .basic = Test::Basic::proto, .value = {protocol, byte}, .text = {}};
}

Test never_test(std::string text) { return {.pred = never(), .text = std::move(text)}; }

Operand operand_of(const json& e, Family family) {
  if (!e.is_object() || e.size() != 1) throw NotUnderstood(expression_text(e));
  const std::string& kind = e.begin().key();
  const json& v = e.begin().value();
  if (kind == "payload") return payload_of(e, v, family);
  if (kind == "&" && is_fragment_offset(v)) {
    Operand out{.field = Field::frag_off, .mask = 0x1fff, .text = expression_text(e)};
    if (family == Family::v6) out.needs.push_back(never_test(out.text));
    return out;
  }
  if (kind == "&") return masked_of(e, v, family);
  if (kind == "fib") return fib_of(e, v);
  const HeaderField* found = nullptr;
  if (kind == "meta") found = find(metas, "", v.at("key").get<std::string>());
  if (kind == "rt" && v.at("key") == "classid") found = find(metas, "", "rtclassid");
  if (kind == "ct") found = v.contains("dir") ? find(directed, v["dir"].get<std::string>(), v.at("key").get<std::string>())
                                              : find(connections, "", v.at("key").get<std::string>());
  if (kind == "exthdr" && v.contains("field")) found = find(extension_headers, v.at("name").get<std::string>(), v["field"].get<std::string>());
  if (kind == "tcp option" && v.value("name", "") == "maxseg" && v.value("field", "") == "size") {
    Operand out{.field = Field::tcp_mss, .mask = half, .steady = false, .text = expression_text(e)};
    out.needs.push_back(protocol_test(6));
    return out;
  }
  if (!found) throw NotUnderstood(expression_text(e));
  Operand out = make(*found, family, e);
  out.connection = kind == "ct";
  return out;
}

}  // namespace fwsim::nft_json
