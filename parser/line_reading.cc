#include "parser/line_reading.hh"

namespace fwsim {

LineReading read_line_alone(std::string_view text, Family family, TableId table) {
  LineReading out;
  if (read_line(text, out.line)) {
    out.line.words.clear();
    out.cut = true;
    return out;
  }
  if (out.line.kind != Line::Kind::rule) return out;
  Diagnostics faults;
  Reporter reporter({}, faults);
  RuleScratch scratch;
  scratch.places = &out.options;
  ReadRule rule;
  read_rule(out.line, text, family, table, reporter, rule, ReadAs::file, scratch);
  const auto add = [&](const ReadUse& use) {
    if (use.use.extension) out.loaded.push_back(use.use.extension);
  };
  if (scratch.loaded.target) add(*scratch.loaded.target);
  for (auto use = scratch.loaded.matches.rbegin(); use != scratch.loaded.matches.rend(); ++use) add(*use);
  if (!scratch.basic.match.not_proto) out.protocol = scratch.basic.match.proto;
  const std::size_t words = out.line.words.size();
  out.whole = words == 0 || (!out.options.empty() && out.options.back().end == words && values_missing(out.options.back()) == 0);
  return out;
}

std::size_t values_missing(const OptionPlace& place) {
  if (place.option && place.option->value_optional) return 0;
  const std::size_t needed = place.basic ? place.basic->words : place.option->kind->words;
  const std::size_t given = place.end - place.word - 1 + (place.attached ? 1 : 0);
  return needed > given ? needed - given : 0;
}

std::string_view written_name(const LineReading& reading, const OptionPlace& place) {
  const std::string_view text = reading.line.words[place.word].text;
  return text.substr(0, 2) == "--" ? text.substr(0, text.find('=')) : text.substr(0, 2);
}

}  // namespace fwsim
