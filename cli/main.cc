// The command line. This is the only file that sees CLI11.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdlib>

#include "cli/commands.hh"
#include "model/diagnostic.hh"

namespace fwsim {
namespace {

void add_family(CLI::App& app, std::optional<Family>& family) {
  app.add_flag_callback("-4,--ipv4", [&] { family = Family::v4; }, "the ruleset is for IPv4 (default: by its content)");
  app.add_flag_callback("-6,--ipv6", [&] { family = Family::v6; }, "the ruleset is for IPv6");
}

int run(int argc, char** argv) {
  Common common;
  const bool plain = std::getenv("NO_COLOR") != nullptr && *std::getenv("NO_COLOR") != '\0';
  common.colour = isatty(STDOUT_FILENO) == 1 && !plain;
  common.progress = isatty(STDERR_FILENO) == 1;

  CLI::App app{"fwsim: what an iptables ruleset does to packets, without loading it"};
  app.set_version_flag("--version", std::string("fwsim ") + FWSIM_VERSION);
  app.require_subcommand(1);

  FormatArgs format;
  CLI::App* fmt_command = app.add_subcommand("fmt", "print a ruleset as iptables-save would");
  fmt_command->add_option("FILE", format.files, "rulesets, - for standard input")->required();
  fmt_command->add_flag("-c,--counters", format.counters, "with packet and byte counters");
  fmt_command->add_flag("--keep-order", format.keep_order, "tables in the order of the file");
  add_family(*fmt_command, format.family);

  FormatArgs check{.check_only = true};
  CLI::App* check_command = app.add_subcommand("check", "say whether rulesets would load, and what is wrong with them");
  check_command->add_option("FILE", check.files, "rulesets, - for standard input")->required();
  add_family(*check_command, check.family);

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? status_good : status_bad;
  }
  if (fmt_command->parsed()) return run_format(format, common);
  if (check_command->parsed()) return run_format(check, common);
  return status_bad;
}

}  // namespace
}  // namespace fwsim

int main(int argc, char** argv) {
  try {
    return fwsim::run(argc, argv);
  } catch (const fwsim::EnvironmentError& e) {
    fmt::print(stderr, "fwsim: {}\n", e.what());
    return fwsim::status_bad;
  }
}
