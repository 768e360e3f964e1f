// Subcommands about a ruleset as it stands.
#include "cli/help_texts.hh"
#include "cli/option_groups.hh"
#include "cli/subcommands/command_line.hh"

namespace fwsim {

void CommandLine::lint() {
  CLI::App* c = app_.add_subcommand("lint", "find rules that do not do what they say")->group("Findings and proofs");
  c->footer(lint_help);
  add_fleet(*c, lint_.files, lint_.files_from, lint_.jobs);
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

void CommandLine::merge() {
  CLI::App* c = app_.add_subcommand("merge", "what lint found on many hosts, as one report")->group("Findings and proofs");
  c->footer(merge_help);
  c->add_option("RESULT", merge_.results, "what 'fwsim lint --format ndjson' printed, - for standard input")->required();
  c->add_option("--golden", merge_.golden, "a ruleset that all should have: who differs from it, and how; one for each family")->option_text("RULES")->allow_extra_args(false)->take_all();
  c->add_option("--jobs", merge_.jobs, "compare with so many processes at a time")->check(CLI::Range(1U, 1024U));
  c->add_flag("--all-findings", merge_.whole, "text and html: all hosts and findings, however many");
  c->add_option("--format", merge_.format, "text (default), json or html")->check(one_of({"text", "json", "html"}));
  c->add_option("--output", merge_.output, "write the report to FILE")->option_text("FILE");
  commands_.push_back({c, [this] { return run_merge(merge_, common_); }});
}

void CommandLine::explain() {
  CLI::App* c = app_.add_subcommand("explain", "rules in plain words; or what a check of lint finds, and why that matters")->group("Findings and proofs");
  c->footer(explain_help);
  c->add_option("RULES|CHECK", explain_.checks, "rules.v4, rules.v4:12, rules.v4:INPUT; or ids or names of checks: FW101 redundant");
  c->add_option("--chain", explain_.chain, "only this chain of the ruleset: INPUT, nat/OUTPUT");
  c->add_flag("--all", explain_.all, "every check");
  add_family(*c, explain_.family);
  c->add_option("--format", explain_.format, "text, markdown (of checks) or json")->check(one_of({"text", "markdown", "json"}));
  commands_.push_back({c, [this] { return run_explain(explain_, common_); }});
}

void CommandLine::diff() {
  CLI::App* c = app_.add_subcommand("diff", "which packets does a new version of the rules treat differently?")->group("Findings and proofs");
  c->footer(diff_help);
  c->add_option("OLD", diff_.before, "a ruleset, a snapshot, or a directory of them")->required();
  c->add_option("NEW", diff_.after, "its new version")->required();
  c->add_option("--allow", diff_.allow, "packets that may be treated differently")->allow_extra_args(false)->take_all();
  c->add_flag("--logs", diff_.logs, "what is logged counts too");
  c->add_option("--jobs", diff_.jobs, "so many processes at a time, for directories")->check(CLI::Range(1U, 1024U));
  c->add_option("--sets", diff_.set_files, "ipsets, as 'ipset save' prints them: lists of addresses in them are known then")->allow_extra_args(false)->take_all();
  add_family(*c, diff_.family);
  c->add_option("--format", diff_.format, "text or json; ndjson for directories: a line for each host")->check(one_of({"text", "json", "ndjson"}));
  commands_.push_back({c, [this] { return run_diff(diff_, common_); }});
}

void CommandLine::check() {
  CLI::App* c = app_.add_subcommand("check", "say whether rulesets would load, and what is wrong with them")->group("Rules");
  c->footer(check_help);
  check_.check_only = true;
  add_fleet(*c, check_.files, check_.files_from, check_.jobs);
  add_lines(*c, check_.format);
  add_family(*c, check_.family);
  commands_.push_back({c, [this] { return run_format(check_, common_); }});
}

void CommandLine::format() {
  CLI::App* c = app_.add_subcommand("fmt", "print a ruleset as iptables-save would after loading it")->group("Rules");
  c->footer(check_help);
  add_fleet(*c, format_.files, format_.files_from, format_.jobs);
  add_lines(*c, format_.format);
  c->add_flag("-c,--counters", format_.counters, "with packet and byte counters");
  c->add_flag("--keep-order", format_.keep_order, "tables in the order of the file, not in that of the kernel");
  add_family(*c, format_.family);
  commands_.push_back({c, [this] { return run_format(format_, common_); }});
}

void CommandLine::list() {
  CLI::App* c = app_.add_subcommand("list", "show a ruleset as iptables -L -v -n does, with what lint found")->group("Rules");
  c->footer(list_help);
  c->add_option("RULES", list_.file, "the ruleset, - for standard input")->required();
  c->add_option("-t,--table", list_.table, "only this table");
  c->add_flag("-x,--exact", list_.exact, "counters in full, not 12K or 3M");
  c->add_flag_callback("--no-findings", [this] { list_.findings = false; }, "without what lint found");
  add_family(*c, list_.family);
  add_format(*c, list_.format);
  commands_.push_back({c, [this] { return run_list(list_, common_); }});
}

void CommandLine::graph() {
  CLI::App* c = app_.add_subcommand("graph", "draw which chain calls which")->group("Rules");
  c->footer(graph_help);
  c->add_option("RULES", graph_.file, "the ruleset, - for standard input")->required();
  c->add_option("-t,--table", graph_.table, "only this table");
  c->add_option("--format", graph_.format, "dot (default), for graphviz, or svg")->check(one_of({"dot", "svg"}));
  c->add_option("-o,--output", graph_.output, "write the drawing to FILE")->option_text("FILE");
  add_family(*c, graph_.family);
  commands_.push_back({c, [this] { return run_graph(graph_, common_); }});
}

void CommandLine::optimize() {
  CLI::App* c = app_.add_subcommand("optimize", "the same with fewer rules, proved step by step")->group("Rules");
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

void CommandLine::translate() {
  CLI::App* c = app_.add_subcommand("translate", "write a ruleset for nft")->group("Rules");
  c->footer(translate_help);
  c->add_option("RULES", translate_.file, "the ruleset, - for standard input");
  add_rules(*c, translate_.rules);
  c->add_option("--sets", translate_.host.set_files, "ipsets, as 'ipset save' prints them")->allow_extra_args(false)->take_all();
  c->add_option("--snapshot", translate_.host.snapshot, "directory or tar that the script of 'fwsim collect' wrote");
  c->add_flag("--counters", translate_.counters, "every rule counts on from its counter in the original");
  c->add_option("-o,--output", translate_.output, "file to write");
  commands_.push_back({c, [this] { return run_translate(translate_, common_); }});
}

void CommandLine::lsp() {
  CLI::App* c = app_.add_subcommand("lsp", "serve an editor: faults and findings while rules are written")->group("Rules");
  c->footer(lsp_help);
  c->add_flag_callback("--stdio", [] {}, "by standard input and output, which is the only way");
  c->add_option("--pause", lsp_.pause, "look for findings when nothing was written for so long (0.3)")->option_text("SECONDS")->check(CLI::Range(0.0, 86400.0));
  c->add_option("--seconds", lsp_.seconds, "so long that may take (30)")->option_text("SECONDS")->check(CLI::Range(0.0, 86400.0));
  c->add_option("--answer", lsp_.answer, "and so long an answer that needs a proof (3)")->option_text("SECONDS")->check(CLI::Range(0.0, 86400.0));
  commands_.push_back({c, [this] { return run_lsp(lsp_); }});
}

}  // namespace fwsim
