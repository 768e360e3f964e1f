#include "model/listing/rule_prose.hh"

namespace fwsim {

std::string option_text(const Use& use, const char* option, Family family) {
  const Given* given = use.find(option);
  if (!given) return {};
  const Option& o = use.extension->options[given->option];
  std::string out;
  o.kind->print({.family = family, .option = &o, .protocol = 0, .inverted = given->inverted}, given->value, out);
  return out;
}

std::string rule_prose(const Rule& rule, Family family, bool numeric) {
  std::string out;
  for (const MatchUse& match : rule.matches) {
    if (match.extension && !numeric && named_prose(match, family, out)) continue;
    if (match.extension && match_prose(match, family, out)) continue;
    out += " -m " + std::string(match.name);
    print_options(match, family, out);
  }
  const auto* use = std::get_if<TargetUse>(&rule.target);
  if (!use) return out;
  const bool said = use->extension && ((!numeric && named_prose(*use, family, out)) || target_prose(*use, family, out));
  if (!said) print_options(*use, family, out);
  return out;
}

}  // namespace fwsim
