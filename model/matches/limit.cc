// -m limit: a token bucket per rule, in the kernel's own arithmetic (net/netfilter/xt_limit.c):
// the interval between packets is kept in 1/10000 s, the credits per jiffy are a power of two.
#include "model/rate.hh"

#include <fmt/format.h>

#include "model/extension.hh"

namespace fwsim {
namespace {

constexpr ValueKind rate_kind{
    "rate[/second|/minute|/hour|/day]", 1,
    [](const ValueContext&, std::span<const std::string_view> words, Value& out) -> std::optional<ValueError> {
      const auto interval = read_rate(words[0], limit_scale);
      if (!interval)
        return ValueError{fmt::format("'{}' is not a rate", words[0]), "like 5/second, 10/minute, at most 10000/second", refused_rate(words[0])};
      out = NumRange{*interval, *interval};
      return {};
    },
    [](const ValueContext&, const Value& value, std::string& out) {
      out += rate_text(std::get<NumRange>(value).low, limit_scale);
    }};

void finish(Use& use, CheckContext& c) {
  const std::uint64_t avg = use.number("limit", limit_scale * 3600 / 3);
  const std::uint64_t burst = use.number("limit-burst", 5);
  if (burst == 0 || limit_credits(avg * burst) < limit_credits(avg))
    c.fault("limit", "the kernel cannot count this slow a rate with this burst (overflow)",
            "use a smaller --limit-burst or a shorter unit", {}, ERANGE);
}

Meaning meaning(const MatchUse& use, Family) { return {oracle(use), never()}; }

constexpr Option options[] = {
    {.name = "limit", .kind = &rate_kind, .saved = Saved::always, .fallback = "3/hour",
     .help = "average rate of packets that match"},
    {.name = "limit-burst", .kind = &kinds::number, .max = 10000, .saved = Saved::unless_default, .fallback = "5",
     .help = "packets that match at once before the rate counts"},
};

}  // namespace

extern const Extension match_limit{.name = "limit", .options = options, .memory = Memory::own, .help = "rate of this rule",
                                   .finish = finish, .match = meaning};

}  // namespace fwsim
