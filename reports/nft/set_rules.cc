// Rules that ask for ipsets, or change them.
#include <fmt/format.h>

#include <algorithm>

#include "reports/nft/fields.hh"
#include "reports/nft/ipsets.hh"

namespace fwsim::nft {
namespace {

const IpSet* find_set(std::string_view name, const RuleContext& c, std::string& why) {
  const auto found = c.sets ? c.sets->find(name) : Sets::const_iterator{};
  if (c.sets && found != c.sets->end()) return &found->second;
  why = fmt::format("set '{}' is not known: give --sets FILE, what ipset save prints", name);
  return nullptr;
}

bool fits(const IpSet& set, const RuleContext& c, std::size_t sides) {
  return sides >= set.type->dimension() && (set.type->families == SetType::Families::none || set.family == c.family);
}

// The ways in which a packet can be in the set or, negated, the one way in which it is in none.
std::optional<Ways> ask(const IpSet& set, const std::vector<std::string_view>& sides, bool negated, RuleContext& c,
                        std::string& why) {
  if (set.type->list) {
    Ways ways;
    Pieces none;
    for (const SetElement& e : set.elements) {
      if (e.nomatch) {
        why = fmt::format("set '{}': its order of members matters", set.name);
        return std::nullopt;
      }
      const IpSet* member = find_set(member_name(e), c, why);
      if (!member) return std::nullopt;
      const auto more = ask(*member, sides, negated, c, why);
      if (!more) return std::nullopt;
      for (const Pieces& way : *more) {
        ways.push_back(way);
        none.insert(none.end(), way.begin(), way.end());
      }
    }
    return negated ? Ways{std::move(none)} : ways;
  }
  if (!fits(set, c, sides.size())) return negated ? Ways{{}} : Ways{};
  const auto asked = write_set(set, sides, c, why);
  if (!asked) return std::nullopt;
  if (asked->name.empty()) return negated ? Ways{{}} : Ways{};
  const bool surely_there = !asked->may_be_absent || (c.whole_packets &&
                                                      (c.protocol == 6 || c.protocol == 17) && has_ports(*set.type));
  const std::string text =
      fmt::format("{} {}@{}", fmt::join(asked->keys, " . "), negated && surely_there ? "!= " : "", asked->name);
  // A set of ports is about TCP and UDP alone.
  const Piece protocols = text_piece("meta l4proto { tcp, udp }");
  const bool ports_only = set.type->bitmap && has_ports(*set.type) && c.protocol != 6 && c.protocol != 17;
  Piece piece = negated && !surely_there ? unless_piece(text) : text_piece(text);
  piece.of_family =
      set.type->families != SetType::Families::none && !asked->keys.empty() && asked->keys.front().starts_with("ip");
  if (!ports_only) return one_way(std::move(piece));
  if (negated) return one_way(unless_piece(protocols.text + " " + text));
  return Ways{{protocols, std::move(piece)}};
}

}  // namespace

std::optional<Ways> set_text(const MatchUse& use, RuleContext& c, std::string& why) {
  const auto [name, sides] = name_and_sides(use.text("match-set"));
  const IpSet* set = find_set(name, c, why);
  if (!set) return std::nullopt;
  for (const Given& given : use.given) {
    const std::string_view option = use.extension->options[given.option].name;
    const bool idle = option.starts_with("update-") && !set->counters && !set->type->list;  // there is nothing to count
    if (option != "match-set" && !idle) {
      why = fmt::format("nft has no --{}", option);
      return std::nullopt;
    }
  }
  return ask(*set, sides, use.inverted("match-set"), c, why);
}

std::optional<Outcome> set_target_text(const TargetUse& use, RuleContext& c, std::string& why) {
  if (use.has("map-set")) {
    why = "nft keeps no marks in sets";
    return std::nullopt;
  }
  Outcome outcome;
  for (std::string_view option : {"add-set", "del-set"}) {
    if (!use.has(option)) continue;
    const auto [name, sides] = name_and_sides(use.text(option));
    const IpSet* set = find_set(name, c, why);
    if (!set) return std::nullopt;
    if (set->type->list || !fits(*set, c, sides.size())) {
      why = fmt::format("set '{}' takes other elements", name);
      return std::nullopt;
    }
    const auto asked = write_set(*set, sides, c, why);
    if (!asked) return std::nullopt;
    if (asked->name.empty()) continue;  // the kernel finds nothing to add
    const bool add = option == "add-set";
    outcome.action += fmt::format("{}{} @{} {{ {}{} }}", outcome.action.empty() ? "" : " ",
                                  !add               ? "delete"
                                  : use.has("exist") ? "update"
                                                     : "add",
                                  asked->name, fmt::join(asked->keys, " . "),
                                  add && use.has("timeout") ? fmt::format(" timeout {}s", use.number("timeout")) : "");
  }
  return outcome;
}

}  // namespace fwsim::nft
