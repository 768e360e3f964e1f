// Listings of nft: what becomes of them, and what is not understood. The numbers of real ones are in tests/translate and tests/kernel.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "parser/nft_json.hh"
#include "parser/print.hh"

using namespace fwsim;

namespace {

std::string chain(const std::string& name, const std::string& base = "") {
  return fmt::format(R"({{"chain": {{"family": "inet", "table": "t", "name": "{}", "handle": 1{}}}}},)", name, base);
}
const std::string input = R"(, "type": "filter", "hook": "input", "prio": 0, "policy": "drop")";

std::string rule(const std::string& expressions, const std::string& of = "in") {
  return fmt::format(R"({{"rule": {{"family": "inet", "table": "t", "chain": "{}", "handle": 7, "expr": [{}]}}}},)", of, expressions);
}

Parsed listing(std::string entries, Family family = Family::v4) {
  entries.pop_back();   // the last comma
  return parse_ruleset("{\"nftables\": [" + entries + "]}", {.file = "x.json", .family = family});
}

// The rules of all chains, without head and tail.
std::string rules(const Parsed& parsed) {
  std::string out;
  for (const Table& table : parsed.ruleset.tables)
    for (const Chain& c : table.chains)
      for (const Rule& r : c.rules) out += print_rule(r, c, table, parsed.ruleset.family) + "\n";
  return out;
}

std::string match(const std::string& left, const std::string& op, const std::string& right) {
  return fmt::format(R"({{"match": {{"left": {}, "op": "{}", "right": {}}}}})", left, op, right);
}
const std::string dport = R"({"payload": {"protocol": "tcp", "field": "dport"}})", saddr = R"({"payload": {"protocol": "ip", "field": "saddr"}})",
                  mark = R"({"meta": {"key": "mark"}})", accept = R"({"accept": null})", drop = R"({"drop": null})";

// The meaning of the last match of the only rule.
std::string meaning(const Parsed& parsed) {
  for (const Table& table : parsed.ruleset.tables)
    for (const Chain& c : table.chains)
      for (const Rule& r : c.rules)
        if (!r.matches.empty()) return to_text(meaning_of(r.matches.back(), parsed.ruleset.family).matches);
  return {};
}

}  // namespace

TEST_CASE("what iptables can say is said in its words") {
  const Parsed parsed = listing(chain("in", input) + rule(match(saddr, "==", R"({"prefix": {"addr": "10.0.0.0", "len": 8}})") + "," + match(R"({"meta": {"key": "iifname"}})", "!=", R"("ppp*")") +
                                                          "," + match(R"({"ct": {"key": "state"}})", "in", R"(["established", "related"])") + R"(, {"limit": {"rate": 5, "burst": 3, "per": "minute"}}, )" + accept));
  CHECK(parsed.diagnostics.empty());
  CHECK(rules(parsed) == "-A INPUT -s 10.0.0.0/8 ! -i ppp+ -m conntrack --ctstate RELATED,ESTABLISHED -m limit --limit 5/min --limit-burst 3 -j ACCEPT\n");
  const Chain* chain = parsed.ruleset.tables.front().at(Hook::input);
  REQUIRE(chain);
  CHECK(chain->policy == Verdict::drop);
  CHECK(chain->rules.front().line == 7);   // its handle
}

TEST_CASE("tests are true only of packets that have what they ask for") {
  CHECK(meaning(listing(chain("in", input) + rule(match(dport, "!=", "22") + "," + drop))) == "(has dport and not dport in 22)");
  CHECK(meaning(listing(chain("in", input) + rule(match(dport, "==", R"({"set": [22, {"range": [80, 90]}]})") + "," + drop))) == "dport in 22,80-90");
  CHECK(meaning(listing(chain("in", input) + rule(match(R"({"&": [)" + mark + ", 255]}", "!=", "1") + "," + drop))) == "(has mark and not mark & 255 == 1)");
  CHECK(meaning(listing(chain("in", input) + rule(match(R"({"&": [{"payload": {"protocol": "tcp", "field": "flags"}}, ["fin", "syn"]]})", "==", R"("syn")") + "," + drop))) == "tcp_flags & 3 == 2");
  CHECK(meaning(listing(chain("in", input) + rule(match(R"({"payload": {"protocol": "tcp", "field": "flags"}})", "in", R"(["fin", "syn"])") + "," + drop))) == "(has tcp_flags and not tcp_flags & 3 == 0)");
  CHECK(meaning(listing(chain("in", input) + rule(match(R"({"payload": {"protocol": "ip", "field": "ttl"}})", "<", "5") + "," + drop))) == "ttl in 0-4");
  CHECK(meaning(listing(chain("in", input) + rule(match(R"({"payload": {"protocol": "ip", "field": "dscp"}})", "==", R"("cs1")") + "," + drop))) == "tos in 32-35");
  // Of a packet of the other family nothing is true.
  CHECK(rules(listing(chain("in", input) + rule(match(saddr, "!=", R"("10.0.0.1")") + "," + drop), Family::v6)).empty());
}

