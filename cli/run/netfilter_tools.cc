// iptables, ip6tables, ipset, and what else talks to netfilter.
#include <fmt/format.h>

#include <algorithm>

#include "cli/run/tools.hh"

namespace fwsim {
namespace {

std::optional<int> command(ToolCall& call) {
  const int status = call.command(call.argv(), std::nullopt);
  // A rule of connbytes has the kernel count bytes of connections (xt_connbytes.c).
  const auto& words = call.argv();
  if (status == 0 && call.step.changes > 0 && std::find(words.begin(), words.end(), "connbytes") != words.end())
    call.caller.write("/proc/sys/net/netfilter/nf_conntrack_acct", "1\n", false);
  return status;
}

// No connection is known to the model, so there is nothing to show and nothing to delete.
std::optional<int> conntrack(ToolCall& call) {
  const auto has = [&](std::initializer_list<std::string_view> words) {
    return std::any_of(call.arguments().begin(), call.arguments().end(), [&](const std::string& word) { return std::find(words.begin(), words.end(), word) != words.end(); });
  };
  constexpr std::string_view itself = "conntrack v1.4.7 (conntrack-tools): ";
  if (has({"-L", "--dump"})) call.caller.err(fmt::format("{}0 flow entries have been shown.\n", itself));
  if (has({"-F", "--flush"})) call.caller.err(fmt::format("{}connection tracking table has been emptied.\n", itself));
  if (has({"-C", "--count"})) call.caller.out("0\n");
  if (has({"-D", "--delete"})) {
    call.caller.err(fmt::format("{}0 flow entries have been deleted.\n", itself));
    return 1;
  }
  if (has({"-E", "--event"})) return call.left_out("there are no events of connections");
  return 0;
}

// Its rules live in the sandbox's own kernel tables; they are no part of the model.
std::optional<int> nft(ToolCall& call) {
  call.left_out("rules of nftables are not a part of the result");
  std::vector<std::string> words{"/.fwsim/real/nft"};
  words.insert(words.end(), call.argv().begin(), call.argv().end());
  call.caller.become(words);
  return std::nullopt;
}

constexpr ToolEntry tools[] = {
    {"iptables", command},
    {"iptables-legacy", command},
    {"iptables-nft", command},
    {"ip6tables", command},
    {"ip6tables-legacy", command},
    {"ip6tables-nft", command},
    {"iptables-save", command},
    {"iptables-legacy-save", command},
    {"iptables-nft-save", command},
    {"ip6tables-save", command},
    {"ip6tables-legacy-save", command},
    {"ip6tables-nft-save", command},
    {"iptables-restore", command},
    {"iptables-legacy-restore", command},
    {"iptables-nft-restore", command},
    {"ip6tables-restore", command},
    {"ip6tables-legacy-restore", command},
    {"ip6tables-nft-restore", command},
    {"ipset", command},
    {"conntrack", conntrack},
    {"nft", nft},
};

}  // namespace

std::span<const ToolEntry> netfilter_tools() { return tools; }

}  // namespace fwsim
