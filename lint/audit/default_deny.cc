// Is everything dropped that no rule accepts? A chain that ends in DROP under a policy of ACCEPT does that; a policy of
// DROP behind a rule that accepts everything does not.
#include <fmt/format.h>

#include "lint/audit/audited.hh"
#include "lint/audit/questions.hh"

namespace fwsim {
namespace {

constexpr Asked put[] = {new_in, new_through, new_out};

enum class Strict : std::uint8_t {
  no,    // only one rule that accepts everything counts as no denial: "-p tcp -j ACCEPT" is an exception
  yes    // rules that together accept every port of a protocol do too
};

// Whether one class lets TCP and UDP to nearly every port.
bool everything(const Audited& a, const std::vector<Piece>& pieces) {
  return nearly_all(a, of_protocol(a.space(), pieces, 6)) && nearly_all(a, of_protocol(a.space(), pieces, 17));
}

std::string_view verb(Way way) { return way == Way::input ? "let in" : way == Way::forward ? "forwarded" : "let out"; }

std::string fix_of(const Audited& a, Way way, const Class& c) {
  return c.by && c.by->table == TableId::filter ? a.remove(*c.by) : fmt::format("{} -P {} DROP", a.tool(), chain_of(way));
}

// Adds to `j` what is wrong with one way.
void judge_way(const Audited& a, Way way, Strict strict, Judgement& j) {
  const Answered& answered = a.of(new_on(way));
  const std::string_view chain = chain_of(way);
  if (answered.passed.empty() && answered.stopped.empty() && answered.other.empty() && answered.complete) {
    j.evidence.push_back({.text = fmt::format("{}: no packet comes here{}", chain, way == Way::forward && !a.around().forwards ? ", as " + a.around().forwards_by : ""), .by = {}, .packet = {}});
    return;
  }
  bool good = true;
  std::vector<const Class*> exceptions, unclear;
  const auto bad = [&](const Class& c, const std::vector<Piece>& pieces, std::string_view what) {
    good = false;
    j.fail(fmt::format("{}: what no rule refuses is {}", chain, verb(way)));
    j.evidence.push_back(shown(a, fmt::format("{}: {} {}{}", chain, a.name(c), c.vague ? "may pass " : "passes ", what), c, pieces));
    j.fix.push_back(fix_of(a, way, c));
  };
  for (const Class& c : answered.passed) {
    const std::vector<Piece> pieces = on_side(a, c, Side::outside);
    const bool by_default = !c.by || a.is_policy(*c.by);
    if (by_default && from_anywhere(a.space(), pieces)) {
      bad(c, pieces, "what no rule takes");
      continue;
    }
    if (everything(a, pieces)) {
      bad(c, pieces, "new connections from anywhere to every port");
      continue;
    }
    if (!pieces.empty()) exceptions.push_back(&c);
    if (everything(a, on_side(a, c, Side::unclear))) unclear.push_back(&c);
    if (strict == Strict::no) continue;
    for (const Kind& kind : common_protocols(a.family())) {
      if (kind.protocol != 6 && kind.protocol != 17) continue;
      const std::vector<Piece> of = of_protocol(a.space(), pieces, kind.protocol);
      if (nearly_all(a, of)) bad(c, of, fmt::format("all new {} connections", kind.name));
    }
  }
  for (const Class& c : answered.other)
    if (const std::vector<Piece> pieces = on_side(a, c, Side::outside); nearly_all(a, of_protocol(a.space(), pieces, 6))) {
      j.cannot_tell(fmt::format("{}: {} hands packets to something outside of the ruleset", chain, a.name(c)));
      good = false;
    }
  for (const Class* c : unclear) {
    std::string text = fmt::format("{}: {} passes everything that {} its device", chain, a.name(*c), way == Way::output ? "leaves by" : "comes by");
    if (strict == Strict::yes || way == Way::input) {
      j.cannot_tell(text + ", and whether that is outside nobody said ([site] external of .fwsim.toml, or --host)");
      good = false;
    }
    j.evidence.push_back(shown(a, std::move(text), *c));
  }
  if (!answered.complete) {
    j.cannot_tell(fmt::format("{}: the ruleset is too large, and not all was looked at", chain));
    good = false;
  }
  if (!good) return;
  std::vector<const Class*> stops;
  for (const Class& c : answered.stopped)
    if (from_anywhere(a.space(), on_side(a, c, Side::outside))) stops.push_back(&c);
  Evidence proof{.text = fmt::format("{}: new connections are {} {}{}; all else stops, at {}", chain, verb(way), exceptions.empty() ? "by no rule" : "only by ",
                                     exceptions.empty() ? "" : a.names(exceptions), stops.empty() ? a.names([&] {
                                       std::vector<const Class*> all;
                                       for (const Class& c : answered.stopped) all.push_back(&c);
                                       return all;
                                     }()) : a.names(stops)),
                 .by = {}, .packet = {}};
  for (const Class* c : exceptions)
    if (c->by) proof.by.push_back(a.facts().place(*c->by));
  if (!stops.empty()) proof.packet = a.answers().packet(*stops.back());
  j.evidence.push_back(std::move(proof));
}

template <Strict strict, Way... ways>
Judgement judge(const Audited& a) {
  Judgement j;
  (judge_way(a, ways, strict, j), ...);
  return j;
}

Judgement judge_boundary(const Audited& a) {
  Judgement j;
  if (a.around().external.empty()) j.cannot_tell("which devices face untrusted networks: [site] external of .fwsim.toml, or a host with routes, says so");
  judge_way(a, Way::input, Strict::yes, j);
  judge_way(a, Way::forward, Strict::yes, j);
  if (!a.around().external.empty())
    j.evidence.push_back({.text = fmt::format("untrusted networks are behind {}, by {}", a.around().external_text(), a.around().external_by), .by = {}, .packet = {}});
  return j;
}

}  // namespace

namespace questions {

const AuditQuestion default_deny{.name = "default-deny", .text = "is everything dropped that no rule accepts, in, through and out?",
                            .asks = put, .judge = judge<Strict::no, Way::input, Way::forward, Way::output>};
const AuditQuestion inbound_denied{.name = "inbound-denied", .text = "is what comes from outside dropped unless it is meant to pass?",
                              .asks = put, .judge = judge<Strict::yes, Way::input, Way::forward>};
const AuditQuestion boundary{.name = "boundary", .text = "do the rules stand between untrusted networks and this host and what is behind it?",
                        .asks = put, .judge = judge_boundary};
const AuditQuestion outbound_denied{.name = "outbound-denied", .text = "does the host send only what is meant to leave?",
                               .asks = put, .judge = judge<Strict::yes, Way::output>};

}  // namespace questions
}  // namespace fwsim
