// Subcommands about packets.
#include "cli/help_texts.hh"
#include "cli/option_groups.hh"
#include "cli/subcommands/command_line.hh"

namespace fwsim {

void CommandLine::trace() {
  CLI::App* c = app_.add_subcommand("trace", "take captures through a ruleset")->group("Packets");
  c->footer(trace_help);
  c->add_option("CAPTURE", trace_.captures, "pcap or pcapng files, - for standard input")->required();
  add_rules(*c, trace_.rules);
  add_host(*c, trace_.host);
  c->add_flag("-v,--verbose", trace_.verbose, "the whole way of each packet, hook by hook");
  auto* summary = c->add_flag("--summary", trace_.summary, "only totals, by fate and by rule");
  c->add_option("--jobs", trace_.jobs, "take a summary with N threads, where connections share nothing")->option_text("N")->check(CLI::Range(1, 256))->needs(summary);
  c->add_option("--only", trace_.only, "only packets of this fate: dropped, delivered, forwarded, sent, unknown, ...");
  c->add_option("--filter", trace_.filter, "only packets that this tcpdump expression takes: 'tcp port 22'");
  c->add_option("--counters", trace_.counters, "write the ruleset with its counters afterwards, as iptables-save -c");
  auto* wire = c->add_option("--write-pcap", trace_.wire, "write what leaves each device to DIR/DEVICE.pcap")->option_text("DIR");
  c->add_flag("--force", trace_.force, "replace the files that --write-pcap finds there")->needs(wire);
  add_chance(*c, trace_.host_replies, trace_.seed);
  add_format(*c, trace_.format);
  commands_.push_back({c, [this] { return run_trace(trace_, common_); }});
}

void CommandLine::ask() {
  CLI::App* c = app_.add_subcommand("ask", "would this packet pass?")->group("Packets");
  c->footer(ask_help);
  c->add_option("QUESTION", ask_.question, "the packet")->required();
  add_rules(*c, ask_.rules);
  add_host(*c, ask_.host);
  c->add_flag("-v,--verbose", ask_.verbose, "the whole way, hook by hook");
  add_chance(*c, ask_.host_replies, ask_.seed);
  add_format(*c, ask_.format);
  commands_.push_back({c, [this] { return run_ask(ask_, common_); }});
}

void CommandLine::path() {
  CLI::App* c = app_.add_subcommand("path", "packets through several firewalls, and their answers back")->group("Packets");
  c->footer(path_help);
  c->add_option("NETWORK", path_.network, "the hosts and how they are joined, in TOML")->required();
  c->add_option("QUESTION", path_.question, "the packet, or a set of them, as for ask")->required();
  c->add_option("--from", path_.from, "where it begins: a host, or the link of an end system; told by its source otherwise")->option_text("PLACE");
  c->add_flag("-v,--verbose", path_.verbose, "the whole way at each host, hook by hook; of a set, all ways and packets");
  c->add_option("--seed", path_.seed, "for what the kernels draw at random");
  c->add_option("--format", path_.format, "text, json or html")->check(one_of({"text", "json", "html"}));
  c->add_option("-o,--output", path_.output, "write to this file, whole or not at all")->option_text("FILE");
  commands_.push_back({c, [this] { return run_path(path_, common_); }});
}

void CommandLine::witness() {
  CLI::App* c = app_.add_subcommand("witness", "write a capture in which every rule that can be reached has its packet")->group("Packets");
  c->footer(witness_help);
  c->add_option("RULES", witness_.rules, "the ruleset, - for standard input")->required();
  c->add_option("-o,--output", witness_.directory, "where the captures go: DIR/DEVICE.pcap")->option_text("DIR")->required();
  c->add_flag("--force", witness_.force, "replace the files that are there");
  add_host(*c, witness_.host);
  add_format(*c, witness_.format);
  commands_.push_back({c, [this] { return run_witness(witness_, common_); }});
}

void CommandLine::cover() {
  CLI::App* c = app_.add_subcommand("cover", "which rules does traffic hit, and which order would be cheaper?")->group("Packets");
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

void CommandLine::live() {
  CLI::App* c = app_.add_subcommand("live", "run the rules on real packets")->group("Packets");
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

}  // namespace fwsim
