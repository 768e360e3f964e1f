// The second solver by itself: answers, certificates that name the rules which suffice, and SMT-LIB.
#include <z3++.h>

#include "lint/solvers/z3_solver.hh"
#include "tests/lint/analysed.hh"

using namespace fwsim;
using fwsim::test::analyse;

namespace {

constexpr std::string_view shadowed = R"(*mangle
:PREROUTING ACCEPT [0:0]
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
-A PREROUTING -p tcp -j MARK --set-xmark 0x3/0xf
COMMIT
*filter
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -p udp -j DROP
-A INPUT -p tcp -m tcp --dport 0:1023 -j DROP
-A INPUT -s 192.0.2.1/32 -j ACCEPT
-A INPUT -p tcp -m tcp --dport 1024:65535 -j ACCEPT
-A INPUT -s 10.0.0.0/8 -p tcp -m tcp -j DROP
-A INPUT -p tcp -m tcp --dport 22 -m mark --mark 0x1/0x1 -j DROP
-A INPUT -s 10.0.0.1/32 -m iprange --src-range 10.0.0.2-10.0.0.3 -j DROP
COMMIT
)";

}  // namespace

TEST_CASE("a certificate names the rules that suffice") {
  const auto a = analyse(shadowed);
  Z3Solver z3(a.explorer().rules());
  const RuleId id = a.id("filter/INPUT/5");
  CHECK(z3.reach(a.id("filter/INPUT/4")).kind == Z3Answer::Kind::yes);
  // Later fragments have no ports: without conntrack they come so far, but no delivered packet is one.
  CHECK(z3.reach(id).kind == Z3Answer::Kind::never);
  const Explorer::Reached boxes = a.explorer().reach(id);
  REQUIRE(boxes.answer == Explorer::Reached::Answer::never);
  const Certificate certificate = z3.certify(id, boxes.by);
  CHECK(certificate.kind == Certificate::Kind::proved);
  CHECK(certificate.by == std::vector{a.id("filter/INPUT/2"), a.id("filter/INPUT/4")});
  // Less than that is no proof.
  CHECK(z3.certify(id, {a.id("filter/INPUT/2")}).kind == Certificate::Kind::refuted);
}

TEST_CASE("a contradiction: no rule is to blame") {
  const auto a = analyse(shadowed);
  Z3Solver z3(a.explorer().rules());
  const Certificate certificate = z3.certify(a.id("filter/INPUT/7"), {});
  CHECK(certificate.kind == Certificate::Kind::proved);
  CHECK(certificate.by.empty());
}

TEST_CASE("a packet comes with the answer") {
  const auto a = analyse(shadowed);
  const Z3Answer answer = Z3Solver(a.explorer().rules()).reach(a.id("filter/INPUT/3"));
  REQUIRE(answer.kind == Z3Answer::Kind::yes);
  CHECK(answer.way == Way::input);
  CHECK(std::find(answer.packet.begin(), answer.packet.end(), std::pair(Field::src, std::optional<u128>(0xc0000201))) != answer.packet.end());
}

TEST_CASE("SMT-LIB is unsatisfiable for any reader, and satisfiable without a rule that matters") {
  const auto a = analyse(shadowed);
  Z3Solver z3(a.explorer().rules());
  const RuleId id = a.id("filter/INPUT/5");
  const auto check = [&](const std::vector<RuleId>& blamed) {
    z3::context context;
    // The library's reader takes no options and has no cores, and says so before and after its answer.
    const std::string said = Z3_eval_smtlib2_string(context, z3.smtlib(id, blamed).c_str());
    for (const std::string answer : {"unsat", "sat"})
      if (said.find("\n" + answer + "\n") != said.npos) return answer;
    return said;
  };
  CHECK(check({a.id("filter/INPUT/2"), a.id("filter/INPUT/4")}) == "unsat");
  CHECK(check({a.id("filter/INPUT/4")}) == "sat");
}

TEST_CASE("what cannot be told is maybe") {
  const auto a = analyse(R"(*filter
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -m limit --limit 5/sec -j ACCEPT
-A INPUT -p tcp -j DROP
-A INPUT -p tcp -j ACCEPT
COMMIT
)");
  Z3Solver z3(a.explorer().rules());
  CHECK(z3.reach(a.id("filter/INPUT/2")).kind == Z3Answer::Kind::maybe);
  CHECK(z3.reach(a.id("filter/INPUT/3")).kind == Z3Answer::Kind::never);
}
