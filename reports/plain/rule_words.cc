#include "reports/plain/rule_words.hh"

#include <fmt/format.h>

#include <algorithm>

#include "reports/plain/phrases.hh"

namespace fwsim {
namespace {

std::string protocol_words(const BasicMatch& basic, bool alone) {
  if (basic.proto == 0) return alone ? "Everything" : "Anything";
  const std::string name = protocol_text(basic.proto);
  if (basic.not_proto) return fmt::format("Anything but {}", name);
  switch (basic.proto) {
    case 1: return "ICMP";
    case 6: return "TCP";
    case 17: return "UDP";
    case 58: return "ICMPv6";
    default: {
      std::string upper = name;
      std::transform(upper.begin(), upper.end(), upper.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
      return std::isdigit(static_cast<unsigned char>(name[0])) != 0 ? "Protocol " + name : upper;
    }
  }
}

std::string device_words(const Prefix& device) {
  const std::string name = interface_text(device);
  return !name.empty() && name.back() == '+' ? fmt::format("{} (and the like)", name) : name;
}

// Whether the words say where in the packet ports and types are: they stand right behind the protocol.
bool comes_first(const MatchUse& use) {
  for (std::string_view name : {"tcp", "udp", "sctp", "dccp", "icmp", "icmp6", "multiport"})
    if (use.name == name) return true;
  return false;
}

void add(std::string& out, const std::string& more) {
  if (!more.empty()) out += " " + more;
}

}  // namespace

std::string subject_words(const Rule& rule, Family family) {
  const BasicMatch& b = rule.basic;
  const bool asks = b != BasicMatch{} || std::any_of(rule.matches.begin(), rule.matches.end(), [](const MatchUse& use) { return use.name != "comment"; });
  std::string out = protocol_words(b, !asks);
  // Under a match that asks something of its own header, that the header is whole goes without saying.
  const bool ports = std::any_of(rule.matches.begin(), rule.matches.end(), [](const MatchUse& use) { return use.name == "multiport"; });
  for (const MatchUse& use : rule.matches)
    if (comes_first(use) && !(ports && use.given.empty())) add(out, match_words(use, family));
  if (b.src.mask != 0 || b.not_src) add(out, fmt::format("from {}{}", b.not_src ? "anywhere but " : "", prefix_text(family, b.src)));
  if (b.dst.mask != 0 || b.not_dst) add(out, fmt::format("to {}{}", b.not_dst ? "anywhere but " : "", prefix_text(family, b.dst)));
  if (b.in().mask != 0 || b.not_in) add(out, fmt::format("coming in by {}{}", b.not_in ? "any device but " : "", device_words(b.in())));
  if (b.out().mask != 0 || b.not_out) add(out, fmt::format("leaving by {}{}", b.not_out ? "any device but " : "", device_words(b.out())));
  if (b.fragment) add(out, b.not_fragment ? "that is no later fragment" : "that is a later fragment");
  for (const MatchUse& use : rule.matches)
    if (!comes_first(use)) add(out, match_words(use, family));
  return out;
}

std::string fate_words(const Rule& rule, const Table& table, const Chain& chain, Family family) {
  if (const auto* verdict = std::get_if<Verdict>(&rule.target)) {
    switch (*verdict) {
      case Verdict::accept: return table.id == TableId::filter ? "is accepted" : fmt::format("passes the table {} as it is", table_name(table.id));
      case Verdict::drop: return "is dropped";
      case Verdict::back: return chain.hook ? "gets the chain's policy" : "goes back to the chain that called";
      case Verdict::queue: return "is handed to a program that decides";
    }
  }
  if (const auto* jump = std::get_if<Jump>(&rule.target)) {
    const std::string& name = table.chains[static_cast<std::size_t>(jump->chain)].name;
    return jump->go ? fmt::format("goes to the chain {}, and does not come back here", name) : fmt::format("goes through the chain {}, and comes back here unless that decides", name);
  }
  if (const auto* target = std::get_if<TargetUse>(&rule.target)) return "is " + target_words(*target, family);
  return "is counted, and nothing else";
}

std::string rule_sentence(const Rule& rule, const Table& table, const Chain& chain, Family family) {
  return fmt::format("{} {}.", subject_words(rule, family), fate_words(rule, table, chain, family));
}

std::string rule_note(const Rule& rule) {
  for (const MatchUse& use : rule.matches)
    if (use.name == "comment") return std::string(use.text("comment"));
  return {};
}

std::string_view hook_words(Hook hook) {
  switch (hook) {
    case Hook::prerouting: return "what comes in, before it is routed";
    case Hook::input: return "packets for this host";
    case Hook::forward: return "packets that pass through";
    case Hook::output: return "packets that this host sends";
    case Hook::postrouting: return "what leaves, after it is routed";
  }
  return {};
}

}  // namespace fwsim
