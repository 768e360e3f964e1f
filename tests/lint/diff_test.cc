// Differences between two versions of a ruleset, each confirmed by a packet in the simulator; and proofs that there is none.
#include "lint/diff.hh"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <random>

#include "parser/parse.hh"
#include "parser/print.hh"
#include "tests/shared.hh"

using namespace fwsim;

namespace {

Ruleset read(std::string_view text, std::string file, std::optional<Family> family = {}) {
  Parsed parsed = parse_ruleset(text, {.file = std::move(file), .family = family});
  for (const Diagnostic& d : parsed.diagnostics) REQUIRE_MESSAGE(d.severity != Severity::error, d.text);
  return std::move(parsed.ruleset);
}

// "filter/INPUT/policy dropped -> filter/INPUT/1 passed | input: tcp to any port 443"; a line a class, "?" when it is not
// confirmed, "perhaps" and "notes" as said.
std::string differences(const std::string& before, const std::string& after, const DiffOptions& options = {}) {
  const Ruleset old = read(before, "old"), now = read(after, "new");
  const Diff found = diff(old, now, nullptr, options);
  std::string out;
  const auto rule = [&](std::size_t v, const std::optional<RuleId>& id) { return id ? found.prepared.rules[v]->name(*id) + " " : std::string(); };
  for (const DiffGroup& g : found.groups)
    for (const DiffClass& c : g.classes)
      out += fmt::format("{}{}{}{} -> {}{} | {}: {}{}\n", g.perhaps ? "perhaps " : "", g.notes_only ? "notes " : "", rule(0, g.before), g.was, rule(1, g.after), g.now, way_name(c.way),
                         c.text, c.confirmed || g.perhaps || g.notes_only ? "" : " ?");
  for (const NotDecided& u : found.undecided) out += "not decided: " + rule(u.version, u.rule) + u.text + "\n";
  return out;
}

std::string filter(const std::string& rules, const std::string& input = "DROP") {
  return "*filter\n:INPUT " + input + " [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n" + rules + "COMMIT\n";
}

}  // namespace

TEST_CASE("a rule inserted at the top, a rule gone, a rule changed") {
  const std::string ssh = "-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n", web = "-A INPUT -p tcp -m tcp --dport 80 -j ACCEPT\n";
  const std::string drop = "-A INPUT -s 192.0.2.0/24 -j DROP\n";
  CHECK(differences(filter(ssh + web), filter(drop + ssh + web)) ==
        "filter/INPUT/1 passed -> filter/INPUT/1 dropped | input: tcp from 192.0.2.0/24 to any port 22\n"
        "filter/INPUT/2 passed -> filter/INPUT/1 dropped | input: tcp from 192.0.2.0/24 to any port 80\n");
  CHECK(differences(filter(ssh + web), filter(ssh)) == "filter/INPUT/2 passed -> filter/INPUT/policy dropped | input: tcp to any port 80\n");
  CHECK(differences(filter(ssh + web), filter("-A INPUT -p tcp -m tcp --dport 22:23 -j ACCEPT\n" + web)) ==
        "filter/INPUT/policy dropped -> filter/INPUT/1 passed | input: tcp to any port 23\n");
  CHECK(differences(filter(ssh + drop), filter(ssh + "-A INPUT -s 192.0.2.0/24 -j REJECT --reject-with icmp-port-unreachable\n")).find("rejected by REJECT") != std::string::npos);
}

