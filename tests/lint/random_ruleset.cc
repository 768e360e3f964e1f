#include "tests/lint/random_ruleset.hh"

#include <fmt/format.h>

#include <string_view>
#include <vector>

#include "model/hooks.hh"

namespace fwsim::testing {
namespace {

class Generator {
 public:
  Generator(Family family, std::mt19937& random) : v4_(family == Family::v4), random_(random) {}

  std::string ruleset() {
    std::string out;
    for (const auto& [id, percent] : {std::pair{TableId::raw, 25}, {TableId::mangle, 40}, {TableId::nat, 35}, {TableId::filter, 95}})
      if (chance(percent)) out += table(id);
    return out.empty() ? table(TableId::filter) : out;
  }

 private:
  using Words = std::vector<std::string_view>;

  unsigned below(unsigned n) { return std::uniform_int_distribution<unsigned>(0, n - 1)(random_); }
  bool chance(int percent) { return below(100) < static_cast<unsigned>(percent); }
  std::string_view one(const Words& words) { return words[below(static_cast<unsigned>(words.size()))]; }
  std::string unless(int percent, std::string option) { return (chance(percent) ? " ! " : " ") + std::move(option); }

  struct UserChain {
    std::string name;
    HookSet hooks;   // from which it is called
  };

  std::string table(TableId id) {
    table_ = id;
    const HookSet hooks = table_hooks(id);
    std::string head = fmt::format("*{}\n", table_name(id)), rules;
    std::vector<Hook> built_in;
    for (Hook hook : {Hook::prerouting, Hook::input, Hook::forward, Hook::output, Hook::postrouting})
      if ((hooks & set_of(hook)) != 0) built_in.push_back(hook);
    for (Hook hook : built_in)
      head += fmt::format(":{} {} [0:0]\n", hook_name(hook), chance(id == TableId::filter ? 40 : id == TableId::nat ? 0 : 4) ? "DROP" : "ACCEPT");
    users_.clear();
    constexpr HookSet sources = hooks_of(Hook::input, Hook::postrouting);
    for (unsigned i = 0, n = below(4); i < n; ++i) {
      HookSet allowed = hooks;
      if (id == TableId::nat) allowed = chance(50) ? sources : static_cast<HookSet>(hooks & ~sources);
      users_.push_back({fmt::format("chain{}", i), allowed});
      head += fmt::format(":chain{} - [0:0]\n", i);
    }
    for (Hook hook : built_in)
      for (unsigned i = 0, n = chance(70) ? below(5) : 0; i < n; ++i) rules += rule(std::string(hook_name(hook)), set_of(hook), 0, true);
    for (std::size_t u = 0; u < users_.size(); ++u)
      for (unsigned i = 0, n = 1 + below(4); i < n; ++i) rules += rule(users_[u].name, users_[u].hooks, u + 1, false);
    return head + rules + "COMMIT\n";
  }

  std::string rule(const std::string& chain, HookSet hooks, std::size_t first_callee, bool built_in) {
    protocol_ = {};
    std::string text = "-A " + chain;
    if (chance(35)) text += unless(20, fmt::format("-s {}", network()));
    if (chance(35)) text += unless(20, fmt::format("-d {}", network()));
    constexpr HookSet no_in = hooks_of(Hook::output, Hook::postrouting), no_out = hooks_of(Hook::prerouting, Hook::input);
    if (chance(20) && !(built_in && (hooks & no_in) != 0)) text += unless(20, fmt::format("-i {}", device()));
    if (chance(20) && !(built_in && (hooks & no_out) != 0)) text += unless(20, fmt::format("-o {}", device()));
    if (chance(50)) text += protocol();
    if (chance(20)) text += state();
    if (chance(table_ == TableId::filter ? 15 : 8)) text += " -m mark" + unless(15, fmt::format("--mark {}", mark()));
    if (chance(4)) text += " -m connmark" + unless(15, fmt::format("--mark {}", mark()));
    if (chance(2)) text += " -m limit --limit 5/sec";
    if (chance(3)) text += fmt::format(" -m length --length {}", one({"0:100", "101:1500", "60"}));
    return text + target(hooks, first_callee) + "\n";
  }

  std::string_view network() {
    if (v4_) return one({"10.0.0.0/8", "10.1.0.0/16", "10.1.2.3/32", "192.0.2.0/24", "192.0.2.128/25", "192.0.2.7/32", "198.51.100.7/32"});
    return one({"2001:db8::/32", "2001:db8:1::/48", "2001:db8:1::7/128", "2001:db8:2::/64", "2001:db8:2::9/128"});
  }
  std::string_view device() { return one({"eth0", "eth1", "eth+", "ppp0", "ppp+"}); }
  std::string_view mark() { return one({"0x1", "0x0", "0x2/0x3", "0x10/0xf0", "0x1/0x1", "0x20/0xf0", "0x0/0xff"}); }
  std::string_view ports() { return one({"22", "80", "80:90", "1024:65535", "443", "0:1023", "85"}); }

