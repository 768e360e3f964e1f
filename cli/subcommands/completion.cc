// Completion for shells. What may stand at the end of a command line is told here, a candidate a line with its meaning behind a
// tab; ":files" says that names of files may stand there, too. The scripts only ask.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "cli/option_groups.hh"
#include "cli/subcommands/command_line.hh"
#include "cli/subcommands/help_format.hh"
#include "lint/check.hh"
#include "parser/parse.hh"
#include "simulator/result.hh"

namespace fwsim {
namespace {

using Words = std::vector<std::string>;

struct Candidate {
  std::string word, meaning;
};
using Candidates = std::vector<Candidate>;

Candidates checks(const Words&) {
  Candidates list;
  for (const Check* check : all_checks()) {
    list.push_back({std::string(check->id), std::string(check->name)});
    list.push_back({std::string(check->name), std::string(check->title)});
  }
  return list;
}

// Chains of the rulesets that the line names.
template <class Use>
void each_table(const Words& words, Use use) {
  constexpr std::uintmax_t most_bytes = 4 << 20;   // what is read while somebody waits for a key
  for (const std::string& word : words) {
    std::error_code none;
    if (!std::filesystem::is_regular_file(word, none) || std::filesystem::file_size(word, none) > most_bytes) continue;
    std::ifstream in(word, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    for (const Table& table : parse_ruleset(text, {.file = word}).ruleset.tables) use(table);
  }
}

Candidates chains(const Words& words) {
  Candidates list;
  each_table(words, [&](const Table& table) {
    for (const Chain& chain : table.chains) list.push_back({fmt::format("{}/{}", table_name(table.id), chain.name), fmt::format("{} rules", chain.rules.size())});
  });
  return list;
}

Candidates tables(const Words& words) {
  Candidates list;
  each_table(words, [&](const Table& table) { list.push_back({std::string(table_name(table.id)), {}}); });
  return list;
}

Candidates fates(const Words&) {
  Candidates list;
  for (unsigned f = 0; f < fate_count; ++f) list.push_back({std::string(fate_name(static_cast<Fate>(f))), {}});
  return list;
}

// Options whose values are known, beside those that take one of a few words.
struct Known {
  std::string_view command, option;   // command "": every one
  Candidates (*values)(const Words&);
};
constexpr Known known_values[] = {
    {"lint", "--only", checks}, {"lint", "--skip", checks}, {"explain", "--chain", chains}, {"", "--table", tables}, {"trace", "--only", fates},
};

void print(const Candidates& list, std::string_view begin) {
  for (const Candidate& c : list)
    if (c.word.starts_with(begin)) fmt::print("{}\t{}\n", c.word, c.meaning);
}

// Of an option that takes a value.
void print_values(const CLI::App& app, const CLI::Option& option, const Words& words) {
  // "FW101,FW1": the last of a list.
  const std::string& word = words.back();
  const std::size_t comma = option.get_delimiter() != '\0' ? word.rfind(option.get_delimiter()) : word.npos;
  const std::string before = comma == word.npos ? "" : word.substr(0, comma + 1);
  Candidates list;
  for (const Known& k : known_values)
    if ((k.command.empty() || k.command == app.get_name()) && option.check_name(std::string(k.option))) list = k.values(words);
  const std::string type = option.get_type_name();
  if (const std::size_t at = type.find(':'); list.empty() && type.find('|') != type.npos)
    for (const std::string_view value : split(std::string_view(type).substr(at + 1), '|')) list.push_back({std::string(value), {}});
  if (list.empty()) return void(fmt::print(":files\n"));
  for (Candidate& c : list) c.word.insert(0, before);
  print(list, word);
}

constexpr std::string_view bash = R"sh(# fwsim completion bash > /usr/share/bash-completion/completions/fwsim
_fwsim() {
  local IFS=$'\n' line files=
  COMPREPLY=()
  for line in $(fwsim __complete "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null); do
    if [[ $line == :files ]]; then files=1; else COMPREPLY+=("${line%%$'\t'*}"); fi
  done
  if [[ $files ]]; then
    compopt -o filenames 2>/dev/null
    COMPREPLY+=($(compgen -f -- "${COMP_WORDS[COMP_CWORD]}"))
  fi
}
complete -F _fwsim fwsim
)sh";

constexpr std::string_view zsh = R"sh(#compdef fwsim
# fwsim completion zsh > /usr/share/zsh/vendor-completions/_fwsim
_fwsim() {
  local line files=0
  local -a found
  for line in "${(@f)$(fwsim __complete "${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    if [[ $line == :files ]]; then files=1
    elif [[ -n $line ]]; then found+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}"); fi
  done
  (( $#found )) && _describe fwsim found
  (( files )) && _files
}
if [[ $funcstack[1] == _fwsim ]]; then _fwsim "$@"; else compdef _fwsim fwsim; fi
)sh";

constexpr std::string_view fish = R"sh(# fwsim completion fish > /usr/share/fish/vendor_completions.d/fwsim.fish
function __fwsim_complete
  set -l words (commandline -opc) (commandline -ct)
  for line in (fwsim __complete $words[2..-1] 2>/dev/null)
    if test "$line" = ":files"
      __fish_complete_path (commandline -ct)
    else
      echo $line
    end
  end
end
complete -c fwsim -f -a '(__fwsim_complete)'
)sh";

}  // namespace

int CommandLine::complete(const Words& words) const {
  if (words.empty()) return status_good;
  const std::string& word = words.back();
  if (words.size() == 1) {
    Candidates list;
    for (const Command& command : commands_) list.push_back({command.app->get_name(), command.app->get_description()});
    print(list, word);
    return status_good;
  }
  const auto named = std::find_if(commands_.begin(), commands_.end(), [&](const Command& c) { return c.app->get_name() == words.front(); });
  if (named == commands_.end()) return status_good;
  const CLI::App* const app = named->app;
  if (words.size() > 2)
    if (const std::string& before = words[words.size() - 2]; before.size() > 1 && before[0] == '-')
      if (const CLI::Option* option = app->get_option_no_throw(before); option && option->get_items_expected_max() > 0) {
        print_values(*app, *option, words);
        return status_good;
      }
  if (word.starts_with('-')) {
    Candidates list;
    for (const CLI::Option* option : app->get_options())
      for (const std::string& name : option->get_lnames()) list.push_back({"--" + name, option->get_description()});
    print(list, word);
    return status_good;
  }
  if (app->get_name() == "explain") print(checks(words), word);
  if (app->get_name() == "help") {
    Candidates list;
    for (std::string& topic : topics()) list.push_back({std::move(topic), {}});
    print(list, word);
    return status_good;
  }
  const std::vector<const CLI::Option*> free = app->get_options([](const CLI::Option* o) { return o->get_positional(); });
  if (free.size() == 1 && free.front()->get_type_name().find('|') != std::string::npos)
    print_values(*app, *free.front(), words);
  else
    fmt::print(":files\n");
  return status_good;
}

void CommandLine::completion() {
  CLI::App* c = app_.add_subcommand("completion", "print a script with which a shell completes fwsim's words")->group("fwsim itself");
  c->footer("The first line of the script says where it goes. Completed are subcommands, options and their values, ids of checks, chains of the\n"
            "rulesets that stand on the line, and files.");
  c->add_option("SHELL", shell_, "bash, zsh or fish")->required()->check(one_of({"bash", "zsh", "fish"}));
  commands_.push_back({c, [this] {
                         fmt::print("{}", shell_ == "bash" ? bash : shell_ == "zsh" ? zsh : fish);
                         return status_good;
                       }});
}

}  // namespace fwsim