TEST_CASE("what is another text but the same for every packet") {
  const std::string ssh = "-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n", web = "-A INPUT -p tcp -m tcp --dport 80 -j ACCEPT\n";
  CHECK(differences(filter("-A INPUT -p tcp -m multiport --dports 22,80 -j ACCEPT\n"), filter("-A INPUT -p tcp -m multiport --dports 22 -j ACCEPT\n-A INPUT -p tcp -m multiport --dports 80 -j ACCEPT\n")) == "");
  // -m tcp drops what is too short for a header, multiport does not look.
  CHECK(differences(filter(ssh), filter("-A INPUT -p tcp -m multiport --dports 22 -j ACCEPT\n")) ==
        "filter/INPUT/1 dropped -> filter/INPUT/1 passed | input: tcp to any port 22, l4_len 4-19, frag_off 0\n");
  CHECK(differences(filter(ssh + web), filter(web + "-A INPUT -p udp -j DROP\n" + ssh)) == "");   // moved, and what the policy does anyhow
  CHECK(differences(filter(ssh), filter("-A INPUT -p tcp -m tcp --dport 22 -m comment --comment \"admin\" -j ACCEPT\n")) == "");
  CHECK(differences(filter(ssh), filter(":new - [0:0]\n-A INPUT -j new\n-A new -p tcp -m tcp --dport 22 -j ACCEPT\n")) == "");
  CHECK(differences(filter(ssh), filter("-A INPUT -j LOG\n" + ssh)) == "");
  CHECK(differences(filter(ssh), filter("-A INPUT -p tcp -m tcp --dport 22 -j LOG\n" + ssh), {.logs = true}) ==
        "notes passed -> filter/INPUT/1 passed | input: tcp to any port 22\n");
}

TEST_CASE("policies, and tables that only one version has") {
  CHECK(differences(filter("-A INPUT -p tcp -j ACCEPT\n"), filter("-A INPUT -p tcp -j ACCEPT\n", "ACCEPT")) ==
        "filter/INPUT/policy dropped -> filter/INPUT/policy passed | input: all but tcp\n");
  CHECK(differences(filter(""), filter("") + "*mangle\n:PREROUTING ACCEPT [0:0]\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\nCOMMIT\n") == "");
  CHECK(differences("*filter\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n", "*filter\n:OUTPUT DROP [0:0]\n-A OUTPUT -o lo -j ACCEPT\nCOMMIT\n") ==
        "filter/OUTPUT/policy passed -> filter/OUTPUT/policy dropped | output: any out all but lo\n");
  CHECK(differences("", "") == "");
  CHECK(differences("", "*raw\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -s 192.0.2.7/32 -p udp -j DROP\nCOMMIT\n") ==
        "passed -> raw/PREROUTING/1 dropped | input: udp from 192.0.2.7\npassed -> raw/PREROUTING/1 dropped | forward: udp from 192.0.2.7\n");
}

TEST_CASE("rules that moved past ones they do not commute with") {
  const std::string a = "-A INPUT -s 10.0.0.0/8 -p tcp -j ACCEPT\n", d = "-A INPUT -p tcp -m tcp --dport 25 -j DROP\n";
  CHECK(differences(filter(a + d), filter(d + a)) ==
        "filter/INPUT/1 passed -> filter/INPUT/1 dropped | input: tcp from 10.0.0.0/8, l4_len 0-19, frag_off 0\n"
        "filter/INPUT/1 passed -> filter/INPUT/1 dropped | input: tcp from 10.0.0.0/8 to any port 25\n");
  CHECK(differences(filter(a + "-A INPUT -s 11.0.0.0/8 -p tcp -j DROP\n"), filter("-A INPUT -s 11.0.0.0/8 -p tcp -j DROP\n" + a)) == "");
  // A mark that one sets and the other reads.
  const auto mangle = [](const std::string& rules) { return "*mangle\n:PREROUTING ACCEPT [0:0]\n" + rules + "COMMIT\n"; };
  const std::string set = "-A PREROUTING -p tcp -j MARK --set-xmark 0x1/0xffffffff\n", read_it = "-A PREROUTING -p tcp -m mark --mark 0x1 -j DROP\n";
  CHECK(differences(mangle(set + read_it), mangle(read_it + set)) ==
        "mangle/PREROUTING/2 dropped -> mangle/PREROUTING/policy passed, mark 0x1 | input: tcp\n"
        "mangle/PREROUTING/2 dropped -> mangle/PREROUTING/policy passed, mark 0x1 | forward: tcp\n");
}

TEST_CASE("jumps and what they lead to") {
  const std::string chains = ":a - [0:0]\n:b - [0:0]\n-A a -p tcp -m tcp --dport 22 -j ACCEPT\n-A b -p tcp -m tcp --dport 23 -j ACCEPT\n";
  CHECK(differences(filter(chains + "-A INPUT -i eth0 -j a\n"), filter(chains + "-A INPUT -i eth0 -j b\n")) ==
        "filter/a/1 passed -> filter/INPUT/policy dropped | input: tcp to any port 22 in eth0\n"
        "filter/INPUT/policy dropped -> filter/b/1 passed | input: tcp to any port 23 in eth0\n");
  CHECK(differences(filter(chains + "-A INPUT -i eth0 -j a\n-A INPUT -p tcp -m tcp --dport 80 -j ACCEPT\n"), filter(chains + "-A INPUT -i eth0 -g a\n-A INPUT -p tcp -m tcp --dport 80 -j ACCEPT\n")) ==
        "filter/INPUT/2 passed -> filter/INPUT/policy dropped | input: tcp to any port 80 in eth0\n");
}

