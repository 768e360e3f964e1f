#include "reports/nft/names.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace fwsim::nft {
namespace {

// Words that nft 1.0.6 does not take for names (tried, each one).
constexpr std::string_view reserved[] = {
    "accept",    "add",      "ah",          "all",      "and",      "arp",      "auto-merge", "bridge",    "cgroup",
    "chain",     "comment",  "comp",        "constant", "continue", "counter",  "cpu",        "create",    "ct",
    "day",       "dccp",     "define",      "delete",   "describe", "device",   "devices",    "dnat",      "drop",
    "dst",       "dup",      "dynamic",     "ecn",      "element",  "elements", "eq",         "esp",       "ether",
    "exists",    "expires",  "export",      "exthdr",   "fib",      "flags",    "flow",       "flowtable", "flush",
    "frag",      "fwd",      "gc-interval", "goto",     "gt",       "handle",   "hbh",        "hook",      "hour",
    "ibriport",  "ibrname",  "icmp",        "icmpv6",   "igmp",     "iif",      "iifgroup",   "iifname",   "iiftype",
    "import",    "include",  "inet",        "insert",   "interval", "ip",       "ip6",        "ipsec",     "jhash",
    "jump",      "limit",    "list",        "log",      "lshift",   "lt",       "map",        "mark",      "masquerade",
    "meta",      "meter",    "mh",          "missing",  "monitor",  "netdev",   "nftrace",    "not",       "notrack",
    "numgen",    "obriport", "obrname",     "offload",  "oif",      "oifgroup", "oifname",    "oiftype",   "option",
    "or",        "osf",      "policy",      "priority", "queue",    "quota",    "random",     "redefine",  "redirect",
    "reject",    "rename",   "replace",     "reset",    "return",   "rshift",   "rt",         "rt0",       "rt2",
    "rtclassid", "rule",     "ruleset",     "sctp",     "secmark",  "set",      "size",       "skgid",     "skuid",
    "snat",      "socket",   "srh",         "symhash",  "synproxy", "table",    "tcp",        "th",        "time",
    "timeout",   "tproxy",   "type",        "typeof",   "udp",      "udplite",  "undefine",   "vlan",      "vmap",
    "xor",       "xt"};

bool is_letter(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; }

}  // namespace

bool is_reserved(std::string_view word) {
  return std::find(std::begin(reserved), std::end(reserved), word) != std::end(reserved);
}

std::string Names::take(std::string_view wanted) {
  std::string name;
  for (char c : wanted)
    name +=
        is_letter(c) || std::isdigit(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == '.' ? c : '_';
  if (name.empty() || !is_letter(name.front())) name = "chain_" + name;
  if (is_reserved(name)) name += "_chain";
  std::string chosen = name;
  for (unsigned n = 2; !taken_.insert(chosen).second; ++n) chosen = fmt::format("{}_{}", name, n);
  return chosen;
}

}  // namespace fwsim::nft
