// Phrases with their values put in.
#include <fmt/format.h>

#include <algorithm>

#include "model/listing/rule_prose.hh"
#include "model/matches/ct_state.hh"
#include "reports/plain/phrases.hh"

namespace fwsim {
namespace {

// An option's value as a reader wants it: no flags of the command line, ranges with "-".
std::string value_text(const Use& use, std::string_view option, Family family) {
  const Given* given = use.find(option);
  if (!given) return {};
  std::string text = option_text(use, std::string(option).c_str(), family);
  while (!text.empty() && text.back() == ' ') text.pop_back();
  // "FIN,SYN,RST,ACK SYN": of these, that one is set.
  if (const std::size_t blank = text.find(' '); option == "tcp-flags" && blank != std::string::npos) return fmt::format("{} of {}", text.substr(blank + 1), text.substr(0, blank));
  const bool range = std::holds_alternative<NumRange>(given->value) || std::holds_alternative<std::vector<NumRange>>(given->value);
  if (range) std::replace(text.begin(), text.end(), ':', '-');
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {   // "22,80" is "22, 80"
    out += text[i];
    if (range && text[i] == ',') out += ' ';
  }
  return out;
}

bool takes_value(const Use& use, std::string_view option) {
  for (const Option& o : use.extension->options)
    if (o.name == option) return o.kind->words > 0;
  return false;
}

// {name}, or {name|words when it is given, # being the value}; without # of an option that has a value it is the default
// where that is not given.
std::string filled(const Use& use, std::string_view own, std::string_view phrase, Family family) {
  std::string out;
  while (!phrase.empty()) {
    const std::size_t open = phrase.find('{');
    out += phrase.substr(0, open);
    if (open == std::string_view::npos) break;
    const std::size_t close = phrase.find('}', open);
    const std::string_view inside = phrase.substr(open + 1, close - open - 1);
    phrase.remove_prefix(close + 1);
    const std::size_t bar = inside.find('|');
    const std::string_view name = inside.empty() ? own : inside.substr(0, bar);
    const std::string value = value_text(use, name, family);
    const std::string_view words = bar == std::string_view::npos ? std::string_view() : inside.substr(bar + 1);
    if (words.find('#') == std::string_view::npos && takes_value(use, name)) {
      out += value.empty() ? std::string(words) : value;
      continue;
    }
    if (!use.has(name)) continue;
    std::string said(words);
    if (const std::size_t at = said.find('#'); at != std::string::npos) said.replace(at, 1, value);
    out += said;
  }
  return out;
}

// "that begins a connection", "of a known connection, or one related to it".
std::string states_words(std::uint64_t bits, bool inverted) {
  constexpr std::string_view all[] = {"that conntrack finds invalid",   "that begins a connection",       "that is related to a known connection",
                                      "of a known connection",          "that is not tracked",            "of a connection with a translated source",
                                      "of a connection with a translated destination"};
  constexpr std::uint64_t known = 1U << 3, related = 1U << 2;
  if (!inverted && bits == (known | related)) return "of a known connection or related to one";
  std::string out;
  for (unsigned i = 0; i < std::size(all); ++i)
    if ((bits >> i & 1) != 0) out += fmt::format("{}{}", out.empty() ? "" : " or ", all[i]);
  return inverted ? "except what is " + out : out;
}

std::string_view phrase_of(std::span<const Phrase> list, const Use& use, const Given& given) {
  const std::string_view option = use.extension->options[given.option].name;
  for (const Phrase& p : list)
    if (p.extension == use.name && p.option == option) return given.inverted && !p.inverted.empty() ? p.inverted : p.plain;
  return option;
}

bool has_inverted(std::span<const Phrase> list, const Use& use, const Given& given) {
  const std::string_view option = use.extension->options[given.option].name;
  return std::any_of(list.begin(), list.end(), [&](const Phrase& p) { return p.extension == use.name && p.option == option && !p.inverted.empty(); });
}

void add(std::string& out, const std::string& more) {
  if (!more.empty()) out += (out.empty() ? "" : " ") + more;
}

std::string words(const Use& use, std::span<const Phrase> phrases, std::span<const Alone> alone, Family family) {
  std::string out;
  const auto by_itself = std::find_if(alone.begin(), alone.end(), [&](const Alone& a) { return a.extension == use.name; });
  if (by_itself != alone.end() && by_itself->always) add(out, filled(use, {}, by_itself->plain, family));
  for (const Given& given : use.given) {
    const std::string_view phrase = phrase_of(phrases, use, given);
    if (phrase.empty()) continue;
    const bool denied = given.inverted && !has_inverted(phrases, use, given);
    add(out, (denied ? "not " : "") + filled(use, use.extension->options[given.option].name, phrase, family));
  }
  if (out.empty() && by_itself != alone.end()) out = filled(use, {}, by_itself->plain, family);
  if (!out.empty() && out.back() == ':') out.pop_back();
  return out;
}

}  // namespace

std::string match_words(const MatchUse& use, Family family) {
  if (!use.extension) return fmt::format("that the match '{}' takes, which fwsim does not know ({})", use.name, use.verbatim.text());
  for (const char* option : {"state", "ctstate"})
    if (const auto* states = use.get<Bits>(option); states && use.given.size() == 1) return states_words(states->bits, use.inverted(option));
  const auto header = header_phrases();
  const bool in_header = std::any_of(header.begin(), header.end(), [&](const Phrase& p) { return p.extension == use.name; });
  return words(use, in_header ? header : state_phrases(), match_alone(), family);
}

std::string target_words(const TargetUse& use, Family family) {
  if (!use.extension) return fmt::format("given to the target '{}', which fwsim does not know ({})", use.name, use.verbatim.text());
  return words(use, target_phrases(), target_alone(), family);
}

}  // namespace fwsim
