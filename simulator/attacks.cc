// The attacks, a row each: what is sent, and to whom.
#include <fmt/format.h>

#include <algorithm>

#include "model/value.hh"
#include "simulator/attack.hh"

namespace fwsim {
namespace {

std::string endpoint(Family family, const std::string& address, unsigned port) { return family == Family::v4 ? fmt::format("{}:{}", address, port) : fmt::format("[{}]:{}", address, port); }

std::string stranger(Family family) { return family == Family::v4 ? "203.0.113.77" : "2001:db8:77::77"; }

// "tcp 203.0.113.77:40000 -> 198.51.100.7:443 in eth0 syn"
std::string arriving(const AttackTarget& t, std::string_view protocol, unsigned port, std::string_view words, unsigned source_port = 40000) {
  return fmt::format("{} {} -> {} in {} {}", protocol, endpoint(t.family(), stranger(t.family()), source_port), endpoint(t.family(), t.address, port), t.device, words);
}

std::uint16_t high_port(Random& random) { return static_cast<std::uint16_t>(1024 + random() % 64512); }
std::uint16_t dport(const Packet& p) { return static_cast<std::uint16_t>(p.fields.number(Field::dport)); }
std::uint16_t sport(const Packet& p) { return static_cast<std::uint16_t>(p.fields.number(Field::sport)); }

const Service* open_to_anybody(const std::vector<Service>& services) { return !services.empty() && services.front().anybody ? &services.front() : nullptr; }
AttackPlan not_applicable(std::string why) {
  AttackPlan plan;
  plan.not_applicable = std::move(why);
  return plan;
}
constexpr const char* nothing_open = "no TCP port is open to anybody";

bool among(const std::vector<NumRange>& ports, const Packet& p) {
  return std::any_of(ports.begin(), ports.end(), [&](const NumRange& r) { return r.low <= dport(p) && dport(p) <= r.high; });
}

// Every port in turn, in an order that looks like none; the open ones first, so that a short run has them.
AttackPlan scan(const AttackTarget& t, std::string_view flags, std::string_view what, bool meant) {
  AttackPlan plan{.sent = fmt::format("{} to many ports", what), .question = arriving(t, "tcp", 1, flags)};
  std::vector<std::uint16_t> first;
  for (const Service& s : t.tcp) first.push_back(s.port);
  plan.vary = [first](Packet& p, std::uint64_t k, Random&) {
    set_ports(p, 40000, k < first.size() ? first[k] : static_cast<std::uint16_t>(1 + (k - first.size()) * 7919 % 65535));
  };
  plan.kind = [](const Packet& p) { return fmt::format("port {:5}", dport(p)); };
  if (meant)
    plan.meant = [ports = t.tcp_named](const Packet& p) { return among(ports, p); };
  return plan;
}
AttackPlan port_scan(const AttackTarget& t) { return scan(t, "syn", "SYNs", true); }
AttackPlan xmas_scan(const AttackTarget& t) { return scan(t, "fin psh urg", "packets with FIN, PSH and URG", false); }
AttackPlan null_scan(const AttackTarget& t) { return scan(t, "noflags", "packets without flags", false); }
AttackPlan fin_scan(const AttackTarget& t) { return scan(t, "fin", "packets with FIN alone", false); }

AttackPlan syn_flood(const AttackTarget& t) {
  const Service* s = open_to_anybody(t.tcp);
  if (!s) return not_applicable(nothing_open);
  return {.sent = fmt::format("SYNs to port {}", s->port), .question = s->question,
          .vary = [](Packet& p, std::uint64_t, Random& random) {
            set_source(p, random_source(p.family, random));
            set_ports(p, high_port(random), dport(p));
          }};
}
AttackPlan syn_flood_one(const AttackTarget& t) {
  const Service* s = open_to_anybody(t.tcp);
  if (!s) return not_applicable(nothing_open);
  return {.sent = fmt::format("SYNs to port {}", s->port), .question = s->question,
          .vary = [](Packet& p, std::uint64_t k, Random&) { set_ports(p, static_cast<std::uint16_t>(1024 + k % 64512), dport(p)); }};
}

// The sender's address is that of the victim, who gets the answers.
AttackPlan reflector(const AttackTarget& t) {
  const Service* s = open_to_anybody(t.udp);
  if (!s) return not_applicable("no UDP port is open to anybody: there is nothing to reflect from");
  return {.sent = fmt::format("UDP requests to port {} in the name of a victim", s->port), .question = s->question,
          .vary = [](Packet& p, std::uint64_t, Random& random) { set_ports(p, high_port(random), dport(p)); }};
}

// Large answers that nobody asked for, from open servers.
AttackPlan amplified(const AttackTarget& t) {
  AttackPlan plan{.sent = "UDP answers of 1400 bytes that nobody asked for, from ports 53, 123, 161, 389, 1900 and 11211", .question = arriving(t, "udp", 40000, "len 1400", 53)};
  plan.vary = [](Packet& p, std::uint64_t k, Random& random) {
    constexpr std::uint16_t servers[] = {53, 123, 161, 389, 1900, 11211};
    set_source(p, random_source(p.family, random));
    set_ports(p, servers[k % std::size(servers)], high_port(random));
  };
  plan.kind = [](const Packet& p) { return fmt::format("from port {}", sport(p)); };
  return plan;
}

struct Network {
  const char* name;
  Family family;
};
constexpr Network martians[] = {{"127.0.0.0/8", Family::v4}, {"0.0.0.0/8", Family::v4}, {"224.0.0.0/4", Family::v4}, {"240.0.0.0/4", Family::v4}, {"::1/128", Family::v6}, {"ff00::/8", Family::v6}};
constexpr Network privates[] = {{"10.0.0.0/8", Family::v4},   {"172.16.0.0/12", Family::v4}, {"192.168.0.0/16", Family::v4}, {"169.254.0.0/16", Family::v4},
                                {"100.64.0.0/10", Family::v4}, {"192.0.2.0/24", Family::v4},  {"198.18.0.0/15", Family::v4},  {"fc00::/7", Family::v6}, {"fec0::/10", Family::v6}};

AttackPlan from_networks(const AttackTarget& t, std::span<const Network> networks, std::string_view what) {
  std::vector<Prefix> prefixes;
  for (const Network& n : networks)
    if (n.family == t.family()) prefixes.push_back(*read_prefix(n.family, n.name));
  std::string names;
  for (const Prefix& p : prefixes) names += (names.empty() ? "" : ", ") + prefix_text(t.family(), p);
  const unsigned port = t.tcp.empty() ? 80 : t.tcp.front().port;
  AttackPlan plan{.sent = fmt::format("SYNs to port {} from {} ({})", port, what, names), .question = arriving(t, "tcp", port, "syn")};
  plan.packets = std::max<std::uint64_t>(4 * prefixes.size(), static_cast<std::uint64_t>(t.rate * t.seconds / 10));
  plan.vary = [prefixes](Packet& p, std::uint64_t k, Random& random) {
    const Prefix& net = prefixes[k % prefixes.size()];
    set_source(p, net.address | (make_u128(random(), random()) & address_mask(p.family) & ~net.mask));
  };
  plan.kind = [prefixes](const Packet& p) {
    for (const Prefix& net : prefixes)
      if ((p.fields.get(Field::src) & net.mask) == net.address) return prefix_text(p.family, net);
    return std::string();
  };
  return plan;
}
AttackPlan martian(const AttackTarget& t) { return from_networks(t, martians, "addresses that nobody has"); }
AttackPlan spoofed(const AttackTarget& t) { return from_networks(t, privates, "private addresses, from outside"); }

AttackPlan own_address(const AttackTarget& t) {
  const unsigned port = t.tcp.empty() ? 80 : t.tcp.front().port;
  AttackPlan plan{.sent = fmt::format("SYNs to port {} in the host's own name", port), .question = arriving(t, "tcp", port, "syn")};
  plan.packets = 20;
  plan.vary = [](Packet& p, std::uint64_t, Random&) { set_source(p, p.fields.get(Field::dst)); };
  return plan;
}

AttackPlan fragments(const AttackTarget& t) {
  if (t.family() == Family::v6) return not_applicable("only fragments of IPv4 are tried");
  return {.sent = "later fragments of UDP packets that have no first one", .question = arriving(t, "udp", 53, "len 576 frag 185"),
          .vary = [](Packet& p, std::uint64_t k, Random& random) {
            put16(p.bytes, 4, k & 0xffff);
            set_source(p, random_source(p.family, random));
          }};
}

AttackPlan brute_force(const AttackTarget& t) {
  if (!t.ssh) return not_applicable("nobody is let in to ssh (--port or --admin says where it listens)");
  AttackPlan plan{.sent = fmt::format("new connections to port {}", t.ssh->port), .question = t.ssh->question, .rate = std::min(t.rate, 2.0), .packets = 120};
  plan.vary = [](Packet& p, std::uint64_t k, Random&) { set_ports(p, static_cast<std::uint16_t>(40000 + k), dport(p)); };
  return plan;
}

std::string sending(const AttackTarget& t, std::string_view protocol, unsigned port, std::string_view words) {
  return fmt::format("{} {} -> {} out {} {}", protocol, endpoint(t.family(), t.address, 40000), endpoint(t.family(), stranger(t.family()), port), t.device, words);
}
AttackPlan exfiltration(const AttackTarget& t) {
  AttackPlan plan{.sent = "SYNs that the host sends to any port of public addresses", .question = sending(t, "tcp", 4444, "syn")};
  plan.vary = [](Packet& p, std::uint64_t, Random& random) {
    set_destination(p, random_source(p.family, random));
    set_ports(p, high_port(random), high_port(random));
  };
  return plan;
}
AttackPlan dns_tunnel(const AttackTarget& t) {
  AttackPlan plan{.sent = "DNS requests of 260 bytes that the host sends to one public address", .question = sending(t, "udp", 53, "len 260")};
  plan.vary = [](Packet& p, std::uint64_t, Random& random) { set_ports(p, high_port(random), 53); };
  return plan;
}

AttackPlan exhaustion(const AttackTarget& t) {
  if (!needs_conntrack(*t.ruleset)) return not_applicable("this ruleset does not turn connection tracking on");
  const Service *tcp = open_to_anybody(t.tcp), *udp = open_to_anybody(t.udp);
  if (!tcp && !udp) return not_applicable("no port is open to anybody: what is dropped is not remembered");
  AttackPlan plan = tcp ? syn_flood(t) : reflector(t);
  plan.sent = fmt::format("{} to {} port {}, each of a new connection", tcp ? "SYNs" : "packets", tcp ? "tcp" : "udp", tcp ? tcp->port : udp->port);
  plan.answered = tcp != nullptr;
  plan.vary = [](Packet& p, std::uint64_t, Random& random) {
    set_source(p, random_source(p.family, random));
    set_ports(p, high_port(random), dport(p));
  };
  return plan;
}

void judge_flood(const AttackTarget& t, AttackResult& r) {
  if (r.verdict != AttackVerdict::open) return;
  const long long cookies = t.host.sysctl("net.ipv4.tcp_syncookies", -1);
  r.note = cookies == 0 ? "SYN cookies are off (net.ipv4.tcp_syncookies = 0): the backlog of the service fills"
                        : fmt::format("only SYN cookies help the service (net.ipv4.tcp_syncookies {})", cookies > 0 ? "is on" : "is not known, on by default");
}

void judge_fragments(const AttackTarget&, AttackResult& r) {
  if (r.held > 0) r.note = "held until the others come, or for 30 seconds (net.ipv4.ipfrag_time)";
}

void judge_exhaustion(const AttackTarget&, AttackResult& r) {
  const std::size_t most = r.fill.empty() ? 0 : *std::max_element(r.fill.begin(), r.fill.end());
  if (r.passed == 0 || (r.unknown > 0 && most < r.fill_max)) return;
  if (most == 0) {
    r.verdict = AttackVerdict::stopped;
    r.note = "what gets through is not tracked (NOTRACK)";
    return;
  }
  const double seconds = static_cast<double>(r.plan.packets) / r.plan.rate, made = static_cast<double>(r.passed) / seconds;
  const double held = made * r.lifetime, full = static_cast<double>(r.fill_max);
  if (most >= r.fill_max) {
    r.verdict = AttackVerdict::open;
    r.note = "the table is full: others get a new connection only where an entry that is not ASSURED is evicted";
  } else if (held >= full) {
    r.verdict = AttackVerdict::open;
    r.note = fmt::format("at {:.0f} new connections a second, each of which stays for {:.0f} s, the table is full after {:.0f} s", made, r.lifetime, full / made);
  } else {
    if (r.verdict == AttackVerdict::open) r.verdict = AttackVerdict::depends;
    r.note = fmt::format("at {:.0f} new connections a second, each of which stays for {:.0f} s, it holds {:.0f} at most; from {:.0f} a second on it would fill", made, r.lifetime, held, full / r.lifetime);
  }
}

constexpr Attack list[] = {
    {"port-scan", "port scan, one source", port_scan},
    {"syn-flood", "SYN flood, spoofed sources", syn_flood, judge_flood},
    {"syn-flood-one", "SYN flood, one source", syn_flood_one, judge_flood},
    {"udp-reflector", "UDP amplification, by this host", reflector},
    {"udp-amplification", "UDP amplification, against this host", amplified},
    {"martians", "martian sources", martian},
    {"spoofed", "spoofed private sources", spoofed},
    {"own-address", "spoofed own address", own_address},
    {"xmas-scan", "XMAS scan", xmas_scan},
    {"null-scan", "NULL scan", null_scan},
    {"fin-scan", "FIN scan", fin_scan},
    {"fragments", "fragments without a beginning", fragments, judge_fragments},
    {"brute-force", "brute force on ssh", brute_force},
    {"exfiltration", "exfiltration to any port", exfiltration},
    {"dns-tunnel", "DNS tunnel", dns_tunnel},
    {"conntrack", "conntrack exhaustion", exhaustion, judge_exhaustion},
};

}  // namespace

std::span<const Attack> all_attacks() { return list; }

}  // namespace fwsim
