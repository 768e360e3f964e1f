// -j CT: how connection tracking shall treat the packet: not at all, in which zone, with which
// helper. Works before conntrack, in the raw table. xt_CT.c
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "model/extension.hh"
#include "model/ruleset.hh"

namespace fwsim {
namespace {

// --- values ----------------------------------------------------------------------------------

// 0..65535, or 65536 for "mark".
constexpr std::uint64_t zone_of_mark = 0x10000;

constexpr ValueKind zone_kind{
    "N|mark", 1,
    [](const ValueContext&, std::span<const std::string_view> words, Value& out) -> std::optional<ValueError> {
      const auto zone = equal_ignoring_case(words[0], "mark") ? zone_of_mark : read_number(words[0]);
      if (!zone || (*zone > 0xffff && !equal_ignoring_case(words[0], "mark")))
        return ValueError{fmt::format("'{}' is not a zone", words[0]), "0 to 65535, or mark", fmt::format("Cannot parse {} as a zone ID", words[0])};
      out = NumRange{*zone, *zone};
      return {};
    },
    [](const ValueContext&, const Value& value, std::string& out) {
      const std::uint64_t zone = std::get<NumRange>(value).low;
      out += zone == zone_of_mark ? "mark" : std::to_string(zone);
    }};

// Bits of enum ip_conntrack_events.
constexpr NamedNumber events[] = {{"new", 0},       {"related", 1}, {"destroy", 2}, {"reply", 3},      {"assured", 4},
                                  {"protoinfo", 5}, {"helper", 6},  {"mark", 7},    {"natseqinfo", 8}, {"secmark", 9}};
constexpr NamedNumber expectation_events[] = {{"new", 0}};

constexpr ValueKind event_kind{
    "event[,event...]", 1,
    [](const ValueContext& c, std::span<const std::string_view> words, Value& out) -> std::optional<ValueError> {
      Bits set;
      for (std::string_view name : split(words[0], ',')) {
        const auto entry = std::find_if(c.option->names.begin(), c.option->names.end(),
                                        [&](const NamedNumber& n) { return n.name == name; });
        if (entry == c.option->names.end()) {
          std::string list;
          for (const NamedNumber& n : c.option->names) list += (list.empty() ? "" : ", ") + std::string(n.name);
          return ValueError{fmt::format("'{}' is not an event", name), "a comma list of " + list, fmt::format("Unknown event type \"{}\"", name)};
        }
        set.bits |= std::uint64_t{1} << entry->number;
      }
      out = set;
      return {};
    },
    [](const ValueContext& c, const Value& value, std::string& out) { kinds::named_set.print(c, value, out); }};

// --- checks ----------------------------------------------------------------------------------

struct Helper {
  std::string_view name;
  int proto;
  bool v6;
};
// The kernel's helpers (net/netfilter/nf_conntrack_*.c and their ports' default names).
constexpr Helper helpers[] = {
    {"ftp", 6, true},    {"irc", 6, false},        {"pptp", 6, false}, {"sane", 6, true},    {"sip", 6, true},
    {"Q.931", 6, true},  {"tftp", 17, true},       {"sip", 17, true},  {"amanda", 17, true}, {"netbios-ns", 17, false},
    {"snmp", 17, false}, {"snmp_trap", 17, false}, {"RAS", 17, true}};

// "ftp-2121": the helper of a further port, given to the module when it was loaded.
std::string_view without_port(std::string_view name) {
  const std::size_t dash = name.rfind('-');
  if (dash == name.npos || dash + 1 == name.size()) return name;
  const std::string_view port = name.substr(dash + 1);
  return port.find_first_not_of("0123456789") == port.npos ? name.substr(0, dash) : name;
}

void check_helper(Use& use, CheckContext& c) {
  const auto* name = use.get<std::string>("helper");
  if (!name) return;
  if (name->empty()) return use.remove("helper");
  const int proto = c.rule.basic.not_proto ? 0 : c.rule.basic.proto;
  if (proto == 0) return c.fault("helper", "--helper needs -p in the same rule, not negated", "-p tcp or -p udp", {}, ENOENT);
  for (const Helper& h : helpers)
    if (h.name == without_port(*name) && h.proto == proto && (h.v6 || c.family == Family::v4)) return;
  std::string known;
  for (const Helper& h : helpers)
    if (h.proto == proto && (h.v6 || c.family == Family::v4))
      known += (known.empty() ? "" : ", ") + std::string(h.name);
  c.fault("helper",
          fmt::format("the kernel has no helper '{}' for -p {}", *name, protocol_text(static_cast<unsigned>(proto))),
          known.empty() ? "helpers exist for tcp and udp" : "one of " + known, {}, ENOENT);
}

// --zone-orig and --zone-reply share one number with --zone; both directions together are --zone.
void merge_zones(Use& use) {
  const bool original = use.has("zone-orig"), reply = use.has("zone-reply");
  std::uint64_t zone = 0;
  for (std::string_view option : {"zone", "zone-orig", "zone-reply"}) {
    const std::uint64_t given = use.number(option);
    if (zone != zone_of_mark && use.has(option)) zone = given;
    use.remove(option);
  }
  if (zone == 0) return;
  use.put(original == reply ? "zone" : original ? "zone-orig" : "zone-reply", NumRange{zone, zone});
}

void finish(Use& use, CheckContext& c) {
  check_helper(use, c);
  if (const auto* policy = use.get<std::string>("timeout")) {
    if (policy->empty())
      use.remove("timeout");
    else if (c.rule.basic.proto == 0 || c.rule.basic.not_proto)
      c.fault("timeout", "--timeout needs -p in the same rule, not negated");
  }
  merge_zones(use);
}

Actions act(const TargetUse& use, Family) { const bool untracked = use.has("notrack");   // otherwise the template looks like a new connection to the rest of the table
  return {Effect{.use = &use, .ct_state = std::uint8_t{untracked ? std::uint8_t{4} : std::uint8_t{1}}, .attaches_helper = use.has("helper"),
                 .writes = {Field::ct_state}}}; }

constexpr Option options[] = {
    {.name = "notrack", .help = "do not track: the packet's state is UNTRACKED"},
    {.name = "helper", .kind = &kinds::word, .max = 15, .help = "attach this helper to a new connection"},
    {.name = "timeout", .kind = &kinds::word, .max = 31, .help = "use this timeout policy"},
    {.name = "ctevents", .kind = &event_kind, .names = events, .help = "only these events are reported"},
    {.name = "expevents", .kind = &event_kind, .names = expectation_events, .help = "only these events are reported"},
    {.name = "zone-orig", .kind = &zone_kind, .help = "zone of the original direction"},
    {.name = "zone-reply", .kind = &zone_kind, .help = "zone of the reply direction"},
    {.name = "zone", .kind = &zone_kind, .help = "zone of both directions"},
};
constexpr TableId tables[] = {TableId::raw};

}  // namespace

extern const Extension target_CT{.name = "CT",
                                 .is_target = true,
                                 .options = options,
                                 .tables = tables,
                                 .conntrack = true,
                                 .modelled = Modelled::partly,
                                 .note = "timeout policies are not known: the usual timeouts are taken",
                                 .help = "settings for connection tracking",
                                 .finish = finish,
                                 .act = act};

}  // namespace fwsim
