// Audits: every control on a good and a bad ruleset, and the rulesets that checks of text judge wrong.
#include <doctest/doctest.h>

#include <algorithm>
#include <optional>
#include <string>

#include "lint/audit.hh"
#include "parser/host_toml.hh"
#include "parser/parse.hh"

using namespace fwsim;

namespace {

struct Subject {
  std::optional<Ruleset> v4, v6;
  std::optional<Host> host;
  Settings settings;

  explicit Subject(const std::string& rules, const std::string& rules6 = "") {
    if (!rules.empty()) v4 = read(rules, Family::v4);
    if (!rules6.empty()) v6 = read(rules6, Family::v6);
  }
  static Ruleset read(const std::string& text, Family family) {
    Parsed parsed = parse_ruleset(text, {.file = family == Family::v4 ? "rules.v4" : "rules.v6", .family = family});
    for (const Diagnostic& d : parsed.diagnostics)
      if (d.severity == Severity::error) FAIL(to_text(d));
    return std::move(parsed.ruleset);
  }
  Subject& on(const std::string& toml) {
    HostText text = parse_host_toml(toml, "host.toml", [](const std::string&) { return std::nullopt; });
    for (const Diagnostic& d : text.diagnostics) FAIL(to_text(d));
    host = std::move(text.host);
    return *this;
  }
  Subject& outside(std::string_view device) {
    settings.site.external.push_back({name_word(device), all_ones});
    return *this;
  }

  // All profiles, or of them this control alone.
  std::vector<Audit> audits(std::string_view id = "") const {
    std::vector<const Profile*> profiles;
    static Profile alone;
    for (const Profile* p : all_profiles()) {
      if (id.empty()) profiles.push_back(p);
      for (const Control& c : p->controls)
        if (c.id == id) alone = {.name = p->name, .title = p->title, .controls = {&c, 1}};
    }
    if (!id.empty()) profiles = {&alone};
    std::vector<AuditedRuleset> rulesets;
    for (const auto* r : {&v4, &v6})
      if (*r) rulesets.push_back({&**r, &settings});
    return audit(rulesets, host ? &*host : nullptr, profiles);
  }
};

const AuditedControl& control(const std::vector<Audit>& audits, std::string_view id) {
  for (const Audit& audit : audits)
    for (const AuditedControl& c : audit.controls)
      if (c.control->id == id) return c;
  FAIL("there is no control " << id);
  std::abort();
}

std::string answer(const std::vector<Audit>& audits, std::string_view id) { return std::string(answer_name(control(audits, id).answer)); }

std::string answer(const Subject& subject, std::string_view id) { return answer(subject.audits(id), id); }

std::string evidence(const std::vector<Audit>& audits, std::string_view id) {
  std::string out;
  for (const auto& judged : control(audits, id).judged) {
    for (const std::string& why : judged.judgement.why) out += why + "\n";
    for (const Evidence& e : judged.judgement.evidence) out += e.text + "\n" + (e.packet.empty() ? "" : "packet: " + e.packet + "\n");
    for (const std::string& fix : judged.judgement.fix) out += fix + "\n";
  }
  return out;
}

std::string evidence(const Subject& subject, std::string_view id) { return evidence(subject.audits(id), id); }

bool says(const std::string& text, std::string_view what) { return text.find(what) != std::string::npos; }

std::string table(std::string_view policy, std::string_view rules) {
  std::string out = "*filter\n";
  for (const char* chain : {"INPUT", "FORWARD", "OUTPUT"}) out += ":" + std::string(chain) + " " + std::string(policy) + " [0:0]\n";
  return out + std::string(rules) + "COMMIT\n";
}

// What every control that rules can meet is met by.
const std::string good4 = table("DROP",
    "-A INPUT -i lo -j ACCEPT\n"
    "-A INPUT -s 127.0.0.0/8 -j DROP\n"
    "-A INPUT ! -i lo -s 10.0.0.0/8,100.64.0.0/10,169.254.0.0/16,172.16.0.0/12,192.0.0.0/16,192.168.0.0/16,198.0.0.0/8,240.0.0.0/4 -j DROP\n"
    "-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n"
    "-A INPUT -m conntrack --ctstate INVALID -j DROP\n"
    "-A INPUT -p tcp --dport 443 -m conntrack --ctstate NEW -j ACCEPT\n"
    "-A INPUT -m limit --limit 5/min -j LOG --log-prefix \"in: \"\n"
    "-A OUTPUT -o lo -j ACCEPT\n"
    "-A OUTPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n"
    "-A OUTPUT -p udp --dport 53 -m conntrack --ctstate NEW -j ACCEPT\n");
const std::string good6 = table("DROP",
    "-A INPUT -i lo -j ACCEPT\n"
    "-A INPUT -s ::1/128 -j DROP\n"
    "-A INPUT ! -i lo -s ::/8,100::/64,2001:db8::/32,fc00::/7,fec0::/10 ! -p ipv6-icmp -j DROP\n"
    "-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n"
    "-A INPUT -p ipv6-icmp --icmpv6-type 135 -j ACCEPT\n"
    "-A INPUT -p ipv6-icmp --icmpv6-type 136 -j ACCEPT\n"
    "-A INPUT -p tcp --dport 443 -m conntrack --ctstate NEW -j ACCEPT\n"
    "-A INPUT -m limit --limit 5/min -j LOG --log-prefix \"in: \"\n"
    "-A OUTPUT -o lo -j ACCEPT\n"
    "-A OUTPUT -p ipv6-icmp -j ACCEPT\n"
    "-A OUTPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n"
    "-A OUTPUT -p udp --dport 53 -m conntrack --ctstate NEW -j ACCEPT\n");
const std::string server =
    "routes = [\"default via 8.8.4.1 dev eth0\", \"default via fe80::1 dev eth0\"]\n"
    "[interfaces.eth0]\naddresses = [\"8.8.4.10/24\", \"2a00:1::10/64\"]\n"
    "[sysctl]\n\"net.ipv4.ip_forward\" = 0\n\"net.ipv6.conf.all.forwarding\" = 0\n"
    "\"net.ipv4.conf.all.accept_source_route\" = 0\n\"net.ipv6.conf.all.accept_source_route\" = 0\n"
    "[[sockets]]\nproto = \"tcp\"\nlocal = \"0.0.0.0:443\"\n"
    "[[sockets]]\nproto = \"tcp\"\nlocal = \"[::]:443\"\nv6only = true\n"
    "[[sockets]]\nproto = \"tcp\"\nlocal = \"127.0.0.1:5432\"\n";

}  // namespace

