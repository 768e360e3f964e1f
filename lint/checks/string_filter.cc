#include <fmt/format.h>

#include <algorithm>

#include "lint/check.hh"
#include "lint/checks.hh"
#include "lint/checks/comes.hh"
#include "lint/checks/rule_parts.hh"

namespace fwsim::checks {
namespace {

constexpr unsigned syn = 2;

// A packet that may hold data: no SYN, or none that begins a TCP connection.
Pred may_hold_data() { return any({negation(is(Field::proto, 6)), all({masked(Field::tcp_flags, 0, syn), negation(is(Field::ct_state, 1))})}); }

// Bytes before the first one of data.
std::uint64_t headers(const Rule& rule, Family family) {
  const std::uint64_t ip = family == Family::v4 ? 20 : 40;
  if (rule.basic.not_proto) return ip;
  return ip + (rule.basic.proto == 6 ? 20U : rule.basic.proto == 17 || rule.basic.proto == 1 || rule.basic.proto == 58 ? 8U : 0U);
}

// The same rule but for the text: there are lists of hundreds.
bool differ_in_text_only(const Rule& a, const Rule& b) {
  return a.basic == b.basic && std::equal(a.matches.begin(), a.matches.end(), b.matches.begin(), b.matches.end(), [](const MatchUse& x, const MatchUse& y) { return x == y || (x.name == "string" && y.name == "string"); });
}

void run(const Facts& facts, Findings& findings) {
  std::vector<RuleId> filters;
  const Rule* before = nullptr;   // the rule before, whose packets come to this one too but for those with its text
  std::optional<bool> holds_data;
  for_rules(facts, [&](const RuleId& id, const Rule& rule) {
    const MatchUse* use = match_of(rule, "string");
    const std::string_view option = use && use->has("string") ? "string" : "hex-string";
    if (!before || id.index == 0 || &rule != before + 1 || !differ_in_text_only(*before, rule)) holds_data = std::nullopt;
    before = &rule;
    if (!use || use->inverted(option) || facts.never(id)) return;
    const std::uint64_t begin = headers(rule, facts.ruleset().family), last = use->number("to", 0xffff);
    if (use->number("from", 0) == 0 && last < begin + use->text(option).size()) {
      findings.add(id, fmt::format("looks at the headers only: its data begin at offset {}, and it searches up to {}", begin, last)).hint = "--from and --to count from the beginning of the IP header";
      return;
    }
    if (rule.basic.proto != 6 || rule.basic.not_proto)
      holds_data = true;
    else if (!holds_data)
      holds_data = some_come(facts, id, may_hold_data());
    if (holds_data == false) {
      findings.add(id, "sees the first packets of TCP connections only, which hold no data: it never finds its text").hint =
          id.table == TableId::nat ? "the nat table sees one packet of a connection: it cannot choose by content; a proxy can" : "look at the packets of ESTABLISHED connections";
    } else if (refuses(rule)) {
      filters.push_back(id);
    }
  });
  if (filters.empty()) return;
  const std::vector<RuleId> more(filters.begin() + 1, filters.end());
  Finding& f = findings.add(filters.front(), fmt::format("stops a packet that holds a text: not when the text is divided among two packets, or encrypted{}", facts.so_do(more)), more);
  f.severity = Severity::note;
  f.hint = "no protection against who wants through; what must not pass is for a proxy or the server to refuse";
}

}  // namespace

const Check string_filter{
    .id = "FW623", .name = "string-filter",
    .title = "a rule looks for text in packets, and easily misses it",
    .why = "Each packet is looked at by itself, as it is on the wire: who sends chooses where one ends, and TLS hides all but the name of the server. The first packets of TCP connections hold no data.",
    .bad = "*nat\n"
           ":PREROUTING ACCEPT [0:0]\n"
           "-A PREROUTING -p tcp -m tcp --dport 80 -m string --string \"Host: old.example\" --algo bm --to 65535 -j REDIRECT --to-ports 8080\n"
           "COMMIT\n",
    .good = "*nat\n"
           ":PREROUTING ACCEPT [0:0]\n"
           "-A PREROUTING -p udp -m udp --dport 53 -m string --hex-string \"|036f6c64076578616d706c65|\" --algo bm --to 65535 -j REDIRECT --to-ports 5353\n"
           "COMMIT\n",
    .covers = "traps:E20",
    .run = run};

}  // namespace fwsim::checks
