// A rule while it is read: what its words have said so far. rule_reader.cc finds options and their values, rule_commands.cc knows
// commands and the basic options, rule_extensions.cc matches and targets.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "parser/rule_reader.hh"

namespace fwsim {

// The words that are the values of an option: at most two.
class Values {
 public:
  std::size_t size() const { return count_; }
  bool empty() const { return count_ == 0; }
  const Word& operator[](std::size_t i) const { return words_[i]; }
  void push_back(const Word& word) { words_[count_++] = word; }
  std::span<const Word> all() const { return {words_.data(), count_}; }

 private:
  std::array<Word, 2> words_;
  std::size_t count_ = 0;
};

class RuleReading {
 public:
  RuleReading(const Line& line, std::string_view source, Family family, TableId table, Reporter& reporter, ReadRule& out, ReadAs as, RuleScratch& scratch)
      : words_(line.words), source_(source), family_(family), table_(table), reporter_(reporter), out_(out), as_(as),
        basic_(scratch.basic), loaded_(scratch.loaded), places_(scratch.places) {
    scratch.clear();
    out.rules.emplace_back();
    if (line.counters) rule().counters = *line.counters;
    rule().line = reporter.line();
  }
  bool read();

 private:
  bool fail(const Word& at, std::string_view id, std::string text, std::string hint = {}, ToolWords words = {}) {
    reporter_.error(at, id, std::move(text), std::move(hint), std::move(words));
    return false;
  }
  bool tool() const { return as_ != ReadAs::file; }
  bool read_word();
  std::string hint_for_argument() const {
    if (at_ == 0) return "a rule starts with a command: -A CHAIN ...";
    return {};
  }
  // An option that nothing loaded knows makes iptables load the match of the rule's protocol.
  // (Not for an option that it does not know either: that one may belong to an unknown extension.)
  bool load_protocol_match(std::string_view option);

  // Finding options.
  bool read_long(const Word& word);
  bool read_short(const Word& word, std::size_t letter = 1);
  // Options whose value may be left out: it stands in the same word, or is the next word.
  static bool takes_attached(Basic what) {
    return what == Basic::list || what == Basic::list_rules || what == Basic::flush || what == Basic::zero ||
           what == Basic::delete_chain || what == Basic::wait || what == Basic::wait_interval || what == Basic::help;
  }
  bool take_option(const FoundOption& found, const Word& word, const Values& attached);

  // Extensions that fwsim does not know.
  // Keeps an option of an unknown extension, with the words up to the next option, as written.
  bool take_verbatim();
  ReadUse* opaque_use() { return opaque_is_target_ ? &*loaded_.target : &loaded_.matches[opaque_match_]; }

  // Values.
  // The `count` words that belong to an option: one may be attached; a '!' between option and
  // value is the form of iptables before 1.4.3.
  bool take_values(const Word& at, std::size_t count, Values& values);
  bool extension_option(const FoundOption& found, const Word& at, Values values);
  // Whether the second of two values is there, and looks like none of the next options.
  bool two_follow(std::size_t attached) const {
    const std::size_t second = at_ + 1 - attached;
    return second < words_.size() && !words_[second].text.empty() && words_[second].text[0] != '-' &&
           words_[second].text[0] != '!';
  }

  // Basic options.
  bool basic(const BasicOption& option, const Word& at, Values values);
  // iptables looks at addresses only when it has read all the rest.
  bool remember_addresses(Basic what, const Word& at, const Word& value, bool inverted);
  bool read_remembered();
  bool once_flag(bool& given, const Word& at, Basic what) {
    if (std::exchange(given, true) && tool()) return given_once(true, at, what, reporter_);
    return true;
  }
  bool next_is_value() const {
    return at_ < words_.size() && !words_[at_].text.empty() && words_[at_].text[0] != '-' && words_[at_].text != "!";
  }
  bool wait(Basic what, const Word& at, const Values& values);
  bool once(bool given, const Word& at, Basic what) { return given_once(given, at, what, reporter_); }
  bool command(const BasicOption& option, const Word& at, const Values& values);
  // "-c 5 300" or "-c 5,300"
  bool set_counters(const Word& at, const Word& value);

  // Extensions.
  bool load_match(const Word& name);
  // What comes with iptables; a file is read even if it needs more.
  bool known_to_tool(const Extension& extension) const { return !tool() || extension.home != Extension::Home::addons; }
  // An unknown name is taken for an extension that fwsim does not know, unless it is that of
  // another family or close to a known one.
  bool check_name(const Word& name, bool target);
  bool load_target(const Word& at, const Word& name);
  bool jump(const Word& at, const Word& name, bool go);

  // The whole rule.
  bool finish();
  // The same in the order in which iptables checks a command.
  bool finish_command();
  // The letters of what was given, in the order in which iptables looks at them.
  std::string given_options() const;
  bool finish_extensions();
  void combine_addresses();

  // What is read; others follow it in the end, one for each pair of addresses.
  Rule& rule() { return out_.rules.front(); }

  const std::vector<Word>& words_;
  std::string_view source_;
  Family family_;
  TableId table_;
  Reporter& reporter_;
  ReadRule& out_;
  std::size_t at_ = 0;
  bool negated_ = false;
  ReadAs as_;
  struct Addresses {
    Basic what;
    Word at, value;
    bool inverted;
  };
  std::optional<Addresses> from_, to_;
  struct {
    bool numeric = false, exact = false, line_numbers = false, wait = false, wait_interval = false;
  } given_;
  BasicReading& basic_;
  LoadedExtensions& loaded_;
  std::vector<OptionPlace>* places_;
  bool jumped_ = false;
  bool opaque_ = false, opaque_is_target_ = false;
  std::size_t opaque_match_ = 0;
  bool proto_loaded_ = false;
};

}  // namespace fwsim
