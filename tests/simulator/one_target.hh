// One rule, and what its target does to packets, without the rule's conditions and without a way
// through the kernel.
#pragma once

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "packet_builder.hh"
#include "parser/parse.hh"
#include "simulator/effect.hh"
#include "simulator/rewrite.hh"
#include "simulator/world.hh"

namespace fwsim::test {

class OneTarget {
 public:
  // "4 mangle FORWARD -p tcp -j TTL --ttl-set 1"
  explicit OneTarget(const std::string& text) {
    family_ = text[0] == '6' ? Family::v6 : Family::v4;
    const std::size_t chain = text.find(' ', 2) + 1;
    const std::string table = text.substr(2, chain - 3);
    parsed_ =
        parse_ruleset("*" + table + "\n-A " + text.substr(chain) + "\nCOMMIT\n", {.file = "test", .family = family_});
    if (has_errors(parsed_.diagnostics)) return;
    for (const Chain& c : parsed_.ruleset.tables.front().chains)
      if (!c.rules.empty()) {
        where_ = {c.hook.value_or(Hook::forward), parsed_.ruleset.tables.front().id, family_};
        const auto& use = std::get<TargetUse>(c.rules.front().target);
        actions_ = actions_of(use, family_);
        if (const TargetKind* kind = find_effect(use.name)) effect_ = kind->make(use, family_, world);
        good_ = true;
      }
  }

  bool good() const { return good_; }
  Family family() const { return family_; }
  std::string why() const { return effect_ ? effect_->why() : std::string(); }

  // Decodes the packet unless that was done, and applies the target to it.
  Outcome apply(Packet& packet) {
    if (!packet.fields.has(Field::length)) REQUIRE(decode(packet));
    for (const Action& action : actions_) {
      Outcome outcome = Outcome::next_rule;
      if (const auto* a = std::get_if<Assign>(&action))
        assign(packet, *a);
      else if (std::holds_alternative<Effect>(action))
        outcome = effect_->apply(packet, where_, world);
      else
        outcome = Outcome::unknown;
      if (outcome != Outcome::next_rule) return outcome;
    }
    return Outcome::next_rule;
  }

  World world;

 private:
  Family family_ = Family::v4;
  Parsed parsed_;
  Where where_;
  Actions actions_;
  std::unique_ptr<Target> effect_;
  bool good_ = false;
};

inline std::string to_hex(const Octets& bytes) {
  std::string text;
  for (const std::uint8_t byte : bytes)
    for (const int shift : {4, 0}) text += "0123456789abcdef"[(byte >> shift) & 15];
  return text;
}

}  // namespace fwsim::test
