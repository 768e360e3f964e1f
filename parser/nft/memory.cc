// Conditions that count or remember, and those that several statements of a rule make together.
#include <fmt/format.h>

#include "parser/nft/operands.hh"
#include "parser/nft/options.hh"
#include "parser/nft/tests.hh"

namespace fwsim::nft_json {
namespace {

[[noreturn]] void refuse(const json& statement) { throw NotUnderstood(statement_text(statement)); }

// "5/minute", of packets.
std::string rate_of(const json& limit, const json& statement) {
  const std::string per = limit.value("per", "second");
  if (limit.contains("rate_unit") && limit["rate_unit"] != "packets") refuse(statement);
  if (per != "second" && per != "minute" && per != "hour" && per != "day") refuse(statement);
  return fmt::format("{}/{}", limit.at("rate").get<std::uint64_t>(), per);
}

Test counting(const std::string& words, Family family) { return {.pred = always(), .match = match_of(words, family), .counts = true, .text = {}}; }

Tests limit_tests(const json& limit, const json& statement, const Scope& scope) {
  if (!limit.is_object()) refuse(statement);   // one that has a name is shared by rules
  const std::string rate = rate_of(limit, statement);
  const std::uint64_t burst = limit.value("burst", std::uint64_t{5});
  if (!limit.value("inv", false)) return {counting(fmt::format("-m limit --limit {} --limit-burst {}", rate, burst), scope.family)};
  return {counting(fmt::format("-m hashlimit --hashlimit-above {} --hashlimit-burst {} --hashlimit-name nft{}", rate, burst, scope.handle), scope.family)};
}

Tests quota_tests(const json& quota, const json& statement, const Scope& scope) {
  if (!quota.is_object()) refuse(statement);
  const std::string unit = quota.value("val_unit", "bytes");
  std::uint64_t bytes = quota.at("val").get<std::uint64_t>();
  for (std::string_view step : {"kbytes", "mbytes", "gbytes"}) {
    if (unit == "bytes") break;
    if (bytes > ~std::uint64_t{0} / 1024) refuse(statement);
    bytes *= 1024;
    if (unit == step) break;
  }
  return {counting(fmt::format("-m quota {}--quota {}", quota.value("inv", false) ? "! " : "", bytes), scope.family)};
}

std::string_view length_option(bool source) { return source ? "--hashlimit-srcmask" : "--hashlimit-dstmask"; }

// "ip saddr & 255.255.255.0": the side, and the length of the mask.
struct Address {
  bool source = false;
  unsigned length = 0;
};
std::optional<Address> address_of(const json& expression, Family family) {
  const json* payload = &expression;
  u128 mask = address_mask(family);
  if (expression.is_object() && expression.contains("&")) {
    payload = &expression["&"].at(0);
    const auto given = read_address(family, expression["&"].at(1).get<std::string>());
    if (!given) return std::nullopt;
    mask = *given;
  }
  const std::string header = family == Family::v4 ? "ip" : "ip6";
  if (!payload->is_object() || !payload->contains("payload") || (*payload)["payload"].value("protocol", "") != header) return std::nullopt;
  const std::string field = (*payload)["payload"].value("field", "");
  const int length = prefix_length(family, mask);
  if ((field != "saddr" && field != "daddr") || length < 0) return std::nullopt;
  return Address{field == "saddr", static_cast<unsigned>(length)};
}

bool is_of_other_family(const json& key, Family family) {
  const json* first = key.is_object() && key.contains("concat") && !key["concat"].empty() ? &key["concat"][0] : &key;
  if (first->is_object() && first->contains("&")) first = &(*first)["&"].at(0);
  if (!first->is_object() || !first->contains("payload")) return false;
  return (*first)["payload"].value("protocol", "") == (family == Family::v4 ? "ip6" : "ip");
}

// Limits for each address, or address and port: hashlimit, by the name of the set.
Tests limit_each(const json& key, const json& limit, const std::string& name, const json* set, const json& statement, const Scope& scope) {
  std::string modes, masks;
  const auto part = [&](const json& e) {
    std::string mode;
    if (const auto address = address_of(e, scope.family)) {
      mode = address->source ? "srcip" : "dstip";
      if (address->length != address_bits(scope.family)) masks += fmt::format(" {} {}", length_option(address->source), address->length);
    } else if (e.is_object() && e.contains("payload")) {
      const std::string field = e["payload"].value("field", ""), header = e["payload"].value("protocol", "");
      if (header == "tcp" || header == "udp") mode = field == "sport" ? "srcport" : field == "dport" ? "dstport" : "";
    }
    if (mode.empty()) refuse(statement);
    modes += (modes.empty() ? "" : ",") + mode;
  };
  if (key.is_object() && key.contains("concat"))
    for (const json& e : key["concat"]) part(e);
  else
    part(key);
  std::string more;
  if (set && set->value("timeout", 0U) != 0) more += fmt::format(" --hashlimit-htable-expire {}", set->at("timeout").get<std::uint64_t>() * 1000);
  if (set && set->value("size", 65535U) != 65535) more += fmt::format(" --hashlimit-htable-max {}", set->at("size").get<std::uint64_t>());
  return {counting(fmt::format("-p tcp -m hashlimit --hashlimit-{} {} --hashlimit-burst {} --hashlimit-mode {} --hashlimit-name {}{}{}",
                               limit.value("inv", false) ? "above" : "upto", rate_of(limit, statement), limit.value("burst", std::uint64_t{5}), modes, name, masks, more),
                   scope.family)};
}

Tests each_element(const json& statement, const json& elem, const json& inner, const std::string& name, const json* set, const Scope& scope) {
  const json& key = elem.is_object() && elem.contains("elem") ? elem["elem"].at("val") : elem;
  if (is_of_other_family(key, scope.family)) return {never_test(statement_text(statement))};
  if (inner.contains("limit") && inner["limit"].is_object()) return limit_each(key, inner["limit"], name, set, statement, scope);
  if (inner.contains("ct count")) {
    const auto address = address_of(key, scope.family);
    if (!address) refuse(statement);
    const json& count = inner["ct count"];
    return {counting(fmt::format("-m connlimit --connlimit-{} {} --connlimit-mask {} --connlimit-{}", count.value("inv", false) ? "above" : "upto",
                                 count.at("val").get<std::uint64_t>(), address->length, address->source ? "saddr" : "daddr"), scope.family)};
  }
  refuse(statement);
}

}  // namespace

std::optional<Tests> memory_tests(const json& statement, const Scope& scope) {
  const std::string& kind = statement.begin().key();
  const json& v = statement.begin().value();
  if (kind == "limit") return limit_tests(v, statement, scope);
  if (kind == "quota") return quota_tests(v, statement, scope);
  if (kind == "ct count")
    return Tests{counting(fmt::format("-m connlimit --connlimit-{} {} --connlimit-mask 0", v.value("inv", false) ? "above" : "upto", v.at("val").get<std::uint64_t>()), scope.family)};
  if (kind == "set" && v.is_object() && v.contains("stmt")) {
    const json& inner = v["stmt"];
    if (!inner.is_array() || inner.size() != 1) refuse(statement);
    if (inner[0].contains("counter")) return std::nullopt;
    const std::string name = v.at("set").get<std::string>().substr(1);
    return each_element(statement, v.at("elem"), inner[0], name, scope.objects->find(scope.table, "set", name), scope);
  }
  if (kind == "meter" && v.is_object()) return each_element(statement, v.at("key"), v.at("stmt"), v.at("name").get<std::string>(), &v, scope);
  return std::nullopt;
}

// --- times and sockets -----------------------------------------------------------------------------

namespace {

std::string joined_time(std::string word) {   // "2024-01-01 00:00:00" -> "2024-01-01T00:00:00"
  if (const std::size_t space = word.find(' '); space != word.npos) word[space] = 'T';
  return word;
}

bool gather_time(const std::string& key, const std::string& op, const json& right, std::string& words) {
  const bool range = right.is_object() && right.contains("range");
  if (key == "hour" && op == "==" && range)
    words += fmt::format(" --timestart {} --timestop {}", right["range"].at(0).get<std::string>(), right["range"].at(1).get<std::string>());
  else if (key == "time" && op == "==" && range)
    words += fmt::format(" --datestart {} --datestop {}", joined_time(right["range"].at(0)), joined_time(right["range"].at(1)));
  else if (key == "time" && op == ">=")
    words += fmt::format(" --datestart {}", joined_time(right));
  else if (key == "day" && (op == "==" || op == "!=")) {
    std::string days;
    const auto add = [&](const json& day) { days += (days.empty() ? "" : ",") + day.get<std::string>().substr(0, 3); };
    if (right.is_object() && right.contains("set"))
      for (const json& day : right["set"]) add(day);
    else
      add(right);
    words += fmt::format(" {}--weekdays {}", op == "!=" ? "! " : "", days);
  } else {
    return false;
  }
  return true;
}

}  // namespace

bool gather(const json& match, Gathered& out) {
  const json &left = match.at("left"), &right = match.at("right");
  const std::string op = match.at("op");
  if (!left.is_object() || left.size() != 1 || !left.begin().value().is_object()) return false;
  const std::string& kind = left.begin().key();
  const std::string key = left.begin().value().value("key", "");
  if (kind == "meta" && (key == "hour" || key == "time" || key == "day")) {
    if (!gather_time(key, op, right, out.times)) throw NotUnderstood(statement_text(json{{"match", match}}));
  } else if (kind == "socket" && (key == "transparent" || key == "wildcard")) {
    const bool any = right.is_object() && right.contains("set") && right["set"].size() == 2;
    if (op != "==" || (key == "transparent" ? right != 1 : !any && right != 0)) throw NotUnderstood(statement_text(json{{"match", match}}));
    out.socket = true;
    if (key == "transparent") out.transparent = true;
    if (key == "wildcard") (any ? out.any_wildcard : out.wildcard_asked) = true;
  } else {
    return false;
  }
  out.text += (out.text.empty() ? "" : " ") + statement_text(json{{"match", match}});
  return true;
}

Tests gathered_tests(const Gathered& gathered, Family family) {
  Tests tests;
  if (!gathered.times.empty()) tests.push_back({.pred = always(), .match = match_of("-m time" + gathered.times, family), .text = gathered.text});
  if (gathered.socket)
    tests.push_back({.pred = always(),
                     .match = match_of(fmt::format("-m socket{}{}", gathered.transparent ? " --transparent" : "", gathered.wildcard_asked ? "" : " --nowildcard"), family),
                     .text = gathered.text});
  return tests;
}

}  // namespace fwsim::nft_json
