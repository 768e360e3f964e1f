// Is everything dropped that no rule accepts? A chain that ends in DROP under a policy of ACCEPT does that; a policy of
// DROP behind a rule that accepts everything does not.
#include <fmt/format.h>

#include <algorithm>

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
bool everything(const Audited& a, Way way, const std::vector<Piece>& pieces) {
  return nearly_all(a, way, of_protocol(a.space(), pieces, 6)) && nearly_all(a, way, of_protocol(a.space(), pieces, 17));
}

std::string_view verb(Way way) { return way == Way::input ? "let in" : way == Way::forward ? "forwarded" : "let out"; }

// Nobody is to be locked out by it.
void add_fix(const Audited& a, Way way, const Class& c, std::vector<std::string>& fix) {
  for (std::string line : {fmt::format("{} -I {} 1 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT", a.tool(), chain_of(way)),
                           fmt::format("# and rules that accept what is meant to be {}; 'fwsim lockout' tells whether you still get in", verb(way)),
                           c.by && c.by->table == TableId::filter ? a.remove(*c.by) : fmt::format("{} -P {} DROP", a.tool(), chain_of(way))})
    if (std::find(fix.begin(), fix.end(), line) == fix.end()) fix.push_back(std::move(line));
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
    j.fail(fmt::format("{}: {} is {}", chain, !c.by || a.is_policy(*c.by) ? "what no rule decides about" : "nearly everything", verb(way)));
    j.evidence.push_back(shown(a, fmt::format("{}: {} {}{}", chain, c.by ? a.name(*c.by) : "the host", c.vague ? "may pass " : "passes ", what), c, pieces));
    add_fix(a, way, c, j.fix);
  };
  for (const Class& c : answered.passed) {
    const std::vector<Piece> pieces = on_side(a, c, Side::outside);
    const bool by_default = !c.by || a.is_policy(*c.by);
    if (by_default && from_anywhere(a.space(), ordinary(a, way, pieces))) {
      const bool table = a.ruleset().find(TableId::filter) != nullptr;
      bad(c, pieces, table ? "what no rule takes" : "everything: the file has no table filter");
      continue;
    }
    if (everything(a, way, pieces)) {
      bad(c, pieces, "new connections from anywhere to every port");
      continue;
    }
    if (!pieces.empty()) exceptions.push_back(&c);
    if (everything(a, way, on_side(a, c, Side::unclear))) unclear.push_back(&c);
    if (strict == Strict::no) continue;
    for (const Kind& kind : common_protocols(a.family())) {
      if (kind.protocol != 6 && kind.protocol != 17) continue;
      const std::vector<Piece> of = of_protocol(a.space(), pieces, kind.protocol);
      if (nearly_all(a, way, of)) bad(c, of, fmt::format("all new {} connections", kind.name));
    }
  }
  for (const Class& c : answered.other)
    if (const std::vector<Piece> pieces = on_side(a, c, Side::outside); nearly_all(a, way, of_protocol(a.space(), pieces, 6))) {
      j.cannot_tell(fmt::format("{}: {} hands packets to something outside of the ruleset", chain, a.name(c)));
      good = false;
    }
  if (!good && way == Way::forward && !a.host()) j.evidence.push_back({.text = "FORWARD: whether this host forwards at all is not known without --host or --snapshot", .by = {}, .packet = {}});
  for (const Class* c : unclear) {
    const Var device = a.space().of(way == Way::output ? Field::out_if : Field::in_if);
    std::string text = fmt::format("{}: {} passes everything that {} {}", chain, a.name(*c), way == Way::output ? "leaves by" : "comes by",
                                   a.space().text(device, hull(on_side(a, *c, Side::unclear))[device]));
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
  if (std::all_of(answered.stopped.begin(), answered.stopped.end(), [&](const Class& c) { return on_side(a, c, Side::outside).empty(); })) {
    j.cannot_tell(fmt::format("{}: no rule is seen to drop anything from outside", chain));
    return;
  }
  Evidence proof{.text = fmt::format("{}: new connections are {} {}{}", chain, verb(way), exceptions.empty() ? "by no rule" : "only by ", exceptions.empty() ? "" : a.names(exceptions)),
                 .by = {}, .packet = {}};
  for (const Class* c : exceptions)
    if (c->by) proof.by.push_back(a.facts().place(*c->by));
  j.evidence.push_back(std::move(proof));
  std::vector<const Class*> stops;
  for (const Class& c : answered.stopped)
    if (wide(a, way, on_side(a, c, Side::outside))) stops.push_back(&c);
  if (!stops.empty()) j.evidence.push_back(shown(a, fmt::format("{}: all else is dropped, by {}", chain, a.names(stops)), *stops.back(), ordinary(a, way, on_side(a, *stops.back(), Side::outside))));
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
