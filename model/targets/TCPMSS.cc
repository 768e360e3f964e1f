// -j TCPMSS: lowers the maximum segment size that a SYN announces. xt_TCPMSS.c
#include "model/extension.hh"
#include "model/ruleset.hh"

namespace fwsim {
namespace {

constexpr std::uint64_t syn = 0x02;

// The kernel wants some -m tcp of the rule to ask for SYN; it does not look at the mask.
bool asks_for_syn(const Rule& rule) {
  for (const MatchUse& match : rule.matches) {
    if (match.name != "tcp") continue;
    const auto* flags = match.get<Masked>("tcp-flags");
    if (flags && (flags->value & syn) != 0 && !match.inverted("tcp-flags")) return true;
  }
  return false;
}

void finish(Use& use, CheckContext& c) {
  if (use.has("clamp-mss-to-pmtu")) use.remove("set-mss");
  if (!asks_for_syn(c.rule))
    c.fault("", "-j TCPMSS works only on SYN packets, and the rule must say so", "add --tcp-flags SYN,RST SYN");
}

Actions act(const TargetUse& use, Family) {
  return {Effect{.use = &use, .drops_malformed = true, .writes = {Field::tcp_mss, Field::length, Field::l4_len}}};
}

constexpr HookSet sending = hooks_of(Hook::forward, Hook::output, Hook::postrouting);

constexpr Option v4_options[] = {
    {.name = "clamp-mss-to-pmtu", .hooks = sending, .help = "the path MTU less the headers"},
    {.name = "set-mss", .kind = &kinds::number, .max = 65515, .help = "this size"},
};
constexpr Option v6_options[] = {
    {.name = "clamp-mss-to-pmtu", .hooks = sending, .help = "the path MTU less the headers"},
    {.name = "set-mss", .kind = &kinds::number, .max = 65495, .help = "this size"},
};
constexpr int protocols[] = {6};

}  // namespace

extern const Extension target_TCPMSS{.name = "TCPMSS",
                                     .is_target = true,
                                     .v6 = false,
                                     .options = v4_options,
                                     .protocols = protocols,
                                     .groups = "clamp-mss-to-pmtu+set-mss",
                                     .none_given = "TCPMSS target: At least one parameter is required",
                                     .help = "lower the segment size",
                                     .finish = finish,
                                     .act = act};
extern const Extension target_TCPMSS6{.name = "TCPMSS",
                                      .is_target = true,
                                      .v4 = false,
                                      .options = v6_options,
                                      .protocols = protocols,
                                      .groups = "clamp-mss-to-pmtu+set-mss",
                                     .none_given = "TCPMSS target: At least one parameter is required",
                                      .help = "lower the segment size",
                                      .finish = finish,
                                      .act = act};

}  // namespace fwsim