TEST_CASE("sets are looked up, and those that rules change are not known") {
  const std::string set = R"({"set": {"family": "inet", "table": "t", "name": "s", "type": "ipv4_addr", "elem": ["10.0.0.1", {"elem": {"val": {"prefix": {"addr": "10.1.0.0", "len": 16}}, "comment": "x"}}]}},)";
  CHECK(meaning(listing(set + chain("in", input) + rule(match(saddr, "==", "\"@s\"") + "," + drop))) == "src in 0xa000001,0xa010000-0xa01ffff");
  const Parsed changed = listing(set + chain("in", input) + rule(match(saddr, "==", "\"@s\"") + "," + drop) + rule(R"({"set": {"op": "add", "elem": )" + saddr + R"(, "set": "@s"}})"));
  CHECK(meaning(changed) == "unknown('ip saddr @s' of nft is not understood)");
  REQUIRE(changed.diagnostics.size() == 1);
  CHECK(changed.diagnostics.front().text == "table inet t, chain in, handle 7: 'ip saddr @s: set 's', which rules change' is not understood");
  CHECK(changed.diagnostics.front().severity == Severity::warning);
}

TEST_CASE("a map of verdicts is a rule for each; where a key may change they have a chain of their own") {
  const std::string verdicts = R"({"set": [[22, {"accept": null}], [80, {"jump": {"target": "web"}}], [81, {"accept": null}], ["*", {"drop": null}]]})";
  CHECK(rules(listing(chain("in", input) + chain("web") + rule(R"({"vmap": {"key": )" + dport + R"(, "data": )" + verdicts + "}}"))) ==
        "-A INPUT -p tcp -m nft --expr \"tcp dport { 22, 81 }\" -j ACCEPT\n"
        "-A INPUT -p tcp -m nft --expr \"tcp dport 80\" -j web\n"
        "-A INPUT -p tcp -m nft --expr \"tcp dport != { 22, 81, 80 }\" -j DROP\n");
  CHECK(rules(listing(chain("in", input) + chain("web") + rule(R"({"vmap": {"key": )" + mark + R"(, "data": {"set": [[1, {"jump": {"target": "web"}}], [2, {"accept": null}]]}}})"))) ==
        "-A INPUT -j in_7\n-A in_7 -m nft --expr \"meta mark 1\" -g web\n-A in_7 -m nft --expr \"meta mark 2\" -j ACCEPT\n");
}

TEST_CASE("what is asked only once, and then done, has a chain of its own") {
  CHECK(rules(listing(chain("in", input) + rule(R"({"limit": {"rate": 5, "per": "second"}}, {"log": {"prefix": "x"}}, )" + drop))) ==
        "-A INPUT -m limit --limit 5/sec -g in_7\n-A in_7 -j LOG --log-prefix x\n-A in_7 -j DROP\n");
  // Without memory a rule for each.
  CHECK(rules(listing(chain("in", input) + rule(match(saddr, "==", "\"10.0.0.1\"") + R"(, {"log": null}, )" + drop))) == "-A INPUT -s 10.0.0.1/32 -j LOG\n-A INPUT -s 10.0.0.1/32 -j DROP\n");
}

TEST_CASE("accept in a base chain is not the end where another follows") {
  const std::string second = R"(, "type": "filter", "hook": "input", "prio": 10, "policy": "accept")";
  CHECK(rules(listing(chain("in", input) + chain("late", second) + chain("user") + rule(R"({"jump": {"target": "user"}})") + rule(match(dport, "==", "22") + "," + accept, "user") + rule(R"({"return": null})") +
                      rule(match(dport, "==", "22") + "," + drop, "late"))) ==
        "-A INPUT -j user\n-A INPUT -j DROP\n-A INPUT -j DROP\n"
        "-A late -p tcp -m nft --expr \"tcp dport 22\" -j DROP\n-A late -j ACCEPT\n"
        "-A user -p tcp -m nft --expr \"tcp dport 22\" -g late\n");
}

