#include "cli/live/state.hh"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "model/diagnostic.hh"
#include "model/value.hh"
#include "parser/connections.hh"
#include "simulator/conntrack_import.hh"
#include "simulator/conntrack_text.hh"
#include "simulator/crc32c.hh"
#include "simulator/ipsets.hh"

namespace fwsim {
namespace {

constexpr std::string_view title = "# fwsim live state 1\n";
constexpr std::int64_t second = 1'000'000'000;

[[noreturn]] void refuse(const std::string& file, std::string_view why) {
  throw EnvironmentError(fmt::format("{}: {}; move it away to begin with nothing", file, why));
}

std::string end_line(std::string_view text) {
  return fmt::format("[end {} {:08x}]\n", text.size(), crc32c({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}));
}

// The sets that SET adds to or deletes from; the others are the host's.
std::set<std::string, std::less<>> changed_sets(const RulesOfBoth& rules) {
  std::set<std::string, std::less<>> names;
  for (const auto& ruleset : rules) {
    if (!ruleset) continue;
    for (const Table& table : ruleset->tables)
      for (const Chain& chain : table.chains)
        for (const Rule& rule : chain.rules) {
          const auto* use = std::get_if<TargetUse>(&rule.target);
          if (!use) continue;
          for (const char* option : {"add-set", "del-set"})
            if (const std::string_view text = use->text(option); !text.empty()) names.emplace(text.substr(0, text.find(' ')));
        }
  }
  return names;
}

// "[recent SSH]": the words; none for other lines.
std::pair<std::string_view, std::string_view> heading(std::string_view line) {
  if (!line.starts_with('[') || !line.ends_with(']')) return {};
  line = line.substr(1, line.size() - 2);
  const std::size_t space = line.find(' ');
  return {line.substr(0, space), space == line.npos ? std::string_view{} : line.substr(space + 1)};
}

void read_lines(std::string_view text, const std::string& file, SavedList& list) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    auto entry = read_recent_entry(text.substr(0, end));
    if (!entry) refuse(file, fmt::format("a line of the list {} cannot be read", list.name));
    list.entries.push_back(std::move(*entry));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

void read_section(std::string_view name, std::string_view about, std::string_view text, const std::string& file, SavedState& state) {
  Diagnostics faults;
  if (name == "time") {
    const auto time = read_number(about);
    if (!time) refuse(file, "it does not say when it was written");
    state.time = static_cast<std::int64_t>(*time);
  } else if (name == "connections") {
    state.connections = read_connections(text, file, faults);
  } else if (name == "recent") {
    read_lines(text, file, state.lists.emplace_back(SavedList{.name = std::string(about), .entries = {}}));
  } else if (name == "sets") {
    ParsedSets parsed = parse_ipset(text, {.file = file});
    faults = std::move(parsed.diagnostics);
    state.sets = std::move(parsed.sets);
  } else {
    refuse(file, fmt::format("it has a part '{}', which this fwsim does not know", name));
  }
  if (!faults.empty()) refuse(file, fmt::format("the part '{}' has faults: {}", name, faults.front().text));
}

}  // namespace

std::string with_end(std::string text) { return text + end_line(text); }

SavedState read_state(std::string_view text, const std::string& file) {
  if (!text.starts_with(title)) refuse(file, "this is no state of fwsim live");
  const std::size_t last = text.rfind("[end ");
  if (last == text.npos || text.substr(last) != end_line(text.substr(0, last))) refuse(file, "it is damaged, or was cut short");
  SavedState state;
  std::string_view rest = text.substr(title.size(), last - title.size());
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const auto [name, about] = heading(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    const std::size_t next = rest.starts_with('[') ? 0 : rest.find("\n[") == rest.npos ? rest.size() : rest.find("\n[") + 1;
    read_section(name, about, rest.substr(0, next), file, state);
    rest.remove_prefix(next);
  }
  return state;
}

std::string state_text(World& world, const RulesOfBoth& rules, std::int64_t now) {
  std::string text = fmt::format("{}[time {}]\n[connections]\n", title, now);
  for (const auto& entry : world.conntrack.entries(now)) {
    const CtExtension& ext = entry->ext();
    const bool moved = std::any_of(std::begin(ext.seqadj), std::end(ext.seqadj), [](const SeqAdjust& a) { return a.before != 0 || a.after != 0; });
    if (!ext.synproxy && !moved) text += connection_text(*entry, now, true) + "\n";
  }
  for (const auto& [name, lines] : recent_lists(world)) text += fmt::format("[recent {}]\n{}", name, lines);
  IpSets sets;
  world.now = std::max(world.now, now);
  SetStore& store = ipsets(world);
  for (const std::string& name : changed_sets(rules))
    if (const int handle = store.find(name); handle != SetStore::none)
      if (IpSet set = store.state(handle, now); !set.type->list) sets.emplace(name, std::move(set));
  text += "[sets]\n" + print_ipsets(sets);
  return with_end(std::move(text));
}

std::string restore(World& world, const RulesOfBoth& rules, SavedState state, std::int64_t now) {
  std::size_t connections = 0, addresses = 0, sets = 0;
  for (const KnownConnection& known : state.connections) {
    if (!world.conntrack.active[static_cast<std::size_t>(known.family)]) continue;
    const auto entry = make_known(world.conntrack, known, state.time);
    if (entry->expires <= now) continue;
    world.conntrack.insert(entry);
    ++connections;
    // The kernel's own idea of the same connection, from the description of this machine.
    std::erase_if(world.host.connections, [&](const KnownConnection& other) {
      return other.family == known.family && other.proto == known.proto && other.ends[0].src == known.ends[0].src &&
             other.ends[0].dst == known.ends[0].dst && other.ends[0].sport == known.ends[0].sport && other.ends[0].dport == known.ends[0].dport;
    });
  }
  for (SavedList& saved : state.lists)
    if (RecentList* list = find_recent_list(world, saved.name))
      for (RecentList::Entry& entry : saved.entries) addresses += list->restore(std::move(entry)) ? 1U : 0U;
  const auto changed = changed_sets(rules);
  const auto passed = static_cast<std::uint32_t>(std::clamp<std::int64_t>((now - state.time) / second, 0, UINT32_MAX));
  for (auto& [name, saved] : state.sets) {
    IpSet& set = saved;
    const auto there = world.host.sets.find(name);
    if (!changed.contains(name)) continue;
    if (there != world.host.sets.end() && (there->second.type != set.type || there->second.family != set.family)) continue;
    std::erase_if(set.elements, [&](const SetElement& e) { return set.timeout && e.timeout != 0 && e.timeout <= passed; });
    for (SetElement& e : set.elements)
      if (set.timeout && e.timeout != 0) e.timeout -= passed;
    world.host.sets.insert_or_assign(name, std::move(set));
    ++sets;
  }
  return fmt::format("{} connections, {} addresses of recent lists and {} sets of an earlier run", connections, addresses, sets);
}

}  // namespace fwsim
