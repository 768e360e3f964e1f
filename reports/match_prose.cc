// The words of matches, a row each (iptables, extensions/libxt_*.c: the print functions).
#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "reports/rule_prose.hh"

namespace fwsim {
namespace {

// Words before the value of an option, and where its "!" stands.
struct Words {
  const char* option;
  const char* plain;       // " dpt:", before the value
  const char* several;     // " dpts:", before a range; null: as plain
  const char* inverted;    // " dpt:!"; null: never inverted
};

void say(const Use& use, std::span<const Words> list, Family family, std::string& out) {
  for (const Words& w : list) {
    if (!use.has(w.option)) continue;
    const std::string text = option_text(use, w.option, family);
    const bool range = w.several && text.find(':') != text.npos;
    out += use.inverted(w.option) && w.inverted ? w.inverted : range ? w.several : w.plain;
    if (range && use.inverted(w.option)) out.insert(out.size() - 2, "s");   // " dpts:!"
    out += text;
  }
}

constexpr Words ports[] = {{"sport", " spt:", " spts:", " spt:!"}, {"dport", " dpt:", " dpts:", " dpt:!"}};

bool tcp(const Use& use, Family family, std::string& out) {
  out += " tcp";
  say(use, ports, family, out);
  constexpr Words option[] = {{"tcp-option", " option=", nullptr, " option=!"}};
  say(use, option, family, out);
  if (const auto* flags = use.get<Masked>("tcp-flags"))
    out += fmt::format(" flags:{}0x{:02X}/0x{:02X}", use.inverted("tcp-flags") ? "!" : "", flags->mask, flags->value);
  return true;
}

bool udp(const Use& use, Family family, std::string& out) {
  out += " udp";
  say(use, ports, family, out);
  return true;
}

void icmp_type(const Use& use, const char* option, const char* word, std::string& out) {
  const auto* type = use.get<NumRange>(option);
  if (!type) return;
  out += use.inverted(option) ? fmt::format(" !{}", word) : fmt::format(" {}", word);
  if (type->low == 0 && type->high == 0xffff) {
    out += " 255";
    return;
  }
  out += fmt::format(" {}", type->low / 256);
  if (type->low == type->high) out += fmt::format(" code {}", type->low % 256);
}
bool icmp(const Use& use, Family, std::string& out) {
  icmp_type(use, "icmp-type", "icmptype", out);
  return true;
}
bool icmp6(const Use& use, Family, std::string& out) {
  icmp_type(use, "icmpv6-type", "ipv6-icmptype", out);
  return true;
}

bool multiport(const Use& use, Family family, std::string& out) {
  constexpr Words words[] = {{"sports", " multiport sports ", nullptr, " multiport sports  !"},
                             {"dports", " multiport dports ", nullptr, " multiport dports  !"},
                             {"ports", " multiport ports ", nullptr, " multiport ports  !"}};
  say(use, words, family, out);
  return true;
}

bool conntrack(const Use& use, Family family, std::string& out) {
  constexpr Words words[] = {{"ctstate", " ctstate ", nullptr, " ! ctstate "},
                             {"ctproto", " ctproto ", nullptr, " ! ctproto "},
                             {"ctorigsrc", " ctorigsrc ", nullptr, " ! ctorigsrc "},
                             {"ctorigdst", " ctorigdst ", nullptr, " ! ctorigdst "},
                             {"ctreplsrc", " ctreplsrc ", nullptr, " ! ctreplsrc "},
                             {"ctrepldst", " ctrepldst ", nullptr, " ! ctrepldst "},
                             {"ctorigsrcport", " ctorigsrcport ", nullptr, " ! ctorigsrcport "},
                             {"ctorigdstport", " ctorigdstport ", nullptr, " ! ctorigdstport "},
                             {"ctreplsrcport", " ctreplsrcport ", nullptr, " ! ctreplsrcport "},
                             {"ctrepldstport", " ctrepldstport ", nullptr, " ! ctrepldstport "},
                             {"ctstatus", " ctstatus ", nullptr, " ! ctstatus "},
                             {"ctexpire", " ctexpire ", nullptr, " ! ctexpire "},
                             {"ctdir", " ctdir ", nullptr, nullptr}};
  say(use, words, family, out);
  return true;
}

bool state(const Use& use, Family family, std::string& out) {
  constexpr Words words[] = {{"state", " state ", nullptr, " ! state "}};
  say(use, words, family, out);
  return true;
}

bool limit(const Use& use, Family family, std::string& out) {
  out += fmt::format(" limit: avg {} burst {}", option_text(use, "limit", family), use.number("limit-burst", 5));
  return true;
}

bool comment(const Use& use, Family, std::string& out) {
  out += fmt::format(" /* {} */", use.text("comment"));
  return true;
}

bool mac(const Use& use, Family family, std::string& out) {
  std::string text = option_text(use, "mac-source", family);
  std::transform(text.begin(), text.end(), text.begin(), [](char c) { return c >= 'A' && c <= 'F' ? static_cast<char>(c + 32) : c; });
  out += fmt::format(" MAC {}{}", use.inverted("mac-source") ? "!" : "", text);
  return true;
}

bool mark(const Use& use, Family family, std::string& out) {
  constexpr Words words[] = {{"mark", " mark match ", nullptr, " mark match ! "}};
  say(use, words, family, out);
  return true;
}
bool connmark(const Use& use, Family family, std::string& out) {
  constexpr Words words[] = {{"mark", " connmark match  ", nullptr, " connmark match ! "}};
  say(use, words, family, out);
  return true;
}

bool owner(const Use& use, Family family, std::string& out) {
  constexpr Words words[] = {{"socket-exists", " owner socket exists", nullptr, " owner ! socket exists"},
                             {"uid-owner", " owner UID match ", nullptr, " ! owner UID match "},
                             {"gid-owner", " owner GID match ", nullptr, " ! owner GID match "},
                             {"suppl-groups", " incl. suppl. groups", nullptr, nullptr}};
  say(use, words, family, out);
  return true;
}

bool addrtype(const Use& use, Family family, std::string& out) {
  out += " ADDRTYPE match";
  constexpr Words words[] = {{"src-type", " src-type ", nullptr, " src-type !"}, {"dst-type", " dst-type ", nullptr, " dst-type !"},
                             {"limit-iface-in", " limit-in", nullptr, nullptr}, {"limit-iface-out", " limit-out", nullptr, nullptr}};
  say(use, words, family, out);
  return true;
}

bool recent(const Use& use, Family family, std::string& out) {
  constexpr const char* what[][2] = {{"set", "SET"}, {"rcheck", "CHECK"}, {"update", "UPDATE"}, {"remove", "REMOVE"}};
  for (const auto& [option, word] : what)
    if (use.has(option)) out += fmt::format(" {}recent: {}", use.inverted(option) ? "! " : "", word);
  constexpr Words words[] = {{"seconds", " seconds: ", nullptr, nullptr}, {"reap", " reap", nullptr, nullptr},
                             {"hitcount", " hit_count: ", nullptr, nullptr}, {"rttl", " TTL-Match", nullptr, nullptr},
                             {"name", " name: ", nullptr, nullptr}};
  say(use, words, family, out);
  out += use.has("rdest") ? " side: dest" : " side: source";
  out += fmt::format(" mask: {}", use.has("mask") ? option_text(use, "mask", family) : address_text(family, address_mask(family)));
  return true;
}

bool iprange(const Use& use, Family family, std::string& out) {
  constexpr Words words[] = {{"src-range", " source IP range ", nullptr, " source IP range ! "},
                             {"dst-range", " destination IP range ", nullptr, " destination IP range ! "}};
  say(use, words, family, out);
  return true;
}

bool set(const Use& use, Family family, std::string& out) {
  if (use.given.size() > 1) return false;
  constexpr Words words[] = {{"match-set", " match-set ", nullptr, " ! match-set "}};
  say(use, words, family, out);
  return true;
}

bool hops(const Use& use, std::string_view name, std::string& out) {
  constexpr const char* signs[][2] = {{"eq", "=="}, {"lt", "<"}, {"gt", ">"}};
  for (const auto& [suffix, sign] : signs) {
    const std::string option = fmt::format("{}-{}", name, suffix);
    const std::string word = name == "ttl" ? "TTL" : "HL";
    if (use.has(option)) out += fmt::format(" {0} match {0} {1} {2}", word, use.inverted(option) ? "!=" : sign, use.number(option));
  }
  return true;
}
bool ttl(const Use& use, Family, std::string& out) { return hops(use, "ttl", out); }
bool hl(const Use& use, Family, std::string& out) { return hops(use, "hl", out); }

bool hashlimit(const Use& use, Family family, std::string& out) {
  std::string saved;
  print_options(use, family, saved);
  if (saved.find("hashlimit-htable-") != saved.npos || saved.find("hashlimit-rate-") != saved.npos) return false;
  for (const char* option : {"hashlimit-upto", "hashlimit-above"})
    if (use.inverted(option)) return false;
  constexpr Words words[] = {{"hashlimit-upto", " limit: up to ", nullptr, nullptr}, {"hashlimit-above", " limit: above ", nullptr, nullptr},
                             {"hashlimit-burst", " burst ", nullptr, nullptr}};
  say(use, words, family, out);
  if (std::string keys = option_text(use, "hashlimit-mode", family); !keys.empty()) {
    std::replace(keys.begin(), keys.end(), ',', '-');
    out += " mode " + keys;
  }
  for (const char* end : {"src", "dst"})
    if (const auto mask = use.number(fmt::format("hashlimit-{}mask", end), address_bits(family)); mask != address_bits(family)) out += fmt::format(" {}mask {}", end, mask);
  return true;
}

bool helper(const Use& use, Family, std::string& out) {
  out += fmt::format(" helper match {}\"{}\"", use.inverted("helper") ? "! " : "", use.text("helper"));
  return true;
}

bool sctp(const Use& use, Family family, std::string& out) {
  if (use.has("chunk-types")) return false;
  out += " sctp";
  say(use, ports, family, out);
  return true;
}

bool length(const Use& use, Family family, std::string& out) {
  constexpr Words words[] = {{"length", " length ", nullptr, " length !"}};
  say(use, words, family, out);
  return true;
}

struct Row {
  std::string_view name;
  bool (*say)(const Use&, Family, std::string&);
};
constexpr Row rows[] = {{"addrtype", addrtype}, {"comment", comment},   {"connmark", connmark}, {"conntrack", conntrack}, {"hashlimit", hashlimit},
                        {"helper", helper},     {"hl", hl},             {"icmp", icmp},         {"icmp6", icmp6},         {"iprange", iprange},
                        {"length", length},     {"limit", limit},       {"mac", mac},           {"mark", mark},           {"multiport", multiport},
                        {"owner", owner},       {"recent", recent},     {"sctp", sctp},         {"set", set},             {"state", state},
                        {"tcp", tcp},           {"ttl", ttl},           {"udp", udp}};

}  // namespace

bool match_prose(const Use& use, Family family, std::string& out) {
  const Row* row = std::find_if(std::begin(rows), std::end(rows), [&](const Row& r) { return r.name == use.name; });
  return row != std::end(rows) && row->say(use, family, out);
}

}  // namespace fwsim