TEST_CASE("priorities choose tables, and what runs where no table of iptables does is not known") {
  const auto base = [](const std::string& hook, int priority, const std::string& type = "filter") {
    return fmt::format(R"(, "type": "{}", "hook": "{}", "prio": {}, "policy": "accept")", type, hook, priority);
  };
  const auto tables = [&](const std::string& entries) {
    std::string out;
    for (const Table& table : listing(entries).ruleset.tables) out += std::string(table_name(table.id)) + " ";
    return out;
  };
  CHECK(tables(chain("in", base("prerouting", -300)) + rule(drop)) == "raw ");
  CHECK(tables(chain("in", base("prerouting", -140)) + rule(drop)) == "mangle ");
  CHECK(tables(chain("in", base("forward", 10)) + rule(drop)) == "filter ");
  CHECK(tables(chain("in", base("forward", 50)) + rule(drop)) == "security ");
  CHECK(tables(chain("in", base("output", -140, "route")) + rule(drop)) == "mangle ");
  CHECK(tables(chain("in", base("postrouting", 110, "nat")) + rule(R"({"masquerade": null})")) == "nat ");
  // Behind the translation of destinations iptables has no table; without one mangle is the same.
  CHECK(tables(chain("in", base("prerouting", 0)) + rule(drop)) == "mangle ");
  const Parsed late = listing(chain("in", base("prerouting", 0)) + rule(drop) + chain("nat", base("prerouting", -100, "nat")) + rule(R"({"redirect": null})", "nat"));
  REQUIRE(late.diagnostics.size() == 1);
  CHECK(late.diagnostics.front().text == "table inet t, chain in: 'no table of iptables runs at hook prerouting with priority 0' is not understood");
  CHECK(rules(late) == "-A PREROUTING -j nft --statement \"chain in at prerouting 0\"\n-A PREROUTING -j REDIRECT\n");
  CHECK(listing(chain("in", base("ingress", 0)) + rule(drop)).diagnostics.size() == 1);
}

TEST_CASE("what iptables has no word for is not known, and says where it stands") {
  const Parsed parsed = listing(chain("in", input) + rule(match(R"({"symhash": {"mod": 2}})", "==", "1") + "," + accept) + rule(R"({"flow": {"op": "add", "flowtable": "@f"}})") + rule(R"({"xt": null}, )" + drop));
  CHECK(rules(parsed) ==
        "-A INPUT -m nft --expr \"symhash {\\\"mod\\\":2} 1\" -j ACCEPT\n"
        "-A INPUT -j nft --statement \"flow {\\\"flowtable\\\":\\\"@f\\\",\\\"op\\\":\\\"add\\\"}\"\n"
        "-A INPUT -m nft --expr xt -j DROP\n");
  CHECK(parsed.diagnostics.size() == 3);
}

TEST_CASE("what is no listing is refused") {
  const auto said = [](const std::string& text) {
    const Parsed parsed = parse_ruleset(text, {.file = "x.json", .family = {}});
    REQUIRE(parsed.diagnostics.size() == 1);
    CHECK(parsed.diagnostics.front().severity == Severity::error);
    return fmt::format("{}:{} {}", parsed.diagnostics.front().line, parsed.diagnostics.front().column, parsed.diagnostics.front().text);
  };
  CHECK(said("{\"nftables\": [\n  {,").starts_with("2:4 "));
  CHECK(said("{\"nftables\": 5}") == "0:0 '5' is no table, chain or rule");
  CHECK(said(R"({"nftables": [{"chain": {"family": "ip", "table": "t"}}]})") == "0:0 key 'name' not found");
  CHECK(said(R"({"nftables": [{"rule": {"family": "ip", "table": "t", "chain": "c", "expr": []}}]})") == "0:0 a rule stands in chain c of table ip t, which is not there");
  CHECK(said("{\"nftables\": " + std::string(1000, '[') + std::string(1000, ']') + "}").starts_with("0:0 the JSON is nested more than 100 deep"));
  CHECK_FALSE(is_nft_json("*filter\nCOMMIT\n"));
  CHECK(is_nft_json(" {\n\"nftables\": []}"));
}
