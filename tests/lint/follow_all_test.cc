// Sets of packets through several firewalls: each class is what the simulator does with a packet of it, and random packets of the
// question fare as their class says.
#include "lint/network/follow_all.hh"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <fstream>
#include <iterator>
#include <random>

#include "lint/network/answers_back.hh"
#include "parser/host_toml.hh"
#include "parser/parse.hh"
#include "parser/topology.hh"
#include "simulator/sources/question.hh"

using namespace fwsim;

namespace {

const char* const forwarding = "[sysctl]\n\"net.ipv4.ip_forward\" = 1\n\"net.ipv6.conf.all.forwarding\" = 1\n";

struct Net {
  std::vector<std::unique_ptr<Ruleset>> rulesets;
  Topology topology;
  std::vector<NetworkMember> members;
  Family family = Family::v4;

  void add(const std::string& host, const std::string& rules, Family of = Family::v4, const std::string& sysctl = forwarding) {
    HostText text = parse_host_toml(host + sysctl, "host.toml", [](const std::string&) { return std::nullopt; });
    REQUIRE(text.diagnostics.empty());
    NetworkMember member{.host = std::move(text.host)};
    family = of;
    if (!rules.empty()) {
      Parsed parsed = parse_ruleset(rules, {.file = "r", .family = of});
      REQUIRE(!has_errors(parsed.diagnostics));
      rulesets.push_back(std::make_unique<Ruleset>(std::move(parsed.ruleset)));
      (of == Family::v4 ? member.v4 : member.v6) = rulesets.back().get();
    }
    members.push_back(std::move(member));
  }
  void join(const std::string& links) {
    std::string hosts;
    for (std::size_t i = 0; i < members.size(); ++i) hosts += fmt::format("[hosts.r{}]\nhost = \"x\"\n", i + 1);
    TopologyText text = parse_topology(hosts + links, "net.toml");
    REQUIRE(text.diagnostics.empty());
    topology = std::move(text.topology);
  }

  PathRange ask(const std::string& question, std::optional<PathPlace> from = {}) const {
    QuestionFault fault;
    const auto traffic = read_traffic(question, fault);
    REQUIRE_MESSAGE(traffic, fault.text);
    return follow_all({topology, members, from}, family, *traffic);
  }
};

std::string filter(const std::string& rules) { return "*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n" + rules + "COMMIT\n"; }
const std::string known = "-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n";
std::string device(const char* name, const std::string& address) { return fmt::format("[interfaces.{}]\naddresses = [\"{}\"]\n", name, address); }

// lan 10.1.0.0/24 - r1 - 10.12.0.0/24 - r2 - 10.23.0.0/24 - r3 - far 10.3.0.0/24; rules of each, routes of the middle one.
Net row(const std::string& one, const std::string& two, const std::string& three = {},
        const std::string& routes = "[\"10.1.0.0/24 via 10.12.0.1\", \"10.3.0.0/24 via 10.23.0.3\"]", const std::string& links = {}) {
  Net net;
  net.add("routes = [\"default via 10.12.0.2 dev e1\"]\n" + device("e0", "10.1.0.1/24") + device("e1", "10.12.0.1/24"), one);
  net.add("routes = " + routes + "\n" + device("e0", "10.12.0.2/24") + device("e1", "10.23.0.2/24"), two);
  net.add("routes = [\"default via 10.23.0.2 dev e0\"]\n" + device("e0", "10.23.0.3/24") + device("e1", "10.3.0.1/24"), three);
  net.join("[links.lan]\nends = [\"r1:e0\"]\n[links.ab]\nends = [\"r1:e1\", \"r2:e0\"]\ngateway = \"10.12.0.1\"\n[links.bc]\nends = [\"r2:e1\", \"r3:e0\"]\ngateway = \"10.23.0.2\"\n"
           "[links.far]\nends = [\"r3:e1\"]\n" + links);
  return net;
}

const char* end_name(LegEnd end) {
  constexpr const char* names[] = {"host", "system", "outside", "stopped", "lost", "unknown"};
  return names[static_cast<std::size_t>(end)];
}

// "some; system r1>r2>r3: [to any port 22]; stopped r1 filter/FORWARD/policy: ...", with ! where no packet was shown, ? where it may be.
std::string told(const PathRange& range) {
  std::string out(share_name(range.share));
  for (const PathClass& c : range.classes) {
    out += fmt::format("; {}{}{} ", c.may ? "?" : "", end_name(c.end), c.packet.empty() ? "!" : "");
    for (std::size_t i = 0; i < c.hops.size(); ++i) out += fmt::format("{}r{}", i > 0 ? ">" : "", c.hops[i].host + 1);
    if (!c.arrives() && !c.hops.empty() && !c.hops.back().place.name.empty()) out += " " + c.hops.back().place.name;
    if (!c.why.empty()) out += " (" + c.why + ")";
    for (const RangeHop& hop : c.hops)
      for (const RangeTranslation& t : hop.translations) out += fmt::format(" {}={}", t.source ? "source" : "destination", t.to);
    out += ":";
    for (const PieceText& piece : c.pieces) out += " [" + piece.text + "]";
    if (c.arrives() && !c.all_answered) out += fmt::format(" {}/{} answers", c.answered, c.tried);
  }
  return out;
}

const std::string http = known + "-A FORWARD -i e0 -p tcp -m tcp --dport 80 -j ACCEPT\n";

}  // namespace

