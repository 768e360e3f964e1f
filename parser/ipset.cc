// The lines of an `ipset restore` file, and the elements that they put into sets and take out.
#include "parser/ipset.hh"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <utility>

#include "parser/ipset_reader.hh"

namespace fwsim {
namespace {

constexpr unsigned most_faults = 1000;

}  // namespace

void SetReader::read(std::string_view text) {
  unsigned number = 0;
  while (!text.empty() && !ended_) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    reporter_.at_line(++number, line);
    rest_ = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    if (!read_plain_add(line)) read_line(line);
    if (strict_ && reporter_.errors() > 0) return;
    if (reporter_.errors() > most_faults) {
      reporter_.report(Severity::note, 0, 1, "ipset-too-many-faults", "there may be more faults: reading ends here");
      return;
    }
    text = rest_;
  }
}

bool SetReader::read_plain_add(std::string_view text) {
  if (batch_.command != IpsetCommand::add) return false;
  constexpr std::string_view add = "add ";
  const std::string& name = batch_.table->set.name;
  const std::size_t at = add.size() + name.size() + 1;
  if (text.size() <= at || text.substr(0, add.size()) != add || text.substr(add.size(), name.size()) != name || text[at - 1] != ' ') return false;
  const std::string_view element = text.substr(at);
  if (element.front() == '-' || !std::all_of(element.begin(), element.end(), [](char c) { return c > ' ' && c != '"'; })) return false;
  change(IpsetCommand::add, *batch_.table, {element, static_cast<unsigned>(at + 1), static_cast<unsigned>(text.size() + 1)}, {});
  return true;
}

void SetReader::read_line(std::string_view text) {
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
  const IpsetCommandName* command = find_ipset_command(words[0].text);
  if (command == nullptr) {
    reporter_.error(words[0], "ipset-unknown-command", fmt::format("unknown command '{}'", words[0].text),
                    hint_for_ipset_command(words[0].text), {fmt::format("No command specified: unknown argument {}", words[0].text)});
    return;
  }
  if (words.size() <= command->arguments) {
    reporter_.error(words.back(), "ipset-argument-missing",
                    fmt::format("'{}' needs {} arguments", words[0].text, command->arguments), {}, missing_argument(*command, words.size()));
    return;
  }
  run(command->command, words);
}

// Options of ipset itself may stand anywhere in a line.
void SetReader::take_global_options(std::vector<Word>& words) {
  const auto is_global = [&](const Word& word) {
    const std::string_view name = word.text.substr(0, 2) == "--" ? word.text.substr(1) : word.text;
    if (name == "-!" || name == "-exist") return exist_ = true;
    return name == "-q" || name == "-quiet" || name == "-s" || name == "-sorted" || name == "-r" ||
           name == "-resolve" || name == "-n" || name == "-name" || name == "-t" || name == "-terse";
  };
  words.erase(std::remove_if(words.begin(), words.end(), is_global), words.end());
}

void SetReader::run(IpsetCommand command, std::span<const Word> words) {
  if (command != IpsetCommand::add && command != IpsetCommand::del) batch_ = {};
  switch (command) {
    case IpsetCommand::create: return sets_.create(words, exist_);
    case IpsetCommand::add:
    case IpsetCommand::del: return change(command, words);
    case IpsetCommand::test: return test(words);
    case IpsetCommand::destroy: return sets_.destroy(words, exist_);
    case IpsetCommand::flush: return sets_.flush(words);
    case IpsetCommand::rename: return sets_.rename(words);
    case IpsetCommand::swap: return sets_.swap(words);
    case IpsetCommand::quit: ended_ = true; return;
    case IpsetCommand::list:
    case IpsetCommand::save:
      reporter_.warning(words[0], "ipset-no-effect", fmt::format("'{}' changes no set", words[0].text));
      return;
    case IpsetCommand::restore:
    case IpsetCommand::help:
    case IpsetCommand::version:
      reporter_.error(words[0], "ipset-unknown-command", fmt::format("'{}' is not possible here", words[0].text));
  }
}

void SetReader::report(const Word& word, const ElementFault& fault) {
  Word at = word;
  const auto* const begin = word.text.data();
  // Inside quotes the columns are not those of the line.
  if (!word.quoted && fault.where.data() >= begin && fault.where.data() < begin + word.text.size()) {
    at.column = word.column + static_cast<unsigned>(fault.where.data() - begin);
    at.end = at.column + static_cast<unsigned>(fault.where.size());
  }
  reporter_.error(at, fault.id, fault.text, fault.hint, {.text = fault.tool, .status = 1});
}

// The exist flag that counts for a line.
bool SetReader::exist_now(IpsetCommand command, SetTable& table) {
  if (batch_.command != command || batch_.table != &table) {
    batch_ = {command, &table, exist_};
    if (command == IpsetCommand::add) expect_more(table);
  }
  return batch_.exist;
}

void SetReader::expect_more(SetTable& table) const {
  const std::string start = fmt::format("add {} ", table.set.name);
  std::size_t lines = 1;
  for (std::size_t at = 0; rest_.substr(at, start.size()) == start; at = std::min(rest_.find('\n', at), rest_.size() - 1) + 1) ++lines;
  make_room(table, lines);
}

