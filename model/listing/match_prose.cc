// The words of the common matches, a row each (iptables, extensions/libxt_*.c: the print functions).
#include <fmt/format.h>

#include <algorithm>

#include "model/listing/prose_words.hh"
#include "model/listing/rule_prose.hh"

namespace fwsim {
namespace {

constexpr Words ports[] = {{"sport", " spt:", " spts:", " spt:!"}, {"dport", " dpt:", " dpts:", " dpt:!"}};

bool tcp(const Use& use, Speech family, std::string& out) {
  out += " tcp";
  say(use, ports, family, out);
  constexpr Words option[] = {{"tcp-option", " option=", nullptr, " option=!"}};
  say(use, option, family, out);
  if (const auto* flags = use.get<Masked>("tcp-flags"); flags && !family.numeric) {
    std::string names = option_text(use, "tcp-flags", family);
    std::replace(names.begin(), names.end(), ' ', '/');
    out += fmt::format(" flags:{}{}", use.inverted("tcp-flags") ? "!" : "", names);
  } else if (flags)
    out += fmt::format(" flags:{}0x{:02X}/0x{:02X}", use.inverted("tcp-flags") ? "!" : "", flags->mask, flags->value);
  return true;
}

bool udp(const Use& use, Speech family, std::string& out) {
  out += " udp";
  say(use, ports, family, out);
  return true;
}

void icmp_type(const Use& use, const char* option, const char* word, Speech family, std::string& out) {
  const auto* type = use.get<NumRange>(option);
  if (!type) return;
  if (const std::string name = family.numeric ? std::string() : option_text(use, option, family); !name.empty()) {
    out += fmt::format(" {} {}{}", word, use.inverted(option) ? "!" : "", name);
    return;
  }
  out += fmt::format(" {}{}type", word, use.inverted(option) ? " !" : "");
  if (type->low == 0 && type->high == 0xffff) {
    out += " 255";
    return;
  }
  out += fmt::format(" {}", type->low / 256);
  if (type->low == type->high) out += fmt::format(" code {}", type->low % 256);
}
bool icmp(const Use& use, Speech family, std::string& out) {
  icmp_type(use, "icmp-type", "icmp", family, out);
  return true;
}
bool icmp6(const Use& use, Speech family, std::string& out) {
  icmp_type(use, "icmpv6-type", "ipv6-icmp", family, out);
  return true;
}

bool multiport(const Use& use, Speech family, std::string& out) {
  constexpr Words words[] = {{"sports", " multiport sports ", nullptr, " multiport sports  !"},
                             {"dports", " multiport dports ", nullptr, " multiport dports  !"},
                             {"ports", " multiport ports ", nullptr, " multiport ports  !"}};
  say(use, words, family, out);
  return true;
}

bool conntrack(const Use& use, Speech family, std::string& out) {
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

bool state(const Use& use, Speech family, std::string& out) {
  constexpr Words words[] = {{"state", " state ", nullptr, " ! state "}};
  say(use, words, family, out);
  return true;
}

bool limit(const Use& use, Speech family, std::string& out) {
  out += fmt::format(" limit: avg {} burst {}", option_text(use, "limit", family), use.number("limit-burst", 5));
  return true;
}

bool comment(const Use& use, Speech, std::string& out) {
  out += fmt::format(" /* {} */", use.text("comment"));
  return true;
}

bool mac(const Use& use, Speech family, std::string& out) {
  std::string text = option_text(use, "mac-source", family);
  std::transform(text.begin(), text.end(), text.begin(), [](char c) { return c >= 'A' && c <= 'F' ? static_cast<char>(c + 32) : c; });
  out += fmt::format(" MAC {}{}", use.inverted("mac-source") ? "! " : "", text);
  return true;
}

bool mark(const Use& use, Speech family, std::string& out) {
  constexpr Words words[] = {{"mark", " mark match ", nullptr, " mark match ! "}};
  say(use, words, family, out);
  return true;
}
bool connmark(const Use& use, Speech family, std::string& out) {
  constexpr Words words[] = {{"mark", " connmark match  ", nullptr, " connmark match ! "}};
  say(use, words, family, out);
  return true;
}

bool owner(const Use& use, Speech family, std::string& out) {
  constexpr Words words[] = {{"socket-exists", " owner socket exists", nullptr, " ! owner socket exists"},
                             {"uid-owner", " owner UID match ", nullptr, " ! owner UID match "},
                             {"gid-owner", " owner GID match ", nullptr, " ! owner GID match "},
                             {"suppl-groups", " incl. suppl. groups", nullptr, nullptr}};
  say(use, words, family, out);
  return true;
}

bool addrtype(const Use& use, Speech family, std::string& out) {
  out += " ADDRTYPE match";
  constexpr Words words[] = {{"src-type", " src-type ", nullptr, " src-type !"}, {"dst-type", " dst-type ", nullptr, " dst-type !"},
                             {"limit-iface-in", " limit-in", nullptr, nullptr}, {"limit-iface-out", " limit-out", nullptr, nullptr}};
  say(use, words, family, out);
  return true;
}

bool recent(const Use& use, Speech family, std::string& out) {
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

bool iprange(const Use& use, Speech family, std::string& out) {
  constexpr Words words[] = {{"src-range", " source IP range ", nullptr, " source IP range ! "},
                             {"dst-range", " destination IP range ", nullptr, " destination IP range ! "}};
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
bool ttl(const Use& use, Speech, std::string& out) { return hops(use, "ttl", out); }
bool hl(const Use& use, Speech, std::string& out) { return hops(use, "hl", out); }

bool hashlimit(const Use& use, Speech family, std::string& out) {
  std::string saved;
  print_options(use, family, saved);
  if (saved.find("hashlimit-rate-interval") != saved.npos) return false;   // it changes how rates are printed
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
  constexpr Words table[] = {{"hashlimit-htable-size", " htable-size "}, {"hashlimit-htable-max", " htable-max "}, {"hashlimit-htable-gcinterval", " htable-gcinterval "},
                             {"hashlimit-htable-expire", " htable-expire "}, {"hashlimit-rate-match", " rate-match"}};
  for (const Words& w : table)
    if (saved.find(w.option) != saved.npos) say(use, {&w, 1}, family, out);   // not those that are as always
  return true;
}

bool helper(const Use& use, Speech, std::string& out) {
  out += fmt::format(" helper match {}\"{}\"", use.inverted("helper") ? "! " : "", use.text("helper"));
  return true;
}

bool length(const Use& use, Speech family, std::string& out) {
  constexpr Words words[] = {{"length", " length ", nullptr, " length !"}};
  say(use, words, family, out);
  return true;
}

constexpr ProseRow rows[] = {{"addrtype", addrtype}, {"comment", comment},   {"connmark", connmark}, {"conntrack", conntrack}, {"hashlimit", hashlimit},
                        {"helper", helper},     {"hl", hl},             {"icmp", icmp},         {"icmp6", icmp6},         {"iprange", iprange},
                        {"length", length},     {"limit", limit},       {"mac", mac},           {"mark", mark},           {"multiport", multiport},
                        {"owner", owner},       {"recent", recent},     {"state", state},
                        {"tcp", tcp},           {"ttl", ttl},           {"udp", udp}};

}  // namespace

bool match_prose(const Use& use, Speech family, std::string& out) {
  for (const std::span<const ProseRow> list : {std::span<const ProseRow>(rows), header_rows(), state_rows()})
    for (const ProseRow& row : list)
      if (row.name == use.name) return row.say(use, family, out);
  return say_by_table(use, header_words(), {}, family, out) || say_by_table(use, state_words(), state_saved(), family, out);
}

}  // namespace fwsim
