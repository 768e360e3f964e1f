// Matches and targets of a rule, and what it is when all is read.
#include <fmt/format.h>

#include <cerrno>
#include <utility>

#include "parser/command_check.hh"
#include "parser/rule_reading.hh"

namespace fwsim {

bool RuleReading::load_match(const Word& name) {
  ReadUse reading{.named = name};
  reading.use.extension = find_match(name.text, family_);
  if (reading.use.extension && !known_to_tool(*reading.use.extension)) return check_name(name, false);
  opaque_ = reading.use.extension == nullptr;
  if (reading.use.extension) {
    reading.use.name = reading.use.extension->name;
    const std::uint8_t proto = basic_.match.proto;
    if (proto != 0 && reading.use.extension == protocol_match(proto, family_)) proto_loaded_ = true;
  } else {
    if (!check_name(name, false)) return false;
    reading.use.name = intern(name.text);
    opaque_is_target_ = false;
    opaque_match_ = loaded_.matches.size();
  }
  loaded_.matches.push_back(std::move(reading));
  return true;
}

bool RuleReading::check_name(const Word& name, bool target) {
  const std::string_view what = target ? "target" : "match";
  if (tool())
    return fail(name, "unsupported", fmt::format("{} '{}' is not known", what, name.text), {},
                {fmt::format("Couldn't load {} `{}':No such file or directory\n", what, name.text)});
  const Family other = family_ == Family::v4 ? Family::v6 : Family::v4;
  if (target ? find_target(name.text, other) : find_match(name.text, other))
    return fail(name, "other-family", fmt::format("{} '{}' exists only for {}", what, name.text,
                                                  other == Family::v4 ? "IPv4" : "IPv6"));
  if (name.text.empty() || name.text[0] == '-')
    return fail(name, "missing-value", fmt::format("a {} name is expected here", what));
  std::vector<std::string_view> names;
  for (const Extension* e : target ? all_targets() : all_matches()) names.push_back(e->name);
  const std::string near = did_you_mean(name.text, names);
  reporter_.warning(name, "unsupported", fmt::format("{} '{}' is not known: it is kept as written, and what depends on it is unknown",
                                                     what, name.text),
                    near.empty() ? "" : fmt::format("did you mean {}?", near));
  return true;
}

bool RuleReading::load_target(const Word& at, const Word& name) {
  if (!once(jumped_, at, Basic::jump) || (tool() && !good_target_name(name, reporter_))) return false;
  jumped_ = true;
  if (const VerdictName* verdict = find_verdict(name.text)) {
    rule().target = verdict->verdict;
    return true;
  }
  if (const Extension* extension = find_target(name.text, family_); extension && known_to_tool(*extension)) {
    if (tool() && extension->home == Extension::Home::old_kernel)
      reporter_.error(name, "old-kernel", fmt::format("target {} is not in kernels of today", name.text), {},
                      {.text = fmt::format("Warning: Extension {} revision 0 not supported, missing kernel module?\n", name.text), .status = 1, .number = ENOENT});
    loaded_.target = ReadUse{.use = {.extension = extension, .name = extension->name}, .named = name};
    opaque_ = false;
    return true;
  }
  // A chain, unless options follow that only an extension could have.
  const bool options_follow = !tool() && at_ < words_.size() && words_[at_].text.substr(0, 2) == "--" &&
                              !find_option(loaded_, words_[at_].text.substr(2)).basic;
  if (!options_follow) {
    jumped_ = false;
    return jump(at, name, false);
  }
  if (!check_name(name, true)) return false;
  loaded_.target = ReadUse{.use = {.name = intern(name.text)}, .named = name};
  opaque_ = opaque_is_target_ = true;
  return true;
}

bool RuleReading::jump(const Word& at, const Word& name, bool go) {
  if (!once(jumped_, at, Basic::jump) || (tool() && !good_target_name(name, reporter_))) return false;
  jumped_ = true;
  if (name.text.empty()) return fail(at, "missing-value", "a chain is expected here");
  rule().target = Jump{-1, go};
  out_.jump_to = name;
  return true;
}

bool RuleReading::finish() {
  if (!out_.has_command) {
    if (words_.empty()) return true;
    return fail(words_.front(), "no-command", "no command in this line", "a rule starts with -A CHAIN");
  }
  if (!check_interfaces(basic_, out_.chain.text, reporter_)) return false;
  if (!finish_extensions()) return false;
  combine_addresses();
  return true;
}

bool RuleReading::finish_extensions() {
  rule().basic = basic_.match;
  bool good = true;
  for (ReadUse& match : loaded_.matches) good = finish_use(match, rule(), family_, table_, reporter_, tool()) && good;
  rule().matches.reserve(loaded_.matches.size());
  for (ReadUse& match : loaded_.matches) rule().matches.push_back({std::move(match.use)});
  // TCPMSS looks at the matches.
  if (loaded_.target) good = finish_use(*loaded_.target, rule(), family_, table_, reporter_, tool()) && good;
  if (!good) return false;
  if (loaded_.target) rule().target = TargetUse{std::move(loaded_.target->use)};
  return true;
}

void RuleReading::combine_addresses() {
  auto &sources = basic_.sources, &destinations = basic_.destinations;
  if (sources.empty()) sources.push_back({});
  if (destinations.empty()) destinations.push_back({});
  auto& rules = out_.rules;
  const std::size_t count = sources.size() * destinations.size();
  rules.reserve(count);
  while (rules.size() < count) rules.push_back(rules.front());
  for (std::size_t i = 0; i < count; ++i) {
    rules[i].basic.src = sources[i / destinations.size()];
    rules[i].basic.dst = destinations[i % destinations.size()];
  }
}

}  // namespace fwsim
