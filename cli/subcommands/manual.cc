// fwsim help and fwsim docs: the manual, with a page for each subcommand made from what reads its options.
#include <fmt/format.h>

#include <cstdio>
#include <filesystem>

#include "cli/subcommands/command_line.hh"
#include "cli/subcommands/help_format.hh"
#include "cli/write_file.hh"
#include "lint/check.hh"
#include "model/diagnostic.hh"
#include "model/extension.hh"
#include "reports/manual/page.hh"

namespace fwsim {
namespace {

// As a title, and as a sentence.
std::string unended(std::string text) {
  while (text.ends_with('.') || text.ends_with('?')) text.pop_back();
  return text;
}
std::string ended(const std::string& text) { return text.ends_with('?') ? text : text + '.'; }

ManualSection options_of(const CLI::App& app, bool positional) {
  ManualSection section{.heading = positional ? "ARGUMENTS" : "OPTIONS", .text = {}, .entries = {}};
  for (const CLI::Option* option : app.get_options([&](const CLI::Option* o) { return o->get_positional() == positional; })) {
    std::string text = ended(option->get_description());
    for (const CLI::Option* other : option->get_needs()) text += fmt::format(" Needs {}.", other->get_name());
    for (const CLI::Option* other : option->get_excludes()) text += fmt::format(" Not with {}.", other->get_name());
    section.entries.push_back({option_term(*option), std::move(text)});
  }
  return section;
}

std::string usage(const CLI::App& app) {
  std::string out = HelpFormat().make_usage(&app, "fwsim " + app.get_name());
  out.erase(0, out.find("fwsim"));
  while (out.ends_with('\n')) out.pop_back();
  return out;
}

ManualPage page_of(const CLI::App& app) {
  ManualPage page{.name = "fwsim-" + app.get_name(), .title = unended(app.get_description()), .synopsis = usage(app), .sections = {}};
  if (!app.get_footer().empty()) page.sections.push_back({.heading = "DESCRIPTION", .text = app.get_footer(), .entries = {}});
  for (const bool positional : {true, false})
    if (ManualSection section = options_of(app, positional); !section.entries.empty()) page.sections.push_back(std::move(section));
  page.sections.push_back({.heading = "SEE ALSO", .text = "fwsim(1), fwsim-checks(7), fwsim-extensions(7)", .entries = {}});
  return page;
}

constexpr std::string_view overview =
    "fwsim reads rulesets as iptables-save prints them, and says what the kernel does with packets by them, without loading "
    "anything: it follows captures through every hook, answers whether packets pass, proves what holds for all of them, and finds "
    "rules that do not do what they say. What it cannot know it calls unknown.\n\n"
    "A host is described by --snapshot (of 'fwsim collect'), by --host (TOML), or by --addr, --route and --sysctl; without any, "
    "answers hold for every host.";

constexpr std::string_view exits =
    "0: it passes, nothing was found, all is proved. 1: it does not, something was found, or it cannot be told. 2: bad usage or "
    "input, which is told of with file, line and column; nothing is written then.";

}  // namespace

std::vector<ManualPage> CommandLine::manual() const {
  ManualPage all{.name = "fwsim", .title = app_.get_description().substr(7), .synopsis = "fwsim SUBCOMMAND [OPTIONS] ...", .sections = {}};
  all.sections.push_back({.heading = "DESCRIPTION", .text = std::string(overview), .entries = {}});
  ManualSection commands{.heading = "SUBCOMMANDS", .text = {}, .entries = {}};
  std::vector<ManualPage> pages;
  for (const Command& command : commands_) {
    commands.entries.push_back({command.app->get_name(), ended(command.app->get_description())});
    pages.push_back(page_of(*command.app));
  }
  all.sections.push_back(std::move(commands));
  all.sections.push_back({.heading = "FILES", .text = {}, .entries = {{".fwsim.toml", "Settings, beside the ruleset or in the present directory: see fwsim-lint(1)."}}});
  all.sections.push_back({.heading = "ENVIRONMENT",
                          .text = {},
                          .entries = {{"NO_COLOR", "No colours, even in a terminal."}, {"SSH_CONNECTION", "Who must not be locked out, where --admin does not say it."}}});
  all.sections.push_back({.heading = "EXIT STATUS", .text = std::string(exits), .entries = {}});
  all.sections.push_back({.heading = "SEE ALSO", .text = "fwsim-checks(7), fwsim-extensions(7), iptables(8), iptables-save(8), ipset(8)", .entries = {}});
  pages.insert(pages.begin(), std::move(all));
  pages.push_back(checks_page());
  pages.push_back(extensions_page());
  return pages;
}

std::vector<std::string> CommandLine::topics() const {
  std::vector<std::string> words;
  for (const Command& command : commands_) words.push_back(command.app->get_name());
  words.insert(words.end(), {"checks", "extensions"});
  for (const Check* check : all_checks()) words.insert(words.end(), {std::string(check->id), std::string(check->name)});
  for (const auto list : {all_matches(), all_targets()})
    for (const Extension* e : list) words.emplace_back(e->name);
  return words;
}

int CommandLine::tell(const std::string& topic) const {
  if (topic.empty()) {
    fmt::print("{}", app_.help());
    return status_good;
  }
  for (const ManualPage& page : manual())
    if (page.name == topic || page.name == "fwsim-" + topic) {
      fmt::print("{}", manual_text(page));
      return status_good;
    }
  const std::vector<ManualEntry> entries = extension_entries(topic);
  for (const ManualEntry& entry : entries) fmt::print("{}", manual_text(entry));
  if (!entries.empty()) return status_good;
  for (const Check* check : all_checks())
    if (check->id == topic || check->name == topic) return run_explain({.checks = {topic}, .chain = {}, .family = {}}, common_);
  fmt::print(stderr, "fwsim: there is no subcommand, match, target or check '{}'\n", topic);
  const std::vector<std::string> words = topics();
  if (const std::string near = did_you_mean(topic, {words.begin(), words.end()}); !near.empty()) fmt::print(stderr, "did you mean 'fwsim help {}'?\n", near);
  return status_bad;
}

void CommandLine::help() {
  CLI::App* c = app_.add_subcommand("help", "explain a subcommand, a match, a target or a check")->group("fwsim itself");
  c->add_option("TOPIC", topic_, "lint, recent, LOG, FW101, checks, extensions, ...");
  commands_.push_back({c, [this] { return tell(topic_); }});
}

void CommandLine::docs() {
  CLI::App* c = app_.add_subcommand("docs", "write the manual, as one HTML page or for man")->group("fwsim itself");
  c->footer("All that 'fwsim help' knows: subcommands, checks, matches and targets. Without --html and --man the page goes to standard output.");
  c->add_option("--html", docs_.html, "write the page")->option_text("FILE");
  c->add_option("--man", docs_.man, "write a page for man(1) of each subcommand, fwsim-checks(7) and fwsim-extensions(7), in DIR/man1 and DIR/man7")->option_text("DIR");
  commands_.push_back({c, [this] {
                         const std::vector<ManualPage> pages = manual();
                         if (docs_.man.empty() && docs_.html.empty()) fmt::print("{}", manual_site(pages, FWSIM_VERSION));
                         if (!docs_.html.empty()) write_file(docs_.html, manual_site(pages, FWSIM_VERSION));
                         if (docs_.man.empty()) return status_good;
                         for (const ManualPage& page : pages) {
                           const std::filesystem::path folder = std::filesystem::path(docs_.man) / fmt::format("man{}", page.number);
                           std::error_code failed;
                           std::filesystem::create_directories(folder, failed);
                           if (failed) throw EnvironmentError(fmt::format("{}: {}", folder.string(), failed.message()));
                           write_file((folder / page.file()).string(), manual_man(page, FWSIM_VERSION));
                         }
                         return status_good;
                       }});
}

}  // namespace fwsim
