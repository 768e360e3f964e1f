// -j CLASSIFY: the packet's priority, which tc takes for a class. xt_CLASSIFY.c
#include <fmt/format.h>

#include <iterator>

#include "model/extension.hh"

namespace fwsim {
namespace {

// What scanf's %x takes at the start of `text`, 16 bits of it; `text` is left behind it.
std::optional<std::uint64_t> scan_hex(std::string_view& text) {
  while (!text.empty() && (text[0] == ' ' || text[0] == '\t')) text.remove_prefix(1);
  const bool negative = !text.empty() && text[0] == '-';
  if (negative || (!text.empty() && text[0] == '+')) text.remove_prefix(1);
  const bool prefixed = text.size() > 1 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
  if (prefixed) text.remove_prefix(2);
  std::uint64_t number = 0;
  bool digits = prefixed;
  for (; !text.empty(); text.remove_prefix(1), digits = true) {
    const auto at = std::string_view("0123456789abcdefABCDEF").find(text[0]);
    if (at == std::string_view::npos) break;
    number = (number << 4) + (at > 15 ? at - 6 : at);
  }
  if (!digits) return std::nullopt;
  return (negative ? 0 - number : number) & 0xffff;
}

constexpr ValueKind class_kind{
    "major:minor", 1,
    [](const ValueContext&, std::span<const std::string_view> words, Value& out) -> std::optional<ValueError> {
      std::string_view text = words[0];
      const auto major = scan_hex(text);
      const bool colon = !text.empty() && text[0] == ':';
      if (colon) text.remove_prefix(1);
      const auto minor = colon ? scan_hex(text) : std::nullopt;
      if (!major || !minor)
        return ValueError{fmt::format("'{}' is not a class", words[0]), "two hexadecimal numbers: 1:10"};
      const std::uint64_t id = (*major << 16) | *minor;
      out = NumRange{id, id};
      return {};
    },
    [](const ValueContext&, const Value& value, std::string& out) {
      const std::uint64_t id = std::get<NumRange>(value).low;
      out += fmt::format("{:04x}:{:04x}", id >> 16, id & 0xffff);
    }};

Actions act(const TargetUse& use, Family) {
  return {Assign{.to = Field::priority, .constant = use.number("set-class")}};
}

constexpr Option options[] = {
    {.name = "set-class", .kind = &class_kind, .required = true, .help = "class of the traffic control", .refused = "Bad class value \"{}\""},
};

}  // namespace

extern const Extension target_CLASSIFY{.name = "CLASSIFY",
                                       .is_target = true,
                                       .options = options,
                                       .hooks = hooks_of(Hook::forward, Hook::output, Hook::postrouting),
                                       .help = "set the traffic class",
                                       .act = act};

}  // namespace fwsim
