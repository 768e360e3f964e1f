// Targets: read, printed and refused as iptables and the kernel do it, and what they come down to.
#include <fstream>

#include "tests/one_rule.hh"

using namespace fwsim;
using fwsim::test::Place;
using fwsim::test::saved;

namespace {

// The actions of the rule's target.
struct Acts {
  Parsed parsed;
  Actions actions;

  explicit Acts(const std::string& rule, const Place& place) : parsed(test::parse_rule(rule, place)) {
    REQUIRE_FALSE(has_errors(parsed.diagnostics));
    const Rule& only = parsed.ruleset.tables.front().find(place.chain)->rules.at(0);
    actions = actions_of(std::get<TargetUse>(only.target), place.family);
  }
  template <class T>
  const T& only() const {
    REQUIRE(actions.size() == 1);
    REQUIRE(std::holds_alternative<T>(actions.front()));
    return std::get<T>(actions.front());
  }
};

const Place mangle{Family::v4, "mangle", "FORWARD"};
const Place prerouting{Family::v4, "nat", "PREROUTING"};
const Place postrouting{Family::v4, "nat", "POSTROUTING"};

}  // namespace

TEST_CASE("the tests of the iptables project come out right: targets") {
  for (const char* name : {"libxt_AUDIT.t", "libxt_CHECKSUM.t", "libxt_CONNMARK.t", "libxt_DSCP.t", "libxt_LED.t",
                           "libxt_MARK.t", "libxt_NFQUEUE.t", "libxt_NOTRACK.t", "libxt_REDIRECT.t", "libxt_SECMARK.t",
                           "libxt_SYNPROXY.t", "libxt_TCPOPTSTRIP.t", "libxt_TEE.t", "libxt_TRACE.t"})
    test::run_xt_file(name, {Family::v4, Family::v6});
  for (const char* name : {"libipt_MASQUERADE.t", "libipt_REJECT.t", "libipt_SNAT.t"})
    test::run_xt_file(name, {Family::v4});
  for (const char* name :
       {"libip6t_LOG.t", "libip6t_NETMAP.t", "libip6t_REJECT.t", "libip6t_SNAT.t", "libip6t_SNPT.t", "libip6t_TEE.t"})
    test::run_xt_file(name, {Family::v6});
}

TEST_CASE("rules come out as iptables-save 1.8.9 printed them, or are refused as they were") {
  std::ifstream in(std::string(FWSIM_SOURCE_DIR) + "/tests/model/recorded/targets.txt");
  REQUIRE(in);
  Place place;
  std::string rule;
  unsigned count = 0;
  for (std::string line; std::getline(in, line);) {
    if (line[0] == '#') continue;
    if (line[0] != ' ') {
      const std::size_t chain = line.find(' ', 2) + 1, body = line.find(' ', chain) + 1;
      place = {line[0] == '6' ? Family::v6 : Family::v4, line.substr(2, chain - 3),
               line.substr(chain, body - chain - 1)};
      rule = line.substr(body);
      continue;
    }
    INFO(place.table, " ", place.chain, " ", rule);
    CHECK(saved(rule, place) == (line == "  same" ? rule : line.substr(2)));
    ++count;
  }
  CHECK(count > 900);
}

TEST_CASE(
    "every target has a help text, says why it is not simulated, and its options have defaults that can be read") {
  for (const Extension* e : all_targets()) {
    INFO(std::string(e->name));
    CHECK(e->is_target);
    CHECK_FALSE(e->help.empty());
    CHECK(e->note.empty() == (e->modelled == Modelled::exactly));
    CHECK((e->act != nullptr) == (e->modelled != Modelled::opaque));
    for (const Option& o : e->options) {
      CHECK_FALSE(o.help.empty());
      if (o.saved != Saved::always && o.saved != Saved::unless_default) continue;
      Value value;
      const std::string_view word = o.fallback;
      CHECK_FALSE(o.kind->read({.family = e->v4 ? Family::v4 : Family::v6, .option = &o}, std::span(&word, 1), value));
    }
  }
}

TEST_CASE("a target that only one family has is refused in the other") {
  CHECK(saved("-j TTL --ttl-set 1", {Family::v6, "mangle", "FORWARD"}) == "FAIL");
  CHECK(saved("-j HL --hl-set 1", mangle) == "FAIL");
}