TEST_CASE("audit: a good server, in both families") {
  Subject s(good4, good6);
  s.on(server).outside("eth0");
  s.settings.site.open = {{.proto = 6, .ports = {{443, 443}}}};
  const auto audits = s.audits();
  REQUIRE(audits.size() == 3);
  for (const char* id : {"4.4.1.3", "4.4.2.1", "4.4.2.2", "4.4.2.3", "4.4.2.4", "4.4.3.1", "4.4.3.2", "4.4.3.3", "4.4.3.4", "1.2.5", "1.2.6", "1.3.1", "1.3.2",
                         "1.4.1", "1.4.2", "default-deny-in", "default-deny-out", "loopback-addresses", "unspecified-address", "directed-broadcast", "source-routing",
                         "icmp", "logging"}) {
    CAPTURE(id);
    CAPTURE(evidence(audits, id));
    CHECK(answer(audits, id) == "pass");
  }
  for (const char* id : {"1.4.5", "egress-filtering"}) CHECK(answer(audits, id) == "not applicable");
  for (const char* id : {"4.1.1", "4.4.1.1", "1.2.1", "1.2.8", "1.4.4"}) CHECK(answer(audits, id) == "cannot be told");
  CHECK(says(evidence(audits, "4.4.2.1"), "INPUT: new connections are let in only by filter/INPUT/13 (rules.v4:10)\n"));
  CHECK(says(evidence(audits, "4.4.2.4"), "tcp *:443: decided by filter/INPUT/13"));
}

TEST_CASE("audit: a bad server, in both families") {
  const std::string rules = table("ACCEPT", "-A INPUT -p tcp --dport 25 -j DROP\n-A INPUT -i lo -j DROP\n");
  Subject s(rules, rules);
  s.on(server).outside("eth0");
  s.settings.site.open = {{.proto = 6, .ports = {{443, 443}}}};
  const auto audits = s.audits();
  for (const char* id : {"4.4.2.1", "4.4.2.2", "4.4.2.4", "4.4.3.1", "4.4.3.2", "4.4.3.4", "1.2.5", "1.2.6", "1.3.1", "1.3.2", "1.4.1", "1.4.2", "1.4.3",
                         "default-deny-in", "default-deny-out", "spoofed-sources", "loopback-addresses", "directed-broadcast", "logging"}) {
    CAPTURE(id);
    CAPTURE(evidence(audits, id));
    CHECK(answer(audits, id) == "fail");
    for (const auto& judged : control(audits, id).judged)
      if (judged.judgement.answer == Judgement::Answer::fail) CHECK_FALSE(judged.judgement.why.empty());
  }
  CHECK(says(evidence(audits, "1.2.6"), "packet: tcp "));
  CHECK(says(evidence(audits, "1.2.6"), ":21 in eth0 syn\n"));
  CHECK(says(evidence(audits, "4.4.3.1"), "ip6tables -P INPUT DROP\n"));
}

