// -j NFQUEUE: a program decides. xt_NFQUEUE.c. Without one the kernel drops the packet, or with
// --queue-bypass lets it pass this table.
#include <fmt/format.h>

#include "model/extension.hh"

namespace fwsim {
namespace {

constexpr ValueKind balance_kind{
    "first:last", 1,
    [](const ValueContext&, std::span<const std::string_view> words, Value& out) -> std::optional<ValueError> {
      if (words[0].find(':') == words[0].npos)
        return ValueError{fmt::format("'{}' is not a range of queues", words[0]), "two numbers: 0:3", fmt::format("Bad range \"{}\"", words[0])};
      const auto pieces = split(words[0], ':');
      const auto first = pieces[0].empty() ? std::uint64_t{0} : read_number(pieces[0]);
      const auto last = pieces[1].empty() ? std::uint64_t{0xffff} : read_number(pieces[1]);
      if (pieces.size() != 2 || !first || !last || *first > 0xffff || *last > 0xffff)
        return ValueError{fmt::format("'{}' is not a range of queues", words[0]), "two numbers from 0 to 65535: 0:3", fmt::format("Bad range \"{}\"", words[0])};
      NumRange range{*first, *last};
      if (pieces[1].empty() && range.low < 0xfffe) range.high = 0xfffe;  // an open end stops short of the last queue
      if (range.low >= range.high)
        return ValueError{fmt::format("the range of queues {} has just one, or none", words[0]),
                          "the first must be below the last", fmt::format("{} should be less than {}", *first, *last)};
      if (range.low == 0 && range.high == 0xffff) return ValueError{"65536 queues are too many", {}};
      out = range;
      return {};
    },
    [](const ValueContext&, const Value& value, std::string& out) {
      const auto& range = std::get<NumRange>(value);
      out += fmt::format("{}:{}", range.low, range.high);
    }};

void finish(Use& use, CheckContext&) {
  if (!use.has("queue-num") && !use.has("queue-balance")) use.put("queue-num", NumRange{0, 0});
}

Actions act(const TargetUse& use, Family) { return {Effect{.use = &use, .terminates = true, .end = Effect::End::queued}}; }

constexpr Option options[] = {
    {.name = "queue-num", .kind = &kinds::number, .max = 0xffff, .excludes = "queue-balance", .help = "the queue"},
    {.name = "queue-balance", .kind = &balance_kind, .help = "several queues, chosen by a hash of the addresses"},
    {.name = "queue-bypass", .help = "let the packet pass when no program listens"},
    {.name = "queue-cpu-fanout", .needs = "queue-balance", .help = "choose the queue by the processor"},
};

}  // namespace

extern const Extension target_NFQUEUE{.name = "NFQUEUE",
                                      .is_target = true,
                                      .options = options,
                                      .modelled = Modelled::partly,
                                      .note = "taken as if no program listened, unless the described host has one",
                                      .help = "ask a program",
                                      .finish = finish,
                                      .act = act};

}  // namespace fwsim
