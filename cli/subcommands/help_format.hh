// How `--help` prints subcommands and options: 80 columns, what an option takes, and where more is said.
#pragma once

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <string>
#include <string_view>

#include "reports/wrapped.hh"

namespace fwsim {

// What an option takes, in a word: "FILE", "text|json"; empty for flags. CLI11 puts one_of()'s words behind the type.
inline std::string value_word(const CLI::Option& option) {
  if (!option.get_option_text().empty()) return option.get_option_text();
  if (option.get_type_size() == 0 || option.get_items_expected_max() == 0) return {};
  const std::string type = option.get_type_name();
  const std::size_t words = type.find(':');
  if (words != type.npos && type.find('|') != type.npos) return type.size() - words <= 24 ? type.substr(words + 1) : "WORD";
  return type.starts_with("UINT") || type.starts_with("INT") || type.starts_with("FLOAT") ? "N" : "TEXT";
}

// "-4, --ipv4", "--format text|json", "RULES".
inline std::string option_term(const CLI::Option& option) {
  if (option.get_positional()) return option.get_name(true, false);
  std::string out;
  for (const std::string& name : option.get_snames()) out += fmt::format("{}-{}", out.empty() ? "" : ", ", name);
  for (const std::string& name : option.get_lnames()) out += fmt::format("{}--{}", out.empty() ? "" : ", ", name);
  const std::string value = value_word(option);
  if (value.empty()) return out;
  return out + (value[0] == '[' ? "" : " ") + value;
}

class HelpFormat : public CLI::Formatter {
 public:
  std::string make_option(const CLI::Option* option, bool) const override { return line(option_term(*option), option->get_description()); }
  std::string make_subcommand(const CLI::App* app) const override { return line(app->get_name(), app->get_description()); }
  std::string make_description(const CLI::App* app) const override { return wrapped("", app->get_description(), 0) + '\n'; }
  std::string make_usage(const CLI::App* app, std::string name) const override { return CLI::Formatter::make_usage(app, name); }
  // The text is on the page of the manual.
  std::string make_footer(const CLI::App* app) const override {
    if (!app->get_parent()) return "More: fwsim help SUBCOMMAND; fwsim help NAME of a match, target or check\n";
    return app->get_footer().empty() ? "" : fmt::format("More: fwsim help {0}, or man fwsim-{0}\n", app->get_name());
  }

 private:
  static std::string line(const std::string& term, const std::string& text) {
    constexpr std::size_t column = 26;
    std::string first = "  " + term;
    if (first.size() + 2 > column) return first + '\n' + wrapped(std::string(column, ' '), text, column);
    first.resize(column, ' ');
    return wrapped(first, text, column);
  }
};

}  // namespace fwsim