TEST_CASE("audit judges a default on packets: a chain that ends in DROP denies, a policy behind ACCEPT does not") {
  const std::string ends = "-A INPUT -i lo -j ACCEPT\n-A INPUT -p tcp --dport 22 -j ACCEPT\n-A INPUT -j DROP\n-A FORWARD -j REJECT\n-A OUTPUT -o lo -j ACCEPT\n-A OUTPUT -j DROP\n";
  const Subject good(table("ACCEPT", ends));
  CHECK(answer(good, "4.4.2.1") == "pass");
  CHECK(answer(Subject("", table("ACCEPT", ends)), "4.4.3.1") == "pass");
  const Subject bad(table("DROP", "-A INPUT -j ACCEPT\n-A INPUT -j DROP\n"));
  CHECK(answer(bad, "4.4.2.1") == "fail");
  CHECK(says(evidence(bad, "4.4.2.1"), "INPUT: filter/INPUT/1 (rules.v4:5) passes new connections from anywhere to every port\npacket: "));
  CHECK(says(evidence(bad, "4.4.2.1"), "iptables -D INPUT 1\n"));
  // One protocol of many, and what the others do; a limit, a set, an owner.
  CHECK(answer(Subject(table("ACCEPT", "-A INPUT -p tcp -j DROP\n-A INPUT -p udp -j DROP\n-A FORWARD -j DROP\n-A OUTPUT -j DROP\n")), "4.4.2.1") == "fail");
  CHECK(answer(Subject(table("DROP", "-A INPUT -m set --match-set admins src -j ACCEPT\n")), "4.4.2.1") == "pass");
  CHECK(answer(Subject(table("DROP", "-A OUTPUT -m owner --uid-owner 0 -j ACCEPT\n")), "4.4.2.1") == "pass");
  CHECK(answer(Subject(table("DROP", "-A INPUT -p tcp -j ACCEPT\n")), "1.3.1") == "fail");
  CHECK(answer(Subject(table("ACCEPT", "")), "1.3.2") == "fail");
}

TEST_CASE("audit: a device that nobody called outside") {
  Subject s(table("DROP", "-A INPUT -i eth1 -j ACCEPT\n"));
  CHECK(answer(s, "1.3.1") == "cannot be told");
  CHECK(says(evidence(s, "1.3.1"), "filter/INPUT/1 (rules.v4:5) passes everything that comes by eth1, and whether that is outside nobody said"));
  CHECK(answer(s.outside("eth0"), "1.3.1") == "pass");
  CHECK(answer(s.outside("eth1"), "1.3.1") == "fail");
}

TEST_CASE("audit of loopback: in any spelling, and in order") {
  const auto loopback = [](const std::string& rules, Family family = Family::v4) {
    const std::string text = table("DROP", rules + "-A OUTPUT -o lo -j ACCEPT\n-A INPUT -p tcp --dport 22 -j ACCEPT\n");
    return family == Family::v4 ? answer(Subject(text), "4.4.2.2") : answer(Subject("", text), "4.4.3.2");
  };
  CHECK(loopback("-A INPUT -i lo -j ACCEPT\n-A INPUT -s 127.0.0.0/8 -j DROP\n") == "pass");
  CHECK(loopback("-A INPUT ! -i lo -s 127.0.0.0/8 -j DROP\n-A INPUT -i lo -j ACCEPT\n") == "pass");
  CHECK(loopback("-A INPUT -i lo -j ACCEPT\n-A INPUT -m iprange --src-range 127.0.0.0-127.255.255.255 -j REJECT\n") == "pass");
  CHECK(loopback("-A INPUT -s 127.0.0.0/8 -j DROP\n-A INPUT -i lo -j ACCEPT\n") == "fail");
  CHECK(loopback("-A INPUT -i lo -j ACCEPT\n") == "fail");
  CHECK(loopback("-A INPUT -i lo -j ACCEPT\n-A INPUT -s 127.0.0.0/9 -j DROP\n") == "fail");
  CHECK(loopback("-A INPUT -i lo -j ACCEPT\n-A INPUT -s ::1 -j DROP\n", Family::v6) == "pass");
  CHECK(loopback("-A INPUT -s ::1 -j DROP\n-A INPUT -i lo -j ACCEPT\n", Family::v6) == "fail");
  CHECK(loopback("-A INPUT -i lo -j ACCEPT\n", Family::v6) == "fail");
  const std::string text = table("DROP", "-A INPUT -i lo -j ACCEPT\n-A OUTPUT -o lo -j ACCEPT\n-A INPUT -p tcp --dport 22 -j ACCEPT\n");
  CHECK(says(evidence(Subject(text), "4.4.2.2"), "the kernel itself drops them while net.ipv4.conf.all.route_localnet is 0, so none gets in"));
  Subject open(text);
  open.on("[interfaces.eth0]\naddresses = [\"8.8.4.10/24\"]\n[sysctl]\n\"net.ipv4.conf.all.route_localnet\" = 1\n");
  CHECK(says(evidence(open, "4.4.2.2"), "and the kernel does not stop them\npacket: tcp 127."));
}

