// The subcommands. main.cc reads the command line into these; each run_* lives in its own file
// and returns the exit status: 0 clean or passed, 1 findings or not passed, 2 bad usage or input.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/diagnostic.hh"
#include "model/types.hh"

namespace fwsim {

inline constexpr int status_good = 0, status_not = 1, status_bad = 2;

struct Common {
  bool colour = false;     // standard output is a terminal and NO_COLOR is not set
  bool progress = false;   // standard error is a terminal
  Diagnostics* heard = nullptr;   // where faults of files go instead of to standard error
};

struct FormatArgs {
  std::vector<std::string> files;       // directories: a fleet
  std::string files_from;               // a list of files; empty: none
  std::optional<unsigned> jobs;         // processes for a fleet
  std::string format = "text";          // or ndjson
  std::optional<Family> family;
  bool counters = false;
  bool keep_order = false;
  bool check_only = false;
};
int run_format(const FormatArgs& args, const Common& common);

struct ApplyArgs {
  std::string commands;                 // file of commands
  std::vector<std::string> from;        // rulesets and sets to begin with
  std::string to, to6, sets;            // "" and "-": standard output, "" of the last two: nowhere
  bool keep_going = false, counters = false;
};
int run_apply(const ApplyArgs& args, const Common& common);

// How the host is described.
struct HostArgs {
  std::string snapshot;                 // directory or tar of `fwsim collect`
  bool just_made = false;               // by this process, of this machine: what it lacks is no news to anybody
  std::string toml;
  std::vector<std::string> addresses;   // "eth0=192.0.2.1/24"
  std::vector<std::string> routes;      // "default via 192.0.2.254 dev eth0"
  std::vector<std::string> sysctls;     // "net.ipv4.ip_forward=0"
  std::vector<std::string> set_files;   // of `ipset save`
};

struct RuleArgs {
  std::string rules, rules6;            // files; `rules` may hold either family
  std::optional<std::string> text{};    // of `rules`, where that is not (yet) what the file says
};

struct RunArgs {
  std::vector<std::string> command;     // a script and its arguments, or a program and its
  RuleArgs rules;                       // to begin with
  HostArgs host;
  std::string output;                   // directory for the snapshot
  std::string answers;                  // standard input
  std::vector<std::string> environment; // "NAME=value"
  double seconds = 60;                  // that it may take
  bool timeline = false, quiet = false, later = false;
  std::string admin, format = "text";
};
int run_script(const RunArgs& args, const Common& common);

struct DeployArgs {
  std::string file;                     // the ruleset, when --rules names none
  RuleArgs rules;
  HostArgs host;
  std::string admin, output;
  unsigned seconds = 60;                // to confirm
  bool force = false;
};
int run_deploy(const DeployArgs& args, const Common& common);

struct TraceArgs {
  std::vector<std::string> captures;    // "file" or "file@eth0"
  RuleArgs rules;
  HostArgs host;
  bool verbose = false, summary = false;
  bool host_replies = false;            // the host answers what is delivered to it
  std::string only, filter, counters, format = "text";
  std::uint64_t seed = 1;
  std::string wire;                     // directory for --write-pcap
  bool force = false;
  unsigned jobs = 1;                    // of a summary
};
int run_trace(const TraceArgs& args, const Common& common);

struct AskArgs {
  std::vector<std::string> question;    // its words
  RuleArgs rules;
  HostArgs host;
  bool verbose = false, host_replies = false;
  std::uint64_t seed = 1;
  std::string format = "text";
};
int run_ask(const AskArgs& args, const Common& common);

struct PathArgs {
  std::string network;                  // hosts and links, in TOML
  std::vector<std::string> question;    // its words
  std::string from;                     // host or link where the packet begins; empty: told by its source
  bool verbose = false;
  std::uint64_t seed = 1;
  std::string format = "text", output;  // output: a file; empty: standard output
};
int run_path(const PathArgs& args, const Common& common);

struct LintArgs {
  std::vector<std::string> files;       // - for standard input; none: those of the snapshot; directories: a fleet
  std::string files_from;               // a list of files; empty: none
  std::optional<unsigned> jobs;         // processes that judge a fleet
  std::string rules6;
  HostArgs host;
  std::vector<std::string> only, skip;  // ids or names of checks
  bool all = false, prove = false, list = false, managed = false;
  std::string config;                   // settings; empty: .fwsim.toml of the ruleset's directory or of this one
  std::string smtlib;                   // directory for --smtlib
  std::string format = "text", output;  // output: a file; empty: standard output
  std::string baseline;                 // JSON report of an earlier run
  std::string fail_on = "warning";      // error, warning, note, never
  bool all_findings = false;            // text and markdown: not just the first screen
  std::string fix;                      // "safe", "all" or checks with commas; empty: nothing is mended
  bool patch = false;                   // say what --fix would write, and write nothing
};
int run_lint(const LintArgs& args, const Common& common);

struct MergeArgs {
  std::vector<std::string> results;     // of `fwsim lint --format ndjson`
  std::vector<std::string> golden;      // rulesets that all hosts should have
  unsigned jobs = 1;
  bool whole = false;                   // text and html: all hosts and findings
  std::string format = "text", output;  // output: a file; empty: standard output
};
int run_merge(const MergeArgs& args, const Common& common);

struct ExplainArgs {
  std::vector<std::string> checks;      // ids or names; or rulesets, with what of them: "rules.v4:12", "rules.v4:INPUT"
  std::string chain;                    // of a ruleset that is named without a part
  std::optional<Family> family;
  bool all = false;
  std::string format = "text";
};
int run_explain(const ExplainArgs& args, const Common& common);

struct WitnessArgs {
  std::string rules, directory;
  HostArgs host;
  bool force = false;
  std::string format = "text";
};
int run_witness(const WitnessArgs& args, const Common& common);
struct DiffArgs {
  std::string before, after;            // rulesets or snapshots
  std::optional<Family> family;
  std::vector<std::string> allow;       // "tcp any -> any:443"
  std::vector<std::string> set_files;   // of `ipset save`: sets that both versions ask
  bool logs = false;
  unsigned jobs = 1;                    // processes, when both are directories of hosts
  std::string format = "text";
};
int run_diff(const DiffArgs& args, const Common& common);
struct ReachArgs {
  std::string file;                     // the ruleset, when --rules does not name it
  RuleArgs rules;
  HostArgs host;
  bool whole = false;
  std::string format = "text";
};
int run_reach(const ReachArgs& args, const Common& common);

struct LockoutArgs {
  std::string file;
  RuleArgs rules;
  HostArgs host;
  std::string admin;                    // traffic; empty: $SSH_CONNECTION
  std::string format = "text";
};
int run_lockout(const LockoutArgs& args, const Common& common);

struct VerifyArgs {
  std::string file, policy;             // ruleset and policy, or the policy alone with --rules
  RuleArgs rules;
  HostArgs host;
  bool verbose = false;
  std::string format = "text";
};
int run_verify(const VerifyArgs& args, const Common& common);

struct ListArgs {
  std::string file, table;
  std::optional<Family> family;
  bool exact = false, findings = true;
  std::string format = "text";
};
int run_list(const ListArgs& args, const Common& common);

struct TranslateArgs {
  std::string file;                     // the ruleset, when --rules does not name it
  RuleArgs rules;
  HostArgs host;                        // its sets
  bool counters = false;
  std::string output;                   // a file; empty: standard output
};
int run_translate(const TranslateArgs& args, const Common& common);

struct GraphArgs {
  std::string file, table;
  std::optional<Family> family;
  std::string format = "dot", output;   // output: a file; empty: standard output
};
int run_graph(const GraphArgs& args, const Common& common);

struct CoverArgs {
  std::vector<std::string> files;       // the ruleset, unless --rules names it, and captures
  RuleArgs rules;
  HostArgs host;
  std::optional<Family> family;         // of a snapshot that has both
  bool whole = false, host_replies = false;
  std::string filter, write, format = "text";
  std::uint64_t seed = 1;
};
int run_cover(const CoverArgs& args, const Common& common);

struct OptimizeArgs {
  std::vector<std::string> files;       // the ruleset, unless --rules names it, and captures
  RuleArgs rules;
  HostArgs host;
  std::optional<Family> family;         // of a snapshot that has both
  bool ipset = false, managed = false, whole = false, patch = false, host_replies = false;
  double seconds = 60;
  std::string filter, write, write_sets, format = "text";
  std::uint64_t seed = 1;
};
int run_optimize(const OptimizeArgs& args, const Common& common);

struct ThreatsArgs {
  std::string file;
  RuleArgs rules;
  HostArgs host;
  std::vector<std::string> only;        // names of experiments
  std::vector<unsigned> ports;          // services to attack; none: those that the ruleset opens
  std::string admin;                    // who may use ssh
  double rate = 500, seconds = 5;
  std::uint64_t seed = 1;
  std::string format = "text";
};
int run_threats(const ThreatsArgs& args, const Common& common);

struct AuditArgs {
  std::string file;                     // the ruleset, when --rules does not name it
  RuleArgs rules;
  HostArgs host;
  std::vector<std::string> profiles{"all"};
  std::string config;                   // settings, as for lint
  std::string format = "text";
};
int run_audit(const AuditArgs& args, const Common& common);

struct LiveArgs {
  std::vector<std::string> words;       // what a running one is to do: status, reload, ...
  std::vector<std::string> observe;     // devices
  bool enforce = false;                 // through NFQUEUE
  std::string inline_pair;              // "eth0:eth1"
  bool route = false;                   // inline: as a router
  std::string tun;                      // device to make
  bool cleanup = false;                 // remove what a killed one left
  RuleArgs rules;
  HostArgs host;
  std::vector<std::string> compare;     // rulesets: as it is, as it shall be
  std::string control = "/run/fwsim.sock";
  std::string state;                    // file that keeps connections and lists over a restart
  std::string metrics;                  // Prometheus textfile
  std::string log = "stderr";           // where LOG and NFLOG write: stderr, syslog or a file
  std::string filter;                   // observe: a tcpdump expression
  double rollback = 0;                  // seconds in which a reload must be confirmed; 0: it need not
  double seconds = 0;                   // end after so long; 0: run on
  unsigned queue = 17, queue_balance = 1, queue_length = 4096;
  bool fail_open = false, queue_bypass = false;
  std::string unknown = "drop";         // what becomes of packets whose fate cannot be told: drop or accept
  std::uint64_t seed = 1;
  std::string format = "text";
};
int run_live(const LiveArgs& args, const Common& common);

struct LspArgs {
  double pause = 0.3;                   // seconds without a change before findings are looked for
  double seconds = 30;                  // that they may take
  double answer = 3;                    // that an answer may take which needs a proof
};
int run_lsp(const LspArgs& args);

int run_collect();

}  // namespace fwsim
