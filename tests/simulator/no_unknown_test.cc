// Every match and target that Linux 6.18 has must be decided for ordinary packets: a rule of each
// kind, packets of several protocols, and no answer may be "unknown" for want of simulation.
#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "parser/parse.hh"
#include "simulator/engine.hh"
#include "simulator/sources/question.hh"

using namespace fwsim;

namespace {

struct Sample {
  Family family;
  std::string table, rule;
};

constexpr Family v4 = Family::v4, v6 = Family::v6;

// Kinds that the kernel has not, or that need what only the host knows.
const std::set<std::string> excused{
    // xtables-addons, old patches, other systems
    "asn", "condition", "fuzzy", "geoip", "gradm", "iface", "ipp2p", "ipv4options", "length2", "lscan", "pknock", "psd",
    "quota2", "ACCOUNT", "CHAOS", "DELUDE", "DHCPMAC", "DNETMAP", "ECHO", "IPMARK", "LOGMARK", "MIRROR", "NETFLOW",
    "PROTO", "RAWDNAT", "RAWSNAT", "ROUTE", "STEAL", "SYSRQ", "TARPIT",
    // gone from the kernel, or not built into it
    "CLUSTERIP", "ULOG", "ipvs", "SECMARK",
    // the fingerprints that nfnl_osf loaded
    "osf"};

const std::vector<Sample> samples{
    {v4, "filter", "FORWARD -m addrtype --src-type UNICAST"},
    {v4, "filter", "FORWARD -p ah -m ah --ahspi 5"},
    {v4, "filter", "FORWARD -m bpf --bytecode \"1,6 0 0 1\""},
    {v4, "filter", "OUTPUT -m cgroup --path x"},
    {v4, "filter", "FORWARD -m cluster --cluster-total-nodes 2 --cluster-local-node 1 --cluster-hash-seed 1"},
    {v4, "filter", "FORWARD -m comment --comment text"},
    {v4, "filter", "FORWARD -m connbytes --connbytes 0:5 --connbytes-dir both --connbytes-mode packets"},
    {v4, "filter", "FORWARD -m connlabel --label 5 --set"},
    {v4, "filter", "FORWARD -m connlimit --connlimit-above 1"},
    {v4, "filter", "FORWARD -m connmark --mark 1"},
    {v4, "filter", "FORWARD -m conntrack --ctstate NEW --ctexpire 1:500 --ctstatus ASSURED"},
    {v4, "filter", "FORWARD -m cpu --cpu 0"},
    {v4, "filter", "FORWARD -p dccp -m dccp --dport 5"},
    {v4, "filter", "FORWARD -m devgroup --src-group 1 --dst-group 2"},
    {v4, "filter", "FORWARD -m dscp --dscp 4"},
    {v4, "filter", "FORWARD -m ecn --ecn-ip-ect 1"},
    {v4, "filter", "FORWARD -p esp -m esp --espspi 4"},
    {v4, "filter", "FORWARD -m hashlimit --hashlimit-upto 1/sec --hashlimit-mode srcip --hashlimit-name x"},
    {v4, "filter", "FORWARD -m helper --helper ftp"},
    {v4, "filter", "FORWARD -p icmp -m icmp --icmp-type 8"},
    {v4, "filter", "FORWARD -p ipcomp -m ipcomp --ipcompspi 1"},
    {v4, "filter", "FORWARD -m iprange --src-range 10.0.0.1-10.0.0.9"},
    {v4, "filter", "FORWARD -m length --length 1:100"},
    {v4, "filter", "FORWARD -m limit --limit 1/sec"},
    {v4, "filter", "FORWARD -m mac --mac-source 02:00:00:00:00:01"},
    {v4, "filter", "FORWARD -m mark --mark 1"},
    {v4, "filter", "FORWARD -p tcp -m multiport --dports 1,2"},
    {v4, "filter", "FORWARD -m nfacct --nfacct-name account"},
    {v4, "filter", "OUTPUT -m owner --uid-owner 0 --gid-owner 0"},
    {v4, "filter", "FORWARD -m physdev --physdev-in p1"},
    {v4, "filter", "FORWARD -m pkttype --pkt-type unicast"},
    {v4, "filter", "FORWARD -m policy --dir in --pol ipsec --strict --proto esp"},
    {v4, "filter", "FORWARD -m quota --quota 500"},
    {v4, "mangle", "FORWARD -m rateest --rateest e --rateest-gt --rateest-bps 8bit"},
    {v4, "filter", "FORWARD -m realm --realm 5"},
    {v4, "filter", "FORWARD -m recent --name r --set"},
    {v4, "raw", "PREROUTING -m rpfilter --loose"},
    {v4, "filter", "FORWARD -p sctp -m sctp --dport 5"},
    {v4, "filter", "FORWARD -m set --match-set s src"},
    {v4, "mangle", "PREROUTING -m socket"},
    {v4, "filter", "FORWARD -m state --state NEW"},
    {v4, "filter", "FORWARD -m statistic --mode nth --every 2 --packet 0"},
    {v4, "filter", "FORWARD -m string --string abc --algo bm"},
    {v4, "filter", "FORWARD -p tcp -m tcp --dport 80 --tcp-option 5"},
    {v4, "filter", "FORWARD -p tcp -m tcpmss --mss 1:1460"},
    {v4, "filter", "FORWARD -m time --timestart 01:00"},
    {v4, "filter", "FORWARD -m tos --tos 4"},
    {v4, "filter", "FORWARD -m ttl --ttl-eq 63"},
    {v4, "filter", "FORWARD -m u32 --u32 \"0=0\""},
    {v4, "filter", "FORWARD -p udp -m udp --dport 53"},
    {v6, "filter", "FORWARD -m ah --ahspi 5"},
    {v6, "filter", "FORWARD -m dst --dst-len 8"},
    {v6, "filter", "FORWARD -m eui64"},
    {v6, "filter", "FORWARD -m frag --fragid 5"},
    {v6, "filter", "FORWARD -m hbh --hbh-len 8"},
    {v6, "filter", "FORWARD -m hl --hl-eq 5"},
    {v6, "filter", "FORWARD -p icmpv6 -m icmp6 --icmpv6-type 128"},
    {v6, "filter", "FORWARD -m ipv6header --header dst --soft"},
    {v6, "filter", "FORWARD -p mh -m mh --mh-type 1"},
    {v6, "filter", "FORWARD -m rt --rt-type 0"},
    {v6, "filter", "FORWARD -m srh --srh-next-hdr 6"},
    {v4, "filter", "FORWARD -j AUDIT --type accept"},
    {v4, "mangle", "FORWARD -j CHECKSUM --checksum-fill"},
    {v4, "mangle", "FORWARD -j CLASSIFY --set-class 1:2"},
    {v4, "mangle", "FORWARD -j CONNMARK --set-mark 1"},
    {v4, "mangle", "FORWARD -j CONNSECMARK --save"},
    {v4, "raw", "PREROUTING -j CT --zone 5"},
    {v4, "nat", "PREROUTING -j DNAT --to-destination 10.1.0.9"},
    {v4, "mangle", "FORWARD -j DSCP --set-dscp 4"},
    {v4, "mangle", "FORWARD -p tcp -j ECN --ecn-tcp-remove"},
    {v4, "mangle", "FORWARD -j HMARK --hmark-tuple src --hmark-mod 5 --hmark-rnd 1"},
    {v4, "filter", "FORWARD -j IDLETIMER --timeout 5 --label x"},
    {v4, "filter", "FORWARD -j LED --led-trigger-id x"},
    {v4, "filter", "FORWARD -j LOG"},
    {v4, "mangle", "FORWARD -j MARK --set-mark 1"},
    {v4, "nat", "POSTROUTING -j MASQUERADE"},
    {v4, "nat", "PREROUTING -j NETMAP --to 10.2.0.0/24"},
    {v4, "filter", "FORWARD -j NFLOG"},
    {v4, "filter", "FORWARD -j NFQUEUE --queue-bypass"},
    {v4, "raw", "PREROUTING -j NOTRACK"},
    {v4, "mangle", "FORWARD -j RATEEST --rateest-name e --rateest-interval 250ms --rateest-ewmalog 1s"},
    {v4, "nat", "PREROUTING -p tcp -j REDIRECT --to-ports 5"},
    {v4, "filter", "FORWARD -j REJECT"},
    {v6, "filter", "FORWARD -j REJECT"},
    {v4, "mangle", "FORWARD -j SET --add-set s src --exist"},
    {v4, "nat", "POSTROUTING -j SNAT --to-source 203.0.113.9"},
    {v4, "filter", "FORWARD -p tcp -j SYNPROXY --mss 1460"},
    {v4, "mangle", "FORWARD -p tcp --tcp-flags SYN,RST SYN -j TCPMSS --clamp-mss-to-pmtu"},
    {v6, "mangle", "FORWARD -p tcp --tcp-flags SYN,RST SYN -j TCPMSS --set-mss 1000"},
    {v4, "mangle", "FORWARD -p tcp -j TCPOPTSTRIP --strip-options timestamp"},
    {v4, "mangle", "FORWARD -j TEE --gateway 203.0.113.7"},
    {v4, "mangle", "FORWARD -j TOS --set-tos 4"},
    {v4, "mangle", "PREROUTING -p tcp -j TPROXY --on-port 1"},
    {v4, "raw", "PREROUTING -j TRACE"},
    {v4, "mangle", "FORWARD -j TTL --ttl-set 9"},
    {v6, "mangle", "FORWARD -j HL --hl-set 9"},
    {v6, "mangle", "PREROUTING -j DNPT --src-pfx 2001:db8:2::/64 --dst-pfx 2001:db8:3::/64"},
    {v6, "mangle", "POSTROUTING -j SNPT --src-pfx 2001:db8:1::/64 --dst-pfx 2001:db8:3::/64"},
};

Host described() {
  Host host = default_host();
  Interface inside, outside;
  inside.name = "eth0";
  inside.addresses = {{.family = v4, .address = 0xc0a80101, .length = 24}};
  outside.name = "eth1";
  outside.addresses = {{.family = v4, .address = 0xcb007101, .length = 24}};
  host.interfaces.push_back(inside);
  host.interfaces.push_back(outside);
  host.routes.push_back({.family = v4, .hops = {{.device = "eth1", .gateway = 0xcb0071feU}}});
  host.routes.push_back({.family = v6, .hops = {{.device = "eth1"}}});
  IpSet set;
  set.name = "s";
  set.type = find_set_type("hash:ip");
  host.sets.emplace("s", set);
  host.accounts["account"] = {};
  host.listeners_known = host.connections_known = true;
  return host;
}

const std::vector<std::string>& questions(Family family) {
  static const std::vector<std::string> four{"tcp 192.168.1.9:1000 -> 198.51.100.7:80 syn",
                                             "udp 192.168.1.9:1000 -> 198.51.100.7:53",
                                             "icmp 192.168.1.9 -> 198.51.100.7 type 8"};
  static const std::vector<std::string> six{"tcp [2001:db8:1::9]:1000 -> [2001:db8:2::7]:80",
                                            "udp [2001:db8:1::9]:1000 -> [2001:db8:2::7]:53"};
  return family == v4 ? four : six;
}

void check(const Sample& sample) {
  INFO(sample.rule);
  // The estimator of -m rateest must be made by somebody.
  const std::string also =
      sample.rule.find("-m rateest") == std::string::npos
          ? ""
          : "-A PREROUTING -j RATEEST --rateest-name e --rateest-interval 250ms --rateest-ewmalog 1s\n";
  const Parsed parsed = parse_ruleset("*" + sample.table + "\n" + also + "-A " + sample.rule + "\nCOMMIT\n",
                                      {.file = "test", .family = sample.family});
  for (const Diagnostic& d : parsed.diagnostics) CHECK_MESSAGE(d.severity != Severity::error, d.text);
  Engine engine(sample.family == v4 ? &parsed.ruleset : nullptr, sample.family == v6 ? &parsed.ruleset : nullptr,
                described());
  std::int64_t time = 1'700'000'000'000'000'000;
  for (const std::string& text : questions(sample.family)) {
    QuestionFault fault;
    auto question = read_question(text, fault);
    CHECK_MESSAGE(question, text);
    if (!question) continue;
    question->packet.time = time += 1'000'000;
    question->packet.fields.set(Field::mac_src, 1);
    const bool local = sample.rule.compare(0, 6, "OUTPUT") == 0;
    const Result result = local ? engine.send(std::move(question->packet)) : engine.receive(std::move(question->packet), "eth0");
    CHECK_MESSAGE(result.fate != Fate::unknown, text, ": ", result.reason);
  }
}

std::string kind_of(const Sample& sample, bool target) {
  const std::size_t at = sample.rule.rfind(target ? "-j " : "-m ");
  return at == std::string::npos ? "" : sample.rule.substr(at + 3, sample.rule.find(' ', at + 3) - at - 3);
}

void check_all_sampled(std::span<const Extension* const> all, bool target) {
  for (const Extension* e : all) {
    const bool sampled = std::any_of(samples.begin(), samples.end(), [&](const Sample& s) {
      return kind_of(s, target) == e->name && (s.family == v4 ? e->v4 : e->v6);
    });
    CHECK_MESSAGE(sampled != excused.contains(std::string(e->name)), e->name);
  }
}

}  // namespace

TEST_CASE("no match or target of the kernel ends as unknown") {
  for (const Sample& sample : samples) check(sample);
}

TEST_CASE("every match and target is checked for that, or excused") {
  check_all_sampled(all_matches(), false);
  check_all_sampled(all_targets(), true);
}
