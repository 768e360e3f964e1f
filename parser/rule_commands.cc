// Commands and basic options of a rule.
#include <fmt/format.h>

#include <utility>

#include "model/names.hh"
#include "parser/command_check.hh"
#include "parser/rule_reading.hh"

namespace fwsim {

bool RuleReading::basic(const BasicOption& option, const Word& at, Values values) {
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

bool RuleReading::remember_addresses(Basic what, const Word& at, const Word& value, bool inverted) {
  auto& place = what == Basic::source ? from_ : to_;
  if (!once(place.has_value(), at, what)) return false;
  place = Addresses{what, at, value, inverted};
  return true;
}

bool RuleReading::read_remembered() {
  for (const auto& place : {from_, to_})
    if (place && !read_basic_match(basic_, place->what, place->at, place->value, place->inverted, family_, reporter_)) return false;
  rule().basic = basic_.match;
  return true;
}

bool RuleReading::wait(Basic what, const Word& at, const Values& values) {
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

bool RuleReading::command(const BasicOption& option, const Word& at, const Values& values) {
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

bool RuleReading::set_counters(const Word& at, const Word& value) {
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
  rule().counters = {*packets, *bytes};
  out_.counters = rule().counters;
  return true;
}

bool RuleReading::finish_command() {
  static const Word nowhere;
  const Word& last = words_.empty() ? nowhere : words_.back();
  const auto* verdict = std::get_if<Verdict>(&rule().target);
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

std::string RuleReading::given_options() const {
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

}  // namespace fwsim