TEST_CASE("a set of packets: all, none, some by the rule of each host") {
  const Net net = row(filter(known + "-A FORWARD -i e0 -p tcp -m multiport --dports 22,80 -j ACCEPT\n"), filter(http));
  CHECK(told(net.ask("tcp 10.1.0.8/29 -> 10.3.0.8/29:80")) == "all; system r1>r2>r3: [all of them]");
  CHECK(told(net.ask("udp 10.1.0.8/29 -> 10.3.0.8/29")) == "none; stopped r1 filter/FORWARD/policy: [all of them]");
  CHECK(told(net.ask("tcp 10.1.0.8/29 -> 10.3.0.8/29:1-100")) ==
        "some; system r1>r2>r3: [to any port 80]; stopped r1 filter/FORWARD/policy: [to any port all but 22, 80]; "
        "stopped r1>r2 filter/FORWARD/policy: [to any port 22]");
  CHECK(told(net.ask("tcp 10.1.0.8/29 -> 10.1.0.1:22")) == "none; stopped r1 filter/INPUT/policy: [all of them]");
  CHECK(told(net.ask("tcp 10.1.0.8/29 -> 10.1.0.128/26")) == "all; system : [all of them]");
}

TEST_CASE("a set of packets: translated on the way") {
  const std::string nat = "*nat\n:PREROUTING ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n-A PREROUTING -d 10.12.0.77/32 -p tcp -m tcp --dport 80 -j DNAT --to-destination 10.3.0.80:8080\n"
                          "-A POSTROUTING -o e1 -j MASQUERADE\nCOMMIT\n";
  const Net net = row(nat, filter(known + "-A FORWARD -s 10.12.0.1/32 -p tcp -j ACCEPT\n"), filter(known + "-A FORWARD -p tcp -m tcp --dport 8080 -j ACCEPT\n"));
  CHECK(told(net.ask("tcp 10.1.0.8/29 -> 10.12.0.77:80-81")) ==
        "all; system r1 source=10.12.0.1: [to any port 81]; system r1>r2>r3 destination=10.3.0.80:8080 source=10.12.0.1: [to any port 80]");
  CHECK(told(net.ask("udp 10.1.0.8/29 -> 10.3.0.9:53")) == "none; stopped r1>r2 filter/FORWARD/policy source=10.12.0.1: [all of them]");
  const Net snat = row("*nat\n:POSTROUTING ACCEPT [0:0]\n-A POSTROUTING -s 10.1.0.0/28 -j SNAT --to-source 10.12.0.5-10.12.0.9\nCOMMIT\n",
                       filter("-A FORWARD -s 10.12.0.5/32 -j ACCEPT\n-A FORWARD -s 10.1.0.0/24 -j ACCEPT\n"));
  // Which of the addresses the kernel takes is its choice.
  CHECK(told(snat.ask("udp 10.1.0.8 -> 10.3.0.9:53,54")).starts_with("may; ?system"));
}