TEST_CASE("audit of open ports: 2222 is not 22") {
  const std::string rules = table("DROP", "-A INPUT -i lo -j ACCEPT\n-A INPUT -s 224.0.0.0/4 -j DROP\n-A INPUT -p tcp --dport 2222 -j ACCEPT\n-A INPUT -j DROP\n");
  const auto host = [](const std::string& local, const std::string& more = "") {
    return "[interfaces.eth0]\naddresses = [\"8.8.4.10/24\", \"2a00:1::10/64\"]\n[[sockets]]\nproto = \"tcp\"\nlocal = \"" + local + "\"\n" + more;
  };
  Subject s(rules);
  CHECK(answer(s, "4.4.2.4") == "cannot be told");
  CHECK(answer(s.on(host("0.0.0.0:2222")), "4.4.2.4") == "pass");
  CHECK(answer(s.on(host("127.0.0.1:22")), "4.4.2.4") == "pass");
  CHECK(answer(s.on(host("0.0.0.0:22")), "4.4.2.4") == "fail");
  CHECK(says(evidence(s, "4.4.2.4"), "tcp *:22: nothing but filter/INPUT/4 (rules.v4:8) decides, and new connections are dropped\npacket: tcp "));
  CHECK(answer(s.on(host("[::]:22")), "4.4.2.4") == "fail");                     // takes IPv4 too
  CHECK(answer(s.on(host("[::]:22", "v6only = true\n")), "4.4.2.4") == "pass");
  Subject six("", table("DROP", "-A INPUT -p tcp --dport 2222 -j ACCEPT\n"));
  CHECK(answer(six.on(host("[::]:2222")), "4.4.3.4") == "pass");
  CHECK(answer(six.on(host("[::]:22")), "4.4.3.4") == "fail");
}

TEST_CASE("audit: answers come back, and nothing else does") {
  const auto answers = [](const std::string& in) { return answer(Subject(table("DROP", in + "-A OUTPUT -p tcp --dport 443 -m conntrack --ctstate NEW,ESTABLISHED -j ACCEPT\n")), "4.4.2.3"); };
  CHECK(answers("-A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT\n") == "pass");
  CHECK(answers("-A INPUT -p tcp --sport 443 -m conntrack --ctstate ESTABLISHED -j ACCEPT\n") == "pass");
  CHECK(answers("-A INPUT -p tcp --sport 80 -m conntrack --ctstate ESTABLISHED -j ACCEPT\n") == "fail");
  CHECK(answers("-A INPUT -p udp -m conntrack --ctstate ESTABLISHED -j ACCEPT\n") == "fail");
  const auto stateful = [](const std::string& in) { return answer(Subject(table("DROP", in)), "1.4.2"); };
  CHECK(stateful("-A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT\n-A INPUT -p tcp --dport 443 -j ACCEPT\n") == "pass");
  CHECK(stateful("-A INPUT -p udp --sport 53 -j ACCEPT\n") == "fail");
  CHECK(stateful("-A INPUT -p tcp ! --syn -j ACCEPT\n") == "fail");
  CHECK(stateful("-A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT\n-A INPUT -p tcp ! --syn -j ACCEPT\n") == "fail");
}

