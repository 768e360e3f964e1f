// fwsim translate: a ruleset for nft(8).
#include <fmt/format.h>

#include <cstdio>

#include "cli/host.hh"
#include "cli/load.hh"
#include "cli/write_file.hh"
#include "parser/parse.hh"
#include "parser/print.hh"
#include "reports/nft_report.hh"

namespace fwsim {

int run_translate(const TranslateArgs& args, const Common& common) {
  RuleArgs rules = args.rules;
  if (rules.rules.empty()) rules.rules = args.file;
  const auto setting = load_setting(rules, args.host, common);
  if (!setting) return status_bad;
  // One family may have none; of both together that is a file that was not meant.
  const auto has_rules = [&](Family family) { return setting->rules(family) && !setting->rules(family)->tables.empty(); };
  if (!has_rules(Family::v4) && !has_rules(Family::v6))
    return table_missing(setting->rules(setting->v4 ? Family::v4 : Family::v6)->file, std::nullopt);
  const NftText result =
      nft_text(setting->rules(Family::v4), setting->rules(Family::v6),
               {.counters = args.counters,
                .sets = &setting->host.sets,
                .source = [](const Ruleset& ruleset, const Table& table, const Chain& chain,
                             const Rule& rule) { return print_rule(rule, chain, table, ruleset.family); },
                .hooks = reachable_hooks});
  if (args.output.empty())
    fmt::print("{}", result.text);
  else
    write_file(args.output, result.text);
  for (const NftFault& fault : result.untranslated)
    fmt::print(stderr, "{}:{}: not translated: {}: {}\n  {}; {}\n", fault.file, fault.line, fault.rule, fault.text,
               fault.why, fault.effect);
  for (const std::string& note : result.notes) fmt::print(stderr, "note: {}\n", note);
  if (!result.untranslated.empty())
    fmt::print(stderr, "{} of {} rules are not translated; each stands as a comment in its place\n",
               result.untranslated.size(), result.rules);
  return result.untranslated.empty() ? status_good : status_not;
}

}  // namespace fwsim