TEST_CASE("a set of packets: lost, going round, without a route") {
  CHECK(told(row("", "", "", "[\"10.1.0.0/24 via 10.12.0.1\", \"10.3.0.0/24 via 10.23.0.9\"]").ask("tcp 10.1.0.8/29 -> 10.3.0.8/29")) ==
        "none; lost r1>r2 (nobody on bc has the next hop 10.23.0.9): [all of them]");
  CHECK(told(row("", "", "", "[\"10.1.0.0/24 via 10.12.0.1\", \"default via 10.12.0.1\"]").ask("tcp 10.1.0.8/29 -> 10.3.0.8/29")) ==
        "none; stopped r1>r2>r1 (its TTL runs out): [all of them]");
  CHECK(told(row("", "").ask("ping 10.1.0.8/29 -> 10.3.0.8-10.4.0.1")) ==
        "some; system r1>r2>r3: [to 10.3.0.8-10.3.0.254]; host r1>r2>r3: [to 10.3.0.255]; "
        "stopped r1>r2 (no route to the destination): [to 10.3.1.0-10.4.0.1]");
}

TEST_CASE("a set of packets: what cannot be told may be") {
  const Net net = row(filter(known + "-A FORWARD -p tcp -m string --string abc --algo bm -j DROP\n-A FORWARD -p udp -m limit --limit 1/s -j ACCEPT\n-A FORWARD -p tcp -j ACCEPT\n"), "");
  CHECK(told(net.ask("tcp 10.1.0.8/29 -> 10.3.0.8/29")).starts_with("may; "));
  CHECK(told(net.ask("udp 10.1.0.8/29 -> 10.3.0.8/29")).starts_with("may; "));
  CHECK(told(row("", "", "", "[\"10.1.0.0/24 via 10.12.0.1\", \"10.3.0.0/24 nexthop via 10.23.0.3 nexthop via 10.12.0.1\"]").ask("tcp 10.1.0.8/29 -> 10.3.0.8/29"))
            .starts_with("may; unknown r1>r2 (has several next hops"));
}

TEST_CASE("a set of packets from two links, from outside and from a host") {
  const Net net = row(filter(known + "-A FORWARD -i e0 -j ACCEPT\n"), "", "");
  CHECK(told(net.ask("tcp 10.1.0.8/29,10.3.0.8/29 -> 10.23.0.9:80")) == "all; system r1>r2: [from 10.1.0.8/29]; system r3: [from 10.3.0.8/29] 2/2 answers");
  CHECK(told(net.ask("tcp 10.1.0.1 -> 10.3.0.0/28:80")) ==
        "all; system r1>r2>r3: [to all but 10.3.0.1] 0/2 answers; host r1>r2>r3: [to 10.3.0.1] 0/1 answers");   // r1 drops what comes in
  CHECK(told(net.ask("tcp 192.0.2.0/24 -> 10.3.0.9:80")) ==
        "may; unknown  (where do they come from? the source is on no link, and none is outside; --from HOST or LINK says it): [all of them]");
  CHECK(told(net.ask("tcp 192.0.2.0/24 -> 10.3.0.9:80", PathPlace{.link = 0})) == "all; system r1>r2>r3: [all of them] 0/2 answers");
}

TEST_CASE("a set of packets: IPv6") {
  Net net;
  net.add("routes6 = [\"default via 2001:db8:12::2 dev e1\"]\n" + device("e0", "2001:db8:1::1/64") + device("e1", "2001:db8:12::1/64"), "", Family::v6);
  net.add("routes6 = [\"2001:db8:1::/64 via 2001:db8:12::1 dev e0\"]\n" + device("e0", "2001:db8:12::2/64") + device("e1",
          "2001:db8:3::1/64"), filter(http), Family::v6);
  net.join("[links.lan]\nends = [\"r1:e0\"]\n[links.ab]\nends = [\"r1:e1\", \"r2:e0\"]\n[links.far]\nends = [\"r2:e1\"]\n");
  CHECK(told(net.ask("tcp 2001:db8:1::100/120 -> [2001:db8:3::100/120]:80-81")) ==
        "some; system r1>r2: [to any port 80]; stopped r1>r2 filter/FORWARD/policy: [to any port 81]");
}

