#include "parser/rule_reader.hh"

#include <fmt/format.h>

#include <utility>

#include "parser/command_check.hh"
#include "parser/rule_reading.hh"

namespace fwsim {

bool RuleReading::read() {
  while (at_ < words_.size()) {
    if (tool() && words_[at_].text == "--") break;
    if (!read_word()) return false;
    if (out_.other_family || out_.help || out_.version) return true;
  }
  if (tool()) return finish_command();
  if (negated_) return fail(words_.back(), "stray-negation", "nothing follows this '!'");
  return finish();
}

bool RuleReading::read_word() {
  const Word& word = words_[at_];
  if (word.text == "!" && !word.quoted) {
    if (negated_) return fail(word, "stray-negation", "two '!' in a row", {}, {"multiple consecutive ! not allowed"});
    negated_ = true;
    ++at_;
    return true;
  }
  if (word.text.size() > 2 && word.text.substr(0, 2) == "--") return read_long(word);
  if (word.text.size() > 1 && word.text[0] == '-') return read_short(word);
  return fail(word, "bad-argument", fmt::format("'{}' belongs to no option", word.text),
              word.text.substr(0, 1) == "#" ? "a comment must start in the first column" : hint_for_argument(),
              {.text = fmt::format("Bad argument `{}'\n", word.text), .bare = true});
}

bool RuleReading::load_protocol_match(std::string_view option) {
  if (proto_loaded_ || basic_.match.proto == 0) return false;
  const Extension* extension = protocol_match(basic_.match.proto, family_);
  if (!extension) return false;
  std::vector<const Option*> known;
  abbreviated_options(*extension, option, known);
  if (known.empty()) return false;
  proto_loaded_ = true;
  loaded_.matches.push_back({.use = {.extension = extension, .name = extension->name}, .named = basic_.proto_word});
  return true;
}

bool RuleReading::read_long(const Word& word) {
  const std::size_t equals = word.text.find('=');
  const std::string_view name = word.text.substr(2, equals == word.text.npos ? equals : equals - 2);
  FoundOption found = find_option(loaded_, name);
  if (!found.basic && !found.option && load_protocol_match(name)) found = find_option(loaded_, name);
  if (found.ambiguous)
    return fail(word, "ambiguous-option", fmt::format("--{} abbreviates several options", name), "write it in full",
                unknown_option(word));
  if (found.basic || found.option) {
    Values attached;
    if (equals != word.text.npos) {
      const auto shift = static_cast<unsigned>(equals) + 1;
      attached.push_back({word.text.substr(shift), word.column + shift, word.end, word.quoted});
    }
    return take_option(found, word, attached);
  }
  if (opaque_) return take_verbatim();
  return fail(word, "unknown-option", fmt::format("unknown option --{}", name),
              hint_for_option(loaded_, name, basic_.match.proto, family_), unknown_option(word));
}

bool RuleReading::read_short(const Word& word, std::size_t letter) {
  Values attached;
  if (word.text.size() > letter + 1) {
    const auto shift = static_cast<unsigned>(letter) + 1;
    attached.push_back({word.text.substr(shift), word.column + shift, word.end, word.quoted});
  }
  const FoundOption found = find_option(loaded_, word.text[letter]);
  // "-nvL": letters without a value stand together.
  if (found.basic && found.basic->words == 0 && !takes_attached(found.basic->what) && !attached.empty()) {
    const std::size_t here = at_;
    if (!take_option(found, word, {})) return false;
    if (out_.help || out_.version || out_.other_family) return true;
    at_ = here;
    return read_short(word, letter + 1);
  }
  if (found.basic || found.option) return take_option(found, word, attached);
  if (opaque_) return take_verbatim();
  return fail(word, "unknown-option", fmt::format("unknown option {}", word.text), {}, unknown_option(word));
}

bool RuleReading::take_option(const FoundOption& found, const Word& word, const Values& attached) {
  const std::size_t place = places_ ? places_->size() : 0;
  if (places_) places_->push_back({found.basic, found.option, found.use ? found.use->use.extension : nullptr, at_, 0, !attached.empty()});
  ++at_;
  const bool good = found.basic ? basic(*found.basic, word, attached)
                                : extension_option(found, word, attached);
  if (places_) (*places_)[place].end = at_;
  return good;
}

bool RuleReading::take_verbatim() {
  const std::size_t first = negated_ ? at_ - 1 : at_;
  ++at_;
  while (at_ < words_.size() && words_[at_].text.substr(0, 1) != "-" && words_[at_].text != "!") ++at_;
  negated_ = false;
  const unsigned from = words_[first].column - 1, to = words_[at_ - 1].end - 1;
  opaque_use()->use.verbatim += " " + std::string(source_.substr(from, to - from));
  return true;
}

bool RuleReading::take_values(const Word& at, std::size_t count, Values& values) {
  if (!tool() && values.empty() && count > 0 && at_ < words_.size() && words_[at_].text == "!" && !words_[at_].quoted) {
    reporter_.warning(words_[at_], "old-negation",
                      fmt::format("'!' stands after {}: iptables since 1.4.3 refuses this", at.text),
                      fmt::format("write '! {} ...'; read so here", at.text));
    negated_ = true;
    ++at_;
  }
  while (values.size() < count) {
    if (at_ >= words_.size())
      return fail(at, "missing-value", fmt::format("{} needs a value", at.text), {}, values.empty() ? argument_missing(at) : second_missing(at));
    values.push_back(words_[at_++]);
  }
  return true;
}

bool RuleReading::extension_option(const FoundOption& found, const Word& at, Values values) {
  const Option& option = *found.option;
  const bool absent = option.value_optional && values.empty() &&
                      (at_ >= words_.size() || words_[at_].text.empty() || words_[at_].text[0] == '-' ||
                       words_[at_].text == "!");
  if (option.kind->words == 0 && !values.empty())
    return fail(at, "stray-value", fmt::format("--{} takes no value", option.name), {}, argument_missing(at));
  if (tool() && option.kind->words == 2 && !absent && values.size() + words_.size() - at_ > 0 && !two_follow(values.size()))
    return fail(at, "missing-value", fmt::format("--{} needs two values", option.name), {},
                {fmt::format("--{} requires two args.", option.name)});
  if (!absent && !take_values(at, option.kind->words, values)) return false;
  return give_option(*found.use, option, at, values.all(), std::exchange(negated_, false), family_,
                     basic_.match.proto, reporter_, tool());
}

bool read_rule(const Line& line, std::string_view source, Family family, TableId table, Reporter& reporter,
               ReadRule& out, ReadAs as, RuleScratch& scratch) {
  return RuleReading(line, source, family, table, reporter, out, as, scratch).read();
}

void RuleScratch::clear() {
  basic.match = {};
  basic.sources.clear();
  basic.destinations.clear();
  basic.in_word = basic.out_word = basic.proto_word = {};
  loaded.matches.clear();
  loaded.target.reset();
}

}  // namespace fwsim
