#include "model/targets/npt.hh"

#include <fmt/format.h>

#include "model/more_kinds.hh"

namespace fwsim {
namespace {

constexpr std::uint64_t max_length = 64;

}  // namespace

namespace kinds {
const ValueKind npt_prefix{
    "prefix/length", 1,
    [](const ValueContext& c, std::span<const std::string_view> words, Value& out) -> std::optional<ValueError> {
      if (auto error = host_prefix.read(c, words, out)) return error;
      const auto& p = std::get<Prefix>(out);
      if (prefix_length(c.family, p.mask) > static_cast<int>(max_length))
        return ValueError{fmt::format("prefix '{}' is longer than {} bits", words[0], max_length), {}};
      if ((p.address & ~p.mask) != 0)
        return ValueError{fmt::format("prefix '{}' has bits beyond its length", words[0]),
                          "write " + prefix_text(c.family, {p.address & p.mask, p.mask})};
      return {};
    },
    [](const ValueContext& c, const Value& value, std::string& out) {
      out += prefix_text(c.family, std::get<Prefix>(value));
    }};
}  // namespace kinds

// ::/0 is not printed: iptables-save takes it for nothing.
void finish_npt(Use& use, CheckContext&) {
  for (std::string_view option : {"src-pfx", "dst-pfx"})
    if (const auto* p = use.get<Prefix>(option); p && p->mask == 0) use.remove(option);
}

}  // namespace fwsim
