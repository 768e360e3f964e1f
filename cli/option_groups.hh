// Options that several subcommands share. Only cli/subcommands includes this, for it brings CLI11.
#pragma once

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/commands.hh"
#include "model/diagnostic.hh"
#include "reports/lint_formats.hh"

namespace fwsim {

// One of a list of words; with a hint for any other. The words are the validator's description, for help and completion.
inline CLI::Validator one_of(std::vector<std::string_view> words) {
  std::string list = fmt::format("{}", fmt::join(words, "|"));
  return {[words = std::move(words)](std::string& word) -> std::string {
            if (std::find(words.begin(), words.end(), word) != words.end()) return {};
            const std::string near = did_you_mean(word, words);
            return fmt::format("'{}' is not one of {}{}", word, fmt::join(words, ", "), near.empty() ? "" : fmt::format("; did you mean '{}'?", near));
          },
          std::move(list)};
}

inline void add_family(CLI::App& app, std::optional<Family>& family) {
  app.add_flag_callback("-4,--ipv4", [&] { family = Family::v4; }, "the ruleset is for IPv4 (default: told by its content)");
  app.add_flag_callback("-6,--ipv6", [&] { family = Family::v6; }, "the ruleset is for IPv6");
}

inline void add_fleet(CLI::App& app, std::vector<std::string>& files, std::string& files_from, std::optional<unsigned>& jobs) {
  app.add_option("FILE", files, "rulesets, - for standard input; directories with rulesets or snapshots");
  app.add_option("--files-from", files_from, "also what FILE (- for standard input) names, a path on each line")->option_text("FILE");
  app.add_option("--jobs", jobs, "so many processes at a time, for the hosts of a fleet")->check(CLI::Range(1U, 1024U));
}

inline void add_lines(CLI::App& app, std::string& format) {
  app.add_option("--format", format, "text, or ndjson: a line of JSON for each ruleset")->check(one_of({"text", "ndjson"}));
}

inline void add_rules(CLI::App& app, RuleArgs& rules) {
  app.add_option("--rules", rules.rules, "the ruleset, as iptables-save or ip6tables-save prints it")->option_text("FILE");
  app.add_option("--rules6", rules.rules6, "the IPv6 ruleset beside it")->option_text("FILE");
}

inline void add_host(CLI::App& app, HostArgs& host) {
  auto* snapshot = app.add_option("--snapshot", host.snapshot, "directory or tar that the script of 'fwsim collect' wrote")->option_text("PATH");
  app.add_option("--host", host.toml, "description of the host, in TOML")->option_text("FILE")->excludes(snapshot);
  app.add_option("--addr", host.addresses, "an address of the host: eth0=192.0.2.1/24")->option_text("DEV=ADDR")->allow_extra_args(false)->take_all();
  app.add_option("--route", host.routes, "a route, as for 'ip route add': 'default via 192.0.2.254 dev eth0'")->option_text("ROUTE")->allow_extra_args(false)->take_all();
  app.add_option("--sysctl", host.sysctls, "a setting: net.ipv4.ip_forward=0")->option_text("NAME=N")->allow_extra_args(false)->take_all();
  app.add_option("--sets", host.set_files, "ipsets, as 'ipset save' prints them")->option_text("FILE")->allow_extra_args(false)->take_all();
}

inline void add_format(CLI::App& app, std::string& format) {
  app.add_option("--format", format, "text or json")->check(one_of({"text", "json"}));
}

inline void add_chance(CLI::App& app, bool& replies, std::uint64_t& seed) {
  app.add_flag("--host-replies", replies, "let the host answer what reaches it: pings, closed ports, listeners");
  app.add_option("--seed", seed, "for what the kernel draws at random")
      ->check([](const std::string& word) { return std::string(word[0] == '-' ? "it is a number from 0 on" : ""); });
}

inline void add_lint_format(CLI::App& app, std::string& format) {
  std::vector<std::string_view> names;
  std::string help = "Formats:\n";
  for (const LintFormat& f : lint_formats()) {
    names.push_back(f.name);
    help += fmt::format("  {:<12}{}\n", f.name, f.title);
  }
  app.add_option("--format", format, fmt::format("{}", fmt::join(names, ", ")))->check(one_of(names));
  app.footer(app.get_footer() + "\n" + help);
}

}  // namespace fwsim