TEST_CASE("a mark that a later table reads; where DNAT leads") {
  const auto marked = [](const char* port) {
    return fmt::format("*mangle\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -p tcp -m tcp --dport {} -j MARK --set-xmark 0x7/0xff\nCOMMIT\n", port) +
           filter("-A INPUT -m mark --mark 0x7/0xff -j ACCEPT\n");
  };
  CHECK(differences(marked("80"), marked("81")) == "mangle/PREROUTING/1 passed, mark 0x7/0xff -> passed | forward: tcp to any port 80\n"
                                                   "filter/INPUT/1 passed, mark 0x7/0xff -> filter/INPUT/policy dropped | input: tcp to any port 80\n"
                                                   "passed -> mangle/PREROUTING/1 passed, mark 0x7/0xff | forward: tcp to any port 81\n"
                                                   "filter/INPUT/policy dropped -> filter/INPUT/1 passed, mark 0x7/0xff | input: tcp to any port 81\n");
  const auto dnat = [](const char* to) {
    return fmt::format("*nat\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -d 198.51.100.1/32 -p tcp -m tcp --dport 80 -j DNAT --to-destination 10.0.0.5:{}\nCOMMIT\n"
                       "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\n-A FORWARD -d 10.0.0.5/32 -p tcp -m tcp --dport 8080 -j ACCEPT\nCOMMIT\n", to);
  };
  CHECK(differences(dnat("8080"), dnat("8081")) ==
        "filter/FORWARD/1 passed, dst 10.0.0.5, dport 8080 -> filter/FORWARD/policy dropped | forward: tcp to 198.51.100.1 port 80 NEW\n"
        "nat/PREROUTING/1 passed, dst 10.0.0.5, dport 8080 -> nat/PREROUTING/1 passed, dst 10.0.0.5, dport 8081 | input: tcp to 198.51.100.1 port 80 NEW\n");
}

TEST_CASE("what depends on memory is perhaps, and the same limit says the same") {
  const std::string limit = "-A INPUT -p icmp -m limit --limit 1/sec -j ACCEPT\n", ssh = "-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n";
  CHECK(differences(filter(limit), filter(limit + ssh)) == "filter/INPUT/policy dropped -> filter/INPUT/2 passed | input: tcp to any port 22\n");
  CHECK(differences(filter(limit), filter("")) == "perhaps filter/INPUT/1 passed -> filter/INPUT/policy dropped | input: icmp\n"
                                                 "perhaps notes filter/INPUT/1 dropped -> filter/INPUT/policy dropped | input: icmp\n");
  // MASQUERADE takes some address: the same one for the same packet.
  const auto nat = [](const std::string& rules) { return "*nat\n:POSTROUTING ACCEPT [0:0]\n" + rules + "COMMIT\n"; };
  const std::string all = "-A POSTROUTING -o eth0 -j MASQUERADE\n";
  CHECK(differences(nat(all), nat("-A POSTROUTING -d 10.0.0.0/8 -o eth0 -j MASQUERADE\n" + all)) == "");
}

TEST_CASE("conntrack in one version only: whole packets are compared, and fragments are spoken of") {
  const std::string open = "*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n";
  CHECK(differences(open, "*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -m conntrack --ctstate INVALID -j DROP\nCOMMIT\n") == "filter/INPUT/policy passed -> filter/INPUT/1 dropped | input: any INVALID\n");
  // Fragments that are delivered are put together anyhow; those that are forwarded are not.
  const std::string dns = "-A INPUT -p udp -m udp --dport 53 -j ACCEPT\n", track = "-A INPUT -m conntrack --ctstate INVALID -j DROP\n";
  CHECK(differences(filter(dns), filter(dns + track)) == "");
  const std::string forward = "-A FORWARD -p udp -m udp --dport 53 -j ACCEPT\n-A FORWARD -j DROP\n";
  CHECK(differences(filter(forward), filter(forward + track)).starts_with("not decided: later fragments"));
}

