// The words of matches of what is no part of a packet: counters, chance, time, sets, sockets, policies, devices.
#include <fmt/format.h>

#include "model/listing/prose_words.hh"
#include "model/listing/rule_prose.hh"

namespace fwsim {
namespace {

constexpr Words cluster[] = {{"cluster-local-nodemask", " node_mask=", nullptr, " !node_mask="}, {"cluster-total-nodes", " total_nodes="}, {"cluster-hash-seed", " hash_seed="}};
constexpr Words connbytes[] = {{"connbytes", " connbytes ", nullptr, " ! connbytes "}, {"connbytes-mode", " connbytes mode "}, {"connbytes-dir", " connbytes direction "}};
constexpr Words cpu[] = {{"cpu", " ", nullptr, " ! "}};
constexpr Words osf[] = {{"genre", " ", nullptr, " ! "}};
constexpr Words pkttype[] = {{"pkt-type", " PKTTYPE = ", nullptr, " PKTTYPE != "}};
constexpr Words quota[] = {{"quota", " quota: "}};
constexpr WordsRow words[] = {{"cluster", " cluster", cluster}, {"connbytes", "", connbytes}, {"cpu", " cpu", cpu},
                              {"osf", " OS fingerprint match", osf}, {"pkttype", "", pkttype}, {"quota", "", quota, " bytes"}};

constexpr SavedRow saved[] = {{"devgroup", ""}, {"nfacct", ""}, {"physdev", " PHYSDEV match", {}, SavedRow::Style::dashes}, {"realm", ""},
                              {"rpfilter", " rpfilter"}, {"set", ""}, {"socket", " socket", {}, SavedRow::Style::dashes}};

bool connlimit(const Use& use, Speech family, std::string& out) {
  const bool above = use.has("connlimit-above");
  out += fmt::format(" #conn {}/{} {} {}", use.has("connlimit-daddr") ? "dst" : "src", option_text(use, "connlimit-mask", family), above ? ">" : "<=",
                     use.number(above ? "connlimit-above" : "connlimit-upto"));
  return true;
}

bool connlabel(const Use& use, Speech, std::string& out) {
  const auto* label = use.get<NumRange>("label");
  if (!label) return false;
  out += fmt::format(" connlabel {}{}{}", use.inverted("label") ? "! " : "", label->low, use.has("set") ? " set" : "");
  return true;
}

bool cgroup(const Use& use, Speech, std::string& out) {
  out += " cgroup";
  if (use.has("path")) out += fmt::format(" {}{}", use.inverted("path") ? "! " : "", use.text("path"));
  if (use.has("cgroup")) out += fmt::format(" {}{}", use.inverted("cgroup") ? "! " : "", use.number("cgroup"));
  return true;
}

bool statistic(const Use& use, Speech family, std::string& out) {
  std::string options;
  print_options(use, family, options);
  options = without_dashes(options);
  constexpr std::string_view first = " packet 0";
  if (options.ends_with(first)) options.resize(options.size() - first.size());
  out += " statistic" + options;
  return true;
}

// The elements of a strict policy are numbered.
bool policy(const Use& use, Speech family, std::string& out) {
  out += " policy match";
  unsigned element = 0;
  for (const Given& given : use.given) {
    const std::string_view name = use.extension->options[given.option].name;
    std::string one;
    if (name == "next")
      one = fmt::format(" [{}]", ++element);
    else if (name == "strict")
      one = use.has("next") ? " strict [0]" : " strict";
    else if (const auto* number = std::get_if<NumRange>(&given.value); name == "proto" && number)
      one = fmt::format("{} proto {}", given.inverted ? " !" : "", family.numeric ? fmt::format("{}", number->low) : protocol_text(static_cast<unsigned>(number->low)));
    else {
      std::string text;
      print_given(use, given, family, text);
      one = without_dashes(text);
    }
    out += one;
  }
  return true;
}

std::string_view ordinal(unsigned day) { return day % 10 == 1 && day != 11 ? "st" : day % 10 == 2 ? "nd" : day % 10 == 3 ? "rd" : "th"; }   // 12nd, 13rd: so iptables says

bool time(const Use& use, Speech family, std::string& out) {
  out += " TIME";
  if (use.has("timestart")) out += fmt::format(" from {} to {}", option_text(use, "timestart", family), option_text(use, "timestop", family));
  if (use.has("weekdays")) out += " on " + option_text(use, "weekdays", family);
  if (const auto* days = use.get<Bits>("monthdays")) {
    std::string list;
    for (unsigned day = 1; day <= 31; ++day)
      if (((days->bits >> day) & 1) != 0) list += fmt::format("{}{}{}", list.empty() ? "" : ",", day, ordinal(day));
    out += " on " + list;
  }
  const auto date = [&](const char* option, const char* word, std::uint64_t none) {
    const std::uint64_t seconds = use.number(option, none);
    std::string text = option_text(use, option, family);
    if (seconds == none || seconds == 0 || text.size() < 11) return;
    text[10] = ' ';   // not "T"
    out += word + text;
  };
  date("datestart", " starting from ", 0);
  date("datestop", " until date ", 0x7fffffff);
  if (!use.has("kerneltz")) out += " UTC";
  if (use.has("contiguous")) out += " contiguous";
  return true;
}

constexpr ProseRow rows[] = {{"cgroup", cgroup}, {"connlabel", connlabel}, {"connlimit", connlimit}, {"policy", policy}, {"statistic", statistic}, {"time", time}};

}  // namespace

std::span<const WordsRow> state_words() { return words; }
std::span<const SavedRow> state_saved() { return saved; }
std::span<const ProseRow> state_rows() { return rows; }

}  // namespace fwsim
