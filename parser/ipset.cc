#include "parser/ipset.hh"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "model/value.hh"
#include "parser/ipset_element.hh"
#include "parser/ipset_options.hh"
#include "parser/ipset_table.hh"
#include "parser/ipset_words.hh"

namespace fwsim {
namespace {

enum class Command : std::uint8_t {
  create, add, del, test, destroy, list, save, restore, flush, rename, swap, help, version, quit
};
struct CommandName {
  Command command;
  unsigned arguments;  // names or element that must follow
  std::string_view names[3];
};
// In ipset's order: of several commands that begin with what is written the first is meant.
constexpr CommandName command_names[] = {
    {Command::create, 2, {"create", "new", "-N"}},
    {Command::add, 2, {"add", "-A", ""}},
    {Command::del, 2, {"del", "-D", ""}},
    {Command::test, 2, {"test", "-T", ""}},
    {Command::destroy, 0, {"destroy", "x", "-X"}},
    {Command::list, 0, {"list", "-L", ""}},
    {Command::save, 0, {"save", "-S", ""}},
    {Command::restore, 0, {"restore", "-R", ""}},
    {Command::flush, 0, {"flush", "-F", ""}},
    {Command::rename, 2, {"rename", "e", "-E"}},
    {Command::swap, 2, {"swap", "w", "-W"}},
    {Command::help, 0, {"help", "-h", "-H"}},
    {Command::version, 0, {"version", "-v", "-V"}},
    {Command::quit, 0, {"quit", "", ""}},
};

const CommandName* find_command(std::string_view word) {
  if (word == "-") return nullptr;
  if (word.substr(0, 2) == "--") word.remove_prefix(2);
  if (word.empty()) return nullptr;
  for (const CommandName& entry : command_names)
    for (std::string_view name : entry.names)
      if (name.substr(0, word.size()) == word) return &entry;
  return nullptr;
}

constexpr unsigned most_faults = 1000;

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

class SetReader {
 public:
  SetReader(const IpsetOptions& options, Diagnostics& diagnostics)
      : reporter_(options.file, diagnostics), exist_(options.exist) {}

  void read(std::string_view text) {
    unsigned number = 0;
    while (!text.empty() && !ended_) {
      const std::size_t end = text.find('\n');
      const std::string_view line = text.substr(0, end);
      reporter_.at_line(++number, line);
      read_line(line);
      if (reporter_.errors() > most_faults) {
        reporter_.report(Severity::note, 0, 1, "ipset-too-many-faults", "there may be more faults: reading ends here");
        return;
      }
      if (end == std::string_view::npos) return;
      text.remove_prefix(end + 1);
    }
  }

  IpSets take() {
    IpSets sets;
    for (auto& [name, table] : tables_) sets.emplace(name, std::move(table.set));
    return sets;
  }

 private:
  using Tables = std::map<std::string, SetTable, std::less<>>;
  Tables tables_;
  std::set<std::string, std::less<>> broken_;  // whose creation failed: no faults for what follows
  std::set<unsigned> free_places_;
  unsigned next_place_ = 0;
  Reporter reporter_;
  IpsetLine line_;
  bool exist_;          // from a -exist on: it holds for the rest of the file
  bool ended_ = false;
  SetTable* last_ = nullptr;  // most lines name the same set as the line before
  // ipset sends consecutive adds (or dels) to a set together, with the -exist of the first.
  struct Batch {
    Command command = Command::quit;
    const SetTable* table = nullptr;
    bool exist = false;
  } batch_;

  void read_line(std::string_view text) {
    if (const std::size_t zero = text.find('\0'); zero != std::string_view::npos) {
      reporter_.report(Severity::error, static_cast<unsigned>(zero + 1), 1, "ipset-not-text",
                       "a byte of zero: this is not text");
      return;
    }
    split_ipset_line(text, line_);
    auto& words = line_.words;
    if (words.empty() || text[text.find_first_not_of(" \t\r")] == '#') return;
    if (line_.open_quote != 0) {
      reporter_.report(Severity::error, line_.open_quote, 1, "ipset-quote", "nothing closes this quote");
      return;
    }
    if (words.size() == 1 && words[0].text == "COMMIT") return;
    take_global_options(words);
    if (words.empty()) return;
    const CommandName* command = find_command(words[0].text);
    if (command == nullptr) return unknown_command(words[0]);
    if (words.size() <= command->arguments) {
      reporter_.error(words.back(), "ipset-argument-missing",
                      fmt::format("'{}' needs {} arguments", words[0].text, command->arguments));
      return;
    }
    run(command->command, words);
  }