TEST_CASE("changes that are intended") {
  QuestionFault fault;
  const auto web = read_traffic("tcp any -> any:443", fault);
  REQUIRE(web);
  const std::string rule = "-A INPUT -p tcp -m multiport --dports 443,8443 -j ACCEPT\n";
  CHECK(differences(filter(""), filter(rule), {.allowed = {*web}}) == "filter/INPUT/policy dropped -> filter/INPUT/1 passed | input: tcp to any port 8443\n");
  CHECK(differences(filter(""), filter("-A INPUT -p tcp -m tcp --dport 443 -j ACCEPT\n"), {.allowed = {*web}}) == "");
}

// --- random rulesets -------------------------------------------------------------------------------

namespace {

class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}
  unsigned below(unsigned n) { return std::uniform_int_distribution<unsigned>(0, n - 1)(random_); }
  template <class T>
  T pick(std::initializer_list<T> list) { return list.begin()[below(static_cast<unsigned>(list.size()))]; }

  std::string rule() {
    std::string text;
    if (below(3) == 0) text += fmt::format("-s 10.0.{}.0/24 ", below(3));
    if (below(4) == 0) text += fmt::format("-d 10.1.0.{}/32 ", below(3));
    if (below(4) == 0) text += fmt::format("-i eth{} ", below(2));
    switch (below(4)) {
      case 0: text += fmt::format("-p tcp -m tcp --dport {} ", 20 + below(4)); break;
      case 1: text += fmt::format("-p udp -m udp --dport {}:{} ", 20 + below(3), 23 + below(3)); break;
      case 2: text += "-p tcp "; break;
      default: break;
    }
    if (below(5) == 0) text += pick({"-m mark --mark 0x1/0x3 ", "-m mark ! --mark 0x1 ", "-m conntrack --ctstate NEW "});
    return text;
  }
  std::string target(bool user) {
    return pick({"-j ACCEPT", "-j ACCEPT", "-j DROP", "-j REJECT", "-j RETURN", user ? "-j DROP" : "-j one", user ? "-j ACCEPT" : "-g one", "-j LOG"});
  }
  std::vector<std::string> lines() {
    std::vector<std::string> out;
    for (unsigned n = 3 + below(6); n > 0; --n) {
      const bool user = below(3) == 0;
      out.push_back(fmt::format("-A {} {}{}", user ? "one" : pick({"INPUT", "INPUT", "FORWARD"}), rule(), target(user)));
    }
    return out;
  }
  std::vector<std::string> marks() {
    std::vector<std::string> out;
    for (unsigned n = below(3); n > 0; --n) out.push_back(fmt::format("-A PREROUTING {}-j MARK --set-xmark {}", rule(), pick({"0x1/0x3", "0x2/0xffffffff", "0x0/0x1"})));
    return out;
  }
  std::string packet() {
    const bool forward = below(3) == 0;
    std::string text = fmt::format("{} 10.0.{}.9:4000 -> 10.1.0.{}:{} in eth{}", pick({"tcp", "tcp", "udp"}), below(4), below(4), 19 + below(7), below(2));
    if (forward) text += " out eth2";
    return text;
  }

 private:
  std::mt19937 random_;
};

std::string together(const std::vector<std::string>& marks, const std::vector<std::string>& lines, const char* policy) {
  std::string text = "*mangle\n:PREROUTING ACCEPT [0:0]\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n";
  for (const std::string& line : marks) text += line + "\n";
  text += fmt::format("COMMIT\n*filter\n:INPUT {} [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n:one - [0:0]\n", policy);
  for (const std::string& line : lines) text += line + "\n";
  return text + "-A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT\nCOMMIT\n";
}

}  // namespace

