#include "parser/nft/mangle.hh"

#include <fmt/format.h>

#include "parser/nft/names.hh"
#include "parser/nft/options.hh"

namespace fwsim::nft_json {
namespace {

[[noreturn]] void refuse(const json& statement) { throw NotUnderstood(statement_text(statement)); }

// (source & keep) ^ flip, where the source is a mark, or nothing.
struct Formula {
  enum class Source : std::uint8_t { none, packet, connection } source = Source::none;
  std::uint32_t keep = 0, flip = 0;
};

std::optional<Formula> formula_of(const json& e) {
  if (e.is_number_unsigned() && e.get<std::uint64_t>() <= 0xffffffff) return Formula{.flip = e.get<std::uint32_t>()};
  if (!e.is_object() || e.size() != 1) return std::nullopt;
  const std::string& kind = e.begin().key();
  const json& v = e.begin().value();
  if ((kind == "meta" || kind == "ct") && v.is_object() && v.value("key", "") == "mark" && !v.contains("dir"))
    return Formula{kind == "meta" ? Formula::Source::packet : Formula::Source::connection, 0xffffffff, 0};
  if ((kind != "&" && kind != "|" && kind != "^") || !v.is_array() || v.size() != 2 || !v[1].is_number_unsigned()) return std::nullopt;
  auto f = formula_of(v[0]);
  if (!f) return std::nullopt;
  const auto n = static_cast<std::uint32_t>(v[1].get<std::uint64_t>());
  if (kind == "&") {
    f->keep &= n;
    f->flip &= n;
  } else if (kind == "|") {
    f->keep &= ~n;
    f->flip |= n;
  } else {
    f->flip ^= n;
  }
  return f;
}

std::string mark_words(const json& value, bool connection, const json& statement) {
  const auto f = formula_of(value);
  if (!f) refuse(statement);
  const auto own = connection ? Formula::Source::connection : Formula::Source::packet;
  if (f->source == Formula::Source::none || f->source == own)
    return fmt::format("-j {} --set-xmark {:#x}/{:#x}", connection ? "CONNMARK" : "MARK", f->flip, ~f->keep);
  if (f->flip != 0) refuse(statement);
  return connection ? fmt::format("-j CONNMARK --save-mark --ctmask 0xffffffff --nfmask {:#x}", f->keep)
                    : fmt::format("-j CONNMARK --restore-mark --nfmask 0xffffffff --ctmask {:#x}", f->keep);
}

Deed deed(const std::string& words, const Scope& scope, TableId table = TableId::mangle) { return {.what = target_of(words, scope.family, table)}; }

std::string class_words(const json& value, const json& statement) {
  std::optional<std::uint64_t> number;
  if (value.is_string()) number = number_of(As::tc_class, value.get<std::string>());
  if (value.is_number_unsigned()) number = value.get<std::uint64_t>();
  if (!number) refuse(statement);
  return fmt::format("-j CLASSIFY --set-class {:x}:{:x}", *number >> 16, *number & 0xffff);
}

Deed header_deed(const json& payload, const json& value, const json& statement, const Scope& scope) {
  const std::string header = payload.value("protocol", ""), field = payload.value("field", "");
  if (header != "ip" && header != "ip6") refuse(statement);
  Tests needs;
  if ((header == "ip") != (scope.family == Family::v4)) needs.push_back({.pred = never(), .text = statement_text(statement)});
  std::optional<std::uint64_t> number;
  if (value.is_number_unsigned()) number = value.get<std::uint64_t>();
  if (value.is_string()) number = number_of(As::dscp, value.get<std::string>());
  if (!number) refuse(statement);
  const bool v4 = scope.family == Family::v4;
  Deed out;
  if (field == "dscp" && *number < 64)
    out = deed(fmt::format("-j DSCP --set-dscp {:#x}", *number), scope);
  else if ((field == "ttl" || field == "hoplimit") && *number < 256)
    out = deed(fmt::format("-j {} --{}-set {}", v4 ? "TTL" : "HL", v4 ? "ttl" : "hl", *number), scope);
  else
    refuse(statement);
  out.needs = std::move(needs);
  return out;
}

Deed one_value(const json& key, const json& value, const json& statement, const Scope& scope) {
  if (!key.is_object() || key.size() != 1) refuse(statement);
  const std::string& kind = key.begin().key();
  const json& v = key.begin().value();
  const std::string name = v.is_object() ? v.value("key", "") : "";
  if (kind == "meta" && name == "mark") return deed(mark_words(value, false, statement), scope);
  if (kind == "ct" && name == "mark") return deed(mark_words(value, true, statement), scope);
  if (kind == "meta" && name == "nftrace" && value == 1) return deed("-j TRACE", scope, TableId::raw);
  if (kind == "meta" && name == "priority") return deed(class_words(value, statement), scope);
  if (kind == "ct" && name == "zone" && value.is_number_unsigned()) {
    const std::string dir = v.value("dir", "");
    return deed(fmt::format("-j CT --zone{} {}", dir == "original" ? "-orig" : dir == "reply" ? "-reply" : "", value.get<std::uint64_t>()), scope, TableId::raw);
  }
  if (kind == "payload") return header_deed(v, value, statement, scope);
  if (kind == "tcp option" && v.value("name", "") == "maxseg" && v.value("field", "") == "size") {
    const bool path = value.is_object() && value.contains("rt") && value["rt"].value("key", "") == "mtu";
    if (!path && !value.is_number_unsigned()) refuse(statement);
    Rule rule = rule_of(path ? "-p tcp --tcp-flags SYN,RST SYN -j TCPMSS --clamp-mss-to-pmtu"
                             : fmt::format("-p tcp --tcp-flags SYN,RST SYN -j TCPMSS --set-mss {}", value.get<std::uint64_t>()), scope.family, TableId::mangle);
    Deed out{.what = std::get<TargetUse>(std::move(rule.target))};
    out.needs.push_back({.pred = is(Field::proto, 6), .basic = Test::Basic::proto, .value = {6, 0xff}, .text = "meta l4proto tcp"});
    return out;
  }
  refuse(statement);
}

}  // namespace

std::variant<Deed, Choice> mangle_deed(const json& mangle, const json& statement, const Scope& scope) {
  const json &key = mangle.at("key"), &value = mangle.at("value");
  if (!value.is_object() || !value.contains("map")) return one_value(key, value, statement, scope);
  const json& data = value["map"].at("data");
  if (!data.is_object() || !data.contains("set") || !data["set"].is_array()) refuse(statement);
  Choice choice{.key = &value["map"].at("key")};
  for (const json& pair : data["set"]) choice.cases.push_back({{&pair.at(0)}, one_value(key, pair.at(1), statement, scope)});
  return choice;
}

}  // namespace fwsim::nft_json
