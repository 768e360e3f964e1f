// The command line: subcommands with their options, each read into its arguments (commands.hh). Only the files of this
// folder and main.cc see CLI11.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>
#include <vector>

#include "cli/commands.hh"
#include "reports/manual/page.hh"

namespace fwsim {

// `fwsim` followed by this and the words of a command line that is being typed tells how the last one may go on.
inline constexpr const char* completion_word = "__complete";

class CommandLine {
 public:
  CommandLine();
  int run(int argc, char** argv);   // the exit status

 private:
  // A subcommand and what runs it.
  struct Command {
    CLI::App* app;
    std::function<int()> run;
  };

  int take_script(int argc, char** argv);
  int fail(const CLI::ParseError& error);
  void unexpected(const CLI::App& app, const std::string& word) const;
  // manual.cc
  void help();
  void docs();
  std::vector<ManualPage> manual() const;
  std::vector<std::string> topics() const;   // of `help`
  int tell(const std::string& topic) const;
  // completion.cc
  void completion();
  int complete(const std::vector<std::string>& words) const;

  // packets.cc
  void trace();
  void ask();
  void path();
  void witness();
  void cover();
  void live();
  // rules.cc
  void lint();
  void merge();
  void explain();
  void diff();
  void check();
  void format();
  void list();
  void graph();
  void optimize();
  void translate();
  void lsp();
  // proofs.cc
  template <class Args>
  CLI::App* proof(const char* name, const char* does, const char* help, Args& args);
  void proofs();
  void audit();
  // changes.cc
  void apply();
  void runs();
  void deploy();

  CLI::App app_{"fwsim: what an iptables ruleset does to packets, without loading it", "fwsim"};
  Common common_;
  std::vector<Command> commands_;
  TraceArgs trace_;
  AskArgs ask_;
  PathArgs path_;
  LintArgs lint_;
  MergeArgs merge_;
  ExplainArgs explain_;
  WitnessArgs witness_;
  DiffArgs diff_;
  ReachArgs reach_;
  LockoutArgs lockout_;
  VerifyArgs verify_;
  AuditArgs audit_;
  FormatArgs check_, format_;
  ListArgs list_;
  ApplyArgs apply_;
  RunArgs run_;
  DeployArgs deploy_;
  TranslateArgs translate_;
  GraphArgs graph_;
  CoverArgs cover_;
  OptimizeArgs optimize_;
  ThreatsArgs threats_;
  LiveArgs live_;
  LspArgs lsp_;
  std::string topic_, shell_;
  struct {
    std::string html, man;
  } docs_;
};

}  // namespace fwsim
