// textDocument/completion: tables, chains, options, matches, targets and values, as far as the line has been written. What there is
// comes from the tables that the parser reads by.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "cli/lsp/mentions.hh"
#include "cli/lsp/request.hh"
#include "cli/lsp/word_help.hh"
#include "model/extension.hh"

namespace fwsim {
namespace {

// CompletionItemKind
enum Kind { kind_function = 3, kind_class = 7, kind_module = 9, kind_property = 10, kind_keyword = 14, kind_member = 20 };

class Completion {
 public:
  explicit Completion(const LspQuestion& question)
      : document_(question.document), client_(question.client), at_(asked_position(question)), end_(document_.offset(at_) - document_.start(at_.line)),
        before_(document_.line(at_.line).substr(0, end_)), table_(document_.table_at(at_.line)), family_(document_.family()) {}

  Json items() {
    if (before_.substr(0, 1) == "*" || (before_.empty() && !table_))
      tables();
    else if (before_.substr(0, 1) == ":")
      declaration();
    else if (table_ && before_.substr(0, 1) != "#")
      rule();
    return std::move(items_);
  }

 private:
  void tables() {
    for (std::size_t i = 0; i < table_count; ++i) {
      const auto table = static_cast<TableId>(i);
      add(fmt::format("*{}", table_name(table)), kind_module, {}, help_of(table));
    }
  }

  // ":NAME POLICY"
  void declaration() {
    if (!table_) return;
    const std::size_t blank = before_.find_first_of(" \t");
    if (blank == std::string_view::npos) {
      from_ = 1;
      const auto known = chains();
      for (const Hook hook : {Hook::prerouting, Hook::input, Hook::forward, Hook::output, Hook::postrouting})
        if ((table_hooks(*table_) & set_of(hook)) != 0 && !known.contains(std::string(hook_name(hook))))
          add(fmt::format("{} ACCEPT [0:0]", hook_name(hook)), kind_function, "built-in chain", {});
    } else if (find_hook(before_.substr(1, blank - 1)) && before_.find_first_of(" \t", blank + 1) == std::string_view::npos) {
      from_ = blank + 1;
      policies();
    }
  }

  void policies() {
    for (const VerdictName& verdict : verdict_names())
      if (is_policy(verdict)) add(std::string(verdict.name), kind_keyword, "policy", help_of(verdict));
  }

  void rule() {
    const std::size_t blank = before_.find_last_of(" \t");
    from_ = blank == std::string_view::npos ? 0 : blank + 1;
    const LineReading reading = read_line_alone(before_.substr(0, from_), family_, *table_);
    if (reading.cut) return;   // within quotes
    if (reading.line.words.empty()) return begin();
    const OptionPlace* last = reading.options.empty() ? nullptr : &reading.options.back();
    if (last && last->end == reading.line.words.size() && values_missing(*last) != 0) return value(*last);
    const bool inverted = reading.line.words.back().text == "!";
    if (before_.substr(from_).find('=') == std::string_view::npos && (reading.whole || inverted)) options(reading, inverted);
  }

  // The first word of a line.
  void begin() {
    for (const std::string& chain : chains()) add(fmt::format("-A {}", chain), kind_keyword, "a rule", {});
    add("COMMIT", kind_keyword, "end of the table", {});
    for (const BasicOption& option : basic_options())
      if (option.command && option.letter != 0) add(fmt::format("-{}", option.letter), kind_keyword, std::string(option.metavar), help_of(option));
    tables();
  }

  void value(const OptionPlace& place) {
    if (place.option) return names(value_names(*place.option), place.option->kind->metavar);
    const Basic what = place.basic->what;
    if (what == Basic::policy && values_missing(place) == 1) return policies();
    if (what == Basic::match) return extensions(all_matches(), kind_module);
    if (what == Basic::protocol) return names(protocol_values(), {});
    if (what == Basic::jump) {
      for (const VerdictName& verdict : verdict_names()) add(std::string(verdict.name), kind_keyword, "verdict", help_of(verdict));
      extensions(all_targets(), kind_class);
    }
    if (what == Basic::jump || what == Basic::go || (place.basic->command && what != Basic::new_chain && values_missing(place) == place.basic->words))
      for (const std::string& chain : chains())
        if (place.basic->command || !find_hook(chain)) add(chain, kind_function, "chain", {});
  }

