#include "parser/nft/conditions.hh"

#include <algorithm>

#include "model/nft.hh"
#include "parser/nft/values.hh"

namespace fwsim::nft_json {
namespace {

// True when the basic conditions have room for it.
bool set_basic(BasicMatch& b, const Test& t, Family family) {
  const auto put = [&](Prefix& place, bool& inverted) {
    if (place.mask != 0 || inverted || t.value.mask == 0) return place == t.value && inverted == t.negated && place.mask != 0;
    place = t.value;
    inverted = t.negated;
    return true;
  };
  Prefix in = b.in(), out = b.out();
  switch (t.basic) {
    case Test::Basic::src: return put(b.src, b.not_src);
    case Test::Basic::dst: return put(b.dst, b.not_dst);
    case Test::Basic::in:
      if (!put(in, b.not_in)) return false;
      b.set_in(in);
      return true;
    case Test::Basic::out:
      if (!put(out, b.not_out)) return false;
      b.set_out(out);
      return true;
    case Test::Basic::proto:
      // -p of ip6tables drops packets whose headers it cannot follow.
      if (family == Family::v6) return false;
      if (b.proto != 0) return b.proto == t.value.address && b.not_proto == t.negated;
      b.proto = static_cast<std::uint8_t>(t.value.address);
      b.not_proto = t.negated;
      return true;
    case Test::Basic::none: return false;
  }
  return false;
}

// Whether the test lets only packets pass that have ports, by what it says of the protocol.
bool has_ports(const Pred& p) {
  if (p.kind == Pred::Kind::all) return std::any_of(p.parts.begin(), p.parts.end(), has_ports);
  if (p.kind == Pred::Kind::any) return std::all_of(p.parts.begin(), p.parts.end(), has_ports);
  const auto with = protocols_with_ports();
  return p.kind == Pred::Kind::in && p.field == Field::proto && std::all_of(p.ranges.begin(), p.ranges.end(), [&](const Range& r) {
    return r.low == r.high && std::any_of(with.begin(), with.end(), [&](const Range& w) { return w.contains(r.low); });
  });
}

}  // namespace

bool conditions(const Tests& tests, Family family, Rule& rule) {
  std::vector<Pred> pending;
  std::string text;
  bool connection = false, counted = false;
  const auto flush = [&] {
    if (!pending.empty()) rule.matches.push_back(nft_match(all(std::exchange(pending, {})), std::exchange(text, {}), std::exchange(connection, false)));
  };
  const bool never_true = std::any_of(tests.begin(), tests.end(), [](const Test& t) { return !t.match && t.pred.kind == Pred::Kind::never; });
  if (never_true) {
    // It still turns connection tracking on.
    const auto asks = std::find_if(tests.begin(), tests.end(), [](const Test& t) { return t.connection || (t.match && t.match->extension && t.match->extension->conntrack); });
    if (asks == tests.end()) return false;
    rule.matches.push_back(nft_match(never(), "never, " + asks->text, true));
    return true;
  }
  bool ports = false;
  for (const Test& t : tests) {
    ports = ports || (!t.match && !t.negated && has_ports(t.pred));
    if (t.any_port && !ports) {
      pending.push_back(any({t.pred, all({negation(in(Field::proto, protocols_with_ports())), unknown("'" + t.text + "' of a protocol without ports")})}));
      text += (text.empty() ? "" : " ") + t.text;
      continue;
    }
    if (t.match) {
      if (t.counts) {
        flush();
        counted = true;
      }
      rule.matches.push_back(*t.match);
    } else if (counted || !set_basic(rule.basic, t, family)) {
      if (t.pred.kind == Pred::Kind::always) continue;
      pending.push_back(t.pred);
      text += (text.empty() || t.text.empty() ? "" : " ") + t.text;
      connection = connection || t.connection;
    }
  }
  flush();
  return true;
}

bool is_steady(const json& expression, const Scope& scope) { return Key(expression, scope).steady(); }

}  // namespace fwsim::nft_json