namespace {

// Whether the simulator did with the packet what the class says.
bool same_way(const PathClass& c, const PathLeg& leg) {
  if (leg.end != c.end || leg.hops.size() < c.hops.size() || (!c.loop && leg.hops.size() != c.hops.size())) return false;
  for (std::size_t i = 0; i < c.hops.size(); ++i) {
    const PathHop& shown = leg.hops[i];
    if (shown.host != c.hops[i].host) return false;
    if (!c.hops[i].place.name.empty() && (!shown.result.decided_by || shown.result.decided_by->name() != c.hops[i].place.name)) return false;
  }
  return true;
}

// The packet of a single question, followed in a network that remembers nothing.
PathAnswer followed(const Net& net, const std::string& text, PathPlace from) {
  QuestionFault fault;
  auto question = read_question(text, fault);
  REQUIRE(question);
  Internetwork fresh(net.topology, net.members);
  question->packet.time = 1'700'000'000'000'000'000;
  question->packet.number = 1;
  return follow(fresh, question->packet, from);
}

// All flights of a question, with the packets that they are about.
class Followed {
 public:
  Followed(const Net& net, const std::string& question, PathPlace from)
      : net_(net.topology, net.members), pred_(asked(*traffic(question), net.family, false)), rules_(net_, net.family, pred_), flights_(rules_) {
    std::vector<Piece> pieces;
    std::vector<Box> before;
    for (const Box& box : lower(rules_.space(), pred_).boxes) {
      Piece piece = whole(rules_.space());
      REQUIRE(narrow(piece, box));
      for (Piece& part : subtract(piece, before)) pieces.push_back(std::move(part));
      before.push_back(box);
    }
    CHECK(flights_.follow(from, pieces, [&](const RangeFlight& flight) {
      PathClass c{.end = flight.end, .loop = flight.loop, .may = flight.may, .all_answered = answers_come_back(rules_, flight)};
      for (const Stay* stay : flight.stays()) c.hops.push_back(stay->hop);
      list_.emplace_back(std::move(c), flights_.origins(flight, 1U << 16));
    }));
  }

  // Those that hold the packet: what they say of it.
  std::vector<PathClass> about(const Packet& packet) const {
    std::vector<PathClass> out;
    for (const auto& [c, pieces] : list_)
      if (std::any_of(pieces.begin(), pieces.end(), [&](const Piece& piece) { return holds(piece, packet); })) out.push_back(c);
    return out;
  }

 private:
  static std::optional<Traffic> traffic(const std::string& question) {
    QuestionFault fault;
    return read_traffic(question, fault);
  }

  bool holds(const Piece& piece, const Packet& packet) const {
    const Space& space = rules_.space();
    for (Var v = 0; v < piece.size(); ++v)
      if (const Field field = space[v].field; Flights::is_carried(field) && packet.fields.has(field) && !piece[v].contains(space.atom_of(v, packet.fields.get(field)))) return false;
    return true;
  }

