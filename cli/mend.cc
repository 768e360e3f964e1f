#include "cli/mend.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "cli/ask_all.hh"
#include "model/diagnostic.hh"
#include "model/value.hh"
#include "parser/parse.hh"
#include "parser/print.hh"

namespace fwsim {
namespace {

std::optional<Ruleset> parsed(std::string_view text, const std::string& file, Family family) {
  Parsed p = parse_ruleset(text, {.file = file, .family = family});
  return has_errors(p.diagnostics) ? std::nullopt : std::optional(std::move(p.ruleset));
}

// A file with rules for one family only ("-4 -A INPUT ...") is loaded for both.
bool serves_both(std::string_view text) {
  for (const std::string_view line : split(text, '\n'))
    for (const std::string_view word : split(line, ' '))
      if (word == "-4" || word == "-6" || word == "--ipv4" || word == "--ipv6") return true;
  return false;
}

}  // namespace

bool FixChoice::wants(const Finding& f) const {
  const auto named = [&](const std::string& word) { return word == f.id || word == f.check; };
  return all || (checks.empty() ? f.fix && f.fix->safe : std::any_of(checks.begin(), checks.end(), named));
}

std::optional<FixChoice> read_fix_choice(const std::string& words) {
  FixChoice choice;
  std::vector<std::string_view> mending{"all", "safe"};
  for (const Check* check : all_checks())
    if (check->mend != Mend::none) mending.insert(mending.end(), {check->id, check->name});
  bool good = true;
  for (const std::string_view word : split(words, ',')) {
    if (word == "all") choice.all = true;
    if (word == "all" || word == "safe") continue;
    choice.checks.emplace_back(word);
    if (std::find(mending.begin(), mending.end(), word) != mending.end()) continue;
    const auto checks = all_checks();
    const bool there = std::any_of(checks.begin(), checks.end(), [&](const Check* c) { return word == c->id || word == c->name; });
    const std::string near = did_you_mean(word, mending);
    fmt::print(stderr, "fwsim: --fix: {}{}\n", there ? fmt::format("what {} finds has to be mended by hand", word) : fmt::format("there is no check '{}'", word),
               there || near.empty() ? "" : fmt::format(", did you mean '{}'?", near));
    good = false;
  }
  return good ? std::optional(std::move(choice)) : std::nullopt;
}

OptimizeSource optimize_source(const Setting& setting, Family family, bool counters) {
  const std::string file = setting.rules(family)->file;
  const Family other = family == Family::v4 ? Family::v6 : Family::v4;
  const bool both = serves_both(setting.text(family)) && parsed(setting.text(family), file, other);
  return {.read = [file, family, other, both](std::string_view now) {
            std::vector<Ruleset> out;
            for (const Family f : {family, other}) {
              if (f == other && !both) continue;
              auto one = parsed(now, file, f);
              if (!one) return std::vector<Ruleset>();
              out.push_back(std::move(*one));
            }
            return out;
          },
          .print = [family](const Rule& rule, const Chain& chain, const Table& table) { return print_rule(rule, chain, table, family); },
          .print_all = [counters](const Ruleset& ruleset) { return print_ruleset(ruleset, {.counters = counters, .keep_order = true}); }};
}

Mended mend_ruleset(Setting& setting, Family family, const Settings& settings, const LintOptions& options, const FixChoice& choice) {
  std::optional<Ruleset>& ruleset = family == Family::v4 ? setting.v4 : setting.v6;
  std::string& text = setting.texts[family == Family::v4 ? 0 : 1];
  const std::string file = ruleset->file;
  const OptimizeSource source = optimize_source(setting, family, false);
  const Mender mender{
      .read = source.read,
      .look = [&](const Ruleset& now) { return lint(now, known_host(setting), options, settings); },
      .print = source.print,
      .wanted = [&](const Finding& f) { return choice.wants(f); }};
  Mended mended = mend(text, mender);
  text = edited(text, mended.edits).text;
  ruleset = parsed(text, file, family);   // what diff proved was read before
  return mended;
}

}  // namespace fwsim
