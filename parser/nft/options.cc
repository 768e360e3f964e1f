#include "parser/nft/options.hh"

#include "parser/nft/test.hh"
#include "parser/rule_reader.hh"

namespace fwsim::nft_json {

Rule rule_of(const std::string& words, Family family, TableId table) {
  const std::string text = "-A OUTPUT " + words;
  Diagnostics faults;
  Reporter reporter("nft", faults);
  Line line;
  ReadRule read;
  if (read_line(text, line) || !read_rule(line, text, family, table, reporter, read) || read.rules.size() != 1 ||
      has_errors(faults))
    throw NotUnderstood(words);
  return std::move(read.rules.front());
}

MatchUse match_of(const std::string& words, Family family) {
  Rule rule = rule_of(words, family, TableId::mangle);
  if (rule.matches.empty()) throw NotUnderstood(words);
  return std::move(rule.matches.back());
}

TargetUse target_of(const std::string& words, Family family, TableId table) {
  Rule rule = rule_of(words, family, table);
  auto* use = std::get_if<TargetUse>(&rule.target);
  if (!use) throw NotUnderstood(words);
  return std::move(*use);
}

}  // namespace fwsim::nft_json