  Internetwork net_;
  Pred pred_;
  JointRules rules_;
  Flights flights_;
  std::vector<std::pair<PathClass, std::vector<Piece>>> list_;
};

// Whether one of the classes of the range, and of the range that is this packet alone, is what the simulator does with it.
struct Told {
  bool sure = false, proved = false;
};
Told agree(const Net& net, const PathRange& range, const Followed& flights, const std::string& text, PathPlace from) {
  CAPTURE(text);
  const PathAnswer answer = followed(net, text, from);
  const PathLeg& leg = answer.there;
  const PathRange alone = net.ask(text, from);
  REQUIRE(!alone.classes.empty());
  Told out{.sure = alone.classes.size() == 1 && !alone.classes[0].may && alone.classes[0].end != LegEnd::unknown};
  const auto among = [&](const PathRange& all) {
    return std::any_of(all.classes.begin(), all.classes.end(), [&](const PathClass& c) { return c.end == LegEnd::unknown || same_way(c, leg); });
  };
  CHECK_MESSAGE(among(alone), told(alone));
  CHECK_MESSAGE(among(range), told(range));
  if (out.sure) CHECK_MESSAGE(same_way(alone.classes[0], leg), told(alone));
  // What is said for certain of packets among which is this one.
  bool said = false;
  for (const PathClass& c : flights.about(leg.packet)) {
    if (!c.may && c.end != LegEnd::unknown) CHECK_MESSAGE(same_way(c, leg), told({.classes = {c}}));
    said = said || c.end == LegEnd::unknown || same_way(c, leg);
    if (!c.may && c.all_answered) {
      CHECK((answer.outcome == PathAnswer::Outcome::both_ways || answer.outcome == PathAnswer::Outcome::one_way));
      out.proved = true;
    }
  }
  CHECK(said);
  if (range.share == Share::all) CHECK(leg.ended_well());
  if (range.share == Share::none) CHECK(!leg.ended_well());
  return out;
}

// Rules of the row; `odd`: also such as what packets say does not decide.
std::string random_rules(std::mt19937& random, bool odd) {
  const auto pick = [&](std::initializer_list<const char*> list) { return std::string(*(list.begin() +
          std::uniform_int_distribution<std::size_t>(0, list.size() - 1)(random))); };
  std::string rules = "*raw\n:PREROUTING ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n";
  if (random() % 4 == 0) rules += "-A PREROUTING -p udp -m udp --dport 22 -j " + pick({"NOTRACK", "DROP"}) + "\n";
  if (odd) rules += "COMMIT\n*mangle\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING" + pick({" -s 10.1.0.8/30", " -i e0"}) + " -j MARK --set-xmark " +
          pick({"0x1/0x1", "0x3/0xffffffff"}) + "\n";
  rules += "COMMIT\n*nat\n:PREROUTING ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n";
  if (random() % 2)
    rules += "-A PREROUTING -d " + pick({"10.3.0.8/30", "10.12.0.8/29"}) + " -p tcp -m tcp --dport 20:22 -j " +
             pick({"DNAT --to-destination 10.3.0.9:25", "DNAT --to-destination 10.23.0.7", "DNAT --to-destination 10.1.0.9", "REDIRECT --to-ports 25"}) + "\n";
  if (odd && random() % 2) rules += "-A OUTPUT -d 10.3.0.8/30 -p tcp -j DNAT --to-destination 10.12.0.9\n";
  if (random() % 2) rules += "-A POSTROUTING -s " + pick({"10.1.0.8/30", "10.1.0.0/24"}) + " -o " + pick({"e0", "e1"}) + " -j " +
          pick({"MASQUERADE", "SNAT --to-source 10.12.0.1", "SNAT --to-source 10.12.0.40-10.12.0.47"}) + "\n";
  rules += "COMMIT\n*filter\n:INPUT " + pick({"ACCEPT", "DROP"}) + " [0:0]\n:FORWARD " + pick({"ACCEPT", "DROP"}) + " [0:0]\n:OUTPUT " +
          pick({"ACCEPT", "ACCEPT", "DROP"}) + " [0:0]\n:web - [0:0]\n";
  rules += "-A web -s " + pick({"10.1.0.8/31", "10.12.0.1", "10.12.0.40/30"}) + " -j " + pick({"RETURN", "DROP"}) + "\n-A web -p udp -j " +
          pick({"ACCEPT", "REJECT"}) + "\n";
  if (random() % 2) rules += "-A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT\n-A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT\n";
  if (odd)
    rules += "-A FORWARD " + pick({"-m limit --limit 1/s", "-m mark --mark 0x1/0x1", "-m string --string ab --algo bm", "-m ttl --ttl-lt 63",
            "-m statistic --mode random --probability 0.5",
                                   "-m addrtype --dst-type LOCAL", "-m conntrack --ctstate INVALID,UNTRACKED",
                                           "-m mac --mac-source 02:00:00:00:00:01"}) + " -j " + pick({"ACCEPT", "DROP", "NFQUEUE"}) + "\n";
  for (auto n = random() % 6; n > 0; --n)
    rules += "-A " + pick({"FORWARD -i e0", "FORWARD -i e1", "FORWARD", "INPUT", "OUTPUT"}) + pick({"", " -s 10.1.0.10/31", " -s 10.12.0.1/32", " -d 10.3.0.8/30"}) +
             pick({" -p tcp -m tcp --dport 21:23", " -p udp -m udp --dport 22", " -p tcp", ""}) + " -j " + pick({"ACCEPT", "DROP", "web"}) + "\n";
  return rules + "COMMIT\n";
}

}  // namespace

