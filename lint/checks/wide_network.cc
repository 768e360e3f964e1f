#include <fmt/format.h>

#include <algorithm>

#include "lint/checks.hh"
#include "lint/checks/rule_parts.hh"

namespace fwsim::checks {
namespace {

struct Named {
  Prefix prefix;
  std::string_view text, what;
};
constexpr Prefix v4(u128 address, unsigned length) { return {address, prefix_mask(Family::v4, length)}; }
constexpr Named inner[] = {
    {v4(0x0a000000, 8), "10.0.0.0/8", "private networks"},
    {v4(0x64400000, 10), "100.64.0.0/10", "the shared addresses of providers"},
    {v4(0xac100000, 12), "172.16.0.0/12", "private networks"},
    {v4(0xc0a80000, 16), "192.168.0.0/16", "private networks"},
};
// Wide by nature: multicast and what is reserved; half of everything is a way to say all.
constexpr Prefix natural[] = {v4(0xe0000000, 4), v4(0xf0000000, 4), v4(0xe0000000, 3), v4(0, 1), v4(0x80000000, 1), v4(0x7f000000, 8)};

void run(const Facts& facts, Findings& findings) {
  if (facts.ruleset().family != Family::v4) return;
  for_rules(facts, TableId::filter, [&](const RuleId& id, const Rule& rule) {
    if (!accepts(rule)) return;
    for (const bool source : {true, false}) {
      const Prefix* network = source ? &rule.basic.src : &rule.basic.dst;
      const bool negated = source ? rule.basic.not_src : rule.basic.not_dst;
      const std::string_view what = source ? "from" : "to";
      const int length = prefix_length(Family::v4, network->mask);
      if (negated || length < 1 || length > 15) continue;
      if (std::find(std::begin(natural), std::end(natural), *network) != std::end(natural) || facts.never(id)) continue;
      const std::string text = fmt::format("{}/{}", address_text(Family::v4, network->address), length);
      const auto holds = std::find_if(std::begin(inner), std::end(inner), [&](const Named& n) { return (n.prefix.address & network->mask) == network->address && n.prefix.mask != network->mask && (network->mask & ~n.prefix.mask) == 0; });
      if (holds != std::end(inner) && length >= 7)
        findings.add(id, fmt::format("accepts packets {} {}: {} are {}, the rest belongs to strangers", what, text, holds->what, holds->text)).hint = fmt::format("{}", holds->text);
      else if (length < 8)
        findings.add(id, fmt::format("accepts packets {} {}: that is one of {} parts of the internet", what, text, 1U << length)).hint = "is the length of the prefix right?";
    }
  });
}

}  // namespace

const Check wide_network{
    .id = "FW813", .name = "wide-network",
    .title = "an accepted network is wider than it can be meant",
    .why = "172.0.0.0/8 and 192.0.0.0/8 are not private, only small parts of them are; a short prefix is more often a slip than a wish.",
    .bad = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -s 172.0.0.0/8 -p tcp -m tcp --dport 22 -j ACCEPT\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -s 172.16.0.0/12 -p tcp -m tcp --dport 22 -j ACCEPT\n"
           "-A INPUT -s 10.0.0.0/8 -d 224.0.0.0/4 -j ACCEPT\n"
           "-A INPUT -s 172.0.0.0/8 -j DROP\n"
           "COMMIT\n",
    .covers = "I05",
    .run = run};

}  // namespace fwsim::checks