  // Options of ipset itself may stand anywhere in a line.
  void take_global_options(std::vector<Word>& words) {
    const auto is_global = [&](const Word& word) {
      const std::string_view name = word.text.substr(0, 2) == "--" ? word.text.substr(1) : word.text;
      if (name == "-!" || name == "-exist") return exist_ = true;
      return name == "-q" || name == "-quiet" || name == "-s" || name == "-sorted" || name == "-r" ||
             name == "-resolve" || name == "-n" || name == "-name" || name == "-t" || name == "-terse";
    };
    words.erase(std::remove_if(words.begin(), words.end(), is_global), words.end());
  }

  void unknown_command(const Word& word) {
    std::vector<std::string_view> names;
    for (const CommandName& entry : command_names) names.push_back(entry.names[0]);
    const std::string meant = did_you_mean(word.text, names);
    reporter_.error(word, "ipset-unknown-command", fmt::format("unknown command '{}'", word.text),
                    word.text == "ipset" ? "the lines of a restore file begin with the command: leave 'ipset' out"
                    : meant.empty()      ? ""
                                         : fmt::format("did you mean '{}'?", meant));
  }

  void run(Command command, std::span<const Word> words) {
    if (command != Command::add && command != Command::del) batch_ = {};
    switch (command) {
      case Command::create: return create(words);
      case Command::add:
      case Command::del: return change(command, words);
      case Command::test: return test(words);
      case Command::destroy: return destroy(words);
      case Command::flush: return flush(words);
      case Command::rename: return rename(words);
      case Command::swap: return swap(words);
      case Command::quit: ended_ = true; return;
      case Command::list:
      case Command::save:
        reporter_.warning(words[0], "ipset-no-effect", fmt::format("'{}' changes no set", words[0].text));
        return;
      case Command::restore:
      case Command::help:
      case Command::version:
        reporter_.error(words[0], "ipset-unknown-command", fmt::format("'{}' is not possible here", words[0].text));
    }
  }

  bool check_name(const Word& word) {
    if (word.text.size() <= max_set_name) return true;
    reporter_.error(
        word, "ipset-bad-name",
        fmt::format("the name of a set has at most {} characters, this has {}", max_set_name, word.text.size()));
    return false;
  }

  // The set of that name; reports when there is none.
  Tables::iterator find(const Word& word) {
    const auto found = tables_.find(word.text);
    if (found != tables_.end() || broken_.contains(word.text)) return found;
    std::vector<std::string_view> names;
    for (const auto& entry : tables_) names.push_back(entry.first);
    const std::string meant = did_you_mean(word.text, names);
    reporter_.error(word, "ipset-no-such-set", fmt::format("there is no set '{}'", word.text),
                    meant.empty() ? "" : fmt::format("did you mean '{}'?", meant));
    return found;
  }

  bool no_more(std::span<const Word> words, std::size_t count) {
    if (words.size() <= count) return true;
    reporter_.error(words[count], "ipset-bad-option", fmt::format("'{}' is too much here", words[count].text));
    return false;
  }

  void create(std::span<const Word> words) {
    const Word& name = words[1];
    IpSet set{.name = std::string(name.text), .type = find_set_type(words[2].text), .line = reporter_.line()};
    const unsigned before = reporter_.errors();
    check_name(name);
    if (set.type == nullptr)
      unknown_type(words[2]);
    else
      read_create_options(words.subspan(3), set, reporter_);
    if (reporter_.errors() != before) {
      if (!tables_.contains(name.text)) broken_.emplace(name.text);
      return;
    }
    if (const auto there = tables_.find(name.text); there != tables_.end()) {
      if (exist_ && same_settings(there->second.set, set)) return;
      reporter_.error(name, "ipset-set-exists", fmt::format("the set '{}' is there already", name.text),
                      exist_ ? fmt::format("line {} created it with other settings", there->second.set.line)
                             : fmt::format("line {} created it", there->second.set.line));
      return;
    }
    set.place = take_place();
    broken_.erase(set.name);
    std::string key = set.name;
    tables_.emplace(std::move(key), SetTable{.set = std::move(set)});
  }

