#include "parser/rule_reader.hh"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "model/names.hh"
#include "parser/basic_reader.hh"
#include "parser/extension_reader.hh"
#include "parser/loaded_extensions.hh"

namespace fwsim {
namespace {

struct Verb {
  std::string_view name;
  Verdict verdict;
};
constexpr Verb verdicts[] = {
    {"ACCEPT", Verdict::accept}, {"DROP", Verdict::drop}, {"RETURN", Verdict::back}, {"QUEUE", Verdict::queue}};

class Reader {
 public:
  Reader(const Line& line, std::string_view source, Family family, TableId table, Reporter& reporter, ReadRule& out)
      : words_(line.words), source_(source), family_(family), table_(table), reporter_(reporter), out_(out) {
    if (line.counters) rule_.counters = *line.counters;
    rule_.line = reporter.line();
  }

  bool read() {
    while (at_ < words_.size()) {
      if (!read_word()) return false;
      if (out_.other_family) return true;
    }
    if (negated_) return fail(words_.back(), "stray-negation", "nothing follows this '!'");
    return finish();
  }

 private:
  bool fail(const Word& at, std::string_view id, std::string text, std::string hint = {}) {
    reporter_.error(at, id, std::move(text), std::move(hint));
    return false;
  }

  bool read_word() {
    const Word& word = words_[at_];
    if (word.text == "!" && !word.quoted) {
      if (negated_) return fail(word, "stray-negation", "two '!' in a row");
      negated_ = true;
      ++at_;
      return true;
    }
    if (word.text.size() > 2 && word.text.substr(0, 2) == "--") return read_long(word);
    if (word.text.size() > 1 && word.text[0] == '-') return read_short(word);
    return fail(word, "bad-argument", fmt::format("'{}' belongs to no option", word.text),
                word.text.substr(0, 1) == "#" ? "a comment must start in the first column" : hint_for_argument());
  }

  std::string hint_for_argument() const {
    if (at_ == 0) return "a rule starts with a command: -A CHAIN ...";
    return {};
  }

  // --- finding options ------------------------------------------------------------------------

