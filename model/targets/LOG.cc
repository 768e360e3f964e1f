// -j LOG: a line in the kernel's log; the packet goes on to the next rule. xt_LOG.c
#include <fmt/format.h>

#include <string>

#include "model/extension.hh"

namespace fwsim {
namespace {

constexpr std::size_t max_prefix = 29;

constexpr NamedNumber levels[] = {{"emerg", 0},   {"panic", 0},  {"alert", 1}, {"crit", 2}, {"error", 3},
                                  {"warning", 4}, {"notice", 5}, {"info", 6},  {"debug", 7}};

constexpr ValueKind level_kind{
    "level", 1,
    [](const ValueContext& c, std::span<const std::string_view> words, Value& out) -> std::optional<ValueError> {
      std::string known;
      for (const NamedNumber& level : c.option->names) {
        if (level.name == words[0]) {
          out = NumRange{level.number, level.number};
          return {};
        }
        known += (known.empty() ? "" : ", ") + std::string(level.name);
      }
      const auto number = read_number(words[0]);
      if (!number || *number > 7)
        return ValueError{fmt::format("log level '{}' is unknown", words[0]), "0 to 7, or " + known};
      out = NumRange{*number, *number};
      return {};
    },
    [](const ValueContext&, const Value& value, std::string& out) {
      out += std::to_string(std::get<NumRange>(value).low);
    }};

void finish(Use& use, CheckContext&) {
  if (use.text("log-prefix").size() > max_prefix)
    use.put("log-prefix", std::string(use.text("log-prefix").substr(0, max_prefix)));
}

Actions act(const TargetUse& use, Family) { return {Effect{.use = &use}}; }

constexpr Option options[] = {
    {.name = "log-prefix", .kind = &kinds::text, .min = 1, .help = "text before the line, at most 29 characters"},
    {.name = "log-level",
     .kind = &level_kind,
     .names = levels,
     .saved = Saved::unless_default,
     .fallback = "4",
     .help = "priority for syslog", .refused = "log level \"{}\" unknown\n"},
    {.name = "log-tcp-sequence", .help = "with TCP sequence numbers"},
    {.name = "log-tcp-options", .help = "with TCP options"},
    {.name = "log-ip-options", .help = "with IP options"},
    {.name = "log-uid", .help = "with the user of the sending process"},
    {.name = "log-macdecode", .help = "with the link header decoded"},
};

}  // namespace

extern const Extension target_LOG{.name = "LOG",
                                  .is_target = true,
                                  .options = options,
                                  .logs = true, .help = "write a line to the kernel log",
                                  .finish = finish,
                                  .act = act};

}  // namespace fwsim
