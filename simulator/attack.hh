// Attacks as experiments: packets at a rate, with their own clock, through an engine; and what came of them.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/host.hh"
#include "model/ruleset.hh"
#include "simulator/engine.hh"
#include "simulator/sources/question.hh"

namespace fwsim {

// A port that lets packets in, with one of them: "tcp 203.0.113.9:40000 -> 198.51.100.7:443 in eth0 syn".
struct Service {
  unsigned protocol = 6;
  std::uint16_t port = 0;
  std::string question;
  bool anybody = false;      // from a public source, too
};

struct AttackTarget {
  const Ruleset* ruleset = nullptr;
  Host host;                            // as described, or empty: then each question says what it is like
  bool described = false;
  std::string address, device;          // of the host, where the attacker comes in
  std::vector<Service> tcp, udp;        // those for anybody first
  std::vector<NumRange> tcp_named;      // ports that the ruleset opens by number
  std::optional<Service> ssh;           // who may try: `question` comes from there
  std::uint64_t seed = 1;
  double rate = 500, seconds = 5;       // packets each second, and how long

  Family family() const { return ruleset->family; }
};

using Random = std::mt19937_64;

struct AttackPlan {
  std::string not_applicable;           // why it cannot be tried; empty when it can
  std::string sent;                     // "SYNs to tcp port 443"
  std::string question;                 // the first packet; the others are made from it
  double rate = 0;
  std::uint64_t packets = 0;
  bool answered = false;                // the host answers SYNs: SYN/ACK
  std::function<void(Packet&, std::uint64_t number, Random&)> vary;
  // What kind of packet it is, for the list of what got through: "port 22"; may be null.
  std::function<std::string(const Packet&)> kind;
  // It is meant to get through, whoever sends it: not counted for the verdict; may be null.
  std::function<bool(const Packet&)> meant;
};

enum class AttackVerdict : std::uint8_t { stopped, limited, open, depends, not_applicable };
std::string_view verdict_name(AttackVerdict verdict);

struct DecidingRule {
  RuleRef rule;
  std::uint64_t passed = 0, dropped = 0, rejected = 0;
};

struct AttackResult {
  std::string_view name, title;
  AttackPlan plan;
  AttackVerdict verdict = AttackVerdict::not_applicable;
  std::uint64_t sources = 0;
  std::uint64_t passed = 0, meant = 0, dropped = 0, rejected = 0, held = 0, unknown = 0;   // held: waiting for other fragments
  std::uint64_t limited_from = 0;       // the first packet, from 1, that was stopped though it would pass alone
  std::optional<RuleRef> limited_by;
  std::vector<DecidingRule> rules;      // most packets first
  std::map<std::string, std::uint64_t> reasons;          // decided by no rule
  std::map<std::string, std::uint64_t> kinds;            // that got through
  std::vector<std::size_t> fill;        // entries of connection tracking, at equal steps of time
  std::uint64_t fill_max = 0;           // its limit; 0: it is off
  double lifetime = 0;                  // seconds that a new entry of this attack stays
  std::string note;                     // what the numbers mean, where they do not speak for themselves
};

struct Attack {
  std::string_view name, title;
  AttackPlan (*plan)(const AttackTarget&);
  void (*judge)(const AttackTarget&, AttackResult&) = nullptr;   // in place of the general verdict, which it finds there
};
std::span<const Attack> all_attacks();

AttackResult run_attack(const Attack& attack, const AttackTarget& target);
// What becomes of one packet, when nothing was before it.
Result try_packet(const AttackTarget& target, const std::string& question);
bool gets_through(Fate fate);

// A public unicast address.
u128 random_source(Family family, Random& random);
// Change a packet; its checksums are right again afterwards.
void set_source(Packet& packet, u128 address);
void set_destination(Packet& packet, u128 address);
void set_ports(Packet& packet, std::uint16_t source, std::uint16_t destination);

}  // namespace fwsim
