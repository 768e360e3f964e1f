#include "parser/nft/names.hh"

#include <charconv>
#include <span>

#include "model/value.hh"

namespace fwsim::nft_json {
namespace {

constexpr NamedNumber icmp_types[] = {
    {"echo-reply", 0}, {"destination-unreachable", 3}, {"source-quench", 4}, {"redirect", 5}, {"echo-request", 8},
    {"router-advertisement", 9}, {"router-solicitation", 10}, {"time-exceeded", 11}, {"parameter-problem", 12},
    {"timestamp-request", 13}, {"timestamp-reply", 14}, {"info-request", 15}, {"info-reply", 16},
    {"address-mask-request", 17}, {"address-mask-reply", 18}};
constexpr NamedNumber icmp_codes[] = {{"net-unreachable", 0}, {"host-unreachable", 1}, {"prot-unreachable", 2},
                                      {"port-unreachable", 3}, {"frag-needed", 4}, {"net-prohibited", 9},
                                      {"host-prohibited", 10}, {"admin-prohibited", 13}};
constexpr NamedNumber icmpv6_types[] = {
    {"destination-unreachable", 1}, {"packet-too-big", 2}, {"time-exceeded", 3}, {"parameter-problem", 4},
    {"echo-request", 128}, {"echo-reply", 129}, {"mld-listener-query", 130}, {"mld-listener-report", 131},
    {"mld-listener-done", 132}, {"mld-listener-reduction", 132}, {"nd-router-solicit", 133}, {"nd-router-advert", 134},
    {"nd-neighbor-solicit", 135}, {"nd-neighbor-advert", 136}, {"nd-redirect", 137}, {"router-renumbering", 138},
    {"ind-neighbor-solicit", 141}, {"ind-neighbor-advert", 142}, {"mld2-listener-report", 143}};
constexpr NamedNumber icmpv6_codes[] = {{"no-route", 0}, {"admin-prohibited", 1}, {"addr-unreachable", 3},
                                        {"port-unreachable", 4}, {"policy-fail", 5}, {"reject-route", 6}};
constexpr NamedNumber dscps[] = {
    {"cs0", 0}, {"cs1", 8}, {"cs2", 16}, {"cs3", 24}, {"cs4", 32}, {"cs5", 40}, {"cs6", 48}, {"cs7", 56}, {"df", 0},
    {"be", 0}, {"lephb", 1}, {"af11", 10}, {"af12", 12}, {"af13", 14}, {"af21", 18}, {"af22", 20}, {"af23", 22},
    {"af31", 26}, {"af32", 28}, {"af33", 30}, {"af41", 34}, {"af42", 36}, {"af43", 38}, {"va", 44}, {"ef", 46}};
constexpr NamedNumber ecns[] = {{"not-ect", 0}, {"ect1", 1}, {"ect0", 2}, {"ce", 3}};
constexpr NamedNumber flags[] = {{"fin", 1}, {"syn", 2}, {"rst", 4}, {"psh", 8}, {"ack", 16}, {"urg", 32}, {"ecn", 64}, {"cwr", 128}};
constexpr NamedNumber states[] = {{"invalid", 1}, {"new", 2}, {"related", 4}, {"established", 8}, {"untracked", 16}};
constexpr NamedNumber statuses[] = {{"expected", 1}, {"seen-reply", 2}, {"assured", 4}, {"confirmed", 8},
                                    {"snat", 16}, {"dnat", 32}, {"dying", 512}};
constexpr NamedNumber directions[] = {{"original", 0}, {"reply", 1}};
constexpr NamedNumber packet_types[] = {{"host", 0}, {"unicast", 0}, {"broadcast", 1}, {"multicast", 2}, {"other", 3}};
constexpr NamedNumber address_types[] = {{"unspec", 0}, {"unicast", 1}, {"local", 2}, {"broadcast", 3}, {"anycast", 4},
                                         {"multicast", 5}, {"blackhole", 6}, {"unreachable", 7}, {"prohibit", 8}};
constexpr NamedNumber dccp_types[] = {{"request", 0}, {"response", 1}, {"data", 2}, {"ack", 3}, {"dataack", 4},
                                      {"closereq", 5}, {"close", 6}, {"reset", 7}, {"sync", 8}, {"syncack", 9}};
constexpr NamedNumber groups[] = {{"default", 0}};
constexpr NamedNumber protocols[] = {{"icmp", 1}, {"tcp", 6}, {"udp", 17}, {"dccp", 33}, {"esp", 50}, {"ah", 51},
                                     {"ipv6-icmp", 58}, {"icmpv6", 58}, {"comp", 108}, {"sctp", 132}, {"udplite", 136}};

std::span<const NamedNumber> names_of(As as) {
  switch (as) {
    case As::icmp_type: return icmp_types;
    case As::icmp_code: return icmp_codes;
    case As::icmpv6_type: return icmpv6_types;
    case As::icmpv6_code: return icmpv6_codes;
    case As::dscp: return dscps;
    case As::ecn: return ecns;
    case As::tcp_flags: return flags;
    case As::state: return states;
    case As::status: return statuses;
    case As::direction: return directions;
    case As::packet_type: return packet_types;
    case As::address_type: return address_types;
    case As::dccp_type: return dccp_types;
    case As::group: return groups;
    case As::protocol: return protocols;
    default: return {};
  }
}

std::optional<std::uint64_t> read_class(std::string_view word) {
  if (word == "none") return 0;
  if (word == "root") return 0xffffffff;
  const std::size_t colon = word.find(':');
  if (colon == word.npos) return std::nullopt;
  std::uint64_t halves[2] = {0, 0};
  const std::string_view parts[2] = {word.substr(0, colon), word.substr(colon + 1)};
  for (std::size_t i = 0; i < 2; ++i) {
    const auto [end, error] = std::from_chars(parts[i].data(), parts[i].data() + parts[i].size(), halves[i], 16);
    if (error != std::errc{} || end != parts[i].data() + parts[i].size() || halves[i] > 0xffff) return std::nullopt;
  }
  return halves[0] << 16 | halves[1];
}

}  // namespace

std::optional<std::uint64_t> number_of(As as, std::string_view word) {
  for (const NamedNumber& n : names_of(as))
    if (n.name == word) return n.number;
  if (as == As::protocol) return read_protocol(word);
  if (as == As::tc_class && word.find(':') != word.npos) return read_class(word);
  if (as == As::tc_class && (word == "none" || word == "root")) return read_class(word);
  if (as == As::number)
    if (const auto port = read_port(word, 0); port && !read_number(word)) return port;
  return read_number(word);
}

}  // namespace fwsim::nft_json
