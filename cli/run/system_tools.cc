// What scripts call beside the firewall's own commands: modprobe, sudo, ip, logger, and what is told but not done.
#include <fmt/format.h>

#include <algorithm>
#include <sys/utsname.h>

#include "cli/run/tools.hh"

namespace fwsim {
namespace {

// Modules that a kernel with a firewall has, by how their names begin.
constexpr std::array module_names = std::to_array<std::string_view>({"nf_",    "nfnetlink", "nft_",    "xt_",   "x_tables", "ip_",   "ip6_",    "ipt_", "ip6t_", "iptable_", "ip6table_",
                                                                     "arp",    "ebt",       "bridge",  "br_",   "8021q",    "tun",   "tap",     "dummy", "ifb",  "bonding",  "veth",
                                                                     "macvlan", "vxlan",    "sch_",    "cls_",  "act_",     "tcp_",  "overlay", "ip_gre", "gre", "wireguard", "ipv6",
                                                                     "vrf",    "ipip",      "sit",     "l2tp_", "ppp",      "af_",   "udp_",    "inet_"});
// Gone from Linux: 3.17, and those of 2.4.
constexpr std::array gone_modules = std::to_array<std::string_view>({"ipt_ULOG", "ebt_ulog", "ipchains", "ipfwadm", "ip_queue", "ip6_queue", "ipt_unclean", "ipt_MIRROR"});

std::optional<int> modprobe(ToolCall& call) {
  bool quiet = false, remove = false, all = false;
  std::vector<std::string> names;
  for (const std::string& word : call.arguments()) {
    if (!word.starts_with('-'))
      names.push_back(word);
    else if (word == "-q" || word == "--quiet")
      quiet = true;
    else if (word == "-r" || word == "--remove")
      remove = true;
    else if (word == "-a" || word == "--all")
      all = true;
  }
  if (!all && names.size() > 1) names.resize(1);   // the rest are the module's parameters
  int status = 0;
  for (std::string name : names) {
    std::replace(name.begin(), name.end(), '-', '_');
    const bool known = std::any_of(module_names.begin(), module_names.end(), [&](std::string_view begin) { return name.starts_with(begin); }) &&
                       std::find(gone_modules.begin(), gone_modules.end(), name) == gone_modules.end();
    if (known || remove) continue;
    utsname system{};
    uname(&system);
    if (!quiet) call.caller.err(fmt::format("modprobe: FATAL: Module {} not found in directory /lib/modules/{}\n", name, static_cast<const char*>(system.release)));
    call.step.err += fmt::format("Module {} not found\n", name);
    status = 1;
  }
  return status;
}

std::optional<int> lsmod(ToolCall& call) {
  call.caller.out("Module                  Size  Used by\n");
  return 0;
}

// Inside, everybody is root: the rest of the line is what counts.
std::optional<int> sudo(ToolCall& call) {
  const auto words = call.arguments();
  std::size_t i = 0;
  for (; i < words.size() && words[i].starts_with('-'); ++i) {
    if (words[i] == "--") {
      ++i;
      break;
    }
    if (words[i] == "-v" || words[i] == "-l" || words[i] == "-k" || words[i] == "-K") return 0;
    if (words[i] == "-u" || words[i] == "-g" || words[i] == "-h" || words[i] == "-p" || words[i] == "-C" || words[i] == "-r") ++i;
  }
  if (i >= words.size()) return 0;
  std::vector<std::string> become;
  if (words[i].find('=') != std::string::npos)
    become = {"env", "env"};
  else
    become = {words[i]};
  become.insert(become.end(), words.begin() + static_cast<std::ptrdiff_t>(i), words.end());
  call.caller.become(become);
  return std::nullopt;
}

// The machine's own program, on the devices of the sandbox.
std::optional<int> ip(ToolCall& call) {
  std::vector<std::string> words{"/.fwsim/real/ip"};
  words.insert(words.end(), call.argv().begin(), call.argv().end());
  call.caller.become(words);
  return std::nullopt;
}

// It would never end: one look is what there is to see.
std::optional<int> watch(ToolCall& call) {
  const auto words = call.arguments();
  std::size_t i = 0;
  for (; i < words.size() && words[i].starts_with('-'); ++i)
    if (words[i] == "-n" || words[i] == "--interval") ++i;
  if (i >= words.size()) return 1;
  call.left_out("it is run once");
  std::string text;
  for (; i < words.size(); ++i) text += (text.empty() ? "" : " ") + words[i];
  call.caller.become({"/bin/sh", "sh", "-c", text});
  return std::nullopt;
}

std::optional<int> quiet(ToolCall&) { return 0; }
std::optional<int> packages(ToolCall& call) { return call.left_out("no package is installed"); }
std::optional<int> power(ToolCall& call) { return call.left_out("the machine stays as it is"); }

constexpr ToolEntry tools[] = {{"modprobe", modprobe}, {"insmod", quiet},     {"rmmod", quiet},      {"depmod", quiet},    {"lsmod", lsmod},   {"sudo", sudo},       {"doas", sudo},
                               {"ip", ip},             {"watch", watch},             {"logger", quiet},     {"apt", packages},     {"apt-get", packages}, {"yum", packages}, {"dnf", packages},    {"apk", packages},
                               {"reboot", power},      {"shutdown", power},   {"poweroff", power},   {"halt", power},      {"update-rc.d", quiet}, {"chkconfig", quiet}};

}  // namespace

std::span<const ToolEntry> system_tools() { return tools; }

}  // namespace fwsim
