#include "cli/subcommands/command_line.hh"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string_view>

#include "cli/subcommands/help_format.hh"
#include "model/diagnostic.hh"

namespace fwsim {

CommandLine::CommandLine() {
  app_.set_version_flag("--version", std::string("fwsim ") + FWSIM_VERSION);
  app_.require_subcommand(1);
  app_.set_help_flag("-h,--help", "print this help");
  app_.formatter(std::make_shared<HelpFormat>());
  const bool plain = std::getenv("NO_COLOR") != nullptr && *std::getenv("NO_COLOR") != '\0';
  common_.colour = isatty(STDOUT_FILENO) == 1 && isatty(STDERR_FILENO) == 1 && !plain;
  common_.progress = isatty(STDERR_FILENO) == 1;
  trace();
  ask();
  path();
  lint();
  merge();
  explain();
  witness();
  diff();
  check();
  format();
  list();
  apply();
  runs();
  deploy();
  translate();
  graph();
  cover();
  optimize();
  proofs();
  live();
  lsp();
  commands_.push_back({app_.add_subcommand("collect", "print a script that records a host for --snapshot")->group("Scripts and hosts"), [] { return run_collect(); }});
  help();
  docs();
  completion();
}

int CommandLine::run(int argc, char** argv) {
  if (argc > 1 && std::string_view(argv[1]) == completion_word) return complete({argv + 2, argv + argc});
  argc = take_script(argc, argv);
  try {
    app_.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return fail(error);
  }
  for (const Command& command : commands_)
    if (command.app->parsed()) return command.run();
  return status_bad;
}

// `run` takes what follows the script, or "--", as it is. Returns how many words there are before it.
int CommandLine::take_script(int argc, char** argv) {
  if (argc < 2 || std::string_view(argv[1]) != "run") return argc;
  const CLI::App& run = *app_.get_subcommand("run");
  for (int i = 2; i < argc; ++i) {
    const std::string word = argv[i];
    if (word != "--" && word.size() > 1 && word[0] == '-') {
      const CLI::Option* option = run.get_option_no_throw(word);
      if (option && option->get_items_expected_max() > 0) ++i;
      continue;
    }
    run_.command.assign(argv + i + (word == "--" ? 1 : 0), argv + argc);
    return i;
  }
  return argc;
}

// Help and version go to standard output; a wrong word gets a hint.
int CommandLine::fail(const CLI::ParseError& error) {
  if (error.get_exit_code() == 0) {
    app_.exit(error);
    return status_good;
  }
  const std::vector<CLI::App*> chosen = app_.get_subcommands();
  const CLI::App& app = chosen.empty() ? app_ : *chosen.front();
  if (const std::vector<std::string> words = app.remaining(); !words.empty())
    unexpected(app, words.front());
  else
    fmt::print(stderr, "fwsim: {}\n", error.what());
  fmt::print(stderr, "try: fwsim {}--help\n", chosen.empty() ? "" : app.get_name() + " ");
  return status_bad;
}

void CommandLine::unexpected(const CLI::App& app, const std::string& word) const {
  const bool command = &app == &app_ && word[0] != '-';
  std::vector<std::string> known;
  if (command)
    for (const Command& c : commands_) known.push_back(c.app->get_name());
  else
    for (const CLI::Option* option : app.get_options()) known.push_back(option->get_name());
  fmt::print(stderr, "fwsim: {} '{}'\n", command ? "there is no subcommand" : "this is not expected here:", word);
  const std::string near = did_you_mean(word, {known.begin(), known.end()});
  if (!near.empty()) fmt::print(stderr, "did you mean '{}{}'?\n", command ? "fwsim " : "", near);
}

}  // namespace fwsim