TEST_CASE("random packets of a question fare as one of its classes says") {
  std::mt19937 random(7);
  const auto number = [&](unsigned low, unsigned high) { return std::uniform_int_distribution<unsigned>(low, high)(random); };
  unsigned count[2] = {}, sure[2] = {}, proved[2] = {};
  for (unsigned round = 0; round < 30; ++round) {
    const bool odd = round % 2 != 0;
    const std::string one = random_rules(random, odd), two = random_rules(random, odd), three = random() % 2 ? random_rules(random, odd) : "";
    const Net net = row(one, two, three, random() % 4 ? "[\"10.1.0.0/24 via 10.12.0.1\", \"10.3.0.0/24 via 10.23.0.3\"]"
                                                      : "[\"10.1.0.0/24 via 10.12.0.1\", \"10.3.0.8/30 via 10.23.0.3\", \"10.3.0.12/30 via 10.12.0.1\"]");
    // From end systems of the lan, or from the first host.
    const bool own = round % 5 == 4;
    const PathPlace from = own ? PathPlace{.host = 0} : PathPlace{.link = 0};
    const std::string question = fmt::format("tcp,udp {} -> 10.3.0.8/29,10.12.0.0/29,10.12.0.8/29:20-25", own ? "10.1.0.1" : "10.1.0.8/29");
    const PathRange range = net.ask(question, from);
    const Followed flights(net, question, from);
    CAPTURE(one + "--\n" + two + "--\n" + three);
    for (const PathClass& c : range.classes) CHECK((c.may || !c.packet.empty()));
    for (unsigned n = 0; n < 30; ++n) {
      const std::string text = fmt::format("{} 10.1.0.{}:{} -> {}:{}", random() % 2 ? "tcp" : "udp", own ? 1 : number(8, 15), number(1024, 65000),
                                           random() % 3 ? fmt::format("10.3.0.{}", number(8, 15)) : fmt::format("10.12.0.{}", number(1, 15)), number(20, 25));
      const Told told = agree(net, range, flights, text, from);
      ++count[odd];
      sure[odd] += told.sure ? 1 : 0;
      proved[odd] += told.proved ? 1 : 0;
    }
  }
  CHECK(count[0] + count[1] == 900);
  CHECK(sure[0] > 350);
  CHECK(sure[1] > 80);
  CHECK(proved[0] > 20);
}

TEST_CASE("random packets in the network of the corpora fare as their classes say") {
  const std::string folder = std::string(FWSIM_SOURCE_DIR) + "/corpora/networks/";
  Net net;
  for (const char* name : {"edge", "inner"}) {
    const auto text = [&](const char* ending) {
      std::ifstream file(folder + name + ending);
      return std::string(std::istreambuf_iterator<char>(file), {});
    };
    net.add(text(".toml"), text(".v4"), Family::v4, "");
  }
  net.join("[links.lan]\nends = [\"r2:eth0\"]\n[links.dmz]\nends = [\"r1:eth1\", \"r2:eth1\"]\ngateway = \"10.2.0.1\"\n[links.wan]\nends = [\"r1:eth0\"]\noutside = true\n");
  std::mt19937 random(11);
  const auto number = [&](unsigned low, unsigned high) { return std::uniform_int_distribution<unsigned>(low, high)(random); };
  const std::pair<const char*, const char*> sides[] = {{"10.1.0.0/24", "10.1.0"}, {"10.2.0.0/24", "10.2.0"}, {"198.51.100.0/24",
          "198.51.100"}, {"203.0.113.0/24", "203.0.113"}};
  unsigned sure = 0, count = 0;
  for (std::size_t link = 0; link < 3; ++link)
    for (const auto& [source, from] : sides)
      for (const auto& [destination, to] : sides) {
        const std::string question = fmt::format("tcp,udp {} -> {}:1-9000", source, destination);
        const PathRange range = net.ask(question, PathPlace{.link = link});
        const Followed flights(net, question, {.link = link});
        for (unsigned n = 0; n < 4; ++n) {
          constexpr unsigned ports[] = {22, 53, 80, 443, 8443, 7000};
          const std::string text = fmt::format("{} {}.{}:{} -> {}.{}:{}", random() % 3 ? "tcp" : "udp", from, number(1, 4),
                  number(1024, 65000), to, random() % 3 ? number(1, 5) : 80, ports[random() % 6]);
          sure += agree(net, range, flights, text, {.link = link}).sure ? 1 : 0;
          ++count;
        }
      }
  CHECK(count == 192);
  CHECK(sure == count);
}
