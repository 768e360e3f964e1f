#include "parser/ipset_tables.hh"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "model/value.hh"
#include "parser/ipset_element.hh"
#include "parser/ipset_options.hh"

namespace fwsim {
namespace {

constexpr std::string_view destroy_refused = "Set cannot be destroyed: it is in use by a kernel component";

bool mentions(const IpSet& list, std::string_view name) {
  return std::any_of(list.elements.begin(), list.elements.end(),
                     [&](const SetElement& e) { return member_name(e) == name; });
}

// Sets can be swapped when their elements have the same parts, address or network alike
// (ip_set_swap compares the features of the types).
bool can_swap(const IpSet& a, const IpSet& b) {
  const auto same = [](SetPart x, SetPart y) {
    const auto plain = [](SetPart p) { return p == SetPart::net ? SetPart::ip : p; };
    return plain(x) == plain(y);
  };
  return a.family == b.family && a.type->nomatch == b.type->nomatch &&
         std::equal(a.type->parts.begin(), a.type->parts.end(), b.type->parts.begin(), b.type->parts.end(), same);
}

bool same_settings(const IpSet& a, const IpSet& b) {
  return a.type == b.type && a.family == b.family && a.maxelem == b.maxelem && a.netmask == b.netmask &&
         a.bitmask == b.bitmask && a.markmask == b.markmask && a.range == b.range && a.timeout == b.timeout &&
         a.size == b.size && a.counters == b.counters && a.comment == b.comment && a.skbinfo == b.skbinfo &&
         a.forceadd == b.forceadd;
}

void empty(SetTable& table) {
  table.set.elements.clear();
  table.set.extras.clear();
  table.index.clear();
}

std::string hint_for_type(std::string_view type) {
  const std::string meant = did_you_mean(type, set_type_names());
  return meant.empty() ? "hash:ip, hash:net, list:set and so on: see ipset(8)" : fmt::format("did you mean '{}'?", meant);
}

}  // namespace

bool SetTables::check_name(const Word& word) {
  if (word.text.size() <= max_set_name) return true;
  reporter_->error(
      word, "ipset-bad-name",
      fmt::format("the name of a set has at most {} characters, this has {}", max_set_name, word.text.size()), {},
      {.text = fmt::format("Syntax error: setname '{}' is longer than {} characters", word.text, max_set_name), .status = 1});
  return false;
}

SetTables::Tables::iterator SetTables::find_or_report(const Word& word) {
  const auto found = tables_.find(word.text);
  if (found != tables_.end() || broken_.contains(word.text)) return found;
  std::vector<std::string_view> names;
  for (const auto& entry : tables_) names.push_back(entry.first);
  const std::string meant = did_you_mean(word.text, names);
  reporter_->error(word, "ipset-no-such-set", fmt::format("there is no set '{}'", word.text),
                  meant.empty() ? "" : fmt::format("did you mean '{}'?", meant),
                  {.text = "The set with the given name does not exist", .status = 1});
  return found;
}

bool SetTables::no_more(std::span<const Word> words, std::size_t count) {
  if (words.size() <= count) return true;
  reporter_->error(words[count], "ipset-bad-option", fmt::format("'{}' is too much here", words[count].text), {},
                  {fmt::format("Unknown argument {}", words[count].text)});
  return false;
}

void SetTables::create(std::span<const Word> words, bool exist) {
  const Word& name = words[1];
  IpSet set{.name = std::string(name.text), .type = find_set_type(words[2].text), .line = reporter_->line()};
  const unsigned before = reporter_->errors();
  check_name(name);
  if (set.type == nullptr)
    reporter_->error(words[2], "ipset-unknown-type", fmt::format("unknown type '{}'", words[2].text),
                    hint_for_type(words[2].text), {.text = fmt::format("Syntax error: typename '{}' is unknown", words[2].text), .status = 1});
  else
    read_create_options(words.subspan(3), set, *reporter_);
  if (reporter_->errors() != before) {
    if (!strict_ && !tables_.contains(name.text)) broken_.emplace(name.text);
    return;
  }
  if (const auto there = tables_.find(name.text); there != tables_.end()) {
    if (exist && same_settings(there->second.set, set)) return;
    reporter_->error(name, "ipset-set-exists", fmt::format("the set '{}' is there already", name.text),
                    exist ? fmt::format("line {} created it with other settings", there->second.set.line)
                           : fmt::format("line {} created it", there->second.set.line),
                    {.text = "Set cannot be created: set with the same name already exists", .status = 1});
    return;
  }
  set.place = take_place();
  broken_.erase(set.name);
  std::string key = set.name;
  tables_.emplace(std::move(key), SetTable{.set = std::move(set)});
}

unsigned SetTables::take_place() {
  if (free_places_.empty()) return next_place_++;
  return free_places_.extract(free_places_.begin()).value();
}

const SetTable* SetTables::find(std::string_view name) const {
  const auto found = tables_.find(name);
  return found == tables_.end() ? nullptr : &found->second;
}

SetTable* SetTables::table(const Word& name) {
  if (last_ != nullptr && last_->set.name == name.text) return last_;
  const auto found = find_or_report(name);
  return last_ = found == tables_.end() ? nullptr : &found->second;
}

std::size_t SetTables::references(std::string_view name) const {
  std::size_t count = named_by_rules_ ? named_by_rules_(name) : 0;
  for (const auto& entry : tables_)
    if (entry.second.set.type->list && mentions(entry.second.set, name)) ++count;
  return count;
}

void SetTables::load(const IpSets& sets) {
  tables_.clear();
  broken_.clear();
  free_places_.clear();
  next_place_ = 0;
  last_ = nullptr;
  for (const auto& [name, set] : sets) {
    SetTable& table = tables_[name];
    table.set = set;
    if (!set.type->list) table.index.insert_all(set);
    next_place_ = std::max(next_place_, set.place + 1);
  }
}

bool SetTables::in_use(const Word& word, std::string_view what, std::string_view tool) {
  if (named_by_rules_ && named_by_rules_(word.text) > 0) {
    reporter_->error(word, "ipset-in-use", fmt::format("'{}' cannot be {}: a rule names it", word.text, what), {},
                     {.text = std::string(tool), .status = 1});
    return true;
  }
  const auto list = std::find_if(tables_.begin(), tables_.end(), [&](const auto& entry) {
    return entry.second.set.type->list && mentions(entry.second.set, word.text);
  });
  if (list == tables_.end()) return false;
  reporter_->error(word, "ipset-in-use",
                  fmt::format("'{}' cannot be {}: it is in the list '{}'", word.text, what, list->first), {},
                  {.text = std::string(tool), .status = 1});
  return true;
}

void SetTables::destroy(std::span<const Word> words, bool exist) {
  if (!no_more(words, 2)) return;
  last_ = nullptr;
  if (words.size() == 1) {
    for (const auto& entry : tables_)
      if (in_use({entry.first, words[0].column, words[0].end}, "destroyed", destroy_refused)) return;
    tables_.clear();
    free_places_.clear();
    next_place_ = 0;
    return;
  }
  const auto found = tables_.find(words[1].text);
  if (found == tables_.end()) {
    if (!exist) find_or_report(words[1]);
    return;
  }
  if (in_use(words[1], "destroyed", destroy_refused)) return;
  free_places_.insert(found->second.set.place);
  tables_.erase(found);
}

void SetTables::flush(std::span<const Word> words) {
  if (!no_more(words, 2)) return;
  if (words.size() == 1) {
    for (auto& entry : tables_) empty(entry.second);
  } else if (SetTable* target = table(words[1])) {
    empty(*target);
  }
}

void SetTables::rename(std::span<const Word> words) {
  const auto from = find_or_report(words[1]);
  if (!no_more(words, 3) || !check_name(words[2]) || from == tables_.end() || in_use(words[1], "renamed", "Set cannot be renamed: it is in use by another system")) return;
  if (tables_.contains(words[2].text)) {
    reporter_->error(words[2], "ipset-set-exists", fmt::format("there is a set '{}' already", words[2].text), {},
                  {.text = "Set cannot be renamed: a set with the new name already exists", .status = 1});
    return;
  }
  last_ = nullptr;
  auto node = tables_.extract(from);
  node.key() = node.mapped().set.name = std::string(words[2].text);
  tables_.insert(std::move(node));
}

void SetTables::swap(std::span<const Word> words) {
  const auto from = find_or_report(words[1]);
  const auto to = tables_.find(words[2].text);
  if (to == tables_.end() && !broken_.contains(words[2].text))
    reporter_->error(words[2], "ipset-no-such-set", fmt::format("there is no set '{}'", words[2].text), {},
                     {.text = "Sets cannot be swapped: the second set does not exist", .status = 1});
  if (!no_more(words, 3) || from == tables_.end() || to == tables_.end()) return;
  IpSet &a = from->second.set, &b = to->second.set;
  if (!can_swap(a, b)) {
    reporter_->error(
        words[2], "ipset-type-mismatch",
        fmt::format("'{}' ({}) and '{}' ({}) cannot be swapped", a.name, a.type->name, b.name, b.type->name),
        "type and family must be the same", {.text = "The sets cannot be swapped: their type does not match", .status = 1});
    return;
  }
  std::swap(from->second, to->second);
  std::swap(a.name, b.name);
  std::swap(a.place, b.place);
}

IpSets SetTables::copy() const {
  IpSets sets;
  for (const auto& [name, table] : tables_) sets.emplace(name, table.set);
  return sets;
}

IpSets SetTables::take() {
  IpSets sets;
  for (auto& [name, table] : tables_) sets.emplace(name, std::move(table.set));
  return sets;
}

}  // namespace fwsim
