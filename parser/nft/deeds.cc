#include "parser/nft/deeds.hh"

#include <fmt/format.h>

#include <algorithm>

#include "model/nft.hh"
#include "parser/nft/mangle.hh"
#include "parser/nft/options.hh"
#include "parser/nft/special.hh"
#include "parser/nft/translation.hh"
#include "parser/nft/values.hh"

namespace fwsim::nft_json {
namespace {

[[noreturn]] void refuse(const json& statement) { throw NotUnderstood(statement_text(statement)); }

Deed target(const std::string& words, const Scope& scope, bool ends) {
  return {.what = target_of(words, scope.family), .ends = ends};
}

Test other_family(const json& statement) { return {.pred = never(), .text = statement_text(statement)}; }

Deed reject(const json& v, const json& statement, const Scope& scope) {
  struct Kind {
    std::string_view name, v4, v6;
  };
  constexpr Kind crossed[] = {{"no-route", "icmp-net-unreachable", "icmp6-no-route"}, {"port-unreachable", "icmp-port-unreachable", "icmp6-port-unreachable"},
                              {"host-unreachable", "icmp-host-unreachable", "icmp6-addr-unreachable"}, {"admin-prohibited", "icmp-admin-prohibited", "icmp6-adm-prohibited"}};
  const bool v4 = scope.family == Family::v4;
  const std::string type = v.is_object() ? v.value("type", "") : "";
  std::string with = v4 ? "icmp-port-unreachable" : "icmp6-port-unreachable";
  Tests needs;
  if (type == "tcp reset") {
    with = "tcp-reset";
    needs.push_back({.pred = is(Field::proto, 6), .basic = Test::Basic::proto, .value = {6, 0xff}, .text = "meta l4proto tcp"});
  } else if (type == "icmpx") {
    const std::string code = v.at("expr");
    const auto at = std::find_if(std::begin(crossed), std::end(crossed), [&](const Kind& k) { return k.name == code; });
    if (at == std::end(crossed)) refuse(statement);
    with = v4 ? at->v4 : at->v6;
  } else if (type == "icmp" || type == "icmpv6") {
    if ((type == "icmp") != v4) {
      needs.push_back(other_family(statement));
    } else {
      const std::string code = v.at("expr");
      with = v4 ? "icmp-" + code.substr(0, code == "prot-unreachable" ? 4 : code.npos) + (code == "prot-unreachable" ? "o-unreachable" : "")
                : code == "admin-prohibited" ? "icmp6-adm-prohibited" : "icmp6-" + code;
    }
  } else if (!type.empty()) {
    refuse(statement);
  }
  Deed out = target(fmt::format("{}-j REJECT --reject-with {}", with == "tcp-reset" ? "-p tcp " : "", with), scope, true);
  out.needs = std::move(needs);
  return out;
}

std::string log_options(const json& flags) {
  struct Flag {
    std::string_view name, option;
  };
  constexpr Flag known[] = {{"tcp sequence", " --log-tcp-sequence"}, {"tcp options", " --log-tcp-options"}, {"ip options", " --log-ip-options"},
                            {"skuid", " --log-uid"}, {"ether", " --log-macdecode"}};
  std::string out;
  for (const Flag& f : known) {
    const bool has = flags == "all" || flags == f.name || (flags.is_array() && std::find(flags.begin(), flags.end(), json(f.name)) != flags.end());
    if (has) out += f.option;
  }
  return out;
}

Deed log(const json& v, const Scope& scope) {
  const json none = json::object();
  const json& options = v.is_object() ? v : none;
  const std::string prefix = options.value("prefix", "");
  TargetUse use;
  if (options.value("level", "") == "audit") {
    use = target_of("-j AUDIT --type ACCEPT", scope.family);
  } else if (options.contains("group")) {
    std::string words = fmt::format("-j NFLOG --nflog-group {}", options["group"].get<std::uint64_t>());
    if (options.contains("snaplen")) words += fmt::format(" --nflog-size {}", options["snaplen"].get<std::uint64_t>());
    if (options.contains("queue-threshold")) words += fmt::format(" --nflog-threshold {}", options["queue-threshold"].get<std::uint64_t>());
    use = target_of(words, scope.family);
    if (!prefix.empty()) use.put("nflog-prefix", prefix);
  } else {
    const std::string level = options.value("level", "warn");
    use = target_of(fmt::format("-j LOG --log-level {}{}", level == "err" ? "error" : level == "warn" ? "warning" : level == "emerg" ? "emerg" : level,
                                log_options(options.value("flags", json()))), scope.family);
    // iptables takes 29 bytes, nft more.
    if (!prefix.empty()) use.put("log-prefix", prefix);
  }
  return {.what = std::move(use), .logs = true};
}

Deed queue(const json& v, const json& statement, const Scope& scope) {
  std::string words = "-j NFQUEUE";
  const json none = json::object();
  const json& options = v.is_object() ? v : none;
  const json number = options.value("num", json(0));
  if (number.is_object() && number.contains("range"))
    words += fmt::format(" --queue-balance {}:{}", number["range"].at(0).get<std::uint64_t>(), number["range"].at(1).get<std::uint64_t>());
  else if (number.is_number_unsigned())
    words += fmt::format(" --queue-num {}", number.get<std::uint64_t>());
  else
    refuse(statement);
  const json flags = options.value("flags", json());
  const auto has = [&](const char* flag) { return flags == flag || (flags.is_array() && std::find(flags.begin(), flags.end(), json(flag)) != flags.end()); };
  if (has("bypass")) words += " --queue-bypass";
  if (has("fanout")) words += " --queue-cpu-fanout";
  return target(words, scope, true);
}

Deed synproxy(const json& given, const json& statement, const Scope& scope) {
  const json none = json::object();
  const json* v = given.is_null() ? &none : &given;
  if (v->is_string()) v = scope.objects->find(scope.table, "synproxy", v->get<std::string>());
  if (!v || !v->is_object()) refuse(statement);
  std::string words = "-p tcp -j SYNPROXY";
  if (v->contains("mss")) words += fmt::format(" --mss {}", (*v)["mss"].get<std::uint64_t>());
  if (v->contains("wscale")) words += fmt::format(" --wscale {}", (*v)["wscale"].get<std::uint64_t>());
  const json flags = v->value("flags", json());
  const auto has = [&](const char* flag) { return flags == flag || (flags.is_array() && std::find(flags.begin(), flags.end(), json(flag)) != flags.end()); };
  if (has("timestamp")) words += " --timestamp";
  if (has("sack-perm")) words += " --sack-perm";
  return target(words, scope, true);
}

Deed copy(const json& v, const json& statement, const Scope& scope) {
  if (!v.at("addr").is_string()) refuse(statement);
  std::string words = fmt::format("-j TEE --gateway {}", v["addr"].get<std::string>());
  if (v.contains("dev")) words += fmt::format(" --oif {}", v["dev"].get<std::string>());
  return target(words, scope, false);
}

std::variant<Deed, Choice> verdicts(const json& v, const Scope& scope) {
  Choice choice{.key = &v.at("key")};
  std::vector<json> seen;
  std::vector<const json*> skipped_keys;   // their verdict is to go on
  for (const json& pair : elements_of(v.at("data"), scope)) {
    if (!pair.is_array() || pair.size() != 2) throw NotUnderstood(expression_text(pair));
    auto deed = verdict_of(pair[1]);
    if (tells_family(*choice.key)) {
      const auto tests = special_tests("==", *choice.key, pair[0], scope);
      if (!tests || !tests->empty()) continue;   // of the other family
      if (!deed) throw NotUnderstood(expression_text(pair[1]));
      return std::move(*deed);
    }
    if (!deed) {
      if (pair[1].is_object() && pair[1].contains("continue") && pair[0] != "*") {
        skipped_keys.push_back(&pair[0]);
        continue;
      }
      throw NotUnderstood(expression_text(pair[1]));
    }
    const auto at = std::find(seen.begin(), seen.end(), pair[1]);
    const auto place = static_cast<std::size_t>(at - seen.begin());
    if (pair[0] == "*") {
      choice.otherwise = std::move(deed);
      continue;
    }
    if (at == seen.end()) {
      seen.push_back(pair[1]);
      choice.cases.push_back({{&pair[0]}, std::move(*deed)});
    } else {
      choice.cases[place].keys.push_back(&pair[0]);
    }
  }
  if (tells_family(*choice.key)) return Deed{.what = Verdict::accept, .needs = {other_family(v)}, .ends = true};
  if (choice.otherwise && !skipped_keys.empty()) throw NotUnderstood("a map of verdicts with * and continue");
  return choice;
}

}  // namespace

std::optional<Deed> verdict_of(const json& statement) {
  if (!statement.is_object() || statement.size() != 1) return std::nullopt;
  const std::string& kind = statement.begin().key();
  if (kind == "accept") return Deed{.what = Verdict::accept, .ends = true};
  if (kind == "drop") return Deed{.what = Verdict::drop, .ends = true};
  if (kind == "return") return Deed{.what = Verdict::back, .ends = true};
  if (kind == "jump" || kind == "goto")
    return Deed{.what = Call{statement.begin().value().at("target").get<std::string>(), kind == "goto"}, .ends = kind == "goto"};
  return std::nullopt;
}

std::optional<std::variant<Deed, Choice>> deed_of(const json& statement, const Scope& scope) {
  const std::string& kind = statement.begin().key();
  const json& v = statement.begin().value();
  if (kind == "counter" || kind == "continue") return std::nullopt;
  if (auto verdict = verdict_of(statement)) return std::move(*verdict);
  if (kind == "reject") return reject(v, statement, scope);
  if (kind == "log") return log(v, scope);
  if (kind == "queue") return queue(v, statement, scope);
  if (kind == "notrack") return target("-j CT --notrack", {scope.family, scope.table, scope.objects, 0}, false);
  if (kind == "synproxy") return synproxy(v, statement, scope);
  if (kind == "dup") return copy(v, statement, scope);
  if (kind == "vmap") return verdicts(v, scope);
  if (kind == "mangle") return mangle_deed(v, statement, scope);
  if (kind == "snat" || kind == "dnat" || kind == "masquerade" || kind == "redirect") return translation_deed(kind, v, statement, scope);
  // Nothing that can be decided depends on sets that rules write.
  if (kind == "set" && v.is_object()) return Deed{.what = nft_note(statement_text(statement)), .logs = true};
  refuse(statement);
}

}  // namespace fwsim::nft_json