void SetReader::change(IpsetCommand command, std::span<const Word> words) {
  if (SetTable* target = sets_.table(words[1])) change(command, *target, words[2], words.subspan(3));
}

void SetReader::change(IpsetCommand command, SetTable& target, const Word& element, std::span<const Word> given) {
  ElementSpan span;
  ElementOptions options;
  const auto fault = read_element(target.set, element.text, span);
  if (fault) report(element, *fault);
  options.reference = span.reference;
  options.before = span.before;
  const bool adding = command == IpsetCommand::add;
  const bool good = given.empty() || read_element_options(given, target.set, adding, options, reporter_);
  if (fault || !good || !check_members(target, element, span, options)) return;
  const bool exist = exist_now(command, target);
  const auto each = [&](const SetElement& e) {
    return adding ? add(target, e, options, exist, element) : remove(target, e, options, exist, element);
  };
  if (const auto wrong = expand_element(target.set, span, std::cref(each))) report(element, *wrong);
}

// Members of lists must be there, and no lists themselves.
bool SetReader::check_members(const SetTable& target, const Word& word, const ElementSpan& span, const ElementOptions& options) {
  if (!target.set.type->list) return true;
  const std::string name = member_name(span.rest);
  const SetTable* found = sets_.find(name);
  if (found == nullptr || (!options.reference.empty() && sets_.find(options.reference) == nullptr)) {
    if (sets_.broken(name)) return false;
    const std::string_view missing = found == nullptr ? std::string_view(name) : options.reference;
    reporter_.error(word, "ipset-no-such-set", fmt::format("there is no set '{}'", missing),
                    "a set is created before it is put into a list",
                    {.text = found == nullptr ? "Set to be added/deleted/tested as element does not exist."
                                              : "The set to which you referred with 'before' or 'after' does not exist.", .status = 1});
    return false;
  }
  if (!found->set.type->list) return true;
  reporter_.error(word, "ipset-list-in-list", fmt::format("'{}' is a list itself: lists hold no lists", name), {},
                  {.text = "Sets with list:set type cannot be added to the set.", .status = 1});
  return false;
}

bool SetReader::add(SetTable& target, const SetElement& element, const ElementOptions& options, bool exist, const Word& word) {
  switch (add_element(target, element, options, exist)) {
    case AddResult::added: return true;
    case AddResult::exists:
      reporter_.error(word, "ipset-element-exists",
                      fmt::format("{} is in the set already",
                                  print_element({.type = target.set.type, .family = target.set.family}, element)),
                      exist_ ? "the -exist comes too late: ipset sends all adds to a set with the flags of the first"
                             : "ipset -exist restore takes it all the same",
                      {.text = "Element cannot be added to the set: it's already added", .status = 1});
      return false;
    case AddResult::no_reference:
      reporter_.error(word, "ipset-no-reference", fmt::format("'{}' is not in the list", options.reference), {},
                      {.text = "The set to which you referred with 'before' or 'after' is not added to the set.", .status = 1});
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
                    fmt::format("line {}: a larger maxelem", target.set.line), {.text = "Hash is full, cannot add more elements", .status = 1});
  return false;
}

bool SetReader::remove(SetTable& target, const SetElement& element, const ElementOptions& options, bool exist, const Word& word) {
  if (delete_element(target, element, options) || exist) return true;
  reporter_.error(word, "ipset-element-absent", options.reference.empty() ? "the element is not in the set"
                                                : fmt::format("the element is not beside '{}'", options.reference),
                  "ipset -exist restore takes it all the same",
                  {.text = "Element cannot be deleted from the set: it's not added", .status = 1});
  return false;
}

std::optional<SetReader::Tested> SetReader::tested(std::span<const Word> words) {
  SetTable* target = sets_.table(words[1]);
  if (target == nullptr) return std::nullopt;
  ElementSpan span;
  ElementOptions options;
  const auto fault = read_element(target->set, words[2].text, span);
  if (fault) report(words[2], *fault);
  options.reference = span.reference;
  if (fault || (words.size() > 3 && !read_element_options(words.subspan(3), target->set, false, options, reporter_))) return std::nullopt;
  Tested answer;
  const auto wrong = expand_element(target->set, span, [&](const SetElement& element) {
    answer = {holds_element(*target, element, options), print_element({.type = target->set.type, .family = target->set.family}, element)};
    return false;
  });
  if (wrong) {
    report(words[2], *wrong);
    return std::nullopt;
  }
  // Of several addresses the first is looked for, and all are named.
  const bool several = span.first.range || (span.first.length && target->set.type->parts[0] == SetPart::ip);
  if (several && !target->set.type->list) answer.element = std::string(words[2].text);
  return answer;
}

// The tool ends after its answer, whatever that is.
void SetReader::test(std::span<const Word> words) {
  if (sets_.table(words[1]) == nullptr) return;
  reporter_.warning(words[0], "ipset-no-effect", "ipset stops reading the file after a test",
                    "what follows is not read here either");
  ended_ = true;
}

ParsedSets parse_ipset(std::string_view text, const IpsetOptions& options) {
  ParsedSets parsed;
  Reporter reporter(options.file, parsed.diagnostics);
  SetTables sets;
  sets.tell(reporter);
  SetReader(sets, reporter, options.exist).read(text);
  parsed.sets = sets.take();
  return parsed;
}

}  // namespace fwsim
