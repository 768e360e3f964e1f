#include "lint/elsewhere.hh"

#include <algorithm>
#include <map>
#include <tuple>

#include "lint/check.hh"
#include "model/value.hh"

namespace fwsim {
namespace {

constexpr Elsewhere list[] = {
    {"A20 A21 M01 M02 M03 M04 M05 M06 M07 M08 M09 M10 M11 M14 M16 M17 M19 L06 G12 traps:A6 traps:B15 traps:C9 traps:D11 "
     "traps:E7 traps:E12 traps:E23 traps:E29",
     "refused, or warned of, by `fwsim check` and whatever reads the file, as by the kernel"},
    {"M12",
     "`fwsim check` refuses names that are too long; `fwsim fmt` shows a log prefix cut as it will be"},
    {"M20",
     "`fwsim check` warns of matches and targets that it does not know; what an older kernel has is not in the file"},
    {"M21",
     "what a string, u32 or bpf match says is left open by every proof: its answers are \"may\""},
    {"F10 traps:E36",
     "names are not looked up, since they are not the same everywhere: `fwsim check` refuses them"},
    {"traps:E15",
     "`fwsim check` warns"},
    {"traps:E62",
     "`fwsim check` refuses it where only packets of the host itself come; others may be bridged"},
    {"I09 I10 traps:E37 traps:E38 traps:E39",
     "`fwsim fmt` shows the addresses and the order that are loaded"},
    {"traps:E46",
     "`fwsim fmt` shows an ICMP type of 255 as \"any\", which it is in IPv4"},
    {"K08",
     "which programs read a group of NFLOG, only the host knows"},
    {"B04",
     "FW861 to FW863 say of several firewalls in a row where one makes a rule of another vain, not where rules overlap in part"},
    {"B09 P07 Q01 Q02 Q03 Q04 Q07 Q10",
     "`fwsim diff` of the two rulesets (Q04 with --logs): every class of packets that they treat differently"},
    {"Q08",
     "`fwsim diff --allow` with what is intended"},
    {"Q05 Q06",
     "`fwsim lint` of the new version: FW101 and FW102"},
    {"Q09 F12 P08",
     "`fwsim verify` with a policy"},
    {"F13",
     "`fwsim verify -v` shows the way of a packet that is stopped, and the rule that stops it"},
    {"F01 F05 Q12",
     "`fwsim lockout`, of the ruleset that is to be loaded"},
    {"F03",
     "`fwsim check` and `fwsim lockout`, of the file that the boot loads"},
    {"H10",
     "`fwsim reach`: from where each service can be reached, through translations too"},
    {"H06",
     "`fwsim audit --profile cis` with a snapshot: whether a rule decides about each port on which somebody listens"},
    {"D02 B11 G17",
     "`fwsim audit`: the controls about the loopback network, one utility, and inside addresses that leave untranslated"},
    {"A03 O02 O03 O07",
     "`fwsim cover` with captures or the counters of `iptables-save -c`: hits of each rule, and how deep packets go"},
    {"A27",
     "`fwsim cover` suggests an order, proved to be the same, and writes it"},
    {"B10 traps:E42",
     "a file holds the rules of one of the two; only the host knows of the other"},
    {"F02 traps:E41 traps:D13 traps:E27",
     "of the moment of loading and of what was there before, not of the rules"},
    {"P09",
     "a comment is no rule, and is not kept when a file is read"},
    {"P10 I06",
     "`fwsim reach` says what is open to whom, and `fwsim lint` which rules are odd: one number for either tells nobody what to change"},
    {"Q11",
     "`fwsim lint --baseline` of the old version's JSON report, and `fwsim audit` of both"},
    {"P03",
     "no ruleset says when it was looked at last"},
    {"P06",
     "of the file, not of the rules"},
    {"R03 R05 R06 R07 traps:C8 traps:E49 traps:E64",
     "of the host: no rule shows it"},
    {"S04",
     "only the cluster knows whether a service is gone"},
    {"N07",
     "no rule is needed: the kernel drops neighbour discovery whose hop limit is not 255, as it cannot come from the link"},
    {"traps:B10",
     "only the network knows which way answers come back"},
    {"traps:B13 traps:B16 traps:C4 traps:D12 traps:D16 traps:D17 traps:D19 traps:E5 traps:E9 traps:E26 traps:E51 traps:E52 "
     "traps:E53 traps:E54 traps:E57 traps:E58 traps:E59",
     "no fault of a rule by itself, but how the kernel works: `fwsim trace` does the same with the packets"},
};

// Catalogues, then letters, then numbers.
auto order(std::string_view id) {
  const bool trap = id.substr(0, 6) == "traps:";
  if (trap) id.remove_prefix(6);
  unsigned number = 0;
  for (char digit : id.substr(1)) number = number * 10 + static_cast<unsigned>(digit - '0');
  return std::tuple(trap, id[0], number);
}

std::vector<std::string_view> words(std::string_view text) {
  std::vector<std::string_view> out = split(text, ' ');
  std::erase(out, std::string_view());
  return out;
}

}  // namespace

std::span<const Elsewhere> elsewhere() { return list; }

std::vector<CatalogueEntry> catalogue() {
  std::map<std::string_view, CatalogueEntry> entries;
  for (const Check* check : all_checks())
    for (std::string_view id : words(check->covers)) entries[id].checks.push_back(check->id);
  for (const Elsewhere& e : list)
    for (std::string_view id : words(e.ids)) entries[id].where = e.where;
  std::vector<CatalogueEntry> out;
  for (auto& [id, entry] : entries) {
    entry.id = id;
    out.push_back(std::move(entry));
  }
  std::sort(out.begin(), out.end(), [](const CatalogueEntry& a, const CatalogueEntry& b) { return order(a.id) < order(b.id); });
  return out;
}

}  // namespace fwsim
