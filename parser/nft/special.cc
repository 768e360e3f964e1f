#include "parser/nft/special.hh"

#include <fmt/format.h>

#include <algorithm>

#include "model/matches/ipv6header.hh"
#include "parser/nft/names.hh"
#include "parser/nft/operands.hh"
#include "parser/nft/options.hh"

namespace fwsim::nft_json {
namespace {

[[noreturn]] void refuse(const json& left) { throw NotUnderstood(expression_text(left)); }

bool equal_op(const std::string& op, const json& left) {
  if (op != "==" && op != "!=" && op != "in" && op != "!") refuse(left);
  return op == "==" || op == "in";
}

Test of_match(const std::string& words, Family family, bool counts = false) {
  return {.pred = always(), .match = match_of(words, family), .counts = counts, .text = {}};
}

// "exists" or "missing": true or false, or 1 and 0.
bool truth(const std::string& op, const json& left, const json& right) {
  bool value = false;
  if (right.is_boolean())
    value = right.get<bool>();
  else if (right == 0 || right == 1 || right == "0")
    value = right == 1;
  else
    refuse(left);
  return value == equal_op(op, left);
}

// ipv4 or ipv6: known when the rule is read.
Tests constant_test(bool value) {
  if (value) return {};
  return {never_test({})};
}

Tests family_test(const std::string& op, const json& left, const json& right, const Scope& scope) {
  const auto is_mine = [&](const json& word) {
    if (word == "ipv4" || word == "ip" || word == 2048 || word == 2) return scope.family == Family::v4;
    if (word == "ipv6" || word == "ip6" || word == 34525 || word == 10) return scope.family == Family::v6;
    if (!word.is_string()) refuse(left);
    return false;
  };
  bool mine = false;
  if (right.is_object() && right.contains("set"))
    mine = std::any_of(right["set"].begin(), right["set"].end(), is_mine);
  else
    mine = is_mine(right);
  return constant_test(mine == equal_op(op, left));
}

// The route back: rpfilter. "missing" when it fails.
Tests route_back(const std::string& op, const json& left, const json& right, const Scope& scope) {
  const json& fib = left.at("fib");
  const std::vector<std::string> flags = fib.at("flags");
  const auto has = [&](const char* flag) { return std::find(flags.begin(), flags.end(), flag) != flags.end(); };
  if (!has("saddr") || has("daddr") || has("oif")) refuse(left);
  // rpfilter of IPv6 takes any route that leads out of the device; fib asks where the best one leads.
  if (scope.family == Family::v6 && has("iif")) refuse(left);
  return {of_match(fmt::format("-m rpfilter{}{}{}", has("iif") ? "" : " --loose", has("mark") ? " --validmark" : "",
                               truth(op, left, right) ? "" : " --invert"), scope.family)};
}

Tests connection_counter(const std::string& op, const json& left, const json& right, const Scope& scope) {
  const json& ct = left.at("ct");
  const std::string key = ct.at("key"), dir = ct.value("dir", "both");
  std::string range;
  bool inverted = op == "!=";
  if (right.is_object() && right.contains("range"))
    range = fmt::format("{}:{}", right["range"].at(0).get<std::uint64_t>(), right["range"].at(1).get<std::uint64_t>());
  else if (!right.is_number_unsigned())
    refuse(left);
  else if (const auto n = right.get<std::uint64_t>(); op == ">" || op == ">=")
    range = fmt::format("{}:", op == ">" ? n + 1 : n);
  else if (op == "<" || op == "<=") {
    if (op == "<" && n == 0) return {never_test({})};
    range = fmt::format("0:{}", op == "<" ? n - 1 : n);
  } else
    range = fmt::format("{}:{}", n, n);
  return {of_match(fmt::format("-m connbytes{} --connbytes {} --connbytes-dir {} --connbytes-mode {}", inverted ? " !" : "", range, dir, key), scope.family)};
}

Tests of_connection(const std::string& op, const json& left, const json& right, const Scope& scope) {
  const std::string key = left.at("ct").at("key");
  if (key == "helper" && right.is_string())
    return {of_match(fmt::format("-m helper {}--helper {}", equal_op(op, left) ? "" : "! ", quote(right.get<std::string>())), scope.family)};
  if (key == "label" && right.is_number_unsigned())
    return {of_match(fmt::format("-m connlabel {}--label {}", equal_op(op, left) ? "" : "! ", right.get<std::uint64_t>()), scope.family)};
  if (key == "bytes" || key == "packets" || key == "avgpkt") return connection_counter(op, left, right, scope);
  refuse(left);
}

Tests random(const std::string& op, const json& left, const json& right, const Scope& scope) {
  const json& numgen = left.at("numgen");
  const auto mod = numgen.at("mod").get<std::uint64_t>();
  if (mod == 0 || mod > 0x7fffffff || numgen.value("offset", 0U) != 0 || !right.is_number_unsigned()) refuse(left);
  const auto value = right.get<std::uint64_t>();
  if (numgen.at("mode") == "inc") {
    if ((op != "==" && op != "!=") || value >= mod) refuse(left);
    return {of_match(fmt::format("-m statistic --mode nth {}--every {} --packet {}", op == "!=" ? "! " : "", mod, value), scope.family, true)};
  }
  std::uint64_t below = value;
  const bool inverted = op == ">=" || op == ">";
  if (op == "<=" || op == ">") ++below;
  if (op != "<" && op != "<=" && op != ">" && op != ">=") {
    if (op != "==" || value >= mod) refuse(left);
    below = 1;
  }
  constexpr std::uint64_t whole = std::uint64_t{1} << 31;   // xt_statistic counts in 2^31ths
  Test test = of_match("-m statistic --mode random --probability 0.5", scope.family, true);
  const std::uint64_t probability = (std::min(below, mod) * whole + mod / 2) / mod;
  test.match->put("probability", NumRange{probability, probability}, inverted);
  return {std::move(test)};
}

// An extension header of IPv6 by a field that only packets with it have.
Tests header_exists(const std::string& op, const json& left, const json& right, const Scope& scope) {
  const std::string name = left.at("exthdr").at("name");
  const bool there = truth(op, left, right);
  if (scope.family == Family::v4) return constant_test(!there);
  struct Header {
    std::string_view name;
    Field field;
  };
  constexpr Header headers[] = {{"frag", Field::frag_id}, {"rt", Field::rt_type}, {"hbh", Field::hbh_len}, {"dst", Field::dst_len}, {"mh", Field::mh_type}};
  for (const Header& h : headers)
    if (h.name == name) return {{.pred = there ? present(h.field) : negation(present(h.field)), .text = {}}};
  refuse(left);
}

Tests option_exists(const std::string& op, const json& left, const json& right, const Scope& scope) {
  struct Kind {
    std::string_view name;
    unsigned number;
  };
  constexpr Kind kinds[] = {{"maxseg", 2}, {"window", 3}, {"sack-perm", 4}, {"sack-permitted", 4}, {"sack", 5}, {"timestamp", 8}};
  const json& option = left.at("tcp option");
  if (option.contains("field") || !option.contains("name")) refuse(left);
  const bool there = truth(op, left, right);
  for (const Kind& k : kinds)
    if (option["name"] == k.name) {
      Test test = of_match(fmt::format("-p tcp -m tcp {}--tcp-option {}", there ? "" : "! ", k.number), scope.family);
      return {protocol_test(6), std::move(test)};
    }
  refuse(left);
}

}  // namespace

namespace {

// The protocol in the header of IPv6 itself: known of packets without extension headers.
Tests next_header(const std::string& op, const json& left, const json& right, const Scope& scope) {
  if (scope.family == Family::v4) return {never_test({})};
  std::vector<Range> ranges;
  const auto add = [&](const json& word) {
    std::optional<std::uint64_t> n;
    if (word.is_number_unsigned()) n = word.get<std::uint64_t>();
    if (word.is_string()) n = number_of(As::protocol, word.get<std::string>());
    constexpr std::uint64_t extensions[] = {0, 43, 44, 50, 51, 59, 60};
    if (!n || std::find(std::begin(extensions), std::end(extensions), *n) != std::end(extensions)) refuse(left);
    ranges.push_back({*n, *n});
  };
  if (right.is_object() && right.contains("set"))
    for (const json& word : right["set"]) add(word);
  else
    add(right);
  Pred plain = all({in(Field::proto, std::move(ranges)), is(Field::ipv6_exts, ipv6_ext::proto)});
  return {{.pred = equal_op(op, left) ? std::move(plain) : negation(std::move(plain)), .text = {}}};
}

}  // namespace

bool tells_family(const json& key) {
  if (!key.is_object() || !key.contains("meta") || !key["meta"].is_object()) return false;
  const std::string word = key["meta"].value("key", "");
  return word == "nfproto" || word == "protocol";
}

std::optional<Tests> special_tests(const std::string& op, const json& left, const json& right, const Scope& scope) {
  if (!left.is_object() || left.size() != 1) return std::nullopt;
  const std::string& kind = left.begin().key();
  const json& v = left.begin().value();
  const std::string key = v.is_object() ? v.value("key", "") : "";
  if (tells_family(left)) return family_test(op, left, right, scope);
  if (kind == "payload" && v.is_object() && v.value("field", "") == "version") {
    const bool mine = (v.value("protocol", "") == "ip") == (scope.family == Family::v4) && right == (scope.family == Family::v4 ? 4 : 6);
    return constant_test(mine == equal_op(op, left));
  }
  if (kind == "payload" && v.is_object() && v.value("protocol", "") == "ip6" && v.value("field", "") == "nexthdr") return next_header(op, left, right, scope);
  if (kind == "ct" && (key == "helper" || key == "label" || key == "bytes" || key == "packets" || key == "avgpkt"))
    return of_connection(op, left, right, scope);
  if (kind == "ct" && key == "l3proto") {
    Tests tests = family_test(op, left, right, scope);
    tests.push_back({.pred = present(Field::ct_status), .connection = true, .text = {}});
    return tests;
  }
  if (kind == "fib" && v.is_object() && v.value("result", "") == "oif") return route_back(op, left, right, scope);
  if (kind == "numgen") return random(op, left, right, scope);
  if (kind == "exthdr" && v.is_object() && !v.contains("field")) return header_exists(op, left, right, scope);
  if (kind == "tcp option" && right.is_boolean()) return option_exists(op, left, right, scope);
  if (kind == "osf" && right.is_string()) {
    if (v.value("ttl", "") == "skip") refuse(left);
    return Tests{of_match(fmt::format("-p tcp -m osf {}--genre {}{}", equal_op(op, left) ? "" : "! ", quote(right.get<std::string>()),
                                      v.value("ttl", "") == "loose" ? " --ttl 1" : ""), scope.family)};
  }
  if ((kind == "meta" || kind == "rt") && key == "ipsec")
    return Tests{of_match(fmt::format("-m policy --dir {} --pol {}", kind == "meta" ? "in" : "out", truth(op, left, right) ? "ipsec" : "none"), scope.family)};
  if (kind == "meta" && key == "cgroup" && right.is_number_unsigned())
    return Tests{of_match(fmt::format("-m cgroup {}--cgroup {}", equal_op(op, left) ? "" : "! ", right.get<std::uint64_t>()), scope.family)};
  return std::nullopt;
}

}  // namespace fwsim::nft_json
