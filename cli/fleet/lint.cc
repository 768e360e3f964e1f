#include "cli/fleet/lint.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <set>

#include "cli/fleet/crew.hh"
#include "cli/fleet/hosts.hh"
#include "cli/lint_rulesets.hh"
#include "cli/load.hh"
#include "cli/settings.hh"
#include "cli/write_file.hh"
#include "model/diagnostic.hh"
#include "reports/check_report.hh"
#include "reports/fleet_report.hh"
#include "reports/lint_baseline.hh"
#include "reports/lint_fingerprint.hh"
#include "reports/lint_formats.hh"

namespace fwsim {
namespace {

bool good_options(const LintArgs& args) {
  const auto refuse = [](const char* what, const char* why) {
    fmt::print(stderr, "fwsim: {} is not for a fleet (--jobs, --files-from, --format ndjson or a directory): {}\n", what, why);
    return false;
  };
  const HostArgs& h = args.host;
  if (args.format != "ndjson" && args.format != "text")
    return refuse(("--format " + args.format).c_str(), "its formats are ndjson and text; 'fwsim merge' makes json and html of the first");
  if (!args.rules6.empty()) return refuse("--rules6", "name the file among the others, or the directory of a snapshot that has both");
  if (!h.snapshot.empty()) return refuse("--snapshot", "name its directory among the files");
  if (!h.toml.empty() || !h.addresses.empty() || !h.routes.empty() || !h.sysctls.empty() || !h.set_files.empty())
    return refuse("a description of a host", "hosts differ; a snapshot has its own, and so may .fwsim.toml beside a ruleset");
  if (!args.fix.empty() || args.patch) return refuse("--fix", "mend files by name");
  if (!args.smtlib.empty()) return refuse("--smtlib", "proofs of different hosts would have the same names; --prove can be asked for");
  return true;
}

// On standard error, and gone in the end.
class Progress {
 public:
  Progress(bool wanted, std::size_t all) : wanted_(wanted), all_(all) {}
  void done() {
    if (wanted_ && ++done_ % 16 == 0) fmt::print(stderr, "\r{} of {} hosts", done_, all_);
  }
  void clear() const {
    if (wanted_) fmt::print(stderr, "\r\033[K");
  }

 private:
  bool wanted_;
  std::size_t all_, done_ = 0;
};

// One host, in a process of the crew: prints its lines.
int lint_host(const FleetHost& host, const LintArgs& args, const std::set<std::string>& known, const Common& common) {
  Diagnostics heard;
  Common quiet = common;
  quiet.heard = &heard;
  if (!host.fault.empty()) throw EnvironmentError(host.fault);
  if (host.name == "-") throw EnvironmentError("standard input is no host of a fleet");
  RuleArgs rules;
  HostArgs description;
  (host.snapshot ? description.snapshot : rules.rules) = host.name;
  SettingsFiles files(args.config, quiet);
  std::vector<LintInput> inputs;
  if (auto input = load_lint_input(rules, description, host.name, files, quiet)) inputs.push_back(std::move(*input));
  if (inputs.empty() && !has_errors(heard)) return status_bad;   // it has been told why
  Linted linted = inputs.empty() ? Linted{} : lint_rulesets(inputs, args);
  LintReport& report = linted.report;
  report.host = host.name;
  report.diagnostics = std::move(heard);
  for (LintedRuleset& l : report.rulesets) {
    const bool listing = !host.snapshot && inputs.front().setting.text(l.family).empty();   // of nft
    l.digest = ruleset_digest(*l.ruleset, listing ? read_file(host.name) : "");
  }
  set_fingerprints(report.rulesets);
  leave_out(report, known);
  fmt::print("{}", lint_ndjson(report));
  return inputs.empty() ? status_bad : any_fails(report) ? status_not : status_good;
}

// Settings that are for all must be good for all.
bool good_settings(const LintArgs& args, const Common& common) { return args.config.empty() || SettingsFiles(args.config, common).of("") != nullptr; }

}  // namespace

bool is_fleet(const LintArgs& args) {
  return args.jobs || !args.files_from.empty() || args.format == "ndjson" || has_directory(args.files);
}

int run_lint_fleet(const LintArgs& args, const Common& common) {
  if (!good_options(args) || !good_settings(args, common)) return status_bad;
  const auto known = read_known(args.baseline, common);
  if (!known) return status_bad;
  if (!args.output.empty()) expect_to_write(args.output);
  const std::vector<FleetHost> hosts = fleet_of(args.files, args.files_from);
  if (hosts.empty()) {
    if (!args.output.empty() && !args.files_from.empty()) write_file(args.output, "");   // an old result would be taken for this one
    return status_bad;
  }
  const bool lines = args.format == "ndjson", at_once = lines && args.output.empty();
  int status = status_good;
  std::string text;
  FleetReport report;
  Diagnostics faults;   // of lines that are our own
  Progress progress(common.progress && !at_once, hosts.size());
  const auto work = [&](std::size_t i) { return lint_host(hosts[i], args, *known, common); };
  run_crew(args.jobs.value_or(1), hosts.size(), work, [&](std::size_t i, WorkDone done) {
    // Without a line of its own, what it said is why.
    if (done.out.empty()) {
      done.out = fault_ndjson(hosts[i].name, std::move(done.err));
      done.status = status_bad;
    } else if (!done.err.empty()) {
      progress.clear();
      fmt::print(stderr, "{}", done.err);
    }
    status = std::max(status, done.status);
    if (at_once) {
      fmt::print("{}", done.out);
      // Whole lines, even when time runs out.
      if (std::fflush(stdout) != 0) throw EnvironmentError(fmt::format("cannot write the output: {}", std::strerror(errno)));
    } else if (lines) {
      text += done.out;
    } else {
      add_result(report, done.out, {}, faults);
    }
    progress.done();
  });
  progress.clear();
  if (!faults.empty()) throw EnvironmentError("a line of lint cannot be read: " + faults.front().text);
  if (!lines) text = fleet_text(report, {.whole = args.all_findings, .colour = common.colour && args.output.empty()});
  if (!args.output.empty())
    write_file(args.output, text);
  else
    fmt::print("{}", text);
  return status;
}

}  // namespace fwsim
