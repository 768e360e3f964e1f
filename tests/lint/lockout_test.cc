// Who is locked out of a host, and by what.
#include "lint/lockout.hh"

#include <doctest/doctest.h>

#include "parser/parse.hh"

using namespace fwsim;

namespace {

Lockout check(const std::string& rules, const Admin& admin, Family family = Family::v4) {
  const Parsed parsed = parse_ruleset(rules, {.file = "r", .family = family});
  REQUIRE_FALSE(has_errors(parsed.diagnostics));
  return check_lockout(parsed.ruleset, nullptr, admin);
}

Admin admin(const char* text) {
  QuestionFault fault;
  auto read = read_admin(text, fault);
  REQUIRE(read);
  return *read;
}

// "in; all all some: dropped filter/OUTPUT/2 [to 10.3.0.0/16]".
std::string told(const Lockout& lockout) {
  std::string out = lockout.locked_out ? "out;" : "in;";
  for (const LockoutCheck& c : lockout.checks) out += " " + std::string(share_name(c.share));
  for (const LockoutCheck& c : lockout.checks)
    for (const AnsweredClass& a : c.stopped) {
      out += (a.may ? ": may be " : ": ") + std::string(piece_fate_name(a.fate)) + " " + a.by.name + (a.packet.empty() ? "!" : "");
      for (const PieceText& p : a.pieces) out += " [" + p.text + "]";
    }
  return out;
}

std::string stateful(const std::string& more) {
  return "*filter\n:INPUT DROP [0:0]\n:OUTPUT DROP [0:0]\n-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n" + more + "COMMIT\n";
}

}  // namespace

TEST_CASE("lockout: all three ways are looked at") {
  const Admin from_ten = admin("tcp 10.0.0.0/8 -> :22 in eth0");
  const std::string good = "-A OUTPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT\n", ssh = "-A INPUT -i eth0 -p tcp -m tcp --dport 22 -j ACCEPT\n";
  CHECK(told(check(stateful(ssh + good), from_ten)) == "in; all all all");
  CHECK(told(check(stateful(good), from_ten)) == "out; none all all: dropped filter/INPUT/policy [all of them]");
  CHECK(told(check(stateful(ssh), from_ten)) == "out; all all none: dropped filter/OUTPUT/policy [all of them]");
  CHECK(told(check(stateful("-A INPUT -s 10.3.0.0/16 -j DROP\n" + ssh + good), from_ten)) ==
        "out; some all all: dropped filter/INPUT/2 [from 10.3.0.0/16]");
  CHECK(told(check(stateful(ssh + "-A OUTPUT -d 10.3.0.0/16 -j REJECT\n" + good), from_ten)) ==
        "out; all all some: rejected filter/OUTPUT/1 [to 10.3.0.0/16]");
}

TEST_CASE("lockout: a rate limit may lock out") {
  CHECK(told(check(stateful("-A INPUT -p tcp -m tcp --dport 22 -m limit --limit 3/min -j ACCEPT\n-A OUTPUT -j ACCEPT\n"), admin("tcp any -> :22"))) ==
        "out; may all all: may be dropped filter/INPUT/policy! [all of them]");
}

TEST_CASE("lockout: who the session is") {
  const Admin session = admin_of_session("198.51.100.7 50000 192.0.2.1 2222");
  CHECK(session.traffic.text == "tcp 198.51.100.7 -> 192.0.2.1:2222");
  CHECK(session.session.text == "tcp 198.51.100.7:50000 -> 192.0.2.1:2222");
  CHECK_FALSE(session.anywhere);
  CHECK(admin_of_session("2001:db8::7 50000 2001:db8::1 22").traffic.text == "tcp 2001:db8::7 -> [2001:db8::1]:22");
  CHECK(admin_of_session("::ffff:198.51.100.7 50000 ::ffff:192.0.2.1 22").traffic.text == "tcp 198.51.100.7 -> 192.0.2.1:22");
  for (const char* text : {"", "UNKNOWN 65535 x y", "1 2 3"}) CHECK(admin_of_session(text).anywhere);
  const std::string office = "-A INPUT -s 10.0.0.0/8 -p tcp -m tcp --dport 22 -j ACCEPT\n-A OUTPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT\n";
  CHECK_FALSE(check(stateful(office), admin_of_session("")).locked_out);
  CHECK(check(stateful("-A OUTPUT -j ACCEPT\n"), admin_of_session("")).locked_out);
}

TEST_CASE("lockout: without connection tracking") {
  const std::string rules = "*filter\n:INPUT DROP [0:0]\n:OUTPUT DROP [0:0]\n-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n";
  CHECK(told(check(rules + "-A OUTPUT -p tcp -m tcp --sport 22 ! --tcp-flags FIN,SYN,RST,ACK SYN -j ACCEPT\nCOMMIT\n", admin("tcp any -> :22"))) == "in; all all all");
  CHECK(check(rules + "COMMIT\n", admin("tcp any -> :22")).locked_out);
}
