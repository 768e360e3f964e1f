#include "parser/nft/tests.hh"

#include <fmt/format.h>

#include <algorithm>

#include "model/matches/ct_state.hh"
#include "parser/nft/options.hh"
#include "parser/nft/special.hh"
#include "parser/nft/values.hh"

namespace fwsim::nft_json {
namespace {

constexpr std::size_t most_told = 12;   // elements of a set

// Present, and not `p`. Of a state there is always one.
Pred negated(const Operand& o, Pred p) {
  if (o.field == Field::ct_state) return negation(std::move(p));
  return present_and_not(o.field, std::move(p));
}

Range above(const Operand& o, u128 low) {
  const u128 most = o.whole && o.field != Field::none && o.shift == 0 && o.mask == 0xffffffff ? u128{0xffffffff} : o.most();
  return {low, most};
}

// Flags, without a mask: "in" is any of them, "!" none.
Pred flags(const std::string& op, const json& right, const Operand& o, const Scope& scope) {
  if (o.as == As::state) {
    std::uint64_t bits = 0;
    if (right.is_object() && right.contains("set")) {
      for (const Range& r : ranges_of(right, o, scope)) bits |= static_cast<std::uint64_t>(r.low);
    } else {
      bits = flags_of(right, o.as);
      const bool several = (bits & (bits - 1)) != 0;
      if (several && op == "==") return never();    // a packet has one state
      if (several && op == "!=") return always();
    }
    return ct_state_test(bits, op == "!=" || op == "!");
  }
  const bool set = (right.is_object() && right.contains("set")) || (right.is_string() && right.get<std::string>().starts_with('@'));
  if (set || op == "==" || op == "!=") {
    std::vector<Pred> parts;
    for (const Range& r : ranges_of(right, o, scope)) {
      if (r.low != r.high) throw NotUnderstood(o.text);
      parts.push_back((r.low & ~o.mask) != 0 ? never() : masked(o.field, r.low, o.mask));
    }
    Pred test = any(std::move(parts));
    return op == "!=" ? negated(o, std::move(test)) : test;
  }
  const std::uint64_t bits = flags_of(right, o.as);
  const Pred none = masked(o.field, 0, bits & o.mask);
  return op == "!" ? none : negated(o, none);
}

Pred compare(const std::string& op, const json& right, const Operand& o, const Scope& scope) {
  if (is_bits(o.as)) return flags(op, right, o, scope);
  if (op == "<" || op == "<=" || op == ">" || op == ">=") {
    const Range r = range_of(right, o);
    if (r.low != r.high || o.as == As::device) throw NotUnderstood(o.text);
    if (op == "<") return r.low == 0 ? never() : in_operand(o, {{0, r.low - 1}});
    if (op == "<=") return in_operand(o, {{0, r.low}});
    if (op == ">=") return in_operand(o, {above(o, r.low)});
    return r.low >= above(o, 0).high ? never() : in_operand(o, {above(o, r.low + 1)});
  }
  if (op != "==" && op != "!=" && op != "in") throw NotUnderstood(fmt::format("{} {}", o.text, op));
  Pred test = in_operand(o, ranges_of(right, o, scope));
  return op == "!=" ? negated(o, std::move(test)) : test;
}

// Where the basic conditions of iptables say the same.
void make_basic(Test& test, const Operand& o, const std::string& op, const Range& r) {
  if (!o.whole || o.as == As::state) return;
  test.negated = op == "!=";
  if (o.field == Field::src || o.field == Field::dst) {
    const u128 host = r.low ^ r.high;
    if ((host & (host + 1)) != 0 || (r.low & host) != 0) return;
    test.basic = o.field == Field::src ? Test::Basic::src : Test::Basic::dst;
    test.value = {r.low, o.mask & ~host};
  } else if (o.field == Field::in_if || o.field == Field::out_if) {
    std::string name = name_text(r.low), why;
    if (r.low != r.high) name += '+';
    else if (!name.empty() && name.back() == '+') return;
    const auto device = read_interface(name, why);
    if (!device) return;
    test.basic = o.field == Field::in_if ? Test::Basic::in : Test::Basic::out;
    test.value = *device;
  } else if (o.field == Field::proto && r.low == r.high && r.low != 0) {
    test.basic = Test::Basic::proto;
    test.value = {r.low, 0xff};
  }
}

bool is_one_value(const json& right) {
  return !(right.is_object() && right.contains("set")) && !(right.is_string() && right.get<std::string>().starts_with('@'));
}

// The states that a match of iptables lists, so that checks of connection states know it.
std::optional<MatchUse> state_match(const std::string& op, const json& right, const Operand& o, const Scope& scope) {
  const bool set = right.is_object() && right.contains("set");
  std::uint64_t bits = 0;
  if (set)
    for (const Range& r : ranges_of(right, o, scope)) bits |= static_cast<std::uint64_t>(r.low);
  else
    bits = flags_of(right, o.as);
  const bool exact = !set && (op == "==" || op == "!=") && (bits & (bits - 1)) != 0;
  if (exact || bits == 0 || (bits & ~std::uint64_t{0x1f}) != 0) return std::nullopt;
  MatchUse use = match_of("-m conntrack --ctstate NEW", scope.family);
  use.put("ctstate", Bits{bits}, op == "!=" || op == "!");
  return use;
}

}  // namespace

Tests lookup_tests(const json& key_expression, const std::vector<const json*>& elements, const Scope& scope) {
  const Key key(key_expression, scope);
  Tests tests = key.needs();
  std::string text;
  for (std::size_t i = 0; i < elements.size() && i < most_told; ++i) text += (i == 0 ? "" : ", ") + expression_text(*elements[i]);
  if (elements.size() > most_told) text += fmt::format(", ... ({})", elements.size());
  tests.push_back({.pred = key.in(elements), .connection = key.connection(), .any_port = key.any_port(),
                   .text = expression_text(key_expression) + (elements.size() == 1 ? " " + text : fmt::format(" {{ {} }}", text))});
  return tests;
}

Tests no_lookup_tests(const json& key_expression, const std::vector<const json*>& elements, const Scope& scope) {
  const Key key(key_expression, scope);
  Tests tests = lookup_tests(key_expression, elements, scope);
  tests.back().pred = all({key.present(), negation(std::move(tests.back().pred))});
  tests.back().text.insert(expression_text(key_expression).size(), " !=");
  return tests;
}

Tests match_tests(const json& match, const Scope& scope) {
  const std::string op = match.at("op");
  const json &left = match.at("left"), &right = match.at("right");
  const std::string text = statement_text(json{{"match", match}});
  if (auto special = special_tests(op, left, right, scope)) {
    for (Test& t : *special)
      if (t.text.empty()) t.text = text;
    return std::move(*special);
  }
  if (left.is_object() && left.contains("concat")) {
    const Key key(left, scope);
    Tests tests = key.needs();
    std::vector<const json*> elements;
    if (is_one_value(right))
      elements.push_back(&right);
    else
      for (const json& e : elements_of(right, scope)) elements.push_back(&e);
    Pred in = key.in(elements);
    tests.push_back({.pred = op == "!=" ? all({key.present(), negation(std::move(in))}) : std::move(in), .connection = key.connection(), .any_port = key.any_port(), .text = text});
    return tests;
  }
  const Operand o = operand_of(left, scope.family);
  Tests tests = o.needs;
  Test test{.pred = always(), .connection = o.connection, .any_port = o.any_port, .text = text};
  if (o.as == As::state && o.whole) test.match = state_match(op, right, o, scope);
  if (!test.match) test.pred = compare(op, right, o, scope);
  if ((op == "==" || op == "!=") && is_one_value(right) && !is_bits(o.as)) make_basic(test, o, op, range_of(right, o));
  // A test with an operand of the other family is false whatever it asks.
  tests.push_back(std::move(test));
  return tests;
}

}  // namespace fwsim::nft_json