TEST_CASE("random rulesets: no difference means none, and each class is one") {
  unsigned same = 0, classes = 0, differing = 0;
  for (unsigned seed = 0; seed < 150; ++seed) {
    Generator g(seed);
    const auto marks = g.marks();
    auto lines = g.lines();
    const std::string before = together(marks, lines, "DROP");
    for (unsigned edits = 1 + g.below(2); edits > 0; --edits) {
      const auto at = [&] { return static_cast<std::ptrdiff_t>(g.below(static_cast<unsigned>(lines.size()))); };
      switch (g.below(4)) {
        case 0: lines.insert(lines.begin() + at(), fmt::format("-A INPUT {}-j {}", g.rule(), g.pick({"ACCEPT", "DROP", "one"}))); break;
        case 1: lines.erase(lines.begin() + at()); break;
        default: std::swap(lines[static_cast<std::size_t>(at())], lines[static_cast<std::size_t>(at())]); break;
      }
      if (lines.empty()) lines.emplace_back("-A INPUT -j ACCEPT");
    }
    const std::string after = together(g.below(4) == 0 ? g.marks() : marks, lines, g.below(8) == 0 ? "ACCEPT" : "DROP");
    const Ruleset old = read(before, "old"), now = read(after, "new");
    DiffOptions options;
    options.most_shown = 100;
    const Diff found = diff(old, now, nullptr, options);
    CAPTURE(before);
    CAPTURE(after);
    CHECK(found.undecided.empty());
    same += found.same();
    for (const DiffGroup& group : found.groups) {
      if (group.perhaps) CHECK(std::all_of(group.classes.begin(), group.classes.end(), [](const DiffClass& c) { return c.text.find("mark") != std::string::npos; }));
      for (const DiffClass& c : group.classes) {
        CAPTURE(c.text);
        // Whether a packet too short for its header is rejected or dropped shows in no answer.
        const bool cut = c.text.find("l4_len") != std::string::npos && group.was.find("REJECT") != group.now.find("REJECT");
        if (c.packet && !cut && !group.perhaps) CHECK_MESSAGE(c.confirmed, c.packet->question);
        ++classes;
      }
    }
    for (int i = 0; i < 12; ++i) {
      const Witness packet{.host = default_host(), .question = g.packet()};
      const bool differs = treated_differently(packet, old, now);
      differing += differs;
      if (differs) CHECK_MESSAGE(!found.groups.empty(), packet.question);
    }
  }
  std::printf("diff: 150 pairs, %u the same, %u classes, %u random packets that differ\n", same, classes, differing);
  CHECK(same >= 10);
  CHECK(differing >= 20);
}

TEST_CASE("packets that come with a mark are looked at where nothing else differs") {
  const std::string marked = filter("-A INPUT -i lo -m mark --mark 0x1 -j DROP\n-A INPUT -p tcp -j ACCEPT\n"), plain = filter("-A INPUT -p tcp -j ACCEPT\n");
  CHECK(differences(marked, marked) == "");
  CHECK(differences(marked, plain).find("perhaps filter/INPUT/1 dropped -> filter/INPUT/1 passed | input: tcp in lo, mark 0x1") == 0);
  // What sees that is said alone, without it.
  CHECK(differences(marked, filter("-A INPUT -p tcp -j DROP\n")).find("perhaps") == std::string::npos);
}

TEST_CASE("where the budget does not last, a few rules that change nothing are proved to, one after the other") {
  const DiffOptions none{.explore = {.budget = 0}};
  const std::string narrow = "-A INPUT -s 10.1.0.0/16 -j ACCEPT\n", wide = "-A INPUT -s 10.0.0.0/8 -j ACCEPT\n", lan = "-A INPUT -i eth1 -j ACCEPT\n";
  const auto decided = [&](const std::string& before, const std::string& after) { return differences(before, after, none).find("not decided") == std::string::npos; };
  CHECK(decided(filter(narrow + lan + wide), filter(lan + wide)));
  CHECK(decided(filter(lan + wide), filter(narrow + lan + wide)));
  CHECK(decided(filter(narrow + lan + wide), filter(lan + wide + narrow)));
  CHECK(!decided(filter(narrow + lan), filter(lan)));
  // Each changes nothing while the other is there.
  CHECK(!decided(filter(narrow + lan + narrow), filter(lan)));
  // The only rule for which connections are tracked.
  CHECK(!decided(filter("-A INPUT -m conntrack --ctstate NEW -j DROP\n-A INPUT -s 10.0.0.0/8 -j DROP\n"), filter("-A INPUT -s 10.0.0.0/8 -j DROP\n")));
}
