#include "parser/extension_reader.hh"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "model/matches/any_range.hh"
#include "model/more_kinds.hh"

namespace fwsim {
namespace {

bool is_spelled(const Option& option, std::string_view name) {
  if (option.name == name) return true;
  if (option.alias.empty()) return false;
  for (std::string_view alias : Pieces(option.alias, ','))
    if (alias == name) return true;
  return false;
}

bool starts_with(std::string_view text, std::string_view start) { return text.substr(0, start.size()) == start; }

// Fills in what iptables-save always prints, and drops what it never prints.
void apply_defaults(Use& use, Family family) {
  const auto options = use.extension->options;
  for (std::size_t i = 0; i < options.size(); ++i) {
    const Option& option = options[i];
    if (option.saved != Saved::always && option.saved != Saved::unless_default) continue;
    const Given* given = use.find(option.name);
    if (option.saved == Saved::always ? given != nullptr : given == nullptr || given->inverted) continue;
    std::vector<std::string_view> words;
    if (option.kind->words > 0) words = split(option.fallback, ' ');
    Value value;
    const ValueContext context{.family = family, .option = &option};
    if (option.kind->read(context, words, value)) continue;  // the table's own fallback: tested for all
    if (option.saved == Saved::always)
      use.put(option.name, std::move(value));
    else if (given->value == value)
      use.remove(option.name);
  }
}

std::string list_options(std::string_view names, char separator) {
  std::string text;
  for (std::string_view name : Pieces(names, separator)) text += (text.empty() ? "--" : ", --") + std::string(name);
  return text;
}

// Of several spellings iptables says the first of its own table, which is the longest.
std::string_view tool_name(const Option& option) {
  std::string_view longest = option.name;
  if (!option.alias.empty())
    for (std::string_view alias : Pieces(option.alias, ','))
      if (alias.size() > longest.size()) longest = alias;
  return longest;
}

// What libxtables says of a value (xtoptions.c), by the kind of option.
std::string words_for_bad_value(const Use& use, const Option& option, std::string_view word, Family family) {
  if (!option.refused.empty()) return refusal(option, word);
  const ValueKind* kind = option.kind;
  const auto of = [&](std::string_view what) { return fmt::format("{}: {} for option \"--{}\"", use.name, what, option.name); };
  if (kind == &kinds::number || kind == &kinds::hex_number || kind == &kinds::port)
    return fmt::format("{}, or out of range ({}-{}).\n", of("bad value"), option.min, option.max);
  if (kind == &kinds::range || kind == &kinds::any_range)
    return fmt::format("{} near \"{}\", or out of range (0-{}).\n", of("bad value"), word, option.max);
  if (kind == &kinds::masked || kind == &kinds::masked_always) return of("bad integer value") + ", or out of range.\n";
  if ((kind == &kinds::text || kind == &kinds::word || kind == &kinds::quoted) && word.size() < option.min)
    return fmt::format("Argument must have a minimum length of {} characters\n", option.min);
  if ((kind == &kinds::text || kind == &kinds::word || kind == &kinds::quoted) && word.size() > option.max)
    return fmt::format("Argument must have a maximum length of {} characters\n", option.max);
  if (kind == &kinds::mask_length)
    return fmt::format("{}, neither a valid network mask nor valid CIDR (0-{}).\n", of("bad value"), family == Family::v4 ? 32 : 128);
  return fmt::format("{}: Bad value for \"--{}\" option: \"{}\"", use.name, option.name, word);
}

class Checks {
 public:
  Checks(ReadUse& reading, Reporter& reporter, bool strict) : reading_(reading), reporter_(reporter), strict_(strict) {}

  void required() {
    for (const Option& option : reading_.use.extension->options)
      if (option.required && !reading_.use.has(option.name))
        fault("missing-option", fmt::format("{} needs --{}", name(), option.name), std::string(option.help),
              reading_.use.extension->none_given.empty() || !reading_.use.extension->groups.empty()
                  ? fmt::format("{}: option \"--{}\" must be specified\n", reading_.use.name, option.name)
                                                         : std::string(reading_.use.extension->none_given));
  }

  void groups() {
    const std::string_view groups = reading_.use.extension->groups;
    if (groups.empty()) return;
    for (std::string_view group : Pieces(groups, ' ')) {
      const char separator = group.find('|') != group.npos ? '|' : '+';
      std::size_t count = 0;
      for (std::string_view option : Pieces(group, separator)) count += reading_.use.has(option) ? 1 : 0;
      if (count == 0)
        fault("missing-option", fmt::format("{} needs one of {}", name(), list_options(group, separator)), {}, std::string(reading_.use.extension->none_given), EINVAL);
      if (count > 1 && separator == '|')
        fault("conflicting-options", fmt::format("{} takes only one of {}", name(), list_options(group, separator)), {}, together(group));
    }
  }

  void excludes_and_needs() {
    for (const Given& given : reading_.use.given) {
      const Option& option = reading_.use.extension->options[given.option];
      if (!option.excludes.empty())
        for (std::string_view other : Pieces(option.excludes, ','))
          if (reading_.use.has(other))
            fault("conflicting-options", fmt::format("--{} and --{} cannot be given together", option.name, other), {},
                  fmt::format("{}: option \"--{}\" cannot be used together with \"--{}\".\n", reading_.use.name, option.name, other));
      if (!option.needs.empty())
        for (std::string_view other : Pieces(option.needs, ','))
          if (!reading_.use.has(other))
            fault("missing-option", fmt::format("--{} needs --{}", option.name, other), {},
                  fmt::format("{}: option \"--{}\" also requires \"--{}\".\n", reading_.use.name, option.name, other));
    }
  }

