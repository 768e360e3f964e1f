// What lint says of rules that ask for ipsets, when the sets are known.
#include <doctest/doctest.h>

#include "parser/ipset.hh"
#include "tests/lint/linted.hh"

using namespace fwsim;

namespace {

std::string found(const char* check, const std::string& sets, const std::string& rules, const std::string& chain = "INPUT") {
  Host host = default_host();
  const ParsedSets parsed = parse_ipset(sets, {.file = "sets"});
  CHECK(parsed.diagnostics.empty());
  host.sets = parsed.sets;
  const test::Linted linted("*filter\n:" + chain + " DROP [0:0]\n" + rules + "COMMIT\n", {.only = {check}}, &host, Family::v4);
  std::string out;
  for (const Finding& f : linted.result.findings) out += f.place.name + " " + f.text + (f.severity == Severity::note ? " (note)\n" : "\n");
  return out;
}

}  // namespace

TEST_CASE("sets that are missing or of the other family are said once, with all their rules") {
  const std::string two = "-A INPUT -m set --match-set s src -j DROP\n-A INPUT -m set --match-set s dst -j DROP\n";
  CHECK(found("FW831", "create t hash:ip\n", two) == "filter/INPUT/1 asks for the set s, which this host does not have; so does filter/INPUT/2 (rules:4): iptables-restore refuses the whole file\n");
  CHECK(found("FW831", "create s hash:ip family inet6\n", two) == "filter/INPUT/1 asks for the set s, whose family is inet6; so does filter/INPUT/2 (rules:4): iptables-restore refuses the whole file\n");
  CHECK(found("FW831", "create s hash:ip\n", two) == "");
  // Ports, MAC addresses and lists are of no family.
  CHECK(found("FW831", "create s list:set\n", two) == "");
  CHECK(found("FW831", "create s bitmap:port range 0-100\n", two) == "");
  // Nobody said anything about sets.
  CHECK(found("FW831", "", two) == "");
}

TEST_CASE("a set that is asked with too few parts, or for a device that packets do not have, is asked in vain") {
  const std::string sets = "create p hash:ip,port\ncreate n hash:net,iface\ncreate a hash:ip\ncreate l list:set\nadd l p\ncreate m list:set\nadd m p\nadd m a\n";
  CHECK(found("FW832", sets, "-A INPUT -m set --match-set p src -j DROP\n") == "filter/INPUT/1 asks the set p in vain: it is a hash:ip,port and needs 2 of src and dst, not 1; no packet matches\n");
  CHECK(found("FW832", sets, "-A INPUT -m set ! --match-set p src -j DROP\n") == "filter/INPUT/1 asks the set p in vain: it is a hash:ip,port and needs 2 of src and dst, not 1; every packet matches\n");
  CHECK(found("FW832", sets, "-A INPUT -j SET --add-set p src\n") == "filter/INPUT/1 asks the set p in vain: it is a hash:ip,port and needs 2 of src and dst, not 1; nothing is added\n");
  CHECK(found("FW832", sets, "-A INPUT -m set --match-set a src,dst -j DROP\n-A INPUT -m set --match-set p dst,dst,src -j DROP\n") == "");   // too many are no harm
  CHECK(found("FW832", sets, "-A INPUT -m set --match-set n src,dst -j DROP\n") == "filter/INPUT/1 asks the set n in vain: it is a hash:net,iface, and here packets have no outgoing device (dst); no packet matches\n");
  CHECK(found("FW832", sets, "-A INPUT -m set --match-set n src,src -j DROP\n") == "");
  CHECK(found("FW832", sets, "-A FORWARD -m set --match-set n src,dst -j DROP\n", "FORWARD") == "");
  CHECK(found("FW832", sets, "-A INPUT -m set --match-set l src -j DROP\n") == "filter/INPUT/1 asks the set l in vain: it has only members like p, which is a hash:ip,port and needs 2 of src and dst, not 1; no packet matches\n");
  CHECK(found("FW832", sets, "-A INPUT -m set --match-set m src -j DROP\n") == "");   // its other member answers
}

TEST_CASE("an empty set matters when nothing fills it by and by") {
  const std::string match = "-A INPUT -m set --match-set s src -j DROP\n";
  CHECK(found("FW833", "create s hash:ip\n", match) == "filter/INPUT/1 asks whether packets are in the set s, which is empty: none matches (note)\n");
  CHECK(found("FW833", "create s hash:ip\nadd s 192.0.2.1\n", match) == "");
  CHECK(found("FW833", "create s hash:ip timeout 60\n", match) == "");
  CHECK(found("FW833", "create s hash:ip\n", match + "-A INPUT -p tcp -j SET --add-set s src\n") == "");
  CHECK(found("FW833", "create f2b-sshd hash:ip\n", "-A INPUT -m set --match-set f2b-sshd src -j DROP\n") == "");
  CHECK(found("FW833", "create s list:set\n", match) == "filter/INPUT/1 asks whether packets are in the set s, which is empty: none matches (note)\n");
  CHECK(found("FW833", "create a hash:ip\ncreate s list:set\nadd s a\n", match) == "filter/INPUT/1 asks whether packets are in the set s, which is empty: none matches (note)\n");
  CHECK(found("FW833", "create a hash:ip\nadd a 192.0.2.1\ncreate s list:set\nadd s a\n", match) == "");
}

TEST_CASE("a set that is nearly full, or will be, since nothing ever goes from it") {
  std::string sets = "create s hash:ip maxelem 10\n";
  for (int i = 1; i <= 9; ++i) sets += fmt::format("add s 192.0.2.{}\n", i);
  const std::string match = "-A INPUT -m set --match-set s src -j DROP\n", add = "-A INPUT -p tcp -j SET --add-set s src\n";
  CHECK(found("FW834", sets, match) == "filter/INPUT/1 asks for the set s, which holds 9 of at most 10 elements: soon nothing more can be added (note)\n");
  CHECK(found("FW834", sets, match + add) == "filter/INPUT/1 asks for the set s, which holds 9 of at most 10 elements: soon nothing more can be added\n");
  CHECK(found("FW834", "create s hash:ip\n", match + add) == "filter/INPUT/2 adds to the set s, from which nothing ever goes: with 65536 elements it is full (note)\n");
  CHECK(found("FW834", "create s hash:ip forceadd\n", match + add) == "");
  CHECK(found("FW834", "create s hash:ip timeout 60\n", match + add) == "");
  CHECK(found("FW834", "create s hash:ip\n", match + add + "-A INPUT -p udp -j SET --del-set s src\n") == "");
}

TEST_CASE("counters are asked of sets that do not count") {
  const std::string rule = "-A INPUT -m set --match-set s src --packets-gt 100 -j DROP\n";
  CHECK(found("FW835", "create s hash:ip\n", rule) == "filter/INPUT/1 asks --packets-gt, but the set s does not count: every element matches\n");
  CHECK(found("FW835", "create s hash:ip counters\n", rule) == "");
  CHECK(found("FW835", "create s hash:ip\n", "-A INPUT -m set --match-set s src -j DROP\n") == "");
}

TEST_CASE("sets are judged when nothing else is known of the host") {
  const auto sets = parse_ipset("create t hash:ip\n").sets;
  const LintOptions options{.only = {"FW831"}, .skip = {}, .sets = &sets};
  CHECK(test::Linted("*filter\n:INPUT DROP [0:0]\n-A INPUT -m set --match-set s src -j DROP\nCOMMIT\n", options).text() == "FW831 filter/INPUT/1\n");
}
