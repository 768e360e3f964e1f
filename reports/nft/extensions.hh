// The text of matches and targets that are more than "field in value": one small function each, and
// one line in the list of extensions.cc. All others need none.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "model/extension.hh"
#include "model/ipset.hh"
#include "reports/nft/parts.hh"

namespace fwsim::nft {

using Sets = std::map<std::string, IpSet, std::less<>>;

// Named sets and other objects of the table that is written.
struct Objects {
  std::map<std::string, std::string, std::less<>> text;   // name -> what stands in its braces, or the whole
  std::set<std::string> notes;                            // what is equal only in all usual cases
  std::map<std::string, const Rule*, std::less<>> owner;  // of sets that one rule has for itself
  // One set for the same content; another content gets a name of its own, as does each owner's.
  std::string add(std::string_view name, const std::string& body, const Rule* owned_by = nullptr);
};

struct RuleContext {
  Scope scope = Scope::ip;
  Family family = Family::v4;
  const Ruleset* ruleset = nullptr;
  bool whole_packets = false;        // sees_whole_packets() of it
  const Table* table = nullptr;
  const Rule* rule = nullptr;
  HookSet hooks = 0;      // from which the rule can be reached
  unsigned protocol = 0;  // of -p, 0 when there is none or it is negated
  const Sets* sets = nullptr;
  Objects* objects = nullptr;
};

// Null, or nothing and no reason why: its condition alone tells it.
using MatchText = std::optional<Ways> (*)(const MatchUse& use, RuleContext& context, std::string& why);
MatchText match_text(std::string_view name);
using TargetText = std::optional<Outcome> (*)(const TargetUse& use, RuleContext& context, std::string& why);
TargetText target_text(std::string_view name);

// Of matches.
std::optional<Ways> cgroup_text(const MatchUse&, RuleContext&, std::string&);
std::optional<Ways> connbytes_text(const MatchUse&, RuleContext&, std::string&);
std::optional<Ways> connlabel_text(const MatchUse&, RuleContext&, std::string&);
std::optional<Ways> connlimit_text(const MatchUse&, RuleContext&, std::string&);
std::optional<Ways> ecn_text(const MatchUse&, RuleContext&, std::string&);
std::optional<Ways> hashlimit_text(const MatchUse&, RuleContext&, std::string&);
std::optional<Ways> helper_text(const MatchUse&, RuleContext&, std::string&);
std::optional<Ways> limit_text(const MatchUse&, RuleContext&, std::string&);
std::optional<Ways> osf_text(const MatchUse&, RuleContext&, std::string&);
std::optional<Ways> owner_text(const MatchUse&, RuleContext&, std::string&);
std::optional<Ways> physdev_text(const MatchUse&, RuleContext&, std::string&);
std::optional<Ways> policy_text(const MatchUse&, RuleContext&, std::string&);
std::optional<Ways> quota_text(const MatchUse&, RuleContext&, std::string&);
std::optional<Ways> recent_text(const MatchUse&, RuleContext&, std::string&);
std::optional<Ways> rpfilter_text(const MatchUse&, RuleContext&, std::string&);
std::optional<Ways> sctp_text(const MatchUse&, RuleContext&, std::string&);
std::optional<Ways> set_text(const MatchUse&, RuleContext&, std::string&);
std::optional<Ways> socket_text(const MatchUse&, RuleContext&, std::string&);
std::optional<Ways> statistic_text(const MatchUse&, RuleContext&, std::string&);
std::optional<Ways> tcp_text(const MatchUse&, RuleContext&, std::string&);
std::optional<Ways> tcpmss_text(const MatchUse&, RuleContext&, std::string&);
std::optional<Ways> time_text(const MatchUse&, RuleContext&, std::string&);

// Of targets.
std::optional<Outcome> audit_text(const TargetUse&, RuleContext&, std::string&);
std::optional<Outcome> ct_text(const TargetUse&, RuleContext&, std::string&);
std::optional<Outcome> log_text(const TargetUse&, RuleContext&, std::string&);
std::optional<Outcome> nflog_text(const TargetUse&, RuleContext&, std::string&);
std::optional<Outcome> nfqueue_text(const TargetUse&, RuleContext&, std::string&);
std::optional<Outcome> notrack_text(const TargetUse&, RuleContext&, std::string&);
std::optional<Outcome> reject_text(const TargetUse&, RuleContext&, std::string&);
std::optional<Outcome> set_target_text(const TargetUse&, RuleContext&, std::string&);
std::optional<Outcome> synproxy_text(const TargetUse&, RuleContext&, std::string&);
std::optional<Outcome> tcpmss_target_text(const TargetUse&, RuleContext&, std::string&);
std::optional<Outcome> tcpoptstrip_text(const TargetUse&, RuleContext&, std::string&);
std::optional<Outcome> tee_text(const TargetUse&, RuleContext&, std::string&);
std::optional<Outcome> tproxy_text(const TargetUse&, RuleContext&, std::string&);
std::optional<Outcome> trace_text(const TargetUse&, RuleContext&, std::string&);

// What a rule does, from the actions of the core language: verdicts, marks, TTL, TOS, NAT.
std::optional<Outcome> actions_text(const Actions& actions, const TargetUse& use, RuleContext& context,
                                    std::string& why);

// Whether the translation lets the kernel put fragments together before rules see them, as conntrack and tproxy do
// (socket of nft does not, other than -m socket).
bool sees_whole_packets(const Ruleset& ruleset);
// Whether the text can stand in quotes: nft has no escapes in them.
bool can_be_quoted(std::string_view text);
// The address of one side, masked: "ip saddr & 255.255.255.0".
std::string masked_address(Family family, bool source, u128 mask);
// All uses of this match or target in the ruleset with this text as the value of `option`.
struct Found {
  const Table* table;
  const Use* use;
};
std::vector<Found> uses_of(const Ruleset& ruleset, std::string_view extension, std::string_view option,
                           std::string_view value);

}  // namespace fwsim::nft
