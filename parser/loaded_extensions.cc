#include "parser/loaded_extensions.hh"

#include <fmt/format.h>

#include <algorithm>

namespace fwsim {
namespace {

// Calls f for each extension that fwsim knows, the one loaded last first.
template <class Loaded, class F>
void for_each_use(Loaded& loaded, F f) {
  if (loaded.target && loaded.target->use.extension) f(*loaded.target);
  for (auto use = loaded.matches.rbegin(); use != loaded.matches.rend(); ++use)
    if (use->use.extension) f(*use);
}

FoundOption find_abbreviated(LoadedExtensions& loaded, std::string_view name) {
  std::vector<FoundOption> all;
  for (const BasicOption& basic : basic_options())
    if (basic.name.substr(0, name.size()) == name &&
        std::none_of(all.begin(), all.end(), [&](const FoundOption& f) { return f.basic->what == basic.what; }))
      all.push_back({.basic = &basic});
  for_each_use(loaded, [&](ReadUse& use) {
    std::vector<const Option*> options;
    abbreviated_options(*use.use.extension, name, options);
    for (const Option* option : options) all.push_back({.option = option, .use = &use});
  });
  if (all.empty()) return {};
  if (all.size() > 1) all.front().ambiguous = true;
  return all.front();
}

// Where an option belongs that nothing loaded has; empty when no extension has it.
std::string owner_of(std::string_view name) {
  for (const Extension* match : all_matches())
    if (exact_option(*match, name)) {
      const bool by_protocol = !match->protocols.empty() && match->name != "multiport";
      return by_protocol ? fmt::format("it needs -p {} before it",
                                       protocol_text(static_cast<unsigned>(match->protocols.front())))
                         : fmt::format("it belongs to -m {}", match->name);
    }
  for (const Extension* target : all_targets())
    if (exact_option(*target, name)) return fmt::format("it belongs to -j {}", target->name);
  return {};
}

}  // namespace

FoundOption find_option(LoadedExtensions& loaded, std::string_view name) {
  if (const BasicOption* basic = find_basic(name)) return {.basic = basic};
  FoundOption found;
  for_each_use(loaded, [&](ReadUse& use) {
    if (!found.option)
      if (const Option* option = exact_option(*use.use.extension, name)) found = {.option = option, .use = &use};
  });
  return found.option ? found : find_abbreviated(loaded, name);
}

FoundOption find_option(LoadedExtensions& loaded, char letter) {
  if (const BasicOption* basic = find_basic(letter)) return {.basic = basic};
  FoundOption found;
  for_each_use(loaded, [&](ReadUse& use) {
    if (!found.option)
      if (const Option* option = letter_option(*use.use.extension, letter)) found = {.option = option, .use = &use};
  });
  return found;
}

std::string hint_for_option(const LoadedExtensions& loaded, std::string_view name, std::uint8_t proto, Family family) {
  std::vector<std::string_view> names;
  for (const BasicOption& option : basic_options()) names.push_back(option.name);
  const auto add = [&](const Extension& extension) {
    for (const Option& option : extension.options) names.push_back(option.name);
  };
  for_each_use(loaded, [&](const ReadUse& use) { add(*use.use.extension); });
  if (const Extension* extension = protocol_match(proto, family)) add(*extension);
  if (const std::string near = did_you_mean(name, names); !near.empty()) return "did you mean --" + near + "?";
  return owner_of(name);
}

}  // namespace fwsim
