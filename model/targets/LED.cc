// -j LED: triggers a light; nothing happens to the packet. xt_LED.c
#include <fmt/format.h>

#include "model/extension.hh"

namespace fwsim {
namespace {

constexpr ValueKind delay_kind{
    "ms|inf", 1,
    [](const ValueContext&, std::span<const std::string_view> words, Value& out) -> std::optional<ValueError> {
      const auto delay = read_number(words[0]);
      if (!delay && words[0] != "inf")
        return ValueError{fmt::format("'{}' is not a delay", words[0]), "milliseconds, or inf"};
      if (delay && *delay > 0xffffffff) return ValueError{fmt::format("'{}' is out of range", words[0]), {}};
      out = std::string(words[0] == "inf" ? "inf" : fmt::format("{}", *delay));
      return {};
    },
    [](const ValueContext&, const Value& value, std::string& out) { out += std::get<std::string>(value); }};

void finish(Use& use, CheckContext&) {
  // iptables-save prints only delays above 0, and "inf" is -1.
  const std::string_view delay = use.text("led-delay");
  if (delay == "inf" || delay == "0") use.remove("led-delay");
}

Actions act(const TargetUse&, Family) { return {}; }

constexpr Option options[] = {
    {.name = "led-trigger-id", .kind = &kinds::quoted, .max = 16, .required = true, .help = "name of the trigger"},
    {.name = "led-delay", .kind = &delay_kind, .help = "how long the light stays on"},
    {.name = "led-always-blink", .help = "blink also while it is on"},
};

}  // namespace

extern const Extension target_LED{
    .name = "LED", .is_target = true, .options = options, .help = "flash a light", .finish = finish, .act = act};

}  // namespace fwsim
