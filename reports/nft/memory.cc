// Matches that count or remember: limits, quotas, lists of addresses. In nft a rule has them as
// statements with a memory of their own, or keeps them in dynamic sets, one entry for each address.
#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "model/rate.hh"
#include "reports/nft/extensions.hh"
#include "reports/nft/fields.hh"

namespace fwsim::nft {
namespace {

constexpr std::uint64_t dynamic_size = 65535;  // entries of a set that rules fill; iptables has other bounds

// "5/second" of iptables' "5/sec".
std::string rate_words(std::uint64_t interval, std::uint64_t scale) {
  const std::string text = rate_text(interval, scale);
  const std::size_t slash = text.find('/');
  const std::string unit = text.substr(slash + 1);
  return text.substr(0, slash + 1) + (unit == "sec" ? "second" : unit == "min" ? "minute" : unit);
}

std::string set_body(std::string_view type, bool timeout, std::uint64_t seconds, std::uint64_t size) {
  std::string body = fmt::format("type {}\nsize {}\nflags dynamic{}\n", type, size, timeout ? ",timeout" : "");
  if (timeout) body += fmt::format("timeout {}s\n", seconds);
  return body;
}

std::string_view address_type(Family family) { return family == Family::v4 ? "ipv4_addr" : "ipv6_addr"; }

}  // namespace

std::optional<Ways> limit_text(const MatchUse& use, RuleContext& c, std::string&) {
  c.objects->notes.insert("limits keep the same rate and burst; the two kernels round their clocks differently");
  // The kernel counts credits in 32 bits: of a slow rate a large burst is less than it says.
  const std::uint64_t interval = use.number("limit"), asked = use.number("limit-burst", 5);
  const std::uint64_t burst = std::max<std::uint64_t>(1, limit_credits(interval * asked) / limit_credits(interval));
  if (burst < asked)
    c.objects->notes.insert(
        "the burst of a slow limit is the one that the kernel (with 250 ticks a second) really allows, not the one "
        "that was asked for");
  return one_way(memory_piece(
      fmt::format("limit rate {} burst {} packets", rate_words(interval, limit_scale), std::min(burst, asked))));
}

std::optional<Ways> connlimit_text(const MatchUse& use, RuleContext& c, std::string& why) {
  if (c.table->id == TableId::raw) {
    why = "before conntrack has seen the packet, the two count connections differently";
    return std::nullopt;
  }
  c.objects->notes.insert(
      "limits of connections are the same for packets that begin one; of later packets the two kernels count "
      "differently");
  const bool above = use.has("connlimit-above"), source = !use.has("connlimit-daddr");
  const std::uint64_t limit = use.number(above ? "connlimit-above" : "connlimit-upto"),
                      length = use.number("connlimit-mask");
  const std::string count = fmt::format("ct count {}{}", above ? "over " : "", limit);
  if (length == 0) return one_way(memory_piece(count));
  const std::string set = c.objects->add(fmt::format("connlimit_{}", source ? "source" : "destination"),
                                         set_body(address_type(c.family), false, 0, dynamic_size), c.rule);
  return one_way(memory_piece(
      fmt::format("add @{} {{ {} {} }}", set,
                  masked_address(c.family, source, prefix_mask(c.family, static_cast<unsigned>(length))), count)));
}

std::optional<Ways> hashlimit_text(const MatchUse& use, RuleContext& c, std::string& why) {
  const bool above = use.has("hashlimit-above");
  const Masked rate = *use.get<Masked>(above ? "hashlimit-above" : "hashlimit-upto");
  const auto* burst = use.get<Masked>("hashlimit-burst");
  if (rate.mask == 0 || use.has("hashlimit-rate-match") || !burst) {
    why = rate.mask == 0 ? "nft rounds byte rates differently" : "nft has only token buckets";
    return std::nullopt;
  }
  const std::string_view name = use.text("hashlimit-name");
  for (const Found& other : uses_of(*c.ruleset, "hashlimit", "hashlimit-name", name))
    if (other.table != c.table || other.use->given != use.given) {
      why = fmt::format("another rule uses the buckets of '{}' in another way", name);
      return std::nullopt;
    }
  const std::string limit = fmt::format("limit rate {}{} burst {} packets", above ? "over " : "",
                                        rate_words(rate.value, hashlimit_scale), burst->value);
  c.objects->notes.insert("limits keep the same rate and burst; the two kernels round their clocks differently");
  const auto* keys = use.get<Bits>("hashlimit-mode");
  if (!keys) return one_way(memory_piece(limit));
  std::string key, type;
  const auto part = [&](std::string_view text, std::string_view of_type) {
    key += fmt::format("{}{}", key.empty() ? "" : " . ", text);
    type += fmt::format("{}{}", type.empty() ? "" : " . ", of_type);
  };
  const bool ports = (keys->bits & 0xa) != 0;
  if (ports && c.protocol != 6 && c.protocol != 17) {
    why = "without -p tcp or -p udp it counts packets that have no ports, too";
    return std::nullopt;
  }
  const std::string_view transport = transport_name(c.protocol);
  for (const auto& [address, port, source] : {std::tuple{0, 1, true}, std::tuple{2, 3, false}}) {
    const auto length =
        static_cast<unsigned>(use.number(source ? "hashlimit-srcmask" : "hashlimit-dstmask", address_bits(c.family)));
    if ((keys->bits >> address) & 1)
      part(masked_address(c.family, source, prefix_mask(c.family, length)), address_type(c.family));
    if ((keys->bits >> port) & 1) part(fmt::format("{} {}", transport, source ? "sport" : "dport"), "inet_service");
  }
  const std::uint64_t seconds = (use.number("hashlimit-htable-expire") + 999) / 1000;
  const std::string set =
      c.objects->add(name, set_body(type, true, seconds, use.number("hashlimit-htable-max", dynamic_size)));
  return one_way(memory_piece(fmt::format("update @{} {{ {} {} }}", set, key, limit)));
}

std::optional<Ways> quota_text(const MatchUse& use, RuleContext& c, std::string&) {
  constexpr std::uint64_t most = 0x7fffffffffffffff;  // that nft takes; nobody counts so far
  c.objects->notes.insert("before Linux 6.16 a quota of nft ends one byte earlier");
  return one_way(memory_piece(fmt::format("quota {}{} bytes", use.inverted("quota") ? "over " : "until ",
                                          std::min(use.number("quota"), most))));
}

std::optional<Ways> statistic_text(const MatchUse& use, RuleContext&, std::string&) {
  if (use.number("mode") == 1) {
    const std::uint64_t every = use.number("every"), at = use.number("packet");
    return one_way(
        memory_piece(fmt::format("numgen inc mod {} {} {}", every, use.inverted("every") ? "!=" : "==", at)));
  }
  // Of 2^31; a small fraction that iptables would keep as this number reads better.
  const std::uint64_t probability = use.number("probability"), whole = std::uint64_t{1} << 31;
  const bool inverted = use.inverted("probability");
  if (probability == 0 || probability == whole) return (probability == 0) != inverted ? Ways{} : Ways{{}};
  std::uint64_t top = probability, bottom = whole;
  for (std::uint64_t n = 2; n <= 1000; ++n) {
    const std::uint64_t m = (probability * n + whole / 2) / whole;
    if (m == 0 || m >= n || (m * whole + n / 2) / n != probability) continue;
    top = m;
    bottom = n;
    break;
  }
  const std::uint64_t common = std::gcd(top, bottom);
  return one_way(
      memory_piece(fmt::format("numgen random mod {} {} {}", bottom / common, inverted ? ">=" : "<", top / common)));
}

// A list of recent is a set: its entries live as long as --seconds asks, so all rules must ask alike.
std::optional<Ways> recent_text(const MatchUse& use, RuleContext& c, std::string& why) {
  const std::string_view name = use.text("name");
  std::optional<std::uint64_t> seconds;
  bool asked = false;
  for (const Found& other : uses_of(*c.ruleset, "recent", "name", name)) {
    if (other.table != c.table) why = fmt::format("rules of another table use the list '{}'", name);
    if (other.use->has("hitcount") || other.use->has("rttl"))
      why = fmt::format("the list '{}' counts how often, or with which TTL, an address was seen", name);
    if (*other.use->get<AddressRange>("mask") != *use.get<AddressRange>("mask"))
      why = fmt::format("rules use the list '{}' with several masks", name);
    if (!other.use->has("rcheck") && !other.use->has("update")) continue;
    const std::uint64_t asks = other.use->number("seconds", 0);
    if (asked && seconds != asks) why = fmt::format("rules ask the list '{}' for several times", name);
    seconds = asks;
    asked = true;
  }
  if (use.inverted("set") || use.inverted("update") || use.inverted("remove"))
    why = "it matches what it did not change";
  if (!why.empty()) return std::nullopt;
  const bool timeout = seconds.value_or(0) != 0;
  const bool source = !use.has("rdest");
  c.objects->notes.insert(fmt::format(
      "lists of -m recent hold {} addresses, and then take no more; iptables forgets the oldest", dynamic_size));
  const std::string set =
      c.objects->add(name, set_body(address_type(c.family), timeout, seconds.value_or(0), dynamic_size));
  const u128 mask = use.get<AddressRange>("mask")->low;
  const std::string key = masked_address(c.family, source, mask);
  if (use.has("set"))
    return one_way(memory_piece(fmt::format("{} @{} {{ {} }}", timeout ? "update" : "add", set, key)));
  if (use.has("rcheck"))
    return one_way(memory_piece(fmt::format("{} {}@{}", key, use.inverted("rcheck") ? "!= " : "", set)));
  if (use.has("remove")) return one_way(memory_piece(fmt::format("{0} @{1} delete @{1} {{ {0} }}", key, set)));
  if (!timeout) return one_way(memory_piece(fmt::format("{} @{}", key, set)));
  return one_way(memory_piece(fmt::format("{0} @{1} update @{1} {{ {0} }}", key, set)));
}

}  // namespace fwsim::nft