  void extensions(std::span<const Extension* const> all, Kind kind) {
    std::set<std::string_view> seen;
    for (const Extension* extension : all) {
      const bool fits = family_ == Family::v4 ? extension->v4 : extension->v6;
      const bool here = extension->tables.empty() || std::find(extension->tables.begin(), extension->tables.end(), *table_) != extension->tables.end();
      if (fits && here && seen.insert(extension->name).second) add(std::string(extension->name), kind, std::string(extension->help), help_of(*extension));
    }
  }

  // In a list the last one is what is being written.
  void names(const std::vector<ValueName>& list, std::string_view metavar) {
    const std::size_t comma = before_.rfind(',');
    if (metavar.find(',') != std::string_view::npos && comma != std::string_view::npos && comma >= from_) from_ = comma + 1;
    for (const ValueName& one : list) add(std::string(one.name), kind_member, one.detail, {});
  }

  void options(const LineReading& reading, bool inverted) {
    const auto given = [&](const void* option) {
      return std::any_of(reading.options.begin(), reading.options.end(), [&](const OptionPlace& place) { return place.option == option || place.basic == option; });
    };
    const auto of = [&](const Extension& extension) {
      for (const Option& option : extension.options)
        if ((option.repeatable || !given(&option)) && (option.invertible || !inverted))
          add(fmt::format("--{}", option.name), kind_property, fmt::format("{} ({})", option.kind->metavar, extension.name), help_of(option, extension));
    };
    for (const Extension* extension : reading.loaded) of(*extension);
    const Extension* by_protocol = protocol_match(reading.protocol, family_);
    if (by_protocol && std::find(reading.loaded.begin(), reading.loaded.end(), by_protocol) == reading.loaded.end()) of(*by_protocol);
    const bool long_names = before_.substr(from_, 2) == "--";
    for (const BasicOption& option : basic_options()) {
      const bool often = option.what == Basic::match || !given(&option);
      const bool of_rules = option.words != 0 || option.what == Basic::fragment;   // the others are of commands
      if (option.command || option.letter == 0 || !often || !of_rules || (inverted && !option.invertible)) continue;
      if (option.what == Basic::table || option.what == Basic::modprobe) continue;
      add(long_names ? fmt::format("--{}", option.name) : fmt::format("-{}", option.letter), kind_keyword, std::string(option.metavar), help_of(option));
    }
  }

  // All chains of the table that the document names.
  std::set<std::string> chains() const {
    std::set<std::string> out;
    Line line;
    each_line(document_, [&](std::size_t number, std::string_view text, std::optional<TableId> table) {
      const bool declares = text.substr(0, 1) == ":" || text.substr(0, 3) == "-N ";
      if (table != table_ || number == at_.line || !declares || read_line(text, line)) return true;
      const std::size_t name = line.kind == Line::Kind::chain ? 0 : 1;
      if (line.words.size() > name) out.emplace(line.words[name].text);
      return true;
    });
    return out;
  }

  void add(std::string label, Kind kind, std::string detail, const WordHelp& help) {
    Json item{{"label", label}, {"kind", kind}, {"sortText", fmt::format("{:05}", items_.size())}, {"filterText", label},
              {"textEdit", {{"range", document_.range(at_.line, from_, end_)}, {"newText", label}}}};
    if (!detail.empty()) item["detail"] = std::move(detail);
    if (!help.usage.empty()) {
      Markup words(client_.markdown);
      add_help(words, help);
      item["documentation"] = words.json();
    }
    items_.push_back(std::move(item));
  }

  const LspDocument& document_;
  const LspClient& client_;
  const LspPosition at_;
  const std::size_t end_;           // bytes of the line before the cursor
  const std::string_view before_;   // these
  const std::optional<TableId> table_;
  const Family family_;
  std::size_t from_ = 0;            // where the word begins that is being written
  Json items_ = Json::array();
};

RpcAnswer answer(const LspQuestion& question) { return Completion(question).items(); }

Json options() { return {{"triggerCharacters", {"-", "*", ":", ",", " "}}}; }

}  // namespace

extern const LspRequest lsp_completion{.method = "textDocument/completion", .capability = "completionProvider", .answer = answer, .options = options};

}  // namespace fwsim