  unsigned take_place() {
    if (free_places_.empty()) return next_place_++;
    return free_places_.extract(free_places_.begin()).value();
  }

  void unknown_type(const Word& word) {
    const std::string meant = did_you_mean(word.text, set_type_names());
    reporter_.error(word, "ipset-unknown-type", fmt::format("unknown type '{}'", word.text),
                    meant.empty() ? "hash:ip, hash:net, list:set and so on: see ipset(8)"
                                  : fmt::format("did you mean '{}'?", meant));
  }

  void report(const Word& word, const ElementFault& fault) {
    Word at = word;
    const auto* const begin = word.text.data();
    // Inside quotes the columns are not those of the line.
    if (!word.quoted && fault.where.data() >= begin && fault.where.data() < begin + word.text.size()) {
      at.column = word.column + static_cast<unsigned>(fault.where.data() - begin);
      at.end = at.column + static_cast<unsigned>(fault.where.size());
    }
    reporter_.error(at, fault.id, fault.text, fault.hint);
  }

  SetTable* table(const Word& name) {
    if (last_ != nullptr && last_->set.name == name.text) return last_;
    const auto found = find(name);
    return last_ = found == tables_.end() ? nullptr : &found->second;
  }

  // The exist flag that counts for a line.
  bool exist_now(Command command, const SetTable* table) {
    if (batch_.command != command || batch_.table != table) batch_ = {command, table, exist_};
    return batch_.exist;
  }

  void change(Command command, std::span<const Word> words) {
    SetTable* target = table(words[1]);
    if (target == nullptr) return;
    ElementSpan span;
    ElementOptions options;
    const auto fault = read_element(target->set, words[2].text, span);
    if (fault) report(words[2], *fault);
    options.reference = span.reference;
    options.before = span.before;
    const bool adding = command == Command::add;
    const bool good =
        words.size() == 3 || read_element_options(words.subspan(3), target->set, adding, options, reporter_);
    if (fault || !good || !check_members(*target, words[2], span, options)) return;
    const bool exist = exist_now(command, target);
    const auto wrong = expand_element(target->set, span, [&](const SetElement& element) {
      return adding ? add(*target, element, options, exist, words[2])
                    : remove(*target, element, options, exist, words[2]);
    });
    if (wrong) report(words[2], *wrong);
  }

  // Members of lists must be there, and no lists themselves.
  bool check_members(const SetTable& target, const Word& word, const ElementSpan& span, const ElementOptions& options) {
    if (!target.set.type->list) return true;
    const std::string name = member_name(span.rest);
    const auto found = tables_.find(name);
    if (found == tables_.end() || (!options.reference.empty() && !tables_.contains(options.reference))) {
      if (broken_.contains(name)) return false;
      const std::string_view missing = found == tables_.end() ? std::string_view(name) : options.reference;
      reporter_.error(word, "ipset-no-such-set", fmt::format("there is no set '{}'", missing),
                      "a set is created before it is put into a list");
      return false;
    }
    if (!found->second.set.type->list) return true;
    reporter_.error(word, "ipset-list-in-list", fmt::format("'{}' is a list itself: lists hold no lists", name));
    return false;
  }

  bool add(SetTable& target, const SetElement& element, const ElementOptions& options, bool exist, const Word& word) {
    switch (add_element(target, element, options, exist)) {
      case AddResult::added: return true;
      case AddResult::exists:
        reporter_.error(word, "ipset-element-exists",
                        fmt::format("{} is in the set already",
                                    print_element({.type = target.set.type, .family = target.set.family}, element)),
                        exist_ ? "the -exist comes too late: ipset sends all adds to a set with the flags of the first"
                               : "ipset -exist restore takes it all the same");
        return false;
      case AddResult::no_reference:
        reporter_.error(word, "ipset-no-reference", fmt::format("'{}' is not in the list", options.reference));
        return false;
      case AddResult::full: break;
    }
    if (target.set.elements.size() < target.set.maxelem)
      reporter_.error(word, "ipset-full", fmt::format("more than {} elements are not read", max_loaded_elements));
    else if (target.set.forceadd)
      reporter_.warning(word, "ipset-full",
                        "the set is full: which element gives way to this one follows from a secret hash",
                        "the element is left out");
    else
      reporter_.error(word, "ipset-full",
                      fmt::format("the set is full: it holds at most {} elements", target.set.maxelem),
                      fmt::format("line {}: a larger maxelem", target.set.line));
    return false;
  }

