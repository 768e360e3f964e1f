// fwsim-extensions(7): every match and target of the model's tables, with its options and how exactly it is modelled.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "model/extension.hh"
#include "reports/manual/page.hh"

namespace fwsim {
namespace {

template <class List, class Name>
std::string joined(const List& list, Name name) {
  std::string out;
  for (const auto& item : list) out += fmt::format("{}{}", out.empty() ? "" : ", ", name(item));
  return out;
}

std::string hooks_text(HookSet hooks) {
  std::string out;
  for (std::size_t h = 0; h < hook_count; ++h)
    if (const auto hook = static_cast<Hook>(h); (hooks & set_of(hook)) != 0) out += fmt::format("{}{}", out.empty() ? "" : ", ", hook_name(hook));
  return out;
}

std::string dashed(std::string_view names) {
  std::string out;
  for (const std::string_view name : split(names, ',')) out += fmt::format("{}--{}", out.empty() ? "" : ", ", name);
  return out;
}

std::string option_text(const Option& o) {
  std::string out = fmt::format("  {}--{}", o.invertible ? "[!] " : "", o.name);
  if (!o.alias.empty()) out += fmt::format(", {}", dashed(o.alias));
  if (o.letter != 0) out += fmt::format(", -{}", o.letter);
  if (o.kind->words > 0) out += o.value_optional ? fmt::format(" [{}]", o.kind->metavar) : fmt::format(" {}", o.kind->metavar);
  std::string said(o.help);
  const auto add = [&](const std::string& more) { said += (said.empty() ? "" : "; ") + more; };
  if (o.required) add("required");
  if (!o.fallback.empty()) add(fmt::format("{} if not given", o.fallback));
  if (!o.needs.empty()) add("needs " + dashed(o.needs));
  if (!o.excludes.empty()) add("not with " + dashed(o.excludes));
  if (o.hooks != all_hooks) add("only in " + hooks_text(o.hooks));
  if (!o.names.empty() && o.names.size() <= 24) add("one of " + joined(o.names, [](const NamedNumber& n) { return n.name; }));
  return said.empty() ? out + '\n' : fmt::format("{}\n        {}\n", out, said);
}

std::string exactness(const Extension& e) {
  const std::string note = e.note.empty() ? "" : fmt::format(": {}", e.note);
  switch (e.modelled) {
    case Modelled::exactly: return e.note.empty() ? "Modelled exactly." : fmt::format("Modelled exactly; {}.", e.note);
    case Modelled::partly: return fmt::format("Approximated{}.", note);
    case Modelled::opaque: return fmt::format("Opaque: it is read and printed, and what hangs on it is unknown{}.", e.note.empty() ? "" : fmt::format(" ({})", e.note));
  }
  return {};
}

std::string_view memory_text(Memory memory) {
  switch (memory) {
    case Memory::none: return {};
    case Memory::elsewhere: return " What it asks can change between two packets: proofs say \"may\".";
    case Memory::own: return " The rule counts or draws by itself: proofs say \"may\".";
    case Memory::shared: return " It remembers packets: proofs say \"may\".";
  }
  return {};
}

std::string said_of(const Extension& e) {
  std::string out = e.help.empty() ? "" : fmt::format("{}.", e.help);
  if (!out.empty() && out[0] >= 'a' && out[0] <= 'z') out[0] = static_cast<char>(out[0] - 'a' + 'A');
  out += fmt::format(" {}{}", exactness(e), memory_text(e.memory));
  if (e.home == Extension::Home::addons) out += " Of xtables-addons.";
  if (e.home == Extension::Home::old_kernel) out += " Of old kernels.";
  if (!e.tables.empty()) out += fmt::format(" Only in the table {}.", joined(e.tables, table_name));
  if (e.hooks != all_hooks) out += fmt::format(" Only reached from {}.", hooks_text(e.hooks));
  if (!e.protocols.empty()) out += fmt::format(" Needs -p {}.", joined(e.protocols, [](int p) { return protocol_text(static_cast<unsigned>(p)); }));
  if (e.conntrack) out += " Turns connection tracking on.";
  out += "\n\n";
  for (const Option& o : e.options) out += option_text(o);
  return out;
}

ManualEntry entry_of(const Extension& e) {
  return {fmt::format("{} {}{}", e.is_target ? "-j" : "-m", e.name, e.v4 && e.v6 ? "" : e.v4 ? " (IPv4)" : " (IPv6)"), said_of(e)};
}

// "41 exactly, 3 approximated, 2 opaque", of those that iptables has.
std::string tally(std::span<const Extension* const> list) {
  const auto count = [&](Modelled how) {
    return std::count_if(list.begin(), list.end(), [&](const Extension* e) { return e->home == Extension::Home::iptables && e->modelled == how; });
  };
  return fmt::format("{} exactly, {} approximated, {} opaque", count(Modelled::exactly), count(Modelled::partly), count(Modelled::opaque));
}

ManualSection section_of(std::string heading, std::span<const Extension* const> list) {
  ManualSection section{.heading = std::move(heading), .text = {}, .entries = {}};
  std::transform(list.begin(), list.end(), std::back_inserter(section.entries), [](const Extension* e) { return entry_of(*e); });
  std::stable_sort(section.entries.begin(), section.entries.end(), [](const ManualEntry& a, const ManualEntry& b) { return a.term < b.term; });
  return section;
}

}  // namespace

std::vector<ManualEntry> extension_entries(std::string_view name) {
  std::vector<ManualEntry> entries;
  for (const auto list : {all_matches(), all_targets()})
    for (const Extension* e : list)
      if (e->name == name) entries.push_back(entry_of(*e));
  return entries;
}

ManualPage extensions_page() {
  ManualPage page{.name = "fwsim-extensions", .number = 7, .title = "matches and targets, and how exactly fwsim models each", .synopsis = {}, .sections = {}};
  page.sections.push_back({.heading = "DESCRIPTION",
                           .text = fmt::format("What is modelled exactly is simulated and proved as Linux 6.18 does it with iptables 1.8.9, byte for byte and packet for packet. What is "
                                               "approximated is so but for what is said there. What is opaque is read and printed, and whatever hangs on it is told as unknown: it is "
                                               "never passed over.\n\n"
                                               "Of the matches of iptables: {}; of the targets: {}. Besides there are ACCEPT, DROP, QUEUE, RETURN and the options of every rule (-p, -s, "
                                               "-d, -i, -o, -f), which are exact.\n\n"
                                               "'fwsim help NAME' shows one of them.",
                                               tally(all_matches()), tally(all_targets())),
                           .entries = {}});
  page.sections.push_back(section_of("MATCHES", all_matches()));
  page.sections.push_back(section_of("TARGETS", all_targets()));
  page.sections.push_back({.heading = "SEE ALSO", .text = "fwsim(1), fwsim-explain(1), fwsim-checks(7), iptables-extensions(8)", .entries = {}});
  return page;
}

}  // namespace fwsim
