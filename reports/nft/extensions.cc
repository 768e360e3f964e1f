// The list of matches and targets that have a text of their own.
#include "reports/nft/extensions.hh"

#include <fmt/format.h>

#include <algorithm>

#include "reports/nft/fields.hh"
#include "reports/nft/names.hh"

namespace fwsim::nft {

MatchText match_text(std::string_view name) {
  struct Entry {
    std::string_view name;
    MatchText text;
  };
  constexpr Entry entries[] = {{"cgroup", cgroup_text},
                               {"connbytes", connbytes_text},
                               {"connlabel", connlabel_text},
                               {"connlimit", connlimit_text},
                               {"ecn", ecn_text},
                               {"hashlimit", hashlimit_text},
                               {"helper", helper_text},
                               {"limit", limit_text},
                               {"osf", osf_text},
                               {"owner", owner_text},
                               {"physdev", physdev_text},
                               {"policy", policy_text},
                               {"quota", quota_text},
                               {"recent", recent_text},
                               {"rpfilter", rpfilter_text},
                               {"sctp", sctp_text},
                               {"set", set_text},
                               {"socket", socket_text},
                               {"statistic", statistic_text},
                               {"tcp", tcp_text},
                               {"tcpmss", tcpmss_text},
                               {"time", time_text}};
  for (const Entry& e : entries)
    if (e.name == name) return e.text;
  return nullptr;
}

TargetText target_text(std::string_view name) {
  struct Entry {
    std::string_view name;
    TargetText text;
  };
  constexpr Entry entries[] = {{"AUDIT", audit_text},
                               {"CT", ct_text},
                               {"LOG", log_text},
                               {"NFLOG", nflog_text},
                               {"NFQUEUE", nfqueue_text},
                               {"NOTRACK", notrack_text},
                               {"REJECT", reject_text},
                               {"SET", set_target_text},
                               {"SYNPROXY", synproxy_text},
                               {"TCPMSS", tcpmss_target_text},
                               {"TCPOPTSTRIP", tcpoptstrip_text},
                               {"TEE", tee_text},
                               {"TPROXY", tproxy_text},
                               {"TRACE", trace_text}};
  for (const Entry& e : entries)
    if (e.name == name) return e.text;
  return nullptr;
}

std::string Objects::add(std::string_view name, const std::string& body, const Rule* owned_by) {
  std::string base;
  for (char c : name)
    base += std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == '.' ? c : '_';
  if (base.empty() || std::isalpha(static_cast<unsigned char>(base.front())) == 0) base = "set_" + base;
  if (is_reserved(base)) base += "_set";
  std::string chosen = base;
  for (unsigned n = 2; text.contains(chosen) && (text.at(chosen) != body || owner[chosen] != owned_by); ++n)
    chosen = fmt::format("{}_{}", base, n);
  text.emplace(chosen, body);
  owner[chosen] = owned_by;
  return chosen;
}

bool sees_whole_packets(const Ruleset& ruleset) {
  if (needs_conntrack(ruleset)) return true;
  for (const Table& table : ruleset.tables)
    for (const Chain& chain : table.chains)
      for (const Rule& rule : chain.rules)
        if (const auto* target = std::get_if<TargetUse>(&rule.target); target && target->name == "TPROXY") return true;
  return false;
}

bool can_be_quoted(std::string_view text) {
  return std::none_of(text.begin(), text.end(),
                      [](unsigned char c) { return c == '"' || c == '$' || c == '\n' || c == '\\'; });
}

std::string masked_address(Family family, bool source, u128 mask) {
  const std::string key = address_key(family, source);
  return mask == address_mask(family) ? key : fmt::format("{} & {}", key, address_text(family, mask));
}

std::vector<Found> uses_of(const Ruleset& ruleset, std::string_view extension, std::string_view option,
                           std::string_view value) {
  std::vector<Found> found;
  const auto look = [&](const Table& table, const Use& use) {
    if (use.extension && use.name == extension && use.text(option) == value) found.push_back({&table, &use});
  };
  for (const Table& table : ruleset.tables)
    for (const Chain& chain : table.chains)
      for (const Rule& rule : chain.rules) {
        for (const MatchUse& match : rule.matches) look(table, match);
        if (const auto* target = std::get_if<TargetUse>(&rule.target)) look(table, *target);
      }
  return found;
}

}  // namespace fwsim::nft
