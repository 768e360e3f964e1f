// The words of targets, a row each (iptables, extensions/libxt_*.c: the print functions).
#include <fmt/format.h>

#include <algorithm>

#include "reports/rule_prose.hh"

namespace fwsim {
namespace {

bool log(const Use& use, Family, std::string& out) {
  constexpr const char* bits[] = {"log-tcp-sequence", "log-tcp-options", "log-ip-options", "log-uid", nullptr, "log-macdecode"};
  unsigned flags = 0;
  for (unsigned i = 0; i < std::size(bits); ++i)
    if (bits[i] && use.has(bits[i])) flags |= 1U << i;
  out += fmt::format(" LOG flags {} level {}", flags, use.number("log-level", 4));
  if (const auto prefix = use.text("log-prefix"); !prefix.empty()) out += fmt::format(" prefix \"{}\"", prefix);
  return true;
}

bool reject(const Use& use, Family family, std::string& out) {
  out += " reject-with " + option_text(use, "reject-with", family);
  return true;
}

// " to:10.0.0.5:80 random"
bool translate(const Use& use, Family family, const char* option, const char* word, std::string& out) {
  if (use.has(option)) out += word + option_text(use, option, family);
  for (const char* flag : {"random", "random-fully", "persistent"})
    if (use.has(flag)) out += fmt::format(" {}", flag);
  return true;
}
bool dnat(const Use& use, Family family, std::string& out) { return translate(use, family, "to-destination", " to:", out); }
bool snat(const Use& use, Family family, std::string& out) { return translate(use, family, "to-source", " to:", out); }
bool masquerade(const Use& use, Family family, std::string& out) { return translate(use, family, "to-ports", " masq ports: ", out); }
bool redirect(const Use& use, Family family, std::string& out) { return translate(use, family, "to-ports", " redir ports ", out); }

bool mark(const Use& use, Family, std::string& out) {
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

bool connmark(const Use& use, Family, std::string& out) {
  if (use.has("left-shift-mark") || use.has("right-shift-mark")) return false;
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
    return true;
  }
  const bool save = use.has("save-mark");
  const std::uint64_t nf = use.number("nfmask", 0xffffffff), ct = use.number("ctmask", 0xffffffff);
  out += save ? " CONNMARK save" : " CONNMARK restore";
  if (nf == ct)
    out += nf == 0xffffffff ? "" : fmt::format(" mask 0x{:x}", nf);
  else
    out += save ? fmt::format(" nfmask 0x{:x} ctmask ~0x{:x}", nf, ct) : fmt::format(" ctmask 0x{:x} nfmask ~0x{:x}", ct, nf);
  return true;
}

bool netmap(const Use& use, Family family, std::string& out) { return translate(use, family, "to", " to:", out); }

bool checksum(const Use& use, Family, std::string& out) {
  out += use.has("checksum-fill") ? " CHECKSUM fill" : "";
  return true;
}

bool tcpmss(const Use& use, Family, std::string& out) {
  out += use.has("clamp-mss-to-pmtu") ? " TCPMSS clamp to PMTU" : fmt::format(" TCPMSS set {}", use.number("set-mss"));
  return true;
}

bool ct(const Use& use, Family family, std::string& out) {
  if (use.given.size() > 1) return false;
  if (use.has("notrack"))
    out += " CT notrack";
  else if (use.has("helper"))
    out += fmt::format(" CT helper {}", use.text("helper"));
  else if (use.has("zone"))
    out += fmt::format(" CT zone {}", option_text(use, "zone", family));
  else
    return false;
  return true;
}

bool notrack(const Use&, Family, std::string& out) {
  out += " NOTRACK";
  return true;
}

struct Row {
  std::string_view name;
  bool (*say)(const Use&, Family, std::string&);
};
constexpr Row rows[] = {{"CHECKSUM", checksum}, {"CONNMARK", connmark}, {"CT", ct},         {"DNAT", dnat}, {"LOG", log}, {"MARK", mark}, {"MASQUERADE", masquerade},
                        {"NETMAP", netmap},     {"NOTRACK", notrack}, {"REDIRECT", redirect}, {"REJECT", reject}, {"SNAT", snat}, {"TCPMSS", tcpmss}};

}  // namespace

bool target_prose(const Use& use, Family family, std::string& out) {
  const Row* row = std::find_if(std::begin(rows), std::end(rows), [&](const Row& r) { return r.name == use.name; });
  return row != std::end(rows) && row->say(use, family, out);
}

}  // namespace fwsim
