#include "parser/nft/translation.hh"

#include <fmt/format.h>

#include <algorithm>

#include "parser/nft/options.hh"
#include "parser/nft/values.hh"

namespace fwsim::nft_json {
namespace {

[[noreturn]] void refuse(const json& statement) { throw NotUnderstood(statement_text(statement)); }

bool has_flag(const json& v, const char* flag) {
  if (!v.is_object() || !v.contains("flags")) return false;
  const json& flags = v["flags"];
  return flags == flag || (flags.is_array() && std::find(flags.begin(), flags.end(), json(flag)) != flags.end());
}

std::string flag_words(const json& v, bool source, bool address) {
  std::string words;
  if (has_flag(v, "fully-random")) words += source ? " --random-fully" : " --random";
  else if (has_flag(v, "random")) words += " --random";
  if (has_flag(v, "persistent") && address) words += " --persistent";
  return words;
}

std::string one_address(const json& e, const json& statement) {
  if (!e.is_string()) refuse(statement);
  return e.get<std::string>();
}

std::string one_port(const json& e, const json& statement) {
  std::optional<std::uint64_t> port;
  if (e.is_number_unsigned()) port = e.get<std::uint64_t>();
  if (e.is_string()) port = number_of(As::number, e.get<std::string>());
  if (!port || *port > 0xffff) refuse(statement);
  return fmt::format("{}", *port);
}

std::string port_text(const json& e, const json& statement) {
  if (e.is_object() && e.contains("range")) return one_port(e["range"].at(0), statement) + "-" + one_port(e["range"].at(1), statement);
  return one_port(e, statement);
}

// "10.0.0.1-10.0.0.9:80-90", "[2001:db8::1]:80"
std::string place_text(const json& address, const json& port, const json& statement, Family family) {
  std::string text;
  if (address.is_object() && address.contains("range"))
    text = one_address(address["range"].at(0), statement) + "-" + one_address(address["range"].at(1), statement);
  else if (address.is_object() && address.contains("prefix")) {
    Operand o{.field = Field::src, .as = As::address, .mask = address_mask(family)};
    const Range r = range_of(address, o);
    text = address_text(family, r.low) + "-" + address_text(family, r.high);
  } else if (!address.is_null())
    text = one_address(address, statement);
  if (port.is_null()) return text;
  if (family == Family::v6 && !text.empty()) {
    const std::size_t dash = text.find('-');
    text = dash == text.npos ? "[" + text + "]" : "[" + text.substr(0, dash) + "]-[" + text.substr(dash + 1) + "]";
  }
  return text + ":" + port_text(port, statement);
}

Deed fixed(const std::string& kind, const json& v, const json& address, const json& port, const json& statement, const Scope& scope) {
  const bool source = kind == "snat" || kind == "masquerade";
  std::string words;
  if (kind == "masquerade" || kind == "redirect") {
    words = kind == "masquerade" ? "-j MASQUERADE" : "-j REDIRECT";
    if (!port.is_null()) words += " --to-ports " + port_text(port, statement);
    words += flag_words(v, source, false);
  } else if (has_flag(v, "netmap")) {
    if (!address.is_object() || !address.contains("prefix") || !port.is_null()) refuse(statement);
    words = fmt::format("-j NETMAP --to {}/{}", one_address(address["prefix"].at("addr"), statement), address["prefix"].at("len").get<unsigned>());
  } else {
    words = fmt::format("-j {} --to-{} {}{}", source ? "SNAT" : "DNAT", source ? "source" : "destination", place_text(address, port, statement, scope.family),
                        flag_words(v, source, true));
  }
  return {.what = target_of((port.is_null() ? "" : "-p tcp ") + words, scope.family, TableId::nat), .ends = true};
}

bool is_map(const json& e) { return e.is_object() && e.contains("map"); }

// dnat to tcp dport map { 80 : 10.0.0.1, 443 : 10.0.0.2 . 8443 }
Choice mapped(const std::string& kind, const json& v, const json& address, const json& port, const json& statement, const Scope& scope) {
  const json& map = is_map(address) ? address["map"] : port["map"];
  Choice choice{.key = &map.at("key")};
  for (const json& pair : elements_of(map.at("data"), scope)) {
    if (!pair.is_array() || pair.size() != 2) refuse(statement);
    json to = is_map(address) ? pair[1] : address, at = is_map(port) ? pair[1] : port;
    if (to.is_object() && to.contains("concat")) {
      if (to["concat"].size() != 2) refuse(statement);
      at = json(to["concat"][1]);
      to = json(to["concat"][0]);
    }
    choice.cases.push_back({{&pair[0]}, fixed(kind, v, to, at, statement, scope)});
  }
  return choice;
}

}  // namespace

std::variant<Deed, Choice> translation_deed(const std::string& kind, const json& v, const json& statement, const Scope& scope) {
  const json none = json::object();
  const json& options = v.is_object() ? v : none;
  const std::string family = options.value("family", "");
  const bool other = !family.empty() && (family == "ip") != (scope.family == Family::v4);
  if (other)   // for packets of the other family it is not there
    return Deed{.what = target_of("-j REDIRECT", scope.family, TableId::nat), .needs = {{.pred = never(), .text = statement_text(statement)}}, .ends = true};
  const json address = options.value("addr", json()), port = options.value("port", json());
  if (is_map(address) && is_map(port)) refuse(statement);
  if (is_map(address) || is_map(port)) {
    // The keys are pointed to: they must be those of the statement itself.
    return mapped(kind, options, options.contains("addr") ? options["addr"] : address, options.contains("port") ? options["port"] : port, statement, scope);
  }
  return fixed(kind, options, address, port, statement, scope);
}

}  // namespace fwsim::nft_json
