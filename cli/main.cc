// The command line. This is the only file that sees CLI11.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <new>
#include <system_error>

#include "cli/commands.hh"
#include "cli/help_texts.hh"
#include "cli/option_groups.hh"
#include "model/diagnostic.hh"

namespace fwsim {
namespace {

// A subcommand and what runs it.
struct Command {
  CLI::App* app;
  std::function<int()> run;
};

class CommandLine {
 public:
  CommandLine() {
    app_.set_version_flag("--version", std::string("fwsim ") + FWSIM_VERSION);
    app_.require_subcommand(1);
    app_.set_help_flag("-h,--help", "print this help");
    const bool plain = std::getenv("NO_COLOR") != nullptr && *std::getenv("NO_COLOR") != '\0';
    common_.colour = isatty(STDOUT_FILENO) == 1 && isatty(STDERR_FILENO) == 1 && !plain;
    common_.progress = isatty(STDERR_FILENO) == 1;
    trace();
    ask();
    lint();
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
    commands_.push_back({app_.add_subcommand("collect", "print a script that records a host for --snapshot"), [] { return run_collect(); }});
    help();
  }

  int run(int argc, char** argv) {
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

 private:
  // `run` takes what follows the script, or "--", as it is. Returns how many words there are before it.
  int take_script(int argc, char** argv) {
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
  int fail(const CLI::ParseError& error) {
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

  void unexpected(const CLI::App& app, const std::string& word) const {
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

  void trace() {
    CLI::App* c = app_.add_subcommand("trace", "take captures through a ruleset");
    c->footer(trace_help);
    c->add_option("CAPTURE", trace_.captures, "pcap or pcapng files, - for standard input")->required();
    add_rules(*c, trace_.rules);
    add_host(*c, trace_.host);
    c->add_flag("-v,--verbose", trace_.verbose, "the whole way of each packet, hook by hook");
    c->add_flag("--summary", trace_.summary, "only totals, by fate and by rule");
    c->add_option("--only", trace_.only, "only packets of this fate: dropped, delivered, forwarded, sent, unknown, ...");
    c->add_option("--filter", trace_.filter, "only packets that this tcpdump expression takes: 'tcp port 22'");
    c->add_option("--counters", trace_.counters, "write the ruleset with its counters afterwards, as iptables-save -c");
    auto* wire = c->add_option("--write-pcap", trace_.wire, "write what leaves each device to DIR/DEVICE.pcap")->option_text("DIR");
    c->add_flag("--force", trace_.force, "replace the files that --write-pcap finds there")->needs(wire);
    add_chance(*c, trace_.host_replies, trace_.seed);
    add_format(*c, trace_.format);
    commands_.push_back({c, [this] { return run_trace(trace_, common_); }});
  }

  static void add_chance(CLI::App& c, bool& replies, std::uint64_t& seed) {
    c.add_flag("--host-replies", replies, "let the host answer what reaches it: pings, closed ports, listeners");
    c.add_option("--seed", seed, "for what the kernel draws at random")
        ->check([](const std::string& word) { return std::string(word[0] == '-' ? "it is a number from 0 on" : ""); });
  }

  void ask() {
    CLI::App* c = app_.add_subcommand("ask", "would this packet pass?");
    c->footer(ask_help);
    c->add_option("QUESTION", ask_.question, "the packet")->required();
    add_rules(*c, ask_.rules);
    add_host(*c, ask_.host);
    c->add_flag("-v,--verbose", ask_.verbose, "the whole way, hook by hook");
    add_chance(*c, ask_.host_replies, ask_.seed);
    add_format(*c, ask_.format);
    commands_.push_back({c, [this] { return run_ask(ask_, common_); }});
  }

  void lint() {
    CLI::App* c = app_.add_subcommand("lint", "find rules that do not do what they say");
    c->footer(lint_help);
    c->add_option("FILE", lint_.files, "rulesets, - for standard input");
    c->add_option("--rules6", lint_.rules6, "an IPv6 ruleset");
    add_host(*c, lint_.host);
    c->add_option("--only", lint_.only, "only these checks: FW101,redundant")->delimiter(',')->allow_extra_args(false);
    c->add_option("--skip", lint_.skip, "all but these checks")->delimiter(',')->allow_extra_args(false);
    c->add_flag("--all", lint_.all, "also checks that are off by default");
    c->add_flag("--managed", lint_.managed, "also what is odd in chains that docker, ufw and the like have made");
    c->add_option("--config", lint_.config, "settings; without it .fwsim.toml beside the ruleset, or here")->option_text("FILE");
    c->add_flag("--list", lint_.list, "the checks, a line for each; 'fwsim explain' tells more");
    c->add_flag("--prove", lint_.prove, "have Z3 confirm that no packet comes to a rule, and say which rules it needs for that");
    c->add_option("--smtlib", lint_.smtlib, "write each such proof to DIR, in SMT-LIB 2")->option_text("DIR");
    add_lint_format(*c, lint_.format);
    c->add_option("--output", lint_.output, "write the report to FILE")->option_text("FILE");
    c->add_option("--baseline", lint_.baseline, "only findings that are not in FILE, a JSON report of an earlier run")->option_text("FILE");
    c->add_option("--fail-on", lint_.fail_on, "exit status 1 from this severity on: error, warning (default), note or never")
        ->check(one_of({"error", "warning", "note", "never"}));
    c->add_flag("--fix{safe}", lint_.fix, "delete what is not needed where that is proved to change nothing; =FW101,... or =all: also what is in vain")
        ->option_text("[=CHECKS]");
    c->add_flag("--diff,--dry-run", lint_.patch, "what --fix would do, as a patch; nothing is written");
    c->add_flag("--all-findings", lint_.all_findings, "text and markdown: all, not only the 20 most severe");
    commands_.push_back({c, [this] { return run_lint(lint_, common_); }});
  }

  void explain() {
    CLI::App* c = app_.add_subcommand("explain", "rules in plain words; or what a check of lint finds, and why that matters");
    c->footer(explain_help);
    c->add_option("RULES|CHECK", explain_.checks, "rules.v4, rules.v4:12, rules.v4:INPUT; or ids or names of checks: FW101 redundant");
    c->add_option("--chain", explain_.chain, "only this chain of the ruleset: INPUT, nat/OUTPUT");
    c->add_flag("--all", explain_.all, "every check");
    add_family(*c, explain_.family);
    c->add_option("--format", explain_.format, "text, markdown (of checks) or json")->check(CLI::IsMember({"text", "markdown", "json"}));
    commands_.push_back({c, [this] { return run_explain(explain_, common_); }});
  }

  void witness() {
    CLI::App* c = app_.add_subcommand("witness", "write a capture in which every rule that can be reached has its packet");
    c->footer(witness_help);
    c->add_option("RULES", witness_.rules, "the ruleset, - for standard input")->required();
    c->add_option("-o,--output", witness_.directory, "where the captures go: DIR/DEVICE.pcap")->option_text("DIR")->required();
    c->add_flag("--force", witness_.force, "replace the files that are there");
    add_host(*c, witness_.host);
    add_format(*c, witness_.format);
    commands_.push_back({c, [this] { return run_witness(witness_, common_); }});
  }

  void diff() {
    CLI::App* c = app_.add_subcommand("diff", "which packets does a new version of the rules treat differently?");
    c->footer(diff_help);
    c->add_option("OLD", diff_.before, "a ruleset, or a snapshot")->required();
    c->add_option("NEW", diff_.after, "its new version")->required();
    c->add_option("--allow", diff_.allow, "packets that may be treated differently")->allow_extra_args(false)->take_all();
    c->add_flag("--logs", diff_.logs, "what is logged counts too");
    c->add_option("--sets", diff_.set_files, "ipsets, as 'ipset save' prints them: lists of addresses in them are known then")->allow_extra_args(false)->take_all();
    add_family(*c, diff_.family);
    add_format(*c, diff_.format);
    commands_.push_back({c, [this] { return run_diff(diff_, common_); }});
  }

  // What all commands about a ruleset's packets take.
  template <class Args>
  CLI::App* proof(const char* name, const char* does, const char* help, Args& args) {
    CLI::App* c = app_.add_subcommand(name, does);
    c->description(help);
    add_rules(*c, args.rules);
    add_host(*c, args.host);
    add_format(*c, args.format);
    return c;
  }

  void proofs() {
    CLI::App* reach = proof("reach", "from where which services can be reached", reach_help, reach_);
    reach->add_option("RULES", reach_.file, "the ruleset");
    reach->add_flag("--all", reach_.whole, "all rows and sources, however many");
    commands_.push_back({reach, [this] { return run_reach(reach_, common_); }});
    CLI::App* lockout = proof("lockout", "can the administrator still get in?", lockout_help, lockout_);
    lockout->add_option("RULES", lockout_.file, "the ruleset");
    lockout->add_option("--admin", lockout_.admin, "who comes from where: 'tcp 10.0.0.0/8 -> :22 in eth0'");
    commands_.push_back({lockout, [this] { return run_lockout(lockout_, common_); }});
    CLI::App* verify = proof("verify", "does a ruleset do what a policy says?", verify_help, verify_);
    verify->add_option("RULES", verify_.file, "the ruleset; the policy, when --rules names that")->required();
    verify->add_option("POLICY", verify_.policy, "the policy, in TOML; without it that of the settings beside the ruleset");
    verify->add_flag("-v,--verbose", verify_.verbose, "the whole way of each packet that refutes");
    CLI::App* threats = proof("threats", "try attacks against a ruleset", threats_help, threats_);
    threats->add_option("RULES", threats_.file, "the ruleset");
    threats->add_option("--only", threats_.only, "only this experiment: syn-flood, brute-force, ...")->allow_extra_args(false)->take_all();
    threats->add_option("--port", threats_.ports, "a service to attack")->allow_extra_args(false)->take_all()->check(CLI::Range(1U, 65535U));
    threats->add_option("--admin", threats_.admin, "who may use ssh: 'tcp 10.0.0.0/8 -> :22 in eth0'");
    threats->add_option("--rate", threats_.rate, "packets a second");
    threats->add_option("--seconds", threats_.seconds, "how long each attack goes on");
    threats->add_option("--seed", threats_.seed, "for what attackers draw at random");
    commands_.push_back({threats, [this] { return run_threats(threats_, common_); }});
    commands_.push_back({verify, [this] { return run_verify(verify_, common_); }});
    audit();
  }

  void audit() {
    CLI::App* c = app_.add_subcommand("audit", "judge a ruleset by the controls of CIS, NIST and PCI DSS");
    c->description(audit_help);
    c->add_option("RULES", audit_.file, "the ruleset, - for standard input");
    add_rules(*c, audit_.rules);
    add_host(*c, audit_.host);
    c->add_option("--profile", audit_.profiles, "cis, nist-800-41, pci-dss or all; several with commas")->delimiter(',')->allow_extra_args(false);
    c->add_option("--config", audit_.config, "settings; without it .fwsim.toml beside the ruleset, or here")->option_text("FILE");
    c->add_option("--format", audit_.format, "text, json, markdown or junit")->check(CLI::IsMember({"text", "json", "markdown", "junit"}));
    commands_.push_back({c, [this] { return run_audit(audit_, common_); }});
  }

  void check() {
    CLI::App* c = app_.add_subcommand("check", "say whether rulesets would load, and what is wrong with them");
    check_.check_only = true;
    c->add_option("FILE", check_.files, "rulesets, - for standard input")->required();
    add_family(*c, check_.family);
    commands_.push_back({c, [this] { return run_format(check_, common_); }});
  }

  void format() {
    CLI::App* c = app_.add_subcommand("fmt", "print a ruleset as iptables-save would after loading it");
    c->add_option("FILE", format_.files, "rulesets, - for standard input")->required();
    c->add_flag("-c,--counters", format_.counters, "with packet and byte counters");
    c->add_flag("--keep-order", format_.keep_order, "tables in the order of the file, not in that of the kernel");
    add_family(*c, format_.family);
    commands_.push_back({c, [this] { return run_format(format_, common_); }});
  }

  void apply() {
    CLI::App* c = app_.add_subcommand("apply", "carry out iptables, ip6tables and ipset commands on rulesets");
    c->footer(apply_help);
    c->add_option("COMMANDS", apply_.commands, "the commands, one a line; - for standard input")->required();
    c->add_option("--from", apply_.from, "rulesets and ipset files to begin with");
    c->add_option("--to", apply_.to, "where the ruleset goes; standard output if not given, or -");
    c->add_option("--to6", apply_.to6, "where the IPv6 ruleset goes");
    c->add_option("--sets", apply_.sets, "where the ipsets go");
    c->add_flag("-k,--keep-going", apply_.keep_going, "go on after a command that fails");
    c->add_flag("-c,--counters", apply_.counters, "with the counters of rules");
    commands_.push_back({c, [this] { return run_apply(apply_, common_); }});
  }

  void runs() {
    CLI::App* c = app_.add_subcommand("run", "run a script on a model of the machine: what rules does it make, and what is open meanwhile?");
    c->footer(run_help);
    c->add_option("-o,--output", run_.output, "write the machine as the script leaves it, as a snapshot")->option_text("DIR");
    c->add_flag("--timeline", run_.timeline, "every command, with its line and what held after it");
    c->add_option("--admin", run_.admin, "who must not be locked out: 'tcp 10.0.0.0/8 -> :22 in eth0'");
    add_rules(*c, run_.rules);
    add_host(*c, run_.host);
    c->add_option("--answers", run_.answers, "what the script reads from its standard input")->option_text("TEXT");
    c->add_option("--env", run_.environment, "a variable that it finds set: NAME=VALUE")->allow_extra_args(false)->take_all();
    c->add_option("--timeout", run_.seconds, "seconds after which it is stopped")->check(CLI::Range(0.1, 86400.0));
    c->add_flag("--later", run_.later, "with -o: the machine after what the script left running, too");
    c->add_flag("-q,--quiet", run_.quiet, "without the script's own output");
    add_format(*c, run_.format);
    commands_.push_back({c, [this] { return run_script(run_, common_); }});
  }

  void deploy() {
    CLI::App* c = app_.add_subcommand("deploy-script", "write a script that puts rules in force, and takes them back unless confirmed");
    c->footer(deploy_help);
    c->add_option("RULES", deploy_.file, "the ruleset");
    add_rules(*c, deploy_.rules);
    add_host(*c, deploy_.host);
    c->add_option("--admin", deploy_.admin, "who must not be locked out: 'tcp 10.0.0.0/8 -> :22 in eth0'");
    c->add_option("--seconds", deploy_.seconds, "time to confirm (60)")->check(CLI::Range(5U, 86400U));
    c->add_flag("--force", deploy_.force, "even if somebody is locked out or lint finds an error");
    c->add_option("-o,--output", deploy_.output, "write the script to FILE")->option_text("FILE");
    commands_.push_back({c, [this] { return run_deploy(deploy_, common_); }});
  }

  void list() {
    CLI::App* c = app_.add_subcommand("list", "show a ruleset as iptables -L -v -n does, with what lint found");
    c->footer(list_help);
    c->add_option("RULES", list_.file, "the ruleset, - for standard input")->required();
    c->add_option("-t,--table", list_.table, "only this table");
    c->add_flag("-x,--exact", list_.exact, "counters in full, not 12K or 3M");
    c->add_flag_callback("--no-findings", [this] { list_.findings = false; }, "without what lint found");
    add_family(*c, list_.family);
    add_format(*c, list_.format);
    commands_.push_back({c, [this] { return run_list(list_, common_); }});
  }

  void translate() {
    CLI::App* c = app_.add_subcommand("translate", "write a ruleset for nft");
    c->footer(translate_help);
    c->add_option("RULES", translate_.file, "the ruleset, - for standard input");
    add_rules(*c, translate_.rules);
    c->add_option("--sets", translate_.host.set_files, "ipsets, as 'ipset save' prints them")->allow_extra_args(false)->take_all();
    c->add_option("--snapshot", translate_.host.snapshot, "directory or tar that the script of 'fwsim collect' wrote");
    c->add_flag("--counters", translate_.counters, "every rule counts on from its counter in the original");
    c->add_option("-o,--output", translate_.output, "file to write");
    commands_.push_back({c, [this] { return run_translate(translate_, common_); }});
  }

  void graph() {
    CLI::App* c = app_.add_subcommand("graph", "draw which chain calls which");
    c->footer(graph_help);
    c->add_option("RULES", graph_.file, "the ruleset, - for standard input")->required();
    c->add_option("-t,--table", graph_.table, "only this table");
    c->add_option("--format", graph_.format, "dot (default), for graphviz, or svg")->check(one_of({"dot", "svg"}));
    c->add_option("-o,--output", graph_.output, "write the drawing to FILE")->option_text("FILE");
    add_family(*c, graph_.family);
    commands_.push_back({c, [this] { return run_graph(graph_, common_); }});
  }

  void cover() {
    CLI::App* c = app_.add_subcommand("cover", "which rules does traffic hit, and which order would be cheaper?");
    c->footer(cover_help);
    c->add_option("RULES", cover_.files, "the ruleset, unless --rules names it; then captures, as for trace")->option_text("[CAPTURE...]");
    c->add_option("--rules", cover_.rules.rules, "the ruleset; then all others are captures");
    add_host(*c, cover_.host);
    c->add_flag("--all", cover_.whole, "all rules, however many");
    c->add_option("--filter", cover_.filter, "only packets that this tcpdump expression takes: 'tcp port 22'");
    c->add_option("--write", cover_.write, "write the ruleset in the suggested order")->option_text("FILE");
    add_chance(*c, cover_.host_replies, cover_.seed);
    add_family(*c, cover_.family);
    add_format(*c, cover_.format);
    commands_.push_back({c, [this] { return run_cover(cover_, common_); }});
  }

  void optimize() {
    CLI::App* c = app_.add_subcommand("optimize", "the same with fewer rules, proved step by step");
    c->footer(optimize_help);
    c->add_option("RULES", optimize_.files, "the ruleset, unless --rules names it; then captures, as for trace")->option_text("[CAPTURE...]");
    c->add_option("--rules", optimize_.rules.rules, "the ruleset; then all others are captures");
    add_host(*c, optimize_.host);
    c->add_flag("--ipset", optimize_.ipset, "also lists of addresses into ipsets, which have to be loaded before the rules");
    c->add_flag("--managed", optimize_.managed, "also in chains that docker, ufw and the like have made");
    c->add_flag("--all", optimize_.whole, "all steps, however many, and those that are not proved");
    c->add_flag("--diff", optimize_.patch, "print a patch; the report goes to standard error");
    c->add_option("--write", optimize_.write, "write the ruleset")->option_text("FILE");
    c->add_option("--write-sets", optimize_.write_sets, "write the ipsets, as 'ipset restore' reads them")->option_text("FILE");
    c->add_option("--seconds", optimize_.seconds, "begin no new step after so long")->check(CLI::NonNegativeNumber);
    c->add_option("--filter", optimize_.filter, "only packets that this tcpdump expression takes: 'tcp port 22'");
    add_chance(*c, optimize_.host_replies, optimize_.seed);
    add_family(*c, optimize_.family);
    add_format(*c, optimize_.format);
    commands_.push_back({c, [this] { return run_optimize(optimize_, common_); }});
  }

  void live() {
    CLI::App* c = app_.add_subcommand("live", "run the rules on real packets");
    c->footer(live_help);
    c->add_option("WORD", live_.words, "for one that runs: status, conntrack, counters, trace FILTER, reload, confirm, stop");
    c->add_option("--observe", live_.observe, "watch these devices or NFLOG groups (nflog:5), and touch nothing")->delimiter(',')->allow_extra_args(false);
    c->add_option("--compare", live_.compare, "with --observe: which flows these two rulesets treat differently")->expected(2);
    c->add_flag("--enforce", live_.enforce, "decide for the kernel, by NFQUEUE at every hook");
    c->add_option("--inline", live_.inline_pair, "carry packets between two devices: eth0:eth1");
    c->add_flag("--router", live_.route, "with --inline: as a router, not as a bridge");
    c->add_option("--tun", live_.tun, "make this TUN device, and filter what is sent into it");
    c->add_flag("--cleanup", live_.cleanup, "remove what an --enforce left that was killed");
    add_rules(*c, live_.rules);
    add_host(*c, live_.host);
    c->add_option("--filter", live_.filter, "with --observe: only what this tcpdump expression takes");
    c->add_option("--control", live_.control, "the socket for the words above; '' for none");
    c->add_option("--state", live_.state, "file that keeps connections, lists and sets over a restart");
    c->add_option("--metrics", live_.metrics, "Prometheus textfile, written every ten seconds");
    c->add_option("--log", live_.log, "where the records of LOG and NFLOG go: stderr, syslog, or a file that gets lines of JSON")->option_text("WHERE");
    c->add_option("--rollback", live_.rollback, "a reload must be confirmed within so many seconds")->check(CLI::NonNegativeNumber);
    c->add_option("--seconds", live_.seconds, "end after so long")->check(CLI::NonNegativeNumber);
    c->add_option("--queue", live_.queue, "with --enforce: the number of NFQUEUE's queue")->check(CLI::Range(0, 65535));
    c->add_option("--queue-balance", live_.queue_balance, "so many queues, from that number on, each read and answered by a thread of its own")->check(CLI::Range(1, 64));
    c->add_option("--queue-length", live_.queue_length, "packets that may wait there")->check(CLI::Range(1, 1 << 20));
    c->add_flag("--fail-open", live_.fail_open, "a full queue lets packets pass");
    c->add_flag("--queue-bypass", live_.queue_bypass, "packets pass while no fwsim reads the queue");
    c->add_option("--unknown", live_.unknown, "what becomes of packets that cannot be decided: drop or accept")->check(one_of({"drop", "accept"}));
    c->add_option("--seed", live_.seed, "for what the kernel draws at random");
    add_format(*c, live_.format);
    commands_.push_back({c, [this] { return run_live(live_, common_); }});
  }

  void help() {
    CLI::App* c = app_.add_subcommand("help", "explain a subcommand");
    c->add_option("SUBCOMMAND", topic_, "trace, ask, lint, explain, list, cover, audit, ...");
    commands_.push_back({c, [this] {
                           if (topic_.empty()) {
                             fmt::print("{}", app_.help());
                             return status_good;
                           }
                           for (const Command& command : commands_)
                             if (command.app->get_name() == topic_) {
                               fmt::print("{}", command.app->help());
                               return status_good;
                             }
                           fmt::print(stderr, "fwsim: there is no subcommand '{}'\n", topic_);
                           return status_bad;
                         }});
  }

  CLI::App app_{"fwsim: what an iptables ruleset does to packets, without loading it", "fwsim"};
  Common common_;
  std::vector<Command> commands_;
  TraceArgs trace_;
  AskArgs ask_;
  LintArgs lint_;
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
  std::string topic_;
};

}  // namespace
}  // namespace fwsim

int main(int argc, char** argv) {
  using fwsim::status_bad;
  try {
    const int status = fwsim::CommandLine().run(argc, argv);
    if (std::fflush(stdout) == 0) return status;
    fmt::print(stderr, "fwsim: cannot write the output: {}\n", std::strerror(errno));
  } catch (const fwsim::EnvironmentError& e) {
    fmt::print(stderr, "fwsim: {}\n", e.what());
  } catch (const std::system_error& e) {   // of fmt::print
    fmt::print(stderr, "fwsim: cannot write the output: {}\n", e.code().message());
  } catch (const std::bad_alloc&) {
    fmt::print(stderr, "fwsim: the memory does not suffice\n");
  }
  return status_bad;
}
