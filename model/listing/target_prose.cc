// The words of targets, a row each (iptables, extensions/libxt_*.c: the print functions).
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "model/more_kinds.hh"
#include "model/listing/prose_words.hh"
#include "model/listing/rule_prose.hh"

namespace fwsim {
namespace {

// Flags and level by number, or by name.
bool log(const Use& use, Speech family, std::string& out) {
  constexpr std::pair<const char*, unsigned> bits[] = {{"log-tcp-sequence", 1}, {"log-tcp-options", 2}, {"log-ip-options", 4}, {"log-uid", 8}, {"log-macdecode", 32}};
  constexpr const char* levels[] = {"emerg", "alert", "crit", "error", "warn", "notice", "info", "debug"};
  const std::uint64_t level = use.number("log-level", 4);
  unsigned flags = 0;
  std::string names;
  for (const auto& [option, bit] : bits)
    if (use.has(option)) {
      flags |= bit;
      names += fmt::format(" {}", std::string_view(option).substr(4));
    }
  out += family.numeric ? fmt::format(" LOG flags {} level {}", flags, level) : fmt::format(" LOG level {}{}", levels[level & 7], names);
  if (const auto prefix = use.text("log-prefix"); !prefix.empty()) out += fmt::format(" prefix \"{}\"", prefix);
  return true;
}

bool reject(const Use& use, Speech family, std::string& out) {
  out += " reject-with " + option_text(use, "reject-with", family);
  return true;
}

// " to:10.0.0.5:80 random"
bool translate(const Use& use, Speech family, const char* option, const char* word, std::string& out) {
  if (use.has(option)) out += word + option_text(use, option, family);
  for (const char* flag : {"random", "random-fully", "persistent"})
    if (use.has(flag)) out += fmt::format(" {}", flag);
  return true;
}
bool dnat(const Use& use, Speech family, std::string& out) { return translate(use, family, "to-destination", " to:", out); }
bool snat(const Use& use, Speech family, std::string& out) { return translate(use, family, "to-source", " to:", out); }
bool masquerade(const Use& use, Speech family, std::string& out) { return translate(use, family, "to-ports", " masq ports: ", out); }
bool redirect(const Use& use, Speech family, std::string& out) { return translate(use, family, "to-ports", " redir ports ", out); }

bool mark(const Use& use, Speech, std::string& out) {
  const auto* m = use.get<Masked>("set-xmark");
  if (!m) return false;
  if (m->value == 0)
    out += fmt::format(" MARK and 0x{:x}", ~m->mask & 0xffffffff);
  else if (m->value == m->mask)
    out += fmt::format(" MARK or 0x{:x}", m->value);
  else if (m->mask == 0)
    out += fmt::format(" MARK xor 0x{:x}", m->value);
  else if (m->mask == 0xffffffff)
    out += fmt::format(" MARK set 0x{:x}", m->value);
  else
    out += fmt::format(" MARK xset 0x{:x}/0x{:x}", m->value, m->mask);
  return true;
}

bool connmark(const Use& use, Speech family, std::string& out) {
  constexpr Words shifts[] = {{"left-shift-mark", " left-shift-mark "}, {"right-shift-mark", " right-shift-mark "}};
  if (const auto* m = use.get<Masked>("set-xmark")) {
    if (m->value == 0)
      out += fmt::format(" CONNMARK and 0x{:x}", ~m->mask & 0xffffffff);
    else if (m->value == m->mask)
      out += fmt::format(" CONNMARK or 0x{:x}", m->value);
    else if (m->mask == 0)
      out += fmt::format(" CONNMARK xor 0x{:x}", m->value);
    else if (m->mask == 0xffffffff)
      out += fmt::format(" CONNMARK set 0x{:x}", m->value);
    else
      out += fmt::format(" CONNMARK xset 0x{:x}/0x{:x}", m->value, m->mask);
    say(use, shifts, family, out);
    return true;
  }
  const bool save = use.has("save-mark");
  const std::uint64_t nf = use.number("nfmask", 0xffffffff), ct = use.number("ctmask", 0xffffffff);
  out += save ? " CONNMARK save" : " CONNMARK restore";
  if (nf == ct)
    out += nf == 0xffffffff ? "" : fmt::format(" mask 0x{:x}", nf);
  else
    out += save ? fmt::format(" nfmask 0x{:x} ctmask ~0x{:x}", nf, ct) : fmt::format(" ctmask 0x{:x} nfmask ~0x{:x}", ct, nf);
  say(use, shifts, family, out);
  return true;
}

bool netmap(const Use& use, Speech family, std::string& out) { return translate(use, family, "to", " to:", out); }

bool checksum(const Use& use, Speech, std::string& out) {
  out += use.has("checksum-fill") ? " CHECKSUM fill" : "";
  return true;
}

bool tcpmss(const Use& use, Speech, std::string& out) {
  out += use.has("clamp-mss-to-pmtu") ? " TCPMSS clamp to PMTU" : fmt::format(" TCPMSS set {}", use.number("set-mss"));
  return true;
}

bool tcpoptstrip(const Use& use, Speech family, std::string& out) {
  if (use.has("strip-options")) out += " TCPOPTSTRIP options " + option_text(use, "strip-options", family);
  return true;
}

bool notrack(const Use&, Speech, std::string& out) {
  out += " NOTRACK";
  return true;
}

bool classify(const Use& use, Speech family, std::string& out) {
  const std::string text = option_text(use, "set-class", family);   // "0001:ffff"
  const auto stripped = [](std::string_view hex) { return hex.substr(std::min(hex.find_first_not_of('0'), hex.size() - 1)); };
  if (text.size() != 9) return false;
  out += fmt::format(" CLASSIFY set {}:{}", stripped(std::string_view(text).substr(0, 4)), stripped(std::string_view(text).substr(5)));
  return true;
}

bool tproxy(const Use& use, Speech family, std::string& out) {
  out += fmt::format(" TPROXY redirect {}:{} mark {}", option_text(use, "on-ip", family), use.number("on-port"), option_text(use, "tproxy-mark", family));
  return true;
}

bool tos(const Use& use, Speech family, std::string& out) {
  const Given* given = use.find("set-tos");
  if (!given) return false;
  const auto& m = std::get<Masked>(given->value);
  if (const std::string_view name = family.numeric ? std::string_view() : tos_name(given->value); !name.empty())
    out += fmt::format("  TOS set{}", name);
  else if (!family.numeric && m.value == m.mask)
    out += fmt::format(" TOS or 0x{:02x}", m.value);
  else if (!family.numeric && m.mask == 0)
    out += fmt::format(" TOS xor 0x{:02x}", m.value);
  else if (!family.numeric && m.value == 0)
    out += fmt::format(" TOS and 0x{:02x}", ~m.mask & 0xff);
  else
    out += " TOS set " + option_text(use, "set-tos", family);
  return true;
}

// The offset comes behind the modulus; "src-prefix" has no number in IPv6.
bool hmark(const Use& use, Speech family, std::string& out) {
  out += fmt::format(" HMARK mod {} ", use.number("hmark-mod"));
  if (use.has("hmark-offset")) out += fmt::format("+ 0x{:x} ", use.number("hmark-offset"));
  if (use.has("hmark-tuple")) out += "ct, ";
  for (const char* name : {"src-prefix", "dst-prefix", "sport-mask", "dport-mask", "spi-mask", "sport", "dport", "spi", "proto-mask", "rnd"}) {
    const std::string option = fmt::format("hmark-{}", name);
    if (!use.has(option)) continue;
    const bool prefix = std::string_view(name).ends_with("prefix");
    out += fmt::format("{} {} ", name, !prefix ? fmt::format("0x{:x}", use.number(option)) : family == Family::v6 ? "" : fmt::format("{}", use.number(option)));
  }
  return true;
}

constexpr Words dscp[] = {{"set-dscp", " DSCP set "}};
constexpr Words ecn[] = {{"ecn-tcp-remove", " TCP remove"}, {"ecn-tcp-ece", " ECE="}, {"ecn-tcp-cwr", " CWR="}, {"ecn-ip-ect", " ECT codepoint="}};
constexpr Words hl[] = {{"hl-set", " HL set to "}, {"hl-dec", " HL decrement by "}, {"hl-inc", " HL increment by "}};
constexpr Words tee[] = {{"gateway", " TEE gw:"}, {"oif", " oif="}};
constexpr Words ttl[] = {{"ttl-set", " TTL set to "}, {"ttl-dec", " TTL decrement by "}, {"ttl-inc", " TTL increment by "}};
constexpr WordsRow words[] = {{"DSCP", "", dscp}, {"ECN", " ECN", ecn}, {"HL", "", hl}, {"TEE", "", tee}, {"TTL", "", ttl}};

constexpr SavedRow saved[] = {{"AUDIT", " AUDIT", "type "},   {"CONNSECMARK", " CONNSECMARK"}, {"CT", " CT"},           {"DNPT", " DNPT"},
                              {"IDLETIMER", "", "", SavedRow::Style::colons}, {"NFLOG", ""}, {"NFQUEUE", " NFQUEUE", "queue-"}, {"RATEEST", "", "rateest-"},
                              {"SECMARK", " SECMARK"},        {"SET", ""},                     {"SNPT", " SNPT"},       {"SYNPROXY", " SYNPROXY", "", SavedRow::Style::words, " "},
                              };

constexpr ProseRow rows[] = {{"CLASSIFY", classify}, {"HMARK", hmark}, {"TPROXY", tproxy}, {"CHECKSUM", checksum}, {"CONNMARK", connmark}, {"DNAT", dnat}, {"LOG", log}, {"MARK", mark}, {"MASQUERADE", masquerade},
                        {"NETMAP", netmap},     {"NOTRACK", notrack}, {"REDIRECT", redirect}, {"REJECT", reject}, {"SNAT", snat}, {"TCPMSS", tcpmss}, {"TCPOPTSTRIP", tcpoptstrip}, {"TOS", tos}};

}  // namespace

bool target_prose(const Use& use, Speech family, std::string& out) {
  for (const ProseRow& row : rows)
    if (row.name == use.name) return row.say(use, family, out);
  return say_by_table(use, words, saved, family, out);
}

}  // namespace fwsim
