// -j NFLOG: a copy for a program that listens on a netlink group; the packet goes on to the next
// rule. xt_NFLOG.c
#include <string>

#include "model/extension.hh"

namespace fwsim {
namespace {

constexpr std::size_t max_prefix = 63;

void finish(Use& use, CheckContext&) {
  if (use.text("nflog-prefix").size() > max_prefix)
    use.put("nflog-prefix", std::string(use.text("nflog-prefix").substr(0, max_prefix)));
}

Actions act(const TargetUse& use, Family) { return {Effect{.use = &use}}; }

constexpr Option options[] = {
    {.name = "nflog-prefix", .kind = &kinds::text, .min = 1, .help = "text sent along, at most 63 characters"},
    {.name = "nflog-group",
     .kind = &kinds::number,
     .max = 0xffff,
     .saved = Saved::unless_default,
     .fallback = "0",
     .help = "netlink group"},
    {.name = "nflog-size", .kind = &kinds::number, .excludes = "nflog-range", .help = "bytes of the packet to copy"},
    {.name = "nflog-range",
     .kind = &kinds::number,
     .saved = Saved::unless_default,
     .fallback = "0",
     .help = "without effect, see --nflog-size"},
    {.name = "nflog-threshold",
     .kind = &kinds::number,
     .max = 0xffff,
     .saved = Saved::unless_default,
     .fallback = "0",
     .help = "packets sent together"},
};

}  // namespace

extern const Extension target_NFLOG{.name = "NFLOG",
                                    .is_target = true,
                                    .options = options,
                                    .logs = true, .help = "send a copy to a logging program",
                                    .finish = finish,
                                    .act = act};

}  // namespace fwsim
