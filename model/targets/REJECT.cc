// -j REJECT: drop, and tell the sender. net/ipv4/netfilter/ipt_REJECT.c, ip6t_REJECT.c
// The number of a kind is the ICMP code to send; tcp-reset is its own.
#include "model/extension.hh"
#include "model/ruleset.hh"

namespace fwsim {
namespace {

// In the order of `with`: the canonical name first, then the short form.
constexpr NamedNumber v4_kinds[] = {
    {"icmp-net-unreachable", 0},    {"net-unreach", 0},    {"icmp-host-unreachable", 1}, {"host-unreach", 1},
    {"icmp-proto-unreachable", 2},  {"proto-unreach", 2},  {"icmp-port-unreachable", 3}, {"port-unreach", 3},
    {"icmp-net-prohibited", 9},     {"net-prohib", 9},     {"icmp-host-prohibited", 10}, {"host-prohib", 10},
    {"icmp-admin-prohibited", 13},  {"admin-prohib", 13},  {"tcp-reset", 255},           {"tcp-rst", 255}};
constexpr NamedNumber v6_kinds[] = {
    {"icmp6-no-route", 0},         {"no-route", 0},     {"icmp6-adm-prohibited", 1}, {"adm-prohibited", 1},
    {"icmp6-addr-unreachable", 3}, {"addr-unreach", 3}, {"icmp6-port-unreachable", 4}, {"port-unreach", 4},
    {"icmp6-policy-fail", 5},      {"policy-fail", 5},  {"icmp6-reject-route", 6},   {"reject-route", 6},
    {"tcp-reset", 255}};

void finish(Use& use, CheckContext& c) {
  if (use.number("reject-with") == 255 && (c.rule.basic.proto != 6 || c.rule.basic.not_proto))
    c.fault("reject-with", "--reject-with tcp-reset needs -p tcp in the same rule", "add -p tcp");
}

Actions act(const TargetUse& use, Family) { return {Effect{.use = &use, .terminates = true}}; }

constexpr Option v4_options[] = {
    {.name = "reject-with", .kind = &kinds::named, .names = v4_kinds, .saved = Saved::always,
     .fallback = "icmp-port-unreachable", .help = "what the sender is told"},
};
constexpr Option v6_options[] = {
    {.name = "reject-with", .kind = &kinds::named, .names = v6_kinds, .saved = Saved::always,
     .fallback = "icmp6-port-unreachable", .help = "what the sender is told"},
};
constexpr TableId tables[] = {TableId::filter};
constexpr HookSet hooks = hooks_of(Hook::input, Hook::forward, Hook::output);

}  // namespace

extern const Extension target_REJECT{
    .name = "REJECT", .is_target = true, .v6 = false, .options = v4_options, .tables = tables, .hooks = hooks,
    .help = "drop and answer with an error", .finish = finish, .act = act};
extern const Extension target_REJECT6{
    .name = "REJECT", .is_target = true, .v4 = false, .options = v6_options, .tables = tables, .hooks = hooks,
    .help = "drop and answer with an error", .finish = finish, .act = act};

}  // namespace fwsim
