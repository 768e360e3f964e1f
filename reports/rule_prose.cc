#include "reports/rule_prose.hh"

namespace fwsim {

std::string option_text(const Use& use, const char* option, Family family) {
  const Given* given = use.find(option);
  if (!given) return {};
  const Option& o = use.extension->options[given->option];
  std::string out;
  o.kind->print({.family = family, .option = &o, .protocol = 0, .inverted = given->inverted}, given->value, out);
  return out;
}

std::string rule_prose(const Rule& rule, Family family) {
  std::string out;
  for (const MatchUse& match : rule.matches) {
    if (match.extension && match_prose(match, family, out)) continue;
    out += " -m " + std::string(match.name);
    print_options(match, family, out);
  }
  if (const auto* use = std::get_if<TargetUse>(&rule.target))
    if (!use->extension || !target_prose(*use, family, out)) print_options(*use, family, out);
  return out;
}

}  // namespace fwsim
