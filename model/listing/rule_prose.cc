#include "model/listing/rule_prose.hh"

namespace fwsim {

std::string option_text(const Use& use, const char* option, Speech family) {
  const Given* given = use.find(option);
  if (!given) return {};
  const Option& o = use.extension->options[given->option];
  std::string out;
  const auto print = family.numeric || !o.kind->print_named ? o.kind->print : o.kind->print_named;
  print({.family = family, .option = &o, .protocol = family.protocol, .inverted = given->inverted}, given->value, out);
  return out;
}

std::string rule_prose(const Rule& rule, Family family, bool numeric) {
  const Speech speech(family, numeric, rule.basic.not_proto ? 0 : rule.basic.proto);
  std::string out;
  for (const MatchUse& match : rule.matches) {
    if (match.extension && match_prose(match, speech, out)) continue;
    out += " -m " + std::string(match.name);
    print_options(match, family, out);
  }
  if (const auto* use = std::get_if<TargetUse>(&rule.target))
    if (!use->extension || !target_prose(*use, speech, out)) print_options(*use, family, out);
  return out;
}

}  // namespace fwsim
