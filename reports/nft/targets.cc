// What rules do: statements and verdicts.
#include <fmt/format.h>

#include <bit>

#include "model/targets/nat_range.hh"
#include "reports/nft/extensions.hh"
#include "reports/nft/fields.hh"

namespace fwsim::nft {
namespace {

// In a table of family inet, NAT and the like must say which family they are of.
std::string_view family_word(const RuleContext& c) {
  if (c.scope != Scope::inet) return "";
  return c.family == Family::v4 ? " ip" : " ip6";
}

std::string hex(u128 n) { return fmt::format("{:#x}", static_cast<std::uint64_t>(n)); }

struct Place {
  std::string text;  // "meta mark"
  u128 every = 0xffffffff;
};

std::optional<Place> place_of(Field field, Family family) {
  const bool v4 = family == Family::v4;
  switch (field) {
    case Field::mark: return Place{"meta mark"};
    case Field::ct_mark: return Place{"ct mark"};
    case Field::ttl: return Place{v4 ? "ip ttl" : "ip6 hoplimit", 0xff};
    default: return std::nullopt;
  }
}

std::string ip_word(Family family) { return family == Family::v4 ? "ip" : "ip6"; }

// The TOS byte. nft brings the checksum of IPv4 up to date only when it writes DSCP or ECN as a whole.
std::optional<std::string> tos_text(const Assign& a, Family family) {
  if (a.from != Field::none || a.add != 0) return std::nullopt;
  const auto keep = static_cast<unsigned>(a.keep & 0xff), value = static_cast<unsigned>(a.constant & 0xff);
  const std::string dscp = fmt::format("{} dscp set 0x{:02x}", ip_word(family), value >> 2),
                    ecn = fmt::format("{} ecn set {}", ip_word(family), value & 3);
  if (keep == 3 && (value & 3) == 0) return dscp;
  if (keep == 0xfc && value < 4) return ecn;
  if (keep == 0) return dscp + " " + ecn;
  if (family == Family::v4) return std::nullopt;
  return fmt::format("@nh,0,16 set @nh,0,16 & 0x{:04x} ^ 0x{:04x}", 0xf00fU | keep << 4, value << 4);
}

// Some bits of an IPv4 TOS byte: one step for each value that the other bits of the DSCP can have.
bool tos_steps(const Assign& a, Outcome& out) {
  const auto keep = static_cast<unsigned>(a.keep & 0xff), value = static_cast<unsigned>(a.constant & 0xff);
  const bool ecn_stays = (keep & 3) == 3 && (value & 3) == 0;
  if (!ecn_stays && (keep & 3) != 0) return false;
  const unsigned kept = keep & 0xfc;
  for (unsigned rest = 0; rest < 256; rest += 4) {
    if ((rest & ~kept) != 0) continue;
    std::string action = fmt::format("ip dscp set 0x{:02x}", (rest ^ value) >> 2);
    if (!ecn_stays) action += fmt::format(" ip ecn set {}", value & 3);
    out.steps.push_back({fmt::format("@nh,8,8 & 0x{:02x} == 0x{:02x}", kept, rest), std::move(action)});
  }
  out.first_only = true;
  return true;
}

// Some bits of one mark into the other, bit by bit: nft cannot join two values that it does not know before.
bool copy_steps(const Assign& a, const RuleContext& c, Outcome& out) {
  const auto to = place_of(a.to, c.family), from = place_of(a.from, c.family);
  if (!to || !from || a.shift != 0 || a.constant != 0 || a.add != 0) return false;
  const u128 clears = ~a.keep & to->every, copies = a.from_mask & from->every;
  u128 only_cleared = clears & ~copies;
  for (unsigned n = 0; n < 32; ++n) {
    const u128 bit = u128{1} << n;
    if ((copies & bit) == 0) continue;
    const bool replaced = (clears & bit) != 0;
    const std::string rest = only_cleared == 0 || !replaced ? "" : fmt::format(" & {}", hex(to->every & ~only_cleared));
    out.steps.push_back({fmt::format("{0} & {1} == {1}", from->text, hex(bit)),
                         fmt::format("{0} set {0}{1} {2} {3}", to->text, rest, replaced ? "|" : "^", hex(bit))});
    if (!replaced) continue;
    out.steps.push_back({fmt::format("{} & {} == 0x0", from->text, hex(bit)),
                         fmt::format("{0} set {0} & {1}", to->text, hex(to->every & ~bit & ~only_cleared))});
    only_cleared = 0;
  }
  return only_cleared == 0 && !out.steps.empty();
}

// `operation` "<< 4" of the value in parentheses, when there is a shift.
std::string shifted(const std::string& value, int shift) {
  if (shift == 0) return value;
  const std::string inner = value.find(' ') != value.npos && value.find('&') != value.npos ? "(" + value + ")" : value;
  return fmt::format("{} {} {}", inner, shift > 0 ? "<<" : ">>", shift > 0 ? shift : -shift);
}

std::optional<std::string> assign_text(const Assign& a, const RuleContext& c) {
  if (a.to == Field::priority) {
    const auto id = static_cast<std::uint64_t>(a.constant);
    return fmt::format("meta priority set {:x}:{:x}", id >> 16, id & 0xffff);
  }
  if (a.to == Field::tos) return tos_text(a, c.family);
  const auto to = place_of(a.to, c.family);
  if (!to || a.add != 0) return std::nullopt;
  const u128 keep = a.keep & to->every, value = a.constant & to->every;
  if (a.from != Field::none) {
    const auto from = place_of(a.from, c.family);
    // Two values that are both not known before cannot be combined.
    if (!from || keep != 0 || value != 0) return std::nullopt;
    const u128 mask = a.from_mask & from->every;
    return fmt::format(
        "{} set {}", to->text,
        shifted(mask == from->every ? from->text : fmt::format("{} & {}", from->text, hex(mask)), a.shift));
  }
  std::string text = to->text;
  if (keep == 0) {
    text = a.to == Field::ttl ? fmt::format("{}", static_cast<unsigned>(value)) : hex(value);
    if (a.shift != 0 && a.shift_result) {
      const u128 moved = a.shift > 0 ? (value << a.shift) & to->every : value >> -a.shift;
      text = hex(moved);
    }
    return fmt::format("{} set {}", to->text, text);
  }
  const bool only_sets =
      (to->every & ~keep) == value && a.constant == value;  // bits to one: no need to clear them before
  if (keep != to->every && !only_sets) text += fmt::format(" & {}", hex(keep));
  if (value != 0) text += fmt::format(" {} {}", (value & keep) == 0 ? "|" : "^", hex(value));
  return fmt::format("{} set {}", to->text, a.shift_result ? shifted(text, a.shift) : text);
}

std::string ports_text(const std::optional<Range>& ports) {
  if (!ports) return {};
  const auto low = static_cast<unsigned>(ports->low), high = static_cast<unsigned>(ports->high);
  return low == high ? fmt::format(":{}", low) : fmt::format(":{}-{}", low, high);
}

std::optional<std::string> nat_text(const Nat& nat, const TargetUse& use, RuleContext& c, std::string& why) {
  if (nat.port_base) {
    why = "nft has no port maps with a base";
    return std::nullopt;
  }
  const bool destination = nat.kind == Nat::Kind::dnat || (nat.kind == Nat::Kind::netmap &&
                                                           (c.hooks & ~hooks_of(Hook::prerouting, Hook::output)) == 0);
  if (nat.kind == Nat::Kind::netmap) {
    if (!destination && (c.hooks & hooks_of(Hook::prerouting, Hook::output)) != 0) {
      why = "it maps destinations at one hook and sources at another";
      return std::nullopt;
    }
    const int length = prefix_length(c.family, nat.netmap_mask);
    if (length < 0) {
      why = "nft has no networks whose mask has holes";
      return std::nullopt;
    }
    return fmt::format("{} {} prefix to {}", destination ? "dnat" : "snat", ip_word(c.family),
                       prefix_text(c.family, {nat.address->low, nat.netmap_mask}));
  }
  std::string text = nat.kind == Nat::Kind::snat         ? "snat"
                     : nat.kind == Nat::Kind::dnat       ? "dnat"
                     : nat.kind == Nat::Kind::masquerade ? "masquerade"
                                                         : "redirect";
  if (nat.address || nat.ports) {
    text += nat.kind == Nat::Kind::snat || nat.kind == Nat::Kind::dnat ? fmt::format("{} to ", family_word(c)) : " to ";
    if (nat.address) {
      if (nat.address->low > nat.address->high) {
        why = "the range of addresses is empty";
        return std::nullopt;
      }
      const auto one = [&](u128 a) {
        return c.family == Family::v6 && nat.ports ? fmt::format("[{}]", address_text(c.family, a))
                                                   : address_text(c.family, a);
      };
      text += nat.address->low == nat.address->high
                  ? one(nat.address->low)
                  : fmt::format("{}-{}", one(nat.address->low), one(nat.address->high));
    }
    text += ports_text(nat.ports);
  }
  std::string flags;
  for (const auto& [option, word] : {std::pair{"random", "random"}, std::pair{"random-fully", "fully-random"},
                                     std::pair{"persistent", "persistent"}})
    if (use.has(option)) flags += fmt::format("{}{}", flags.empty() ? " " : ",", word);
  return text + flags;
}

}  // namespace

std::optional<Outcome> actions_text(const Actions& actions, const TargetUse& use, RuleContext& c, std::string& why) {
  Outcome outcome;
  for (const Action& action : actions) {
    if (const auto* assign = std::get_if<Assign>(&action)) {
      const auto text = assign_text(*assign, c);
      if (!text && actions.size() == 1 &&
          (assign->to == Field::tos ? c.family == Family::v4 && tos_steps(*assign, outcome)
                                    : copy_steps(*assign, c, outcome)))
        return outcome;
      if (!text) {
        why = assign->add != 0 ? "nft cannot add to a field" : "nft cannot write these bits alone";
        return std::nullopt;
      }
      outcome.action += (outcome.action.empty() ? "" : " ") + *text;
    } else if (const auto* nat = std::get_if<Nat>(&action)) {
      const auto text = nat_text(*nat, use, c, why);
      if (!text) return std::nullopt;
      outcome.action = *text;
      outcome.stops = true;
      outcome.ports = nat->ports.has_value();
      // Linux calls a connection translated, too, whose address nft maps to itself.
      if (nat->kind == Nat::Kind::netmap)
        outcome.but = Piece{.key = address_key(c.family, !text->starts_with("dnat")),
                            .elements = {address_element(c.family, *nat->address)},
                            .of_family = true};
    } else {
      why = fmt::format("nft has no {}", use.name);
      return std::nullopt;
    }
  }
  if (actions.empty()) {
    why = fmt::format("nft has no {}", use.name);
    return std::nullopt;
  }
  return outcome;
}

std::optional<Outcome> audit_text(const TargetUse&, RuleContext&, std::string&) {
  return Outcome{.action = "log level audit"};
}
std::optional<Outcome> notrack_text(const TargetUse&, RuleContext&, std::string&) {
  return Outcome{.action = "notrack"};
}
std::optional<Outcome> trace_text(const TargetUse&, RuleContext&, std::string&) {
  return Outcome{.action = "meta nftrace set 1"};
}

std::optional<Outcome> ct_text(const TargetUse& use, RuleContext& c, std::string& why) {
  if (use.has("notrack")) return notrack_text(use, c, why);
  for (std::string_view option : {"helper", "timeout", "ctevents", "expevents"})
    if (use.has(option)) {
      why = fmt::format(
          "nft sets the {} of a connection only after conntrack has seen the packet, behind the table raw", option);
      return std::nullopt;
    }
  for (const auto& [option, direction] :
       {std::pair{"zone", ""}, std::pair{"zone-orig", "original "}, std::pair{"zone-reply", "reply "}})
    if (use.has(option)) {
      if (use.number(option) > 0xffff) {
        why = "nft 1.0.6 takes no mark for a zone";
        return std::nullopt;
      }
      return Outcome{.action = fmt::format("ct {}zone set {}", direction, use.number(option))};
    }
  why = "there is nothing to set";
  return std::nullopt;
}

std::optional<Outcome> log_text(const TargetUse& use, RuleContext&, std::string& why) {
  constexpr std::string_view levels[] = {"emerg", "alert", "crit", "err", "warn", "notice", "info", "debug"};
  std::string text = "log";
  if (use.has("log-prefix")) {
    if (!can_be_quoted(use.text("log-prefix"))) {
      why = "nft takes no \" $ or \\ in a prefix";
      return std::nullopt;
    }
    text += fmt::format(" prefix {}", in_quotes(use.text("log-prefix")));
  }
  if (use.number("log-level", 4) != 4) text += fmt::format(" level {}", levels[use.number("log-level")]);
  if (use.has("log-tcp-sequence") || use.has("log-tcp-options"))
    text += fmt::format(" flags tcp {}{}{}", use.has("log-tcp-sequence") ? "sequence" : "",
                        use.has("log-tcp-sequence") && use.has("log-tcp-options") ? "," : "",
                        use.has("log-tcp-options") ? "options" : "");
  if (use.has("log-ip-options")) text += " flags ip options";
  if (use.has("log-uid")) text += " flags skuid";
  if (use.has("log-macdecode")) text += " flags ether";
  return Outcome{.action = std::move(text)};
}

std::optional<Outcome> nflog_text(const TargetUse& use, RuleContext&, std::string& why) {
  std::string text = fmt::format("log group {}", use.number("nflog-group"));
  if (use.has("nflog-prefix")) {
    if (!can_be_quoted(use.text("nflog-prefix"))) {
      why = "nft takes no \" $ or \\ in a prefix";
      return std::nullopt;
    }
    text = fmt::format("log prefix {} group {}", in_quotes(use.text("nflog-prefix")), use.number("nflog-group"));
  }
  if (use.has("nflog-size")) text += fmt::format(" snaplen {}", use.number("nflog-size"));
  if (use.number("nflog-threshold") != 0) text += fmt::format(" queue-threshold {}", use.number("nflog-threshold"));
  return Outcome{.action = std::move(text)};
}

std::optional<Outcome> nfqueue_text(const TargetUse& use, RuleContext&, std::string&) {
  const auto* balance = use.get<NumRange>("queue-balance");
  std::string flags;
  if (use.has("queue-bypass")) flags = "bypass";
  if (use.has("queue-cpu-fanout")) flags += flags.empty() ? "fanout" : ",fanout";
  return Outcome{.action = fmt::format("queue {}to {}", flags.empty() ? "" : "flags " + flags + " ",
                                       balance ? fmt::format("{}-{}", balance->low, balance->high)
                                               : fmt::format("{}", use.number("queue-num"))),
                 .stops = true};
}

std::optional<Outcome> reject_text(const TargetUse& use, RuleContext& c, std::string&) {
  struct Kind {
    unsigned v4, v6;
    std::string_view icmp, icmpv6, icmpx;
  };
  constexpr unsigned none = 256;
  constexpr Kind kinds[] = {{0, 0, "net-unreachable", "no-route", "no-route"},
                            {1, 3, "host-unreachable", "addr-unreachable", "host-unreachable"},
                            {2, none, "prot-unreachable", "", ""},
                            {3, 4, "port-unreachable", "port-unreachable", "port-unreachable"},
                            {9, none, "net-prohibited", "", ""},
                            {10, none, "host-prohibited", "", ""},
                            {13, 1, "admin-prohibited", "admin-prohibited", "admin-prohibited"},
                            {none, 5, "", "policy-fail", ""},
                            {none, 6, "", "reject-route", ""}};
  const std::uint64_t code = use.number("reject-with");
  if (code == 255) return Outcome{.action = "reject with tcp reset", .stops = true};
  const bool v4 = c.family == Family::v4;
  for (const Kind& k : kinds) {
    if ((v4 ? k.v4 : k.v6) != code) continue;
    if (k.icmp == "port-unreachable") return Outcome{.action = "reject", .stops = true};
    if (c.scope == Scope::inet && !k.icmpx.empty())
      return Outcome{.action = fmt::format("reject with icmpx {}", k.icmpx), .stops = true};
    return Outcome{.action = fmt::format("reject with {} {}", v4 ? "icmp" : "icmpv6", v4 ? k.icmp : k.icmpv6),
                   .stops = true};
  }
  return std::nullopt;
}

std::optional<Outcome> synproxy_text(const TargetUse& use, RuleContext&, std::string& why) {
  if (use.has("ecn")) {
    why = "synproxy of nft does not offer ECN";
    return std::nullopt;
  }
  std::string text = "synproxy";
  if (use.has("mss")) text += fmt::format(" mss {}", use.number("mss"));
  if (use.has("wscale")) text += fmt::format(" wscale {}", use.number("wscale"));
  if (use.has("timestamp")) text += " timestamp";
  if (use.has("sack-perm")) text += " sack-perm";
  return Outcome{.action = std::move(text)};
}

std::optional<Outcome> tcpmss_target_text(const TargetUse& use, RuleContext& c, std::string&) {
  c.objects->notes.insert("TCPMSS of iptables adds an MSS to a SYN that has none; nft does not");
  return Outcome{.action = use.has("clamp-mss-to-pmtu")
                               ? "tcp option maxseg size set rt mtu"
                               : fmt::format("tcp option maxseg size set {}", use.number("set-mss"))};
}

std::optional<Outcome> tcpoptstrip_text(const TargetUse& use, RuleContext&, std::string&) {
  struct Kind {
    std::uint64_t kind;
    std::string_view name;
  };
  constexpr Kind kinds[] = {{2, "maxseg"}, {3, "window"}, {4, "sack-perm"}, {5, "sack"}, {8, "timestamp"}};
  std::string text;
  const auto* list = use.get<std::vector<NumRange>>("strip-options");
  if (!list) return Outcome{};  // it strips nothing
  for (const NumRange& option : *list) {
    std::string name = fmt::format("{}", option.low);
    for (const Kind& k : kinds)
      if (k.kind == option.low) name = k.name;
    text += fmt::format("{}reset tcp option {}", text.empty() ? "" : " ", name);
  }
  return Outcome{.action = std::move(text)};
}

std::optional<Outcome> tee_text(const TargetUse& use, RuleContext& c, std::string& why) {
  if (c.scope == Scope::inet) {
    why = "dup works in tables of one family";
    return std::nullopt;
  }
  std::string text = fmt::format("dup to {}", address_text(c.family, use.get<AddressRange>("gateway")->low));
  if (use.has("oif")) text += fmt::format(" device {}", in_quotes(use.text("oif")));
  return Outcome{.action = std::move(text)};
}

// iptables drops what no socket takes; in nft the rule does not match it, and the next one drops it.
std::optional<Outcome> tproxy_text(const TargetUse& use, RuleContext& c, std::string& why) {
  const u128 address = use.get<AddressRange>("on-ip")->low;
  const std::uint64_t port = use.number("on-port");
  if (address == 0 && port == 0) {
    why = "nft wants an address or a port";
    return std::nullopt;
  }
  std::string to = address == 0 ? "" : address_text(c.family, address);
  if (port != 0) to = fmt::format("{}:{}", c.family == Family::v6 && !to.empty() ? "[" + to + "]" : to, port);
  std::string text = fmt::format("tproxy{} to {}", family_word(c), to);
  const Masked mark = *use.get<Masked>("tproxy-mark");
  if (mark.mask != 0 || mark.value != 0)
    text +=
        " " + *assign_text(Assign{.to = Field::mark, .keep = ~u128{mark.mask} & 0xffffffff, .constant = mark.value}, c);
  return Outcome{.action = std::move(text), .verdict = "accept", .stops = true, .otherwise = "drop", .ports = true};
}

}  // namespace fwsim::nft
