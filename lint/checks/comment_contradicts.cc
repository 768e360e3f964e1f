#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <set>

#include "lint/checks.hh"
#include "lint/checks/judge.hh"
#include "lint/checks/rule_parts.hh"

namespace fwsim::checks {
namespace {

// Words that mean one service and nothing else, with the ports at which it is usually found.
struct Known {
  std::string_view words;            // with blanks between
  std::span<const unsigned> ports;
};
constexpr unsigned ssh[] = {22}, http[] = {80, 8080, 8000, 8008, 8081, 8888, 3128}, https[] = {443, 8443, 4443, 9443}, dns[] = {53, 853, 5353}, smtp[] = {25, 465, 587, 2525}, ftp[] = {20, 21, 989, 990}, telnet[] = {23}, ntp[] = {123},
                   mysql[] = {3306, 33060}, postgres[] = {5432, 5433, 6432}, redis[] = {6379}, imap[] = {143, 993}, pop3[] = {110, 995}, ldap[] = {389, 636, 3268, 3269}, rdp[] = {3389}, snmp[] = {161, 162}, smb[] = {137, 138, 139, 445};
constexpr Known services[] = {
    {"ssh sshd", ssh}, {"http", http}, {"https", https}, {"dns", dns}, {"smtp", smtp}, {"ftp", ftp}, {"telnet", telnet}, {"ntp", ntp}, {"mysql mariadb", mysql}, {"postgres postgresql", postgres},
    {"redis", redis}, {"imap imaps", imap}, {"pop3 pop3s", pop3}, {"ldap ldaps", ldap}, {"rdp", rdp}, {"snmp", snmp}, {"smb samba", smb},
};

const Known* of_port(unsigned port) {
  for (const Known& s : services)
    if (std::find(s.ports.begin(), s.ports.end(), port) != s.ports.end()) return &s;
  return nullptr;
}

// Destination ports that the rule names one by one; none when it names ranges or leaves some out.
std::vector<unsigned> ports_of(const Rule& rule) {
  std::vector<unsigned> out;
  for (const MatchUse& use : rule.matches) {
    if (use.inverted("dport") || use.inverted("dports")) return {};
    if (const auto* one = use.get<NumRange>("dport")) {
      if (one->low != one->high) return {};
      out.push_back(static_cast<unsigned>(one->low));
    }
    if (const auto* list = use.get<std::vector<NumRange>>("dports"))
      for (const NumRange& r : *list) {
        if (r.low != r.high) return {};
        out.push_back(static_cast<unsigned>(r.low));
      }
  }
  return out;
}

std::set<std::string> words_of(std::string_view text) {
  std::set<std::string> out;
  std::string word;
  for (char c : text) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) {
      word += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    } else if (!word.empty()) {
      out.insert(word);
      word.clear();
    }
  }
  if (!word.empty()) out.insert(word);
  return out;
}

void run(const Facts& facts, Findings& findings) {
  for_rules(facts, TableId::filter, [&](const RuleId& id, const Rule& rule) {
    const MatchUse* comment = match_of(rule, "comment");
    if (!comment) return;
    const std::vector<unsigned> ports = ports_of(rule);
    if (ports.empty()) return;
    const std::set<std::string> words = words_of(comment->text("comment"));
    std::string_view said;
    for (const Known& s : services)
      for (std::string_view word : split(s.words, ' ')) {
        if (!words.contains(std::string(word))) continue;
        if (std::any_of(ports.begin(), ports.end(), [&](unsigned port) { return of_port(port) == &s; })) return;   // it is among them
        if (said.empty()) said = word;
      }
    // A service may be at a port of its own, but hardly at that of another.
    if (said.empty() || std::any_of(ports.begin(), ports.end(), [&](unsigned port) { return !of_port(port) || words.contains(std::to_string(port)); })) return;
    const Known& other = *of_port(ports.front());
    findings.add(id, fmt::format("is for port {} ({}), but its comment says '{}'", ports.front(), split(other.words, ' ').front(), comment->text("comment"))).hint = "correct whichever of them is wrong";
  });
}

}  // namespace

const Check comment_contradicts{
    .id = "FW816", .name = "comment-contradicts",
    .title = "a comment speaks of one service, the rule is for another",
    .why = "One of them is wrong. Who reviews the rules reads the comment, the kernel the port.",
    .bad = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -p tcp -m tcp --dport 3306 -m comment --comment \"ssh for the backup\" -j ACCEPT\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -p tcp -m tcp --dport 2222 -m comment --comment \"ssh for the backup\" -j ACCEPT\n"
           "-A INPUT -p tcp -m tcp --dport 3306 -m comment --comment \"mysql, by hosts that may ssh too\" -j ACCEPT\n"
           "COMMIT\n",
    .severity = Severity::note,
    .covers = "P04",
    .run = run};

}  // namespace fwsim::checks
