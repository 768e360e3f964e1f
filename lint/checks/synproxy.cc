#include "lint/check.hh"
#include "lint/checks.hh"
#include "lint/checks/comes.hh"
#include "lint/checks/rule_parts.hh"

namespace fwsim::checks {
namespace {

constexpr unsigned syn = 2, ack = 16, all_but_push = 0x17;

Pred flags(unsigned set) { return masked(Field::tcp_flags, set, all_but_push); }

void run(const Facts& facts, Findings& findings) {
  const Host* host = facts.host();
  constexpr std::string_view loose = "net.netfilter.nf_conntrack_tcp_loose";
  for_rules(facts, [&](const RuleId& id, const Rule& rule) {
    if (!target_of(rule, "SYNPROXY") || facts.never(id)) return;
    const auto first = some_come(facts, id, all({flags(syn), negation(is(Field::ct_state, 0))}));   // INVALID: with a wrong sum
    const auto answer = some_come(facts, id, all({flags(ack), negation(in(Field::ct_state, Range{1, 3}))}));
    const auto taken_up = some_come(facts, id, all({flags(ack), is(Field::ct_state, 1)}));
    Finding* f = nullptr;
    if (first == false) {
      f = &findings.add(id, "protects nothing: no SYN comes to it and matches");
      f->hint = "-t raw -A PREROUTING -p tcp --dport PORT --syn -j CT --notrack, and here --ctstate INVALID,UNTRACKED";
    } else if (answer == false) {
      f = &findings.add(id, "answers SYNs, but never sees the ACK that a client sends then: no connection is ever made");
      f->hint = "ask for --ctstate INVALID,UNTRACKED, without --syn, and drop INVALID only behind it";
    } else if (some_come(facts, id, all({flags(ack), is(Field::ct_state, 3)})) == true) {
      f = &findings.add(id, "takes the packets of connections that are made already, and drops them for having no cookie");
      f->hint = "ask for --ctstate INVALID,UNTRACKED";
    } else if (taken_up == false && host && host->sysctls.contains(loose) && host->sysctl(loose, 1) != 0) {
      f = &findings.add(id, "never sees the ACK that a client sends after its SYN: nf_conntrack_tcp_loose is on, and so it is NEW and goes on to the server");
      f->hint = "sysctl -w net.netfilter.nf_conntrack_tcp_loose=0";
    }
  });
}

}  // namespace

const Check synproxy{
    .id = "FW715", .name = "synproxy-unfit",
    .title = "SYNPROXY does not get the packets that it needs",
    .why = "It must see the SYN, which must not be tracked, and the ACK that proves the client, which is INVALID as no connection is known then; and no others. With nf_conntrack_tcp_loose that ACK is taken for a connection's middle, and is NEW.",
    .bad = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -p tcp -m tcp --dport 443 -m conntrack --ctstate INVALID,UNTRACKED -j SYNPROXY --sack-perm --timestamp --wscale 7 --mss 1460\n"
           "-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n"
           "COMMIT\n",
    .good = "*raw\n"
           ":PREROUTING ACCEPT [0:0]\n"
           "-A PREROUTING -p tcp -m tcp --dport 443 --tcp-flags FIN,SYN,RST,ACK SYN -j CT --notrack\n"
           "COMMIT\n"
           "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -p tcp -m tcp --dport 443 -m conntrack --ctstate INVALID,UNTRACKED -j SYNPROXY --sack-perm --timestamp --wscale 7 --mss 1460\n"
           "-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n"
           "COMMIT\n",
    .severity = Severity::error,
    .covers = "traps:E65",
    .run = run};

}  // namespace fwsim::checks