TEST_CASE("what changes one field is an assignment") {
  const Assign tos = Acts("-j TOS --set-tos 0x5a/0xf0", mangle).only<Assign>();
  CHECK(tos.to == Field::tos);
  CHECK(tos.keep == 0x0f);
  CHECK(tos.constant == 0x5a);
  const Assign dscp = Acts("-j DSCP --set-dscp-class EF", mangle).only<Assign>();
  CHECK(dscp.keep == 0x03);
  CHECK(dscp.constant == 0xb8);
  const Assign ttl = Acts("-j TTL --ttl-dec 3", mangle).only<Assign>();
  CHECK(ttl.keep == 0xff);
  CHECK(ttl.add == -3);
  const Assign save =
      Acts("-j CONNMARK --save-mark --nfmask 0xf0 --ctmask 0xf --right-shift-mark 4", mangle).only<Assign>();
  CHECK(save.to == Field::ct_mark);
  CHECK(save.from == Field::mark);
  CHECK(save.from_mask == 0xf0);
  CHECK(save.keep == 0xfffffff0);
  CHECK(save.shift == -4);
}

TEST_CASE("NAT: addresses, ports, base and flags") {
  const Nat dnat =
      Acts("-p tcp -j DNAT --to-destination 10.0.0.1-10.0.0.9:1000-2000/500 --random", prerouting).only<Nat>();
  CHECK(dnat.kind == Nat::Kind::dnat);
  CHECK(dnat.address == Range{0x0a000001, 0x0a000009});
  CHECK(dnat.ports == Range{1000, 2000});
  CHECK(dnat.port_base == 500);
  CHECK(dnat.random);
  const Nat snat = Acts("-p tcp -j SNAT --to-source :1000-2000/500 --persistent", postrouting).only<Nat>();
  CHECK_FALSE(snat.address);
  CHECK(snat.port_base == 0);  // iptables forgets it
  CHECK(snat.persistent);
  const Nat v6 =
      Acts("-p tcp -j DNAT --to-destination [2001:db8::1]:80", {Family::v6, "nat", "PREROUTING"}).only<Nat>();
  CHECK(v6.address == Range{make_u128(0x20010db800000000, 1), make_u128(0x20010db800000000, 1)});
  CHECK(v6.ports == Range{80, 80});
  const Nat map = Acts("-j NETMAP --to 10.1.2.3/24", prerouting).only<Nat>();
  CHECK(map.address == Range{0x0a010200, 0x0a0102ff});
  CHECK(map.netmap_mask == 0xffffff00);
  CHECK(Acts("-j MASQUERADE --random-fully", postrouting).only<Nat>().random);
  CHECK(Acts("-p udp -j REDIRECT --to-ports 53", prerouting).only<Nat>().ports == Range{53, 53});
}

TEST_CASE("effects say whether they end the chain and what they write") {
  CHECK_FALSE(Acts("-j LOG", mangle).only<Effect>().may_terminate);
  CHECK(Acts("-j NFQUEUE --queue-bypass", mangle).only<Effect>().terminates);
  const auto tproxy = Acts("-p tcp -j TPROXY --on-port 80", {Family::v4, "mangle", "PREROUTING"});
  CHECK(tproxy.only<Effect>().terminates);
  CHECK(tproxy.only<Effect>().writes == std::vector{Field::mark});
  CHECK(Acts("-p tcp --syn -j TCPMSS --set-mss 5", mangle).only<Effect>().drops_malformed);
  CHECK(Acts("-j LED --led-trigger-id x", mangle).actions.empty());
  CHECK(std::holds_alternative<Opaque>(Acts("-j STEAL", mangle).actions.at(0)));
}

TEST_CASE("connection tracking is turned on by what needs it, not by NOTRACK") {
  const auto needs = [](const std::string& rule, const Place& place) {
    return needs_conntrack(test::parse_rule(rule, place).ruleset);
  };
  CHECK(needs("-j MASQUERADE", postrouting));
  CHECK(needs("-j CONNMARK --save-mark", mangle));
  CHECK(needs("-p tcp -j SYNPROXY", {}));
  CHECK(needs("-j CT --zone 1", {Family::v4, "raw", "PREROUTING"}));
  CHECK_FALSE(needs("-j CT --notrack", {Family::v4, "raw", "PREROUTING"}));
  CHECK_FALSE(needs("-j NOTRACK", {Family::v4, "raw", "PREROUTING"}));
  CHECK_FALSE(needs("-j LOG", {}));
}

TEST_CASE("faults of targets say what is wrong") {
  const auto fault = [](const std::string& rule, const Place& place) {
    const Parsed parsed = test::parse_rule(rule, place);
    return parsed.diagnostics.empty() ? std::string() : parsed.diagnostics.front().text;
  };
  CHECK(fault("-p tcp -j CT --helper tftp", {Family::v4, "raw", "PREROUTING"}) ==
        "the kernel has no helper 'tftp' for -p tcp");
  CHECK(fault("-p tcp --dport 80 -j TCPMSS --set-mss 5", mangle) ==
        "-j TCPMSS works only on SYN packets, and the rule must say so");
  CHECK(fault("-j DNAT --to-destination 10.0.0.1:80", prerouting) ==
        "--to-destination: ports need -p tcp, udp, sctp or dccp in the same rule, before the target");
}
