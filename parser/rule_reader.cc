#include "parser/rule_reader.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "model/names.hh"
#include "parser/basic_reader.hh"
#include "parser/command_check.hh"
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
  Reader(const Line& line, std::string_view source, Family family, TableId table, Reporter& reporter, ReadRule& out, ReadAs as)
      : words_(line.words), source_(source), family_(family), table_(table), reporter_(reporter), out_(out), as_(as) {
    if (line.counters) rule_.counters = *line.counters;
    rule_.line = reporter.line();
  }

  bool read() {
    while (at_ < words_.size()) {
      if (tool() && words_[at_].text == "--") break;
      if (!read_word()) return false;
      if (out_.other_family || out_.help || out_.version) return true;
    }
    if (tool()) return finish_command();
    if (negated_) return fail(words_.back(), "stray-negation", "nothing follows this '!'");
    return finish();
  }

 private:
  bool fail(const Word& at, std::string_view id, std::string text, std::string hint = {}, ToolWords words = {}) {
    reporter_.error(at, id, std::move(text), std::move(hint), std::move(words));
    return false;
  }
  bool tool() const { return as_ != ReadAs::file; }

  bool read_word() {
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
      return fail(word, "ambiguous-option", fmt::format("--{} abbreviates several options", name), "write it in full",
                  unknown_option(word));
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
                hint_for_option(loaded_, name, basic_.match.proto, family_), unknown_option(word));
  }

  bool read_short(const Word& word, std::size_t letter = 1) {
    std::vector<Word> attached;
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
    if (found.basic || found.option) return take_option(found, word, std::move(attached));
    if (opaque_) return take_verbatim();
    return fail(word, "unknown-option", fmt::format("unknown option {}", word.text), {}, unknown_option(word));
  }

  // Options whose value may be left out: it stands in the same word, or is the next word.
  static bool takes_attached(Basic what) {
    return what == Basic::list || what == Basic::list_rules || what == Basic::flush || what == Basic::zero ||
           what == Basic::delete_chain || what == Basic::wait || what == Basic::wait_interval || what == Basic::help;
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

  bool extension_option(const FoundOption& found, const Word& at, std::vector<Word> values) {
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
    return give_option(*found.use, option, at, values, std::exchange(negated_, false), family_,
                       basic_.match.proto, reporter_, tool());
  }

  // Whether the second of two values is there, and looks like none of the next options.
  bool two_follow(std::size_t attached) const {
    const std::size_t second = at_ + 1 - attached;
    return second < words_.size() && !words_[second].text.empty() && words_[second].text[0] != '-' &&
           words_[second].text[0] != '!';
  }

  // --- basic options --------------------------------------------------------------------------

  bool basic(const BasicOption& option, const Word& at, std::vector<Word> values) {
    if (!take_values(at, option.words, values)) return false;
    const bool inverted = std::exchange(negated_, false);
    if (inverted && !option.invertible)
      return fail(at, "not-invertible", fmt::format("-{} cannot be negated", at.text.substr(1)), {},
                  {option.command                   ? "unexpected '!' flag"
                   : option.what == Basic::match    ? "unexpected ! flag before --match"
                   : option.what == Basic::table    ? "unexpected ! flag before --table"
                                                    : fmt::format("cannot have ! before -{}", basic_letter(option.what))});
    if (option.command) return command(option, at, values);
    if (!tool() && (option.what == Basic::help || option.what == Basic::version))
      return fail(at, "unknown-option", fmt::format("{} is no option of a rule", at.text));
    switch (option.what) {
      case Basic::source:
      case Basic::destination:
        if (tool()) return remember_addresses(option.what, at, values[0], inverted);
        [[fallthrough]];
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
        if (as_ == ReadAs::command) {
          out_.table = values[0];
          if (const auto id = find_table(values[0].text)) table_ = *id;
          return true;
        }
        return fail(at, "table-option", "-t cannot be used inside a file: the table is the one of the last '*' line", {},
                    {"The -t option cannot be used in {tool}.\n"});
      case Basic::numeric: out_.numeric = true; return once_flag(given_.numeric, at, option.what);
      case Basic::exact: out_.exact = true; return once_flag(given_.exact, at, option.what);
      case Basic::line_numbers: out_.line_numbers = true; return once_flag(given_.line_numbers, at, option.what);
      case Basic::verbose: ++out_.verbose; return true;
      case Basic::wait:
      case Basic::wait_interval: return wait(option.what, at, values);
      case Basic::version: out_.version = true; return true;
      case Basic::help:
        if (!values.empty() || next_is_value()) ++at_;
        out_.help = true;
        return true;
      default: return true;
    }
  }

  // iptables looks at addresses only when it has read all the rest.
  bool remember_addresses(Basic what, const Word& at, const Word& value, bool inverted) {
    auto& place = what == Basic::source ? from_ : to_;
    if (!once(place.has_value(), at, what)) return false;
    place = Addresses{what, at, value, inverted};
    return true;
  }
  bool read_remembered() {
    for (const auto& place : {from_, to_})
      if (place && !read_basic_match(basic_, place->what, place->at, place->value, place->inverted, family_, reporter_)) return false;
    rule_.basic = basic_.match;
    return true;
  }

  bool once_flag(bool& given, const Word& at, Basic what) {
    if (std::exchange(given, true) && tool()) return given_once(true, at, what, reporter_);
    return true;
  }

  bool next_is_value() const {
    return at_ < words_.size() && !words_[at_].text.empty() && words_[at_].text[0] != '-' && words_[at_].text != "!";
  }

  bool wait(Basic what, const Word& at, const std::vector<Word>& values) {
    if (as_ == ReadAs::restore)
      return fail(at, "stray-wait", fmt::format("{} is no option of a rule", at.text), {},
                  {fmt::format("You cannot use `-{}' from {{tool}}", basic_letter(what))});
    const std::string_view value = !values.empty() ? values[0].text : next_is_value() ? words_[at_++].text : "0";
    const bool numeric = read_number(value).has_value();
    if (what == Basic::wait_interval) {
      given_.wait_interval = true;
      reporter_.report(Severity::warning, at.column, at.end - at.column, "wait-interval", "--wait-interval does nothing", {},
                       {"Ignoring deprecated --wait-interval option.\n"});
      return numeric || fail(at, "bad-value", "-W needs a number of microseconds", {}, {"wait interval not numeric"});
    }
    given_.wait = true;
    return numeric || fail(at, "bad-value", "-w needs a number of seconds", {}, {"wait seconds not numeric"});
  }

  bool once(bool given, const Word& at, Basic what) { return given_once(given, at, what, reporter_); }

  bool command(const BasicOption& option, const Word& at, const std::vector<Word>& values) {
    if (!commands_suit(out_, option.what, at, tool(), reporter_)) return false;
    const bool both = out_.has_command;
    out_.zero = both;
    if (!both || option.what != Basic::zero) out_.command = option.what;
    out_.has_command = true;
    if (!values.empty()) out_.chain = values[0];
    if (values.size() > 1) out_.argument = values[1];
    if (option.words == 0 && values.empty() && next_is_value()) out_.chain = words_[at_++];
    if (tool() && option.what == Basic::new_chain && !good_new_chain(out_.chain, family_, reporter_)) return false;
    const bool numbered = option.what == Basic::insert || option.what == Basic::remove || option.what == Basic::replace ||
                          option.what == Basic::zero || option.what == Basic::list || option.what == Basic::list_rules;
    if (numbered && (option.words > 0 || out_.chain.column != 0) && next_is_value()) {
      out_.argument = words_[at_++];
      if (tool() && !good_rule_number(*out_.argument, reporter_)) return false;
    }
    if (option.what == Basic::replace && !out_.argument)
      return fail(at, "missing-value", "-R needs the number of the rule to replace", "-R CHAIN 3 ...",
                  {"-R requires a rule number"});
    return true;
  }

  // "-c 5 300" or "-c 5,300"
  bool set_counters(const Word& at, const Word& value) {
    if (tool() && !once(out_.counters.has_value(), at, Basic::set_counters)) return false;
    const std::size_t comma = value.text.find(',');
    const bool pair = comma != value.text.npos;
    if (tool() && !pair && !next_is_value())
      return fail(at, "bad-counters", "-c needs two numbers, packets and bytes", "-c 10 840", {"-c requires packet and byte counter"});
    const std::optional<std::uint64_t> packets = read_number(value.text.substr(0, comma));
    std::optional<std::uint64_t> bytes;
    if (pair)
      bytes = read_number(value.text.substr(comma + 1));
    else if (at_ < words_.size())
      bytes = read_number(words_[at_++].text);
    if (!packets || !bytes)
      return fail(at, "bad-counters", "-c needs two numbers, packets and bytes", "-c 10 840",
                  {fmt::format("-c {} counter not numeric", packets ? "byte" : "packet")});
    rule_.counters = {*packets, *bytes};
    out_.counters = rule_.counters;
    return true;
  }

  bool load_match(const Word& name) {
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

  // What comes with iptables; a file is read even if it needs more.
  bool known_to_tool(const Extension& extension) const { return !tool() || extension.home != Extension::Home::addons; }

  // An unknown name is taken for an extension that fwsim does not know, unless it is that of
  // another family or close to a known one.
  bool check_name(const Word& name, bool target) {
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

  bool load_target(const Word& at, const Word& name) {
    if (!once(jumped_, at, Basic::jump) || (tool() && !good_target_name(name, reporter_))) return false;
    jumped_ = true;
    for (const Verb& verb : verdicts)
      if (verb.name == name.text) {
        rule_.target = verb.verdict;
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

  bool jump(const Word& at, const Word& name, bool go) {
    if (!once(jumped_, at, Basic::jump) || (tool() && !good_target_name(name, reporter_))) return false;
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
    if (!finish_extensions()) return false;
    combine_addresses();
    return true;
  }

  // The same in the order in which iptables checks a command.
  bool finish_command() {
    static const Word nowhere;
    const Word& last = words_.empty() ? nowhere : words_.back();
    const auto* verdict = std::get_if<Verdict>(&rule_.target);
    const bool drops = (verdict && *verdict == Verdict::drop) || (out_.command == Basic::policy && out_.argument && out_.argument->text == "DROP");
    if (table_ == TableId::nat && drops)
      return fail(last, "nat-filtering", "the nat table is not for filtering: iptables refuses DROP there", "drop in the filter table",
                  {"\nThe \"nat\" table is not intended for filtering, the use of DROP is therefore inhibited.\n\n"});
    if (!finish_extensions()) return false;
    if (at_ < words_.size())
      return fail(words_[at_], "stray-words", "words follow '--'", {}, {"unknown arguments found on commandline"});
    if (!out_.has_command) return fail(last, "no-command", "no command in this line", "a command like -A CHAIN", {"no command specified"});
    if (negated_) return fail(last, "stray-negation", "nothing follows this '!'", {}, {"nothing appropriate following !"});
    const std::string given = given_options();
    if (!read_remembered()) return false;
    combine_addresses();
    if (out_.command == Basic::replace && out_.rules.size() > 1)
      return fail(*out_.argument, "replace-several", "-R replaces one rule: it takes no list of addresses", {},
                  {"Replacement rule does not specify a unique address"});
    if (!options_suit(out_, given, last, reporter_) || !chain_names_fit(out_, reporter_)) return false;
    if (given_.wait_interval && !given_.wait)
      return fail(last, "wait-interval", "-W stands without -w", {}, {"--wait-interval only makes sense with --wait\n"});
    return !is_rule_command(out_.command) || check_interfaces(basic_, out_.chain.text, reporter_);
  }

  // The letters of what was given, in the order in which iptables looks at them.
  std::string given_options() const {
    const std::pair<bool, char> all[] = {
        {given_.numeric, 'n'}, {from_.has_value(), 's'}, {to_.has_value(), 'd'},
        {basic_.proto_word.column != 0, 'p'}, {jumped_, 'j'}, {given_.exact, 'x'}, {basic_.in_word.column != 0, 'i'},
        {basic_.out_word.column != 0, 'o'}, {given_.line_numbers, '0'}, {out_.counters.has_value(), 'c'},
        {basic_.match.fragment, 'f'}};
    std::string letters;
    for (const auto& [is_given, letter] : all)
      if (is_given) letters += letter;
    return letters;
  }

  bool finish_extensions() {
    rule_.basic = basic_.match;
    bool good = true;
    for (ReadUse& match : loaded_.matches) good = finish_use(match, rule_, family_, table_, reporter_, tool()) && good;
    for (ReadUse& match : loaded_.matches) rule_.matches.push_back({std::move(match.use)});
    // TCPMSS looks at the matches.
    if (loaded_.target) good = finish_use(*loaded_.target, rule_, family_, table_, reporter_, tool()) && good;
    if (!good) return false;
    if (loaded_.target) rule_.target = TargetUse{std::move(loaded_.target->use)};
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
               ReadRule& out, ReadAs as) {
  return Reader(line, source, family, table, reporter, out, as).read();
}

}  // namespace fwsim
