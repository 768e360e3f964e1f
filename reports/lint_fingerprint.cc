#include "reports/lint_fingerprint.hh"

#include <fmt/format.h>

#include <map>

#include "reports/lint_words.hh"

namespace fwsim {

// FNV-1a with 128 bits: the same on every machine, and nobody has to find collisions hard.
std::string digest(std::string_view text) {
  const u128 prime = make_u128(0x0000000001000000, 0x000000000000013b);
  u128 value = make_u128(0x6c62272e07bb0142, 0x62b821756295c58d);
  for (const char c : text) value = (value ^ static_cast<unsigned char>(c)) * prime;
  return fmt::format("{:016x}{:016x}", static_cast<std::uint64_t>(value >> 64), static_cast<std::uint64_t>(value));
}

namespace {

// A rule's number moves when others come and go, so its text stands for it; policies and chains keep their names.
std::string identity(const Finding& f, Family family, const std::string& rule) {
  const std::string& name = f.place.name;
  return fmt::format("{}\n{}\n{}\n{}", f.id, family_word(family), rule.empty() ? name : name.substr(0, name.rfind('/')), rule);
}

}  // namespace

std::string fingerprint(const Finding& finding, Family family, const std::string& rule, std::size_t nth) {
  return digest(fmt::format("{}\n{}", identity(finding, family, rule), nth));
}

void set_fingerprints(std::vector<LintedRuleset>& rulesets) {
  std::map<std::string, std::size_t> seen;
  for (LintedRuleset& linted : rulesets) {
    linted.fingerprints.clear();
    for (const Finding& f : linted.result.findings) {
      const std::string rule = rule_text(linted, f);
      linted.fingerprints.push_back(fingerprint(f, linted.family, rule, seen[identity(f, linted.family, rule)]++));
    }
  }
}

}  // namespace fwsim
