// The words of matches of what stands in a packet's headers and behind them, but for the common ones (match_prose.cc).
#include <fmt/format.h>

#include "model/matches/sctp.hh"
#include "model/more_kinds.hh"
#include "model/value.hh"
#include "model/listing/prose_words.hh"
#include "model/listing/rule_prose.hh"

namespace fwsim {
namespace {

constexpr Words ah[] = {{"ahspi", "spi:", "spis:", "spi:!"}, {"ahlen", "length:", nullptr, "length:!"}, {"ahres", " reserved"}};
constexpr Words dscp[] = {{"dscp", " ", nullptr, " !"}};
constexpr Words dst[] = {{"dst-len", " length:", nullptr, " length:!"}, {"dst-opts", " opts "}};
constexpr Words ecn[] = {{"ecn-tcp-ece", " ECE", nullptr, " !ECE"}, {"ecn-tcp-cwr", " CWR", nullptr, " !CWR"}, {"ecn-ip-ect", " ECT=", nullptr, " !ECT="}};
constexpr Words esp[] = {{"espspi", " spi:", " spis:", " spi:!"}};
constexpr Words frag[] = {{"fragid", "id:", "ids:", "id:!"}, {"fraglen", " length:", nullptr, " length:!"}, {"fragres", " reserved"},
                          {"fragfirst", " first"}, {"fragmore", " more"}, {"fraglast", " last"}};
constexpr Words hbh[] = {{"hbh-len", " length:", nullptr, " length:!"}, {"hbh-opts", " opts "}};
constexpr Words ipcomp[] = {{"ipcompspi", " spi:", " spis:", " spi:!"}, {"compres", " reserved"}};
constexpr Words mh[] = {{"mh-type", " ", nullptr, " !"}};
constexpr Words rt[] = {{"rt-type", " type:", nullptr, " type:!"}, {"rt-segsleft", " segsleft:", " segslefts:", " segsleft:!"},
                        {"rt-len", " length:", nullptr, " length:!"}, {"rt-0-res", " reserved"}, {"rt-0-addrs", " 0-addrs "}, {"rt-0-not-strict", " 0-not-strict"}};
constexpr Words string[] = {{"string", " STRING match  ", nullptr, " STRING match ! "}, {"hex-string", " STRING match  ", nullptr, " STRING match ! "},
                            {"algo", " ALGO name "}, {"from", " FROM "}, {"to", " TO "}, {"icase", " ICASE"}};
constexpr Words tcpmss[] = {{"mss", " ", nullptr, " !"}};
constexpr Words u32[] = {{"u32", " ", nullptr, " ! "}};
constexpr WordsRow words[] = {{"ah", " ah ", ah},       {"dscp", " DSCP match", dscp}, {"dst", " dst", dst},          {"ecn", " ECN match", ecn}, {"esp", " esp", esp},
                              {"eui64", "eui64 ", {}},  {"frag", " frag ", frag},      {"hbh", " hbh", hbh},          {"ipcomp", " comp", ipcomp}, {"mh", " mh", mh},
                              {"rt", " rt", rt},        {"string", "", string},        {"tcpmss", " tcpmss match", tcpmss}, {"u32", " u32", u32}};

constexpr Words ports[] = {{"sport", " spt:", " spts:", " spt:!"}, {"dport", " dpt:", " dpts:", " dpt:!"}};

// "DATA:Be,ABORT:T" as "0x0000:Be,0x0006:T": with -n, chunks are numbers.
std::string chunks_by_number(std::string_view list) {
  std::string out;
  for (const std::string_view chunk : split(list, ',')) {
    const std::string_view name = chunk.substr(0, chunk.find(':'));
    const auto read = read_sctp_chunks("all " + std::string(name));
    if (!read) return {};
    std::size_t type = 0;
    while (type + 1 < read->types.size() && !read->types.test(type)) ++type;
    out += fmt::format("{}0x{:04X}{}", out.empty() ? "" : ",", type, chunk.substr(name.size()));
  }
  return out;
}

bool sctp(const Use& use, Speech family, std::string& out) {
  out += " sctp";
  say(use, ports, family, out);
  if (!use.has("chunk-types")) return true;
  const std::string text = option_text(use, "chunk-types", family);
  const std::size_t space = text.find(' ');
  const std::string list = text.substr(space + 1);
  out += fmt::format("{} {} {}", use.inverted("chunk-types") ? " !" : "", text.substr(0, space), !family.numeric || list == "ALL" || list == "NONE" ? list : chunks_by_number(list));
  return true;
}

bool dccp(const Use& use, Speech family, std::string& out) {
  out += " dccp";
  say(use, ports, family, out);
  if (const auto* types = use.get<Bits>("dccp-types")) {
    std::string list;
    for (unsigned i = 0; i < 16; ++i)   // all from 10 on are INVALID
      if (((types->bits >> std::min(i, 10U)) & 1) != 0) list += fmt::format("{}{}", list.empty() ? "" : ",", i);
    if (!family.numeric) list = option_text(use, "dccp-types", family);
    out += (use.inverted("dccp-types") ? " ! " : " ") + list;
  }
  constexpr Words option[] = {{"dccp-option", " option=", nullptr, " option=!"}};
  say(use, option, family, out);
  return true;
}

bool tos(const Use& use, Speech family, std::string& out) {
  const Given* given = use.find("tos");
  const std::string_view name = given && !family.numeric ? tos_name(given->value) : std::string_view();
  out += fmt::format(" tos match{}{}{}", use.inverted("tos") ? "!" : "", name.empty() ? "" : " ", name.empty() ? option_text(use, "tos", family) : name);
  return true;
}

bool ipv6header(const Use& use, Speech family, std::string& out) {
  const auto* headers = use.get<Bits>("header");
  if (!headers) return false;
  out += fmt::format(" ipv6header flags:{}{}{}", use.inverted("header") ? "!" : "", family.numeric ? fmt::format("0x{:02X}", headers->bits) : option_text(use, "header", family),
                     use.has("soft") ? " soft" : "");
  return true;
}

bool srh(const Use& use, Speech family, std::string& out) {
  say_saved(use, {"srh", " srh", "srh-", SavedRow::Style::colons}, family, out);
  return true;
}

// "4,48 0 0 9,...": without the count.
bool bpf(const Use& use, Speech, std::string& out) {
  const std::string_view code = use.text("bytecode");
  if (code.empty()) return false;
  out += fmt::format("match bpf {}", code.substr(code.find(',') + 1));
  return true;
}

constexpr ProseRow rows[] = {{"bpf", bpf}, {"dccp", dccp}, {"ipv6header", ipv6header}, {"sctp", sctp}, {"srh", srh}, {"tos", tos}};

}  // namespace

std::span<const WordsRow> header_words() { return words; }
std::span<const ProseRow> header_rows() { return rows; }

}  // namespace fwsim