  void fault(std::string_view id, std::string text, std::string hint = {}, std::string tool = {}, int number = 0) {
    const bool by_kernel = tool.empty();
    ToolWords words{.text = std::move(tool)};
    if (words.text.empty() && number != 0) words = {.status = 1, .number = number};
    reporter_.error(reading_.named, id, std::move(text), std::move(hint), std::move(words));
    failed_ = failed_ || !strict_ || number == 0 || !by_kernel;
  }
  bool failed() const { return failed_; }

 private:
  // Of the options of a group, the first two that were given.
  std::string together(std::string_view group) const {
    std::vector<const Option*> given;
    for (std::string_view name : Pieces(group, '|'))
      for (const Option& option : reading_.use.extension->options)
        if (option.name == name && reading_.use.has(name)) given.push_back(&option);
    return fmt::format("{}: option \"--{}\" cannot be used together with \"--{}\".\n", reading_.use.name, tool_name(*given[0]), tool_name(*given[1]));
  }
  std::string name() const {
    return fmt::format("{} {}", reading_.use.extension->is_target ? "-j" : "-m", reading_.use.name);
  }
  ReadUse& reading_;
  Reporter& reporter_;
  bool strict_;
  bool failed_ = false;
};

}  // namespace

const Option* exact_option(const Extension& extension, std::string_view name) {
  for (const Option& option : extension.options)
    if (is_spelled(option, name)) return &option;
  return nullptr;
}

void abbreviated_options(const Extension& extension, std::string_view name, std::vector<const Option*>& found) {
  for (const Option& option : extension.options) {
    bool abbreviates = starts_with(option.name, name);
    if (!option.alias.empty())
      for (std::string_view alias : Pieces(option.alias, ',')) abbreviates = abbreviates || starts_with(alias, name);
    if (abbreviates && std::find(found.begin(), found.end(), &option) == found.end()) found.push_back(&option);
  }
}

const Option* letter_option(const Extension& extension, char letter) {
  for (const Option& option : extension.options)
    if (option.letter == letter) return &option;
  return nullptr;
}

bool give_option(ReadUse& reading, const Option& option, const Word& at, std::span<const Word> values, bool inverted,
                 Family family, int protocol, Reporter& reporter, bool strict) {
  if (inverted && !option.invertible) {
    reporter.error(at, "not-invertible", fmt::format("--{} cannot be negated", option.name),
                   "remove the '!' before it", {fmt::format("{}: option \"--{}\" cannot be inverted.\n", reading.use.name, option.name)});
    return false;
  }
  // Only iptables' own check; the kernel's comes when the table is loaded.
  const std::string_view without = protocol == 0 ? reading.use.extension->no_protocol : reading.use.extension->other_protocol;
  const auto known = reading.use.extension->protocols;
  if (strict && !without.empty() && std::find(known.begin(), known.end(), protocol) == known.end()) {
    reporter.error(at, "needs-protocol", fmt::format("--{} needs a protocol with ports in the same rule", option.name), "add -p tcp", {std::string(without)});
    return false;
  }
  const auto index = static_cast<std::uint16_t>(&option - reading.use.extension->options.data());
  if (!option.repeatable && reading.use.has(option.name)) {
    reporter.error(at, "given-twice", fmt::format("--{} is given twice", option.name),
                   "an option counts once in a match; load the match again with -m to test twice",
                   {option.again.empty() ? fmt::format("{}: option \"--{}\" can only be used once.\n", reading.use.name, tool_name(option))
                                         : std::string(option.again)});
    return false;
  }
  std::array<std::string_view, 4> words{};
  for (std::size_t i = 0; i < values.size(); ++i) words[i] = values[i].text;
  Given given{index, inverted, {}};
  const ValueContext context{.family = family, .option = &option, .protocol = protocol, .inverted = inverted};
  if (!values.empty() || option.kind->words == 0)
    if (const auto error = option.kind->read(context, std::span(words.data(), values.size()), given.value)) {
      reporter.error(values.empty() ? at : values.front(), "bad-value", fmt::format("--{}: {}", option.name, error->text),
                     error->hint, error->number != 0 ? ToolWords{.status = 1, .number = error->number}
                                                     : ToolWords{error->tool.empty() ? words_for_bad_value(reading.use, option, words[0], family) : error->tool});
      return false;
    }
  // Kept sorted by table position, repeated options in the order given.
  auto& list = reading.use.given;
  const auto place = std::find_if(list.begin(), list.end(), [&](const Given& g) {
    return !option.repeatable && g.option > index;
  });
  list.insert(place, std::move(given));
  return true;
}

bool finish_use(ReadUse& reading, const Rule& rule, Family family, TableId table, Reporter& reporter, bool strict) {
  if (!reading.use.extension) return true;
  Checks checks(reading, reporter, strict);
  checks.required();
  checks.groups();
  checks.excludes_and_needs();
  if (checks.failed()) return false;
  apply_defaults(reading.use, family);
  if (reading.use.extension->finish) {
    CheckContext context{.rule = rule, .family = family, .table = table};
    reading.use.extension->finish(reading.use, context);
    for (CheckContext::Fault& fault : context.faults) checks.fault("bad-options", std::move(fault.text), std::move(fault.hint), std::move(fault.tool), fault.number);
  }
  return !checks.failed();
}

}  // namespace fwsim