  bool remove(SetTable& target, const SetElement& element, const ElementOptions& options, bool exist,
              const Word& word) {
    if (delete_element(target, element, options) || exist) return true;
    reporter_.error(word, "ipset-element-absent", options.reference.empty() ? "the element is not in the set"
                                                  : fmt::format("the element is not beside '{}'", options.reference),
                    "ipset -exist restore takes it all the same");
    return false;
  }

  // The tool ends after its answer, whatever that is.
  void test(std::span<const Word> words) {
    if (table(words[1]) == nullptr) return;
    reporter_.warning(words[0], "ipset-no-effect", "ipset stops reading the file after a test",
                      "what follows is not read here either");
    ended_ = true;
  }

  const SetTable* list_with(std::string_view name) const {
    for (const auto& entry : tables_)
      if (entry.second.set.type->list && mentions(entry.second.set, name)) return &entry.second;
    return nullptr;
  }

  bool in_use(const Word& word, std::string_view what) {
    const SetTable* list = list_with(word.text);
    if (list != nullptr)
      reporter_.error(word, "ipset-in-use",
                      fmt::format("'{}' cannot be {}: it is in the list '{}'", word.text, what, list->set.name));
    return list != nullptr;
  }

  void destroy(std::span<const Word> words) {
    if (!no_more(words, 2)) return;
    last_ = nullptr;
    if (words.size() == 1) {
      tables_.clear();
      free_places_.clear();
      next_place_ = 0;
      return;
    }
    const auto found = tables_.find(words[1].text);
    if (found == tables_.end()) {
      if (!exist_) find(words[1]);
      return;
    }
    if (in_use(words[1], "destroyed")) return;
    free_places_.insert(found->second.set.place);
    tables_.erase(found);
  }

  static void flush(SetTable& table) {
    table.set.elements.clear();
    table.set.extras.clear();
    table.index.clear();
  }

  void flush(std::span<const Word> words) {
    if (!no_more(words, 2)) return;
    if (words.size() == 1) {
      for (auto& entry : tables_) flush(entry.second);
    } else if (SetTable* target = table(words[1])) {
      flush(*target);
    }
  }

  void rename(std::span<const Word> words) {
    const auto from = find(words[1]);
    if (!no_more(words, 3) || !check_name(words[2]) || from == tables_.end() || in_use(words[1], "renamed")) return;
    if (tables_.contains(words[2].text)) {
      reporter_.error(words[2], "ipset-set-exists", fmt::format("there is a set '{}' already", words[2].text));
      return;
    }
    last_ = nullptr;
    auto node = tables_.extract(from);
    node.key() = node.mapped().set.name = std::string(words[2].text);
    tables_.insert(std::move(node));
  }

  void swap(std::span<const Word> words) {
    const auto from = find(words[1]), to = find(words[2]);
    if (!no_more(words, 3) || from == tables_.end() || to == tables_.end()) return;
    IpSet &a = from->second.set, &b = to->second.set;
    if (!can_swap(a, b)) {
      reporter_.error(
          words[2], "ipset-type-mismatch",
          fmt::format("'{}' ({}) and '{}' ({}) cannot be swapped", a.name, a.type->name, b.name, b.type->name),
          "type and family must be the same");
      return;
    }
    std::swap(from->second, to->second);
    std::swap(a.name, b.name);
    std::swap(a.place, b.place);
  }
};

}  // namespace

ParsedSets parse_ipset(std::string_view text, const IpsetOptions& options) {
  ParsedSets parsed;
  SetReader reader(options, parsed.diagnostics);
  reader.read(text);
  parsed.sets = reader.take();
  return parsed;
}

}  // namespace fwsim
