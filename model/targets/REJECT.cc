// -j REJECT: drop, and tell the sender. net/ipv4/netfilter/ipt_REJECT.c, ip6t_REJECT.c
// The number of a kind is the ICMP code to send; tcp-reset is its own.
#include <fmt/format.h>

#include <string>

#include "model/extension.hh"
#include "model/ruleset.hh"

namespace fwsim {
namespace {

// In the order of `with`: the canonical name first, then the short form.
constexpr NamedNumber v4_kinds[] = {
    {"icmp-net-unreachable", 0},   {"net-unreach", 0},   {"icmp-host-unreachable", 1}, {"host-unreach", 1},
    {"icmp-proto-unreachable", 2}, {"proto-unreach", 2}, {"icmp-port-unreachable", 3}, {"port-unreach", 3},
    {"icmp-net-prohibited", 9},    {"net-prohib", 9},    {"icmp-host-prohibited", 10}, {"host-prohib", 10},
    {"icmp-admin-prohibited", 13}, {"admin-prohib", 13}, {"tcp-reset", 255},           {"tcp-rst", 255}};
constexpr NamedNumber v6_kinds[] = {{"icmp6-no-route", 0},
                                    {"no-route", 0},
                                    {"icmp6-adm-prohibited", 1},
                                    {"adm-prohibited", 1},
                                    {"icmp6-addr-unreachable", 3},
                                    {"addr-unreach", 3},
                                    {"icmp6-port-unreachable", 4},
                                    {"port-unreach", 4},
                                    {"icmp6-policy-fail", 5},
                                    {"policy-fail", 5},
                                    {"icmp6-reject-route", 6},
                                    {"reject-route", 6},
                                    {"tcp-reset", 255}};

// The first kind that begins like the word, in the order of the table: "icmp" is icmp-net-unreachable.
constexpr ValueKind reject_kind{
    "type", 1,
    [](const ValueContext& c, std::span<const std::string_view> words, Value& out) -> std::optional<ValueError> {
      std::string known;
      for (const NamedNumber& kind : c.option->names) {
        if (equal_ignoring_case(kind.name.substr(0, words[0].size()), words[0])) {
          out = NumRange{kind.number, kind.number};
          return {};
        }
        if (kind.name.substr(0, 4) == "icmp") known += (known.empty() ? "" : ", ") + std::string(kind.name);
      }
      return ValueError{fmt::format("'{}' is not known for --{}", words[0], c.option->name),
                        "one of " + known + ", tcp-reset", fmt::format("unknown reject type \"{}\"", words[0])};
    },
    [](const ValueContext& c, const Value& value, std::string& out) { kinds::named.print(c, value, out); }};

void finish(Use& use, CheckContext& c) {
  if (use.number("reject-with") == 255 && (c.rule.basic.proto != 6 || c.rule.basic.not_proto))
    c.fault("reject-with", "--reject-with tcp-reset needs -p tcp in the same rule", "add -p tcp");
}

Actions act(const TargetUse& use, Family) {
  return {Effect{.use = &use, .terminates = true, .resets = use.number("reject-with") == 255}};
}

constexpr Option v4_options[] = {
    {.name = "reject-with",
     .kind = &reject_kind,
     .names = v4_kinds,
     .saved = Saved::always,
     .fallback = "icmp-port-unreachable",
     .help = "what the sender is told"},
};
constexpr Option v6_options[] = {
    {.name = "reject-with",
     .kind = &reject_kind,
     .names = v6_kinds,
     .saved = Saved::always,
     .fallback = "icmp6-port-unreachable",
     .help = "what the sender is told"},
};
constexpr TableId tables[] = {TableId::filter};
constexpr HookSet hooks = hooks_of(Hook::input, Hook::forward, Hook::output);

}  // namespace

extern const Extension target_REJECT{.name = "REJECT",
                                     .is_target = true,
                                     .v6 = false,
                                     .options = v4_options,
                                     .tables = tables,
                                     .hooks = hooks,
                                     .help = "drop and answer with an error",
                                     .finish = finish,
                                     .act = act};
extern const Extension target_REJECT6{.name = "REJECT",
                                      .is_target = true,
                                      .v4 = false,
                                      .options = v6_options,
                                      .tables = tables,
                                      .hooks = hooks,
                                      .help = "drop and answer with an error",
                                      .finish = finish,
                                      .act = act};

}  // namespace fwsim