  std::string protocol() {
    const unsigned kind = below(10);
    if (kind < 5) {
      protocol_ = "tcp";
      std::string text = chance(6) ? " ! -p tcp" : " -p tcp";
      if (text.find('!') != std::string::npos) {
        protocol_ = {};
        return text;
      }
      if (chance(15)) return text + " -m tcp" + unless(20, "--syn");
      if (chance(15)) return text + " -m tcp" + unless(20, fmt::format("--tcp-flags {}", one({"SYN,ACK SYN", "SYN,RST,ACK,FIN ACK", "RST RST", "ALL NONE", "ACK ACK"})));
      return text + port_options("tcp");
    }
    if (kind < 8) {
      protocol_ = "udp";
      return " -p udp" + port_options("udp");
    }
    protocol_ = "icmp";
    if (v4_) return " -p icmp" + (chance(70) ? " -m icmp" + unless(20, fmt::format("--icmp-type {}", one({"8", "0", "3", "3/1", "11", "5"}))) : "");
    return " -p ipv6-icmp" + (chance(70) ? " -m icmp6" + unless(20, fmt::format("--icmpv6-type {}", one({"128", "129", "1", "1/4", "135", "3"}))) : "");
  }

  std::string port_options(std::string_view name) {
    std::string text;
    if (chance(20)) return " -m multiport" + unless(20, fmt::format("{} {}", one({"--dports", "--sports", "--ports"}), one({"22,80", "80:90,443", "1:21,23:79", "85,1024:2000"})));
    if (chance(65)) text += unless(20, fmt::format("--dport {}", ports()));
    if (chance(20)) text += unless(20, fmt::format("--sport {}", ports()));
    return text.empty() ? text : fmt::format(" -m {}", name) + text;
  }

  std::string state() {
    const std::string_view states = one({"NEW", "ESTABLISHED", "RELATED,ESTABLISHED", "INVALID", "RELATED", "NEW,INVALID"});
    if (chance(40)) return " -m state" + unless(15, fmt::format("--state {}", states));
    return " -m conntrack" + unless(15, fmt::format("--ctstate {}", chance(10) ? "UNTRACKED" : states));
  }

  std::string target(HookSet hooks, std::size_t first_callee) {
    if (chance(22)) {
      std::vector<std::string_view> callees;
      for (std::size_t u = first_callee; u < users_.size(); ++u)
        if ((hooks & ~users_[u].hooks) == 0) callees.push_back(users_[u].name);
      if (!callees.empty()) return fmt::format(" {} {}", chance(25) ? "-g" : "-j", one(callees));
    }
    if (chance(10)) return " -j RETURN";
    switch (table_) {
      case TableId::raw:
        if (chance(40)) return " -j CT --notrack";
        break;
      case TableId::mangle: return mangle();
      case TableId::nat: return translation(hooks);
      default: break;
    }
    constexpr HookSet rejecting = hooks_of(Hook::input, Hook::forward, Hook::output);
    if (chance(6)) return {};
    if (table_ == TableId::filter && chance(12) && (hooks & ~rejecting) == 0) return " -j REJECT";
    return chance(50) ? " -j ACCEPT" : " -j DROP";
  }

  std::string mangle() {
    const unsigned kind = below(20);
    if (kind < 10) return fmt::format(" -j MARK --set-xmark {}", one({"0x1/0xffffffff", "0x10/0xf0", "0x2/0x3", "0x20/0xff", "0x0/0xffffffff", "0x1/0x0"}));
    if (kind < 13) return fmt::format(" -j CONNMARK {}", one({"--save-mark", "--restore-mark", "--set-xmark 0x10/0xf0", "--restore-mark --nfmask 0xf0 --ctmask 0xf0"}));
    if (kind < 15) return std::string(v4_ ? one({" -j TTL --ttl-set 64", " -j TTL --ttl-inc 1"}) : one({" -j HL --hl-set 64", " -j HL --hl-inc 1"}));
    return chance(60) ? " -j ACCEPT" : " -j DROP";
  }

  std::string translation(HookSet hooks) {
    if (chance(15)) return " -j ACCEPT";
    const bool ports = (protocol_ == "tcp" || protocol_ == "udp") && chance(50);
    if ((hooks & hooks_of(Hook::input, Hook::postrouting)) != 0) {
      if (chance(30) && hooks == set_of(Hook::postrouting)) return " -j MASQUERADE";
      const std::string_view to = v4_ ? one({"192.0.2.7", "198.51.100.7", "10.1.2.3"}) : one({"2001:db8:1::7", "2001:db8:2::9"});
      return fmt::format(" -j SNAT --to-source {}", ports ? with_port(to, "1025") : std::string(to));
    }
    if (chance(25)) return " -j REDIRECT" + (ports ? fmt::format(" --to-ports {}", one({"85", "8080"})) : "");
    const std::string_view to = v4_ ? one({"192.0.2.7", "10.1.2.3"}) : one({"2001:db8:1::7", "2001:db8:2::9"});
    return fmt::format(" -j DNAT --to-destination {}", ports ? with_port(to, one({"85", "443", "8080"})) : std::string(to));
  }

  std::string with_port(std::string_view address, std::string_view port) const { return v4_ ? fmt::format("{}:{}", address, port) : fmt::format("[{}]:{}", address, port); }

  bool v4_;
  std::mt19937& random_;
  TableId table_ = TableId::filter;
  std::vector<UserChain> users_;
  std::string_view protocol_;
};

}  // namespace

std::string random_ruleset(Family family, std::mt19937& random) { return Generator(family, random).ruleset(); }

}  // namespace fwsim::testing
