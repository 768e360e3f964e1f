#include "parser/basic_options.hh"

#include <array>
#include <unordered_map>

namespace fwsim {
namespace {

constexpr BasicOption options[] = {
    {"append", 'A', Basic::append, 1, true, false, "CHAIN",
     "the rule comes behind all rules of the chain"},
    {"insert", 'I', Basic::insert, 1, true, false, "CHAIN [NUMBER]",
     "the rule comes before the one of this number, or before all"},
    {"delete", 'D', Basic::remove, 1, true, false, "CHAIN [NUMBER]",
     "the rule of this number, or the first that is the same, goes"},
    {"replace", 'R', Basic::replace, 1, true, false, "CHAIN NUMBER",
     "the rule stands in the place of another"},
    {"check", 'C', Basic::check, 1, true, false, "CHAIN",
     "is there such a rule?"},
    {"list", 'L', Basic::list, 0, true, false, "[CHAIN]",
     "prints rules"},
    {"list-rules", 'S', Basic::list_rules, 0, true, false, "[CHAIN]",
     "prints rules as commands"},
    {"flush", 'F', Basic::flush, 0, true, false, "[CHAIN]",
     "all rules of the chain go, or of all chains"},
    {"zero", 'Z', Basic::zero, 0, true, false, "[CHAIN]",
     "counters of the chain become 0, or of all chains"},
    {"new-chain", 'N', Basic::new_chain, 1, true, false, "CHAIN",
     "a chain of this name is made"},
    {"new", 0, Basic::new_chain, 1, true, false, "CHAIN",
     "a chain of this name is made"},
    {"delete-chain", 'X', Basic::delete_chain, 0, true, false, "[CHAIN]",
     "the empty chain goes, to which no rule jumps, or all that are so"},
    {"rename-chain", 'E', Basic::rename_chain, 2, true, false, "CHAIN NAME",
     "the chain gets another name"},
    {"policy", 'P', Basic::policy, 2, true, false, "CHAIN ACCEPT|DROP",
     "what becomes of packets that no rule of the built-in chain decides"},
    {"source", 's', Basic::source, 1, false, true, "address[/mask][,...]",
     "where the packet comes from; for each address of a list a rule is made"},
    {"src", 0, Basic::source, 1, false, true, "address[/mask][,...]",
     "where the packet comes from"},
    {"destination", 'd', Basic::destination, 1, false, true, "address[/mask][,...]",
     "where the packet goes to; for each address of a list a rule is made"},
    {"dst", 0, Basic::destination, 1, false, true, "address[/mask][,...]",
     "where the packet goes to"},
    {"in-interface", 'i', Basic::in_interface, 1, false, true, "device[+]",
     "the device by which the packet came; + stands for any end of the name"},
    {"out-interface", 'o', Basic::out_interface, 1, false, true, "device[+]",
     "the device by which the packet leaves; + stands for any end of the name"},
    {"protocol", 'p', Basic::protocol, 1, false, true, "protocol",
     "protocol of the packet, a name or a number; loads the match of that name when an option of it follows"},
    {"fragment", 'f', Basic::fragment, 0, false, true, "",
     "fragments of IPv4 but the first: they have no ports"},
    {"fragments", 0, Basic::fragment, 0, false, true, "",
     "fragments of IPv4 but the first"},
    {"match", 'm', Basic::match, 1, false, false, "match",
     "loads a match; its options follow"},
    {"jump", 'j', Basic::jump, 1, false, false, "target",
     "what becomes of the packet: a verdict, a target with its options, or a chain, from which packets may come back"},
    {"goto", 'g', Basic::go, 1, false, false, "chain",
     "goes on in the chain, and does not come back here"},
    {"set-counters", 'c', Basic::set_counters, 1, false, false, "packets bytes",
     "what the rule has counted so far"},
    {"ipv4", '4', Basic::ipv4, 0, false, false, "",
     "for ip6tables-restore this line is not there"},
    {"ipv6", '6', Basic::ipv6, 0, false, false, "",
     "for iptables-restore this line is not there"},
    {"table", 't', Basic::table, 1, false, false, "table",
     "the table; not within a file"},
    {"numeric", 'n', Basic::numeric, 0, false, false, "",
     "addresses and ports as numbers"},
    {"verbose", 'v', Basic::verbose, 0, false, false, "",
     "tells more"},
    {"exact", 'x', Basic::exact, 0, false, false, "",
     "counters in full"},
    {"line-numbers", 0, Basic::line_numbers, 0, false, false, "",
     "with numbers of rules"},
    {"wait", 'w', Basic::wait, 0, false, false, "[seconds]",
     "waits for the lock of other iptables"},
    {"wait-interval", 'W', Basic::wait_interval, 0, false, false, "microseconds",
     "does nothing"},
    {"modprobe", 'M', Basic::modprobe, 1, false, false, "command",
     "the program that loads modules"},
    {"version", 'V', Basic::version, 0, false, false, "",
     "prints the version"},
    {"help", 'h', Basic::help, 0, false, false, "",
     "prints help"},
};

constexpr VerdictName verdicts[] = {
    {"ACCEPT", Verdict::accept, "the packet passes this table at this hook; other tables and hooks may still drop it"},
    {"DROP", Verdict::drop, "the packet is gone, and nobody is told"},
    {"RETURN", Verdict::back, "goes on behind the rule that jumped here; in a built-in chain the policy decides"},
    {"QUEUE", Verdict::queue, "a program decides that reads queue 0 (NFQUEUE has more of them)"}};

}  // namespace

std::span<const VerdictName> verdict_names() { return verdicts; }

const VerdictName* find_verdict(std::string_view name) {
  for (const VerdictName& verdict : verdicts)
    if (verdict.name == name) return &verdict;
  return nullptr;
}

std::span<const BasicOption> basic_options() { return options; }

const BasicOption* find_basic(std::string_view name) {
  static const auto names = [] {
    std::unordered_map<std::string_view, const BasicOption*> map;
    for (const BasicOption& option : options) map.emplace(option.name, &option);
    return map;
  }();
  const auto found = names.find(name);
  return found == names.end() ? nullptr : found->second;
}

const BasicOption* find_basic(char letter) {
  static const auto letters = [] {
    std::array<const BasicOption*, 128> list{};
    for (const BasicOption& option : options)
      if (const auto at = static_cast<unsigned char>(option.letter); at != 0 && !list[at]) list[at] = &option;
    return list;
  }();
  const auto at = static_cast<unsigned char>(letter);
  return at < letters.size() ? letters[at] : nullptr;
}

char basic_letter(Basic what) {
  if (what == Basic::go) return 'j';
  for (const BasicOption& option : options)
    if (option.what == what && option.letter != 0) return option.letter;
  return '0';
}

}  // namespace fwsim