TEST_CASE("audit of a gateway: sources, and addresses that leave") {
  const std::string host =
      "routes = [\"default via 8.8.4.1 dev eth0\"]\n[interfaces.eth0]\naddresses = [\"8.8.4.10/24\"]\n[interfaces.eth1]\naddresses = [\"10.0.1.1/24\"]\n"
      "[sysctl]\n\"net.ipv4.ip_forward\" = 1\n";
  const std::string nat = "*nat\n-A POSTROUTING -s 10.0.1.0/24 -o eth0 -j MASQUERADE\nCOMMIT\n";
  const std::string forward = "-A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT\n-A FORWARD -s 10.0.1.0/24 -i eth1 -o eth0 -j ACCEPT\n";
  const auto good = Subject(nat + table("DROP", forward)).on(host).audits();
  for (const char* id : {"1.4.3", "1.4.5", "spoofed-sources", "egress-filtering"}) {
    CAPTURE(evidence(good, id));
    CHECK(answer(good, id) == "pass");
  }
  CHECK(says(evidence(good, "1.4.5"), "gets another source"));
  const auto bad = Subject(table("DROP", forward + "-A FORWARD -i eth1 -o eth0 -j ACCEPT\n-A INPUT -p tcp --dport 22 -j ACCEPT\n")).on(host).audits();
  for (const char* id : {"1.4.3", "1.4.5", "egress-filtering"}) CHECK(answer(bad, id) == "fail");
  CHECK(says(evidence(bad, "1.4.3"), "an address of inside (10.0.1.0/24) as source\npacket: tcp 10.0.1."));
  // The kernel's reverse path filter does it too.
  const auto filtered = Subject(table("DROP", "-A INPUT -s 10.0.1.0/24 -p tcp --dport 22 -j ACCEPT\n")).on(host + "\"net.ipv4.conf.all.rp_filter\" = 1\n");
  CAPTURE(evidence(filtered, "1.4.3"));
  CHECK(answer(filtered, "1.4.3") == "pass");
  CHECK(answer(Subject(table("DROP", forward)), "1.4.3") == "cannot be told");
}

TEST_CASE("audit: two utilities, ICMP, logs") {
  const std::string ufw = ":ufw-before-input - [0:0]\n", firewalld = ":INPUT_direct - [0:0]\n:INPUT_ZONES - [0:0]\n:IN_public - [0:0]\n";
  CHECK(answer(Subject("*filter\n" + ufw + "COMMIT\n"), "4.1.1") == "cannot be told");
  CHECK(answer(Subject("*filter\n" + ufw + "COMMIT\n"), "4.4.1.3") == "fail");
  CHECK(answer(Subject("*filter\n" + ufw + firewalld + "COMMIT\n"), "4.1.1") == "fail");
  const auto icmp = [](const std::string& in) { return answer(Subject(table("DROP", in)), "icmp"); };
  CHECK(icmp("-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n") == "pass");
  CHECK(icmp("-A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT\n") == "fail");
  CHECK(icmp("-A INPUT -p icmp -j ACCEPT\n") == "fail");
  const auto logs = [](const std::string& in) { return answer(Subject(table("DROP", in)), "logging"); };
  CHECK(logs("-A INPUT -j LOG\n") == "pass");
  CHECK(logs("-A INPUT -m limit --limit 5/min -j LOG\n") == "pass");
  CHECK(logs("-A INPUT -p tcp -j LOG\n") == "fail");
  CHECK(logs("-A INPUT -j DROP\n-A INPUT -j LOG\n") == "fail");
}

TEST_CASE("audit: what IPv6 is not there for") {
  Subject s(good4);
  CHECK(answer(s, "4.4.3.1") == "cannot be told");
  s.on("[interfaces.eth0]\naddresses = [\"8.8.4.10/24\"]\n[sysctl]\n\"net.ipv6.conf.all.disable_ipv6\" = 1\n");
  CHECK(answer(s, "4.4.3.1") == "not applicable");
}

TEST_CASE("audit: profiles are complete") {
  for (const Profile* profile : all_profiles()) {
    CHECK_FALSE(profile->title.empty());
    for (const Control& c : profile->controls) {
      CAPTURE(c.id);
      CHECK_FALSE(c.title.empty());
      REQUIRE(c.question != nullptr);
      CHECK((c.question->judge != nullptr));
      CHECK(std::count_if(profile->controls.begin(), profile->controls.end(), [&](const Control& other) { return other.id == c.id; }) == 1);
    }
  }
}
