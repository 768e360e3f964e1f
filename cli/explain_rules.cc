#include "cli/explain_rules.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "cli/load.hh"
#include "lint/services.hh"
#include "model/diagnostic.hh"
#include "model/value.hh"
#include "parser/print.hh"
#include "reports/explain_rules.hh"

namespace fwsim {
namespace {

bool is_file(const std::string& path) {
  std::error_code error;
  return path == "-" || (std::filesystem::exists(path, error) && !std::filesystem::is_directory(path, error));
}

// "rules.v4", and what of it: "12", "INPUT", "filter/INPUT", "filter/INPUT/3"; empty: all.
struct Wanted {
  std::string file, part;
};

Wanted split_word(const std::string& word) {
  if (is_file(word)) return {word, {}};
  const std::size_t colon = word.rfind(':');
  return {word.substr(0, colon), colon == std::string::npos ? "" : word.substr(colon + 1)};
}

std::string source(const Rule& rule, const Chain& chain, const Table& table, Family family) { return print_rule(rule, chain, table, family); }

class Explanation {
 public:
  Explanation(const Ruleset& ruleset, std::string file) : ruleset_(ruleset), file_(std::move(file)), facts_(ruleset, nullptr) {}

  // False, with a message, when there is no such part.
  bool add(const std::string& part) {
    if (part.empty()) {
      auto all = explain_ruleset(facts_, find_services(ruleset_, nullptr));
      std::move(all.begin(), all.end(), std::back_inserter(chains_));
      return true;
    }
    if (std::all_of(part.begin(), part.end(), [](unsigned char c) { return std::isdigit(c) != 0; })) return line(part);
    const auto words = split(part, '/');
    return words.size() == 3 ? rule(std::string(words[0]), std::string(words[1]), std::string(words[2])) : chain(words);
  }

  std::string text(const std::string& format) const {
    return format == "json" ? rules_explained_json(file_, chains_, rules_) : rules_explained_text(file_, chains_, rules_);
  }

 private:
  bool line(const std::string& word) {
    const std::size_t before = rules_.size() + chains_.size();
    const unsigned long number = word.size() > 9 ? 0 : std::stoul(word);
    unsigned nearest = 0;
    each_chain([&](const Table& table, std::uint16_t c) {
      const Chain& chain = table.chains[c];
      if (chain.line != 0 && chain.line == number) chains_.push_back(explain_chain(facts_, table.id, c, source));
      for (std::uint32_t i = 0; i < chain.rules.size(); ++i) {
        if (chain.rules[i].line == number) rules_.push_back(explain_rule(facts_, {table.id, c, i}, source));
        if (chain.rules[i].line > number && (nearest == 0 || chain.rules[i].line < nearest)) nearest = chain.rules[i].line;
      }
    });
    if (rules_.size() + chains_.size() != before) return true;
    fmt::print(stderr, "fwsim: line {} of {} is no rule{}\n", word, file_, nearest == 0 ? "" : fmt::format("; the next one is in line {}", nearest));
    return false;
  }

  bool rule(const std::string& table_word, const std::string& chain_word, const std::string& index) {
    bool found = false;
    each_chain([&](const Table& table, std::uint16_t c) {
      for (std::uint32_t i = 0; i < table.chains[c].rules.size(); ++i)
        if (table_name(table.id) == table_word && table.chains[c].name == chain_word && std::to_string(i + 1) == index) {
          rules_.push_back(explain_rule(facts_, {table.id, c, i}, source));
          found = true;
        }
    });
    if (!found) fmt::print(stderr, "fwsim: {} has no rule {}/{}/{}\n", file_, table_word, chain_word, index);
    return found;
  }

  // "INPUT" of every table, or "nat/OUTPUT".
  bool chain(const std::vector<std::string_view>& words) {
    bool found = false;
    std::vector<std::string_view> names;
    each_chain([&](const Table& table, std::uint16_t c) {
      names.emplace_back(table.chains[c].name);
      if (table.chains[c].name != words.back() || (words.size() == 2 && table_name(table.id) != words[0])) return;
      chains_.push_back(explain_chain(facts_, table.id, c, source));
      found = true;
    });
    if (found) return true;
    const std::string near = did_you_mean(words.back(), names);
    fmt::print(stderr, "fwsim: {} has no chain '{}'{}\n", file_, fmt::join(words, "/"), near.empty() ? "" : fmt::format(", did you mean '{}'?", near));
    return false;
  }

  template <class Each>
  void each_chain(Each each) const {
    for (const Table& table : ruleset_.tables)
      for (std::size_t c = 0; c < table.chains.size(); ++c) each(table, static_cast<std::uint16_t>(c));
  }

  const Ruleset& ruleset_;
  const std::string file_;
  const Facts facts_;
  std::vector<ExplainedChain> chains_;
  std::vector<ExplainedRule> rules_;
};

}  // namespace

bool names_rules(const std::string& word) { return is_file(word) || (word.find(':') != std::string::npos && is_file(split_word(word).file)); }

int run_explain_rules(const ExplainArgs& args, const Common& common) {
  if (args.format == "markdown") {
    fmt::print(stderr, "fwsim: rules are explained as text or json\n");
    return status_bad;
  }
  std::string text;
  std::vector<std::string> reports;
  for (const std::string& word : args.checks) {
    const Wanted wanted = split_word(word);
    const auto ruleset = load_ruleset(wanted.file, args.family, common);
    if (!ruleset) return status_bad;
    if (ruleset->tables.empty()) return table_missing(wanted.file, std::nullopt);
    Explanation explanation(*ruleset, wanted.file);
    if (!explanation.add(wanted.part.empty() ? args.chain : wanted.part)) return status_bad;
    reports.push_back(explanation.text(args.format));
  }
  if (args.format == "json" && reports.size() > 1)
    fmt::print("[\n{}]\n", fmt::join(reports, ",\n"));
  else
    fmt::print("{}", fmt::join(reports, "\n"));
  return status_good;
}

}  // namespace fwsim
