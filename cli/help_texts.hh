// What stands below the options of `fwsim SUBCOMMAND --help`, and is what `fwsim help SUBCOMMAND` prints.
#pragma once

namespace fwsim {

inline constexpr const char* trace_help =
    "Takes each packet of the captures through every hook of the ruleset, as the kernel would, and prints what\n"
    "becomes of it and which rule decides. Captures of several interfaces are merged by time: 'wan.pcap@eth0'\n"
    "says where one was taken. Without --snapshot, --host or --addr the host is told from the capture itself,\n"
    "and what is assumed is said.\n"
    "--write-pcap DIR writes what leaves each device to DIR/eth0.pcap and so on: packets as translated and\n"
    "rewritten, fragments, copies and the host's own answers, in the order in which they leave. Files that are\n"
    "there already are refused unless --force is given; after an error none is left.";
inline constexpr const char* ask_help =
    "Would this packet pass? Would all of these? The question is one packet:\n"
    "  tcp 203.0.113.9:51515 -> 198.51.100.7:22 in eth0 syn\n"
    "  ping -> 198.51.100.7\n"
    "  udp 10.0.0.5:5353 -> 1.1.1.1:53 in eth1 out eth0 mark 1\n"
    "Words after the addresses: in DEVICE, out DEVICE, syn ack fin rst psh urg, established, mark N, ttl N, tos N,\n"
    "len N, type N[/CODE], uid N, gid N, mac XX:XX:XX:XX:XX:XX, data TEXT; related (an ICMP error about a known\n"
    "connection), ctmark N (of that), noflags, badsum, badlen, frag N, cut N, opts N. Exit status 0: passes, 1: does not.\n"
    "Or a set of packets, with any, prefixes, ranges and lists:\n"
    "  tcp any -> 10.0.0.5:22,80-90 in eth1\n"
    "  udp 10.0.0.0/8 -> any out +\n"
    "Then the answer is all, none or some, proved for every packet; for some, who passes and who does not, by which\n"
    "rule, with a packet of each. It is about new connections unless the question says established, related, invalid\n"
    "or untracked. Exit status 0: all pass.";

inline constexpr const char* path_help =
    "Follows one packet from host to host, as each of them routes, filters and translates it, until it is delivered, dropped or\n"
    "leaves what is known; then the answer of its receiver (SYN-ACK, echo reply, datagram) back through the same hosts and\n"
    "the connections that they have of it. NETWORK is TOML:\n"
    "  [hosts.edge]\n"
    "  snapshot = \"edge\"                     # of fwsim collect: a directory or tar\n"
    "  [hosts.inner]\n"
    "  rules = \"inner.v4\"                    # or rules, rules6, host and sets, as ask takes them\n"
    "  host = \"inner.toml\"\n"
    "  [links.dmz]                           # who hears one another without a router\n"
    "  ends = [\"edge:eth1\", \"inner:eth0\"]\n"
    "  gateway = \"10.1.0.1\"                 # of the end systems there, where several hosts could be it\n"
    "  [links.wan]\n"
    "  ends = [\"edge:eth0\"]\n"
    "  outside = true                        # behind it is the rest of the world\n"
    "End systems are all addresses of a link's networks (networks = [...], or those of the devices) that no host has. A device\n"
    "on no link has the outside behind it. Files are named as seen from NETWORK. With - as QUESTION there is one on\n"
    "each line of standard input. Exit status 0: it passes, and so does its answer;\n"
    "1: not, or it cannot be told.\n"
    "Or a set of packets, as for ask:\n"
    "  tcp 10.1.0.0/24 -> 203.0.113.0/24:1-1024\n"
    "Then all, none or some arrive, proved for every packet that begins a connection, each as the first in a network that\n"
    "remembers nothing, with hops enough and no longer than links take. Told is by which hosts and rules they go, and where they\n"
    "end, each with a packet that was followed that way; \"may\" is what no packet tells of. Of answers is said which of the\n"
    "packets that were followed have theirs back. Exit status 0: all arrive, and those answers come back.";

inline constexpr const char* reach_help =
    "The service matrix: from where new connections reach which ports, of the host itself (INPUT) and through it\n"
    "(FORWARD), after translation too, and by which rule. 'may' stands before what hangs on a limit or another match\n"
    "with memory.";
inline constexpr const char* lockout_help =
    "Can the administrator still get in? Looks at every packet of new connections, of the session that there is, and\n"
    "of the replies. --admin says who that is, as for ask: 'tcp 10.0.0.0/8 -> :22 in eth0'. Without it, who\n"
    "$SSH_CONNECTION names; or SSH from anywhere, of which one place is enough. Exit status 1: somebody is locked\n"
    "out, or may be.";
inline constexpr const char* verify_help =
    "Proves each assertion of a policy for all packets, or refutes it with one. The policy is TOML:\n"
    "  [[assert]]\n"
    "  name = \"the shop is open\"\n"
    "  kind = \"must-pass\"\n"
    "  traffic = \"tcp any -> 10.0.0.5:443 in eth0 out eth1\"    # as for ask\n"
    "  replies = true                                          # must-pass, must-nat-to: what comes back passes too\n"
    "Kinds: must-pass, must-not-pass, only-from (sources = [...]), isolated (networks = [...], from = [...]: nothing\n"
    "begins between them), must-log, must-limit (passes only by a limit, hashlimit, connlimit or recent match),\n"
    "must-nat-to (to = \"10.0.0.5:8443\"). way = \"input\", \"forward\" or \"output\" says which way is meant; otherwise\n"
    "devices and the host's addresses tell, or it must hold on all that fit. About new connections unless the traffic\n"
    "says established, related, invalid or untracked. Exit status 0: all proved; 1: not, or it cannot be told.";

inline constexpr const char* lint_help =
    "Finds rules that do not do what they say (that never match, change nothing, are undone by a later hook), what is\n"
    "open to everybody, what is dropped and is needed, limits and logs that do not work, and what does not suit the host.\n"
    "What is found is proved for every packet that there can be; without a description of the host, for every host.\n"
    "'fwsim lint --list' has the checks, 'fwsim explain FW101' tells about one. Settings, and findings that are to be left\n"
    "out, are in .fwsim.toml; or before a rule: '# fwsim: allow FW101 why'. Exit status 1 when there are errors or warnings\n"
    "(--fail-on), 0 otherwise. --baseline knows findings by what they say of which rule, not by their lines.\n"
    "--fix deletes what is not needed (repeated, redundant and duplicate rules, empty chains, notes that allow nothing) where\n"
    "'fwsim diff --logs' proves that no packet is treated differently, and names what it leaves. --fix=FW101,... or =all also\n"
    "deletes what is in vain, which may be meant otherwise. The report and the exit status are then about what is left. Of\n"
    "standard input the result goes to standard output. --diff prints a patch and writes nothing.\n"
    "A directory stands for all rulesets and snapshots (of 'fwsim collect') in it. With one, --files-from, --jobs or --format\n"
    "ndjson every host is judged by itself: text is then what 'fwsim merge' prints, and one that cannot be read is told of\n"
    "and does not stop the others; the exit status is 2 in the end. What comes out does not depend on --jobs.\n"
    "A network (net.toml, as for 'fwsim path') stands for its firewalls together: told is only what none of them shows alone.";

inline constexpr const char* check_help =
    "A directory stands for all rulesets and snapshots (of 'fwsim collect') in it. With --format ndjson each ruleset is a line as\n"
    "'fwsim lint --format ndjson' prints it, without findings (and with the text of fmt); 'fwsim merge' takes these, too.\n"
    "Exit status 2: one is not good; the others are told of nevertheless.";

inline constexpr const char* merge_help =
    "Joins what 'fwsim lint --format ndjson' printed, in whatever parts: which hosts have the most and the worst findings,\n"
    "which findings are the most frequent (the same check that says the same, but for the places), who has the same rules.\n"
    "When several results are of one host, the first counts. With --golden, one ruleset of each kind that differs in text is\n"
    "compared by 'fwsim diff', as the file is now; its path is that of the result. Exit status 1: not all are known to treat\n"
    "packets as the golden rulesets do.";

inline constexpr const char* audit_help =
    "What the controls of a standard say about a ruleset, each proved for all packets: pass, fail, not applicable, or\n"
    "that no ruleset tells. With the rules to blame, a packet that shows it, and commands that mend it. What is outside\n"
    "and which services are meant for everyone is in .fwsim.toml ([site] external, public); who listens, in a --snapshot.\n"
    "Exit status 1 when a control fails.";

inline constexpr const char* witness_help =
    "Writes packets, one for each rule that any packet can reach, to a capture for each device, and says which rules\n"
    "none can reach, and for which none could be shown. The simulator confirms each. Without a description of the host\n"
    "one is made for the packets, DIR/host.toml. The last line is the command that traces the captures.";

inline constexpr const char* diff_help =
    "What a new version of a ruleset changes: every class of packets that the two treat differently, by the rules\n"
    "that decide, with a packet of each as 'fwsim ask' takes it. Fate, translation, marks and every other field that\n"
    "rules write are compared; what they log is with --logs. That no packet is treated differently is proved.\n"
    "--allow names changes that are intended, as sets of packets: 'tcp any -> any:443 in eth0'.\n"
    "Of two directories of rulesets or snapshots, each is compared with that of the same name; in --format ndjson, a line for each.\n"
    "Exit status 0: no change but allowed ones; 1: others, or not decided.";

inline constexpr const char* apply_help =
    "COMMANDS is a file like\n"
    "    iptables -N SSH                      # a chain\n"
    "    iptables -A INPUT -p tcp --dport 22 -j SSH\n"
    "    ipset add blocked 192.0.2.0/24\n"
    "Each command does what the tools (iptables 1.8.9, ipset 7.17) would do, or fails with their words. Nothing of this\n"
    "machine is touched. It is no shell: no variables, no loops, no pipes.\n"
    "Exit status: 0 written, 2 a command failed (nothing is written, unless with --keep-going) or is no plain command.";
inline constexpr const char* run_help =
    "fwsim run [OPTIONS] SCRIPT [ARGUMENTS], or fwsim run [OPTIONS] -- COMMAND [ARGUMENTS]. Options stand before the script.\n"
    "The script runs without root in a sandbox: no network, no other process, none of this machine's files but programs,\n"
    "/etc, /var and the script's directory; what it writes stays in memory. iptables, ip6tables, their save and restore,\n"
    "ipset, sysctl, modprobe, service, systemctl, netfilter-persistent, conntrack, at and sleep are answered from a model\n"
    "of the machine, as the real ones would; ip runs on devices like the host's. sleep does not take time.\n"
    "Told are: whoever is locked out, or what is open, between two commands of the script; commands that failed; files and\n"
    "sysctls written. -o DIR holds the machine for other commands ('fwsim lint --snapshot DIR'), the files in DIR/files.\n"
    "Who must not be locked out is --admin, or SSH over IPv4 from anywhere, of which one place is enough.\n"
    "Standard input is empty: what does a script do if nobody confirms? --answers yes says what it does then.\n"
    "Exit status: 0; 1 the script fails or does not end, or the administrator stays locked out; 2 it cannot be run.";
inline constexpr const char* deploy_help =
    "The script saves what there is, tests the new rules, loads each family at once, and has them taken back after 60\n"
    "seconds unless 'yes' is typed; also when the connection by which it was started is cut off. Confirmed rules are put\n"
    "where the machine loads them at boot (/etc/iptables or /etc/sysconfig). It is only written when the administrator\n"
    "gets in by the new rules and lint finds no error. 'fwsim run --answers yes SCRIPT' shows what it does.";
inline constexpr const char* list_help =
    "Prints what 'iptables -L -v -n --line-numbers' would, for every table or one; counters are those of\n"
    "'iptables-save -c'. Below a rule stands what lint found about it ('^ FW101 shadowed: ...'), without a description\n"
    "of the host. The few extensions whose words in iptables -L are not known here (ipvs, rateest, LED, ULOG, a hashlimit\n"
    "with a rate interval, those of xtables-addons) stand as iptables-save prints them.\n"
    "With --table and --no-findings it is what iptables prints, to the byte, but for those.";

inline constexpr const char* graph_help =
    "Draws the chains: the built-in ones at their hooks, in the order in which packets come to them, and to the right the\n"
    "chains that they call. Each has its number of rules, how many of them ACCEPT, DROP, ..., and its policy; a number at\n"
    "an arrow says how many rules call, a dashed one is a goto. What no packet comes to is grey, as far as that can be\n"
    "proved without a description of the host. Dot is for graphviz ('fwsim graph RULES | dot -Tpng'), svg for a browser.";

inline constexpr const char* translate_help =
    "Writes the ruleset for nft -f: the same hooks, priorities and policies, chains, comments; runs of rules that differ in\n"
    "one value become one rule with a set, and those that differ in value and verdict one with a map. With --rules6, tables\n"
    "of both families become one of family inet where most of their rules are the same. Sets of --sets become named sets.\n"
    "Counters are left out unless --counters is given; a rule without target keeps one, for that is what it is for.\n"
    "What nft cannot say stands as '# not translated' in its place, and in a list on standard error with what is different\n"
    "without it: the rules that follow may then see packets that they did not see before. Exit status 1 when there is such\n"
    "a rule. 'Note:' lines say what is the same only in all usual cases.";

inline constexpr const char* cover_help =
    "Takes the captures through the ruleset, as trace does, and says how many packets came to each rule, when the first\n"
    "and the last, which rules none came to, and how many rules were looked at for each packet. Without a capture the\n"
    "counters of 'iptables-save -c' say it, as far as they can.\n"
    "Then an order is suggested that would look at fewer rules: within a chain, rules that decide about many packets go\n"
    "up past rules with which they may change places. It is suggested only when 'fwsim diff --logs' proves that no\n"
    "packet is treated or logged differently; rules without target, which only count, keep their place. Counters of\n"
    "rules with the same target may share their packets otherwise. --write FILE writes the ruleset in that order, as\n"
    "iptables-save prints it; without a better order nothing is written.";

inline constexpr const char* threats_help =
    "Tries attacks in the simulator, each against a fresh firewall, and says what got through, by which rules, from\n"
    "which packet on it was limited, and how the table of connections filled: port scan, SYN floods, UDP amplification,\n"
    "martian and spoofed sources, XMAS, NULL and FIN scans, fragments, brute force on ssh, exfiltration, a DNS tunnel,\n"
    "conntrack exhaustion. Verdicts: stopped (nothing got through, but to the open ports that a scan finds), limited\n"
    "(some were stopped only for those before them), open, depends (on what is not known, or on the rate), not\n"
    "applicable. They are about these packets, sent by chance of --seed; what holds for all packets is for ask and verify.\n"
    "Services are those that the ruleset opens, or --port; --admin says who may try ssh: 'tcp 10.0.0.0/8 -> :22 in eth0'.";

inline constexpr const char* live_help =
    "The same simulator on real packets. --observe reads devices, or groups of the NFLOG target (nflog:5), and touches\n"
    "nothing: what would these rules do to the traffic there is? --compare prints each flow that two rulesets treat\n"
    "differently, and ends with status 1 if there was one.\n"
    "--enforce takes every packet of this network namespace out of the kernel at every hook (NFQUEUE, in an nf_tables\n"
    "table that the kernel removes when fwsim ends, however it ends), and decides, translates and answers in its place. With\n"
    "--queue-balance 4 the kernel spreads packets over four queues, those between the same two addresses over one, and four\n"
    "threads read and answer them; one judges at a time, for the rules share what they remember.\n"
    "--inline carries packets between two devices, without the kernel: as a bridge without an address, which passes on what\n"
    "is not IP; or with --router as a router, of which the kernel keeps the addresses, answers ARP and what is for the machine\n"
    "itself, and must not forward. --tun makes a device, and what is routed into it passes a host of its own, of --host or\n"
    "--addr, and comes back by it.\n"
    "SIGHUP, or 'fwsim live reload', reads the rules again: connections, lists and the counters of rules that are the same\n"
    "stay; a file with faults is refused. With --rollback 60 the old rules come back unless 'fwsim live confirm' is given\n"
    "in time. Without --snapshot, --host or --addr the host is this machine.\n"
    "Words for one that runs, by the socket of --control:\n"
    "  status           what it has counted, how many connections it knows, what went wrong\n"
    "  conntrack        its connections, as conntrack -L prints them\n"
    "  counters         its rules with their counters, as iptables-save -c\n"
    "  trace [FILTER]   the way of each packet that a tcpdump expression takes, as it came or after NAT: trace tcp port 22\n"
    "  reload, confirm  new rules, and that they stay; status 1 if that is refused\n"
    "  stop             end\n"
    "On the socket itself each request is a line of JSON, {\"do\":\"trace\",\"filter\":\"tcp port 22\"}; --format json prints the\n"
    "answers as they come.\n";

inline constexpr const char* explain_help =
    "Of a ruleset: a paragraph for each chain: whose packets come there, what becomes of the rest, which services are open\n"
    "from where, what is translated, limited and logged, which rules nothing comes to. Of a line, or filter/INPUT/3: what\n"
    "the rule takes and does, who calls its chain, a packet that comes to it, and which earlier rules take some of its\n"
    "packets. Of a chain: every rule in a sentence. Matches and targets that fwsim does not know are named as such.\n"
    "Of a check: what it finds, why that matters, an example of each kind, and what to do.";

inline constexpr const char* optimize_help =
    "The same with fewer rules: those that are not needed go, those that differ in ports, networks or states only become\n"
    "one, with --ipset lists of addresses become a set; and by the counters of iptables-save -c, or captures, hot rules move\n"
    "up. Each step is proved, as by 'fwsim diff --logs', to treat and log every packet alike; what is not proved is not\n"
    "done. Rules that count, limit or remember stay, and so do chains of docker, ufw and other programs (--managed).\n"
    "Nothing is written without --write FILE; all other lines keep their bytes. Comments of merged rules are joined; of\n"
    "rules that become a set they are those of its elements. Exit status 0.";

inline constexpr const char* lsp_help =
    "A language server (LSP 3.17) for what iptables-save prints; an editor starts it and talks to it by standard input and\n"
    "output. Faults are told while the rules are written, what 'fwsim lint' finds after a pause; settings beside the\n"
    "ruleset apply. In the editor: what an option means, what a rule does and which packets come to it, where a chain is\n"
    "declared and who jumps to it, its new name, completion, format, and the fixes of lint, each proved before it is\n"
    "offered. As long as a file has faults nothing is found in it that would need a proof. What takes longer than it may is\n"
    "left out, and that is said. Exit status 0 after a shutdown, 1 when the editor is gone without.";

}  // namespace fwsim
