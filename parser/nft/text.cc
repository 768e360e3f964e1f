#include "parser/nft/text.hh"

#include <fmt/format.h>

namespace fwsim::nft_json {
namespace {

constexpr std::size_t most_elements = 12, longest = 200;

std::string word(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// Whatever it is, as JSON.
std::string raw(const json& any) {
  std::string text = any.dump(-1, ' ', false, json::error_handler_t::replace);
  if (text.size() > longest) text = text.substr(0, longest) + "...";
  return text;
}

// `pairs`: of a map.
std::string list(const json& items, std::string_view separator, bool pairs = false) {
  std::string out;
  std::size_t n = 0;
  for (const json& item : items) {
    if (n++ == most_elements) return fmt::format("{}{}... ({})", out, separator, items.size());
    if (n > 1) out += separator;
    if (pairs && item.is_array() && item.size() == 2)
      out += expression_text(item[0]) + " : " + expression_text(item[1]);
    else
      out += expression_text(item);
  }
  return out;
}

std::string payload(const json& p) {
  if (p.contains("protocol")) return fmt::format("{} {}", word(p, "protocol"), word(p, "field"));
  return fmt::format("@{},{},{}", word(p, "base"), raw(p.value("offset", json(0))), raw(p.value("len", json(0))));
}

std::string fib(const json& f) {
  std::string flags;
  if (const auto given = f.find("flags"); given != f.end() && given->is_array()) flags = list(*given, " . ");
  return fmt::format("fib {} {}", flags, word(f, "result"));
}

std::string of_object(const std::string& kind, const json& v) {
  if (kind == "payload" && v.is_object()) return payload(v);
  if (kind == "meta" && v.is_object()) {
    const std::string key = word(v, "key");
    return key == "iifname" || key == "oifname" || key == "iif" || key == "oif" ? key : "meta " + key;
  }
  if ((kind == "ct" || kind == "rt" || kind == "socket" || kind == "osf") && v.is_object()) {
    const std::string direction = word(v, "dir");
    return fmt::format("{} {}{}", kind, direction.empty() ? "" : direction + " ", word(v, "key"));
  }
  if (kind == "fib" && v.is_object()) return fib(v);
  if ((kind == "exthdr" || kind == "tcp option" || kind == "sctp chunk") && v.is_object()) {
    const std::string field = word(v, "field");
    return fmt::format("{} {}{}", kind, word(v, "name"), field.empty() ? "" : " " + field);
  }
  if (kind == "prefix" && v.is_object())
    return fmt::format("{}/{}", expression_text(v.value("addr", json())), raw(v.value("len", json())));
  if (kind == "range" && v.is_array()) return list(v, "-");
  if (kind == "set" && v.is_array()) return fmt::format("{{ {} }}", list(v, ", ", true));
  if (kind == "concat" && v.is_array()) return list(v, " . ");
  if ((kind == "&" || kind == "|" || kind == "^" || kind == "<<" || kind == ">>") && v.is_array())
    return "(" + list(v, " " + kind + " ") + ")";
  if (kind == "elem" && v.is_object() && v.contains("val")) return expression_text(v["val"]);
  if (kind == "map" && v.is_object())
    return fmt::format("{} map {}", expression_text(v.value("key", json())), expression_text(v.value("data", json())));
  if ((kind == "jump" || kind == "goto") && v.is_object()) return fmt::format("{} {}", kind, word(v, "target"));
  if (v.is_null()) return kind;
  if (v.is_string()) return fmt::format("{} {}", kind, v.get<std::string>());
  return fmt::format("{} {}", kind, raw(v));
}

}  // namespace

std::string expression_text(const json& e) {
  if (e.is_string()) return e.get<std::string>();
  if (e.is_array()) return list(e, ",");
  if (e.is_object() && e.size() == 1) return of_object(e.begin().key(), e.begin().value());
  return raw(e);
}

std::string statement_text(const json& s) {
  if (!s.is_object() || s.size() != 1) return raw(s);
  const std::string kind = s.begin().key();
  const json& v = s.begin().value();
  if (kind == "match" && v.is_object()) {
    const std::string op = word(v, "op");
    return fmt::format("{} {}{}", expression_text(v.value("left", json())), op == "==" || op == "in" ? "" : op + " ",
                       expression_text(v.value("right", json())));
  }
  if (kind == "vmap" && v.is_object())
    return fmt::format("{} vmap {}", expression_text(v.value("key", json())), expression_text(v.value("data", json())));
  if (kind == "mangle" && v.is_object())
    return fmt::format("{} set {}", expression_text(v.value("key", json())), expression_text(v.value("value", json())));
  if (kind == "set" && v.is_object())
    return fmt::format("{} {} {{ {} }}", word(v, "op"), word(v, "set"), expression_text(v.value("elem", json())));
  return of_object(kind, v);
}

}  // namespace fwsim::nft_json