  // An option that nothing loaded knows makes iptables load the match of the rule's protocol.
  // (Not for an option that it does not know either: that one may belong to an unknown extension.)
  bool load_protocol_match(std::string_view option) {
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

  bool read_long(const Word& word) {
    const std::size_t equals = word.text.find('=');
    const std::string_view name = word.text.substr(2, equals == word.text.npos ? equals : equals - 2);
    FoundOption found = find_option(loaded_, name);
    if (!found.basic && !found.option && load_protocol_match(name)) found = find_option(loaded_, name);
    if (found.ambiguous)
      return fail(word, "ambiguous-option", fmt::format("--{} abbreviates several options", name), "write it in full");
    if (found.basic || found.option) {
      std::vector<Word> attached;
      if (equals != word.text.npos) {
        const auto shift = static_cast<unsigned>(equals) + 1;
        attached.push_back({word.text.substr(shift), word.column + shift, word.end, word.quoted});
      }
      return take_option(found, word, std::move(attached));
    }
    if (opaque_) return take_verbatim();
    return fail(word, "unknown-option", fmt::format("unknown option --{}", name),
                hint_for_option(loaded_, name, basic_.match.proto, family_));
  }

  bool read_short(const Word& word) {
    const char letter = word.text[1];
    std::vector<Word> attached;
    if (word.text.size() > 2)
      attached.push_back({word.text.substr(2), word.column + 2, word.end, word.quoted});
    const FoundOption found = find_option(loaded_, letter);
    if (found.basic || found.option) return take_option(found, word, std::move(attached));
    if (opaque_) return take_verbatim();
    return fail(word, "unknown-option", fmt::format("unknown option {}", word.text));
  }

  bool take_option(const FoundOption& found, const Word& word, std::vector<Word> attached) {
    ++at_;
    return found.basic ? basic(*found.basic, word, std::move(attached))
                       : extension_option(found, word, std::move(attached));
  }

  // --- extensions that fwsim does not know ----------------------------------------------------

  // Keeps an option of an unknown extension, with the words up to the next option, as written.
  bool take_verbatim() {
    const std::size_t first = negated_ ? at_ - 1 : at_;
    ++at_;
    while (at_ < words_.size() && words_[at_].text.substr(0, 1) != "-" && words_[at_].text != "!") ++at_;
    negated_ = false;
    const unsigned from = words_[first].column - 1, to = words_[at_ - 1].end - 1;
    opaque_use()->use.verbatim += " " + std::string(source_.substr(from, to - from));
    return true;
  }
  ReadUse* opaque_use() { return opaque_is_target_ ? &*loaded_.target : &loaded_.matches[opaque_match_]; }

  // --- values ---------------------------------------------------------------------------------

  // The `count` words that belong to an option: one may be attached; a '!' between option and
  // value is the form of iptables before 1.4.3.
  bool take_values(const Word& at, std::size_t count, std::vector<Word>& values) {
    if (values.empty() && count > 0 && at_ < words_.size() && words_[at_].text == "!" && !words_[at_].quoted) {
      reporter_.warning(words_[at_], "old-negation",
                        fmt::format("'!' stands after {}: iptables since 1.4.3 refuses this", at.text),
                        fmt::format("write '! {} ...'; read so here", at.text));
      negated_ = true;
      ++at_;
    }
    while (values.size() < count) {
      if (at_ >= words_.size()) return fail(at, "missing-value", fmt::format("{} needs a value", at.text));
      values.push_back(words_[at_++]);
    }
    return true;
  }

  bool extension_option(const FoundOption& found, const Word& at, std::vector<Word> values) {
    const Option& option = *found.option;
    const bool absent = option.value_optional && values.empty() &&
                        (at_ >= words_.size() || words_[at_].text.empty() || words_[at_].text[0] == '-' ||
                         words_[at_].text == "!");
    if (option.kind->words == 0 && !values.empty())
      return fail(at, "stray-value", fmt::format("--{} takes no value", option.name));
    if (!absent && !take_values(at, option.kind->words, values)) return false;
    return give_option(*found.use, option, at, values, std::exchange(negated_, false), family_,
                       basic_.match.proto, reporter_);
  }

  // --- basic options --------------------------------------------------------------------------

  bool basic(const BasicOption& option, const Word& at, std::vector<Word> values) {
    if (!take_values(at, option.words, values)) return false;
    const bool inverted = std::exchange(negated_, false);
    if (inverted && !option.invertible)
      return fail(at, "not-invertible", fmt::format("-{} cannot be negated", at.text.substr(1)));
    if (option.command) return command(option, at, values);
    switch (option.what) {
      case Basic::source:
      case Basic::destination:
      case Basic::in_interface:
      case Basic::out_interface:
      case Basic::protocol:
      case Basic::fragment:
        return read_basic_match(basic_, option.what, at, values.empty() ? at : values[0], inverted, family_, reporter_);
      case Basic::match: return load_match(values[0]);
      case Basic::jump: return load_target(at, values[0]);
      case Basic::go: return jump(at, values[0], true);
      case Basic::set_counters: return set_counters(at, values[0]);
      case Basic::ipv4: out_.other_family = family_ == Family::v6; return true;
      case Basic::ipv6: out_.other_family = family_ == Family::v4; return true;
      case Basic::table:
        return fail(at, "table-option", "-t cannot be used inside a file: the table is the one of the last '*' line");
      default: return true;
    }
  }

  bool once(bool given, const Word& at) { return given_once(given, at, reporter_); }

  bool command(const BasicOption& option, const Word& at, const std::vector<Word>& values) {
    if (out_.has_command) return fail(at, "two-commands", "a line holds one command");
    out_.has_command = true;
    out_.command = option.what;
    if (!values.empty()) out_.chain = values[0];
    if (values.size() > 1) out_.argument = values[1];
    const auto next_is_value = [&] {
      return at_ < words_.size() && !words_[at_].text.empty() && words_[at_].text[0] != '-' && words_[at_].text != "!";
    };
    const bool optional_chain = option.words == 0;
    if (optional_chain && next_is_value()) out_.chain = words_[at_++];
    const bool numbered = option.what == Basic::insert || option.what == Basic::remove || option.what == Basic::replace ||
                          option.what == Basic::zero || option.what == Basic::list;
    if (numbered && next_is_value()) out_.argument = words_[at_++];
    if (option.what == Basic::replace && !out_.argument)
      return fail(at, "missing-value", "-R needs the number of the rule to replace", "-R CHAIN 3 ...");
    return true;
  }

  // "-c 5 300" or "-c 5,300"
  bool set_counters(const Word& at, const Word& value) {
    const std::size_t comma = value.text.find(',');
    std::optional<std::uint64_t> packets = read_number(value.text.substr(0, comma)), bytes;
    if (comma != value.text.npos)
      bytes = read_number(value.text.substr(comma + 1));
    else if (at_ < words_.size())
      bytes = read_number(words_[at_++].text);
    if (!packets || !bytes) return fail(at, "bad-counters", "-c needs two numbers, packets and bytes", "-c 10 840");
    rule_.counters = {*packets, *bytes};
    return true;
  }

  bool load_match(const Word& name) {
    ReadUse reading{.named = name};
    reading.use.extension = find_match(name.text, family_);
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

  // An unknown name is taken for an extension that fwsim does not know, unless it is that of
  // another family or close to a known one.
  bool check_name(const Word& name, bool target) {
    const std::string_view what = target ? "target" : "match";
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

  bool load_target(const Word& at, const Word& name) {
    if (!once(jumped_, at)) return false;
    jumped_ = true;
    for (const Verb& verb : verdicts)
      if (verb.name == name.text) {
        rule_.target = verb.verdict;
        return true;
      }
    if (const Extension* extension = find_target(name.text, family_)) {
      loaded_.target = ReadUse{.use = {.extension = extension, .name = extension->name}, .named = name};
      opaque_ = false;
      return true;
    }
    // A chain, unless options follow that only an extension could have.
    const bool options_follow = at_ < words_.size() && words_[at_].text.substr(0, 2) == "--" &&
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

  bool jump(const Word& at, const Word& name, bool go) {
    if (!once(jumped_, at)) return false;
    jumped_ = true;
    if (name.text.empty()) return fail(at, "missing-value", "a chain is expected here");
    rule_.target = Jump{-1, go};
    out_.jump_to = name;
    return true;
  }

  // --- the whole rule -------------------------------------------------------------------------

  bool finish() {
    if (!out_.has_command) {
      if (words_.empty()) return true;
      return fail(words_.front(), "no-command", "no command in this line", "a rule starts with -A CHAIN");
    }
    if (!check_interfaces(basic_, out_.chain.text, reporter_)) return false;
    rule_.basic = basic_.match;
    bool good = true;
    for (ReadUse& match : loaded_.matches) good = finish_use(match, rule_, family_, table_, reporter_) && good;
    for (ReadUse& match : loaded_.matches) rule_.matches.push_back({std::move(match.use)});
    // TCPMSS looks at the matches.
    if (loaded_.target) good = finish_use(*loaded_.target, rule_, family_, table_, reporter_) && good;
    if (!good) return false;
    if (loaded_.target) rule_.target = TargetUse{std::move(loaded_.target->use)};
    combine_addresses();
    return true;
  }

  void combine_addresses() {
    auto &sources = basic_.sources, &destinations = basic_.destinations;
    const bool several = sources.size() > 1 || destinations.size() > 1;
    if (sources.empty()) sources.push_back({});
    if (destinations.empty()) destinations.push_back({});
    for (const Prefix& src : sources)
      for (const Prefix& dst : destinations) {
        Rule rule = several ? rule_ : std::move(rule_);
        rule.basic.src = src;
        rule.basic.dst = dst;
        out_.rules.push_back(std::move(rule));
      }
  }

  const std::vector<Word>& words_;
  std::string_view source_;
  Family family_;
  TableId table_;
  Reporter& reporter_;
  ReadRule& out_;

  std::size_t at_ = 0;
  bool negated_ = false;
  Rule rule_;
  BasicReading basic_;
  LoadedExtensions loaded_;
  bool jumped_ = false;
  bool opaque_ = false, opaque_is_target_ = false;
  std::size_t opaque_match_ = 0;
  bool proto_loaded_ = false;
};

}  // namespace

bool read_rule(const Line& line, std::string_view source, Family family, TableId table, Reporter& reporter,
               ReadRule& out) {
  return Reader(line, source, family, table, reporter, out).read();
}

}  // namespace fwsim
