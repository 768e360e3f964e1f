// iptables-restore: tables from standard input or a file, each changed wholly at its COMMIT
// (iptables/iptables-restore.c).
#include <fmt/format.h>

#include <cerrno>
#include <cstring>

#include "parser/commands/tool.hh"

namespace fwsim {
namespace {

struct Options {
  bool counters = false, verbose = false, test = false, noflush = false;
  std::optional<std::string> table, file;
};

class Restore {
 public:
  Restore(Tool& tool, Options options) : tool_(tool), options_(std::move(options)) {}

  void run(std::string_view text) {
    read_lines(text);
    if (table_) tool_.result.effects.resize(effects_);  // what was not committed is no effect
  }

 private:
  void read_lines(std::string_view text) {
    while (!text.empty()) {
      const std::size_t end = text.find('\n');
      ++tool_.line;
      good_ = false;
      read(text.substr(0, end), end != text.npos);
      if (tool_.failed() || done_) return;
      if (!good_ && !passed_over()) return stop(fmt::format("{}: line {} failed\n", tool_.name, tool_.line));
      if (end == text.npos) break;
      text.remove_prefix(end + 1);
    }
    if (table_) stop(fmt::format("{}: COMMIT expected at line {}\n", tool_.name, tool_.line + 1));
  }

  void stop(std::string text) {
    tool_.result.err += text;
    tool_.result.status = 1;
  }

  // Of another table than the one that is asked for.
  bool passed_over() const { return options_.table && *options_.table != name_; }

  // `ended`: by a newline, without which COMMIT is none.
  void read(std::string_view text, bool ended) {
    if (text.empty()) {
      good_ = true;  // the line says nothing
    } else if (text[0] == '#') {
      if (options_.verbose) tool_.result.out += std::string(text) + '\n';
      good_ = true;
    } else if (table_ && text == "COMMIT" && ended) {
      end_table();
    } else if (!table_ && text[0] == '*') {
      start_table(text);
    } else if (table_ && text[0] == ':') {
      chain(text);
    } else if (table_) {
      rule(text);
    }
  }

  static std::string_view next_word(std::string_view& text) {
    text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
    const std::string_view word = text.substr(0, text.find_first_of(" \t"));
    text.remove_prefix(word.size());
    return word;
  }

  void start_table(std::string_view text) {
    text.remove_prefix(1);
    name_ = std::string(next_word(text));
    if (name_.empty()) return tool_.fail({fmt::format("{}: line {} table name invalid", tool_.name, tool_.line)});
    if (passed_over()) return;
    const auto id = find_table(name_);
    if (!id) return tool_.fail({fmt::format("{}: unable to initialize table '{}'", tool_.name, name_)});
    table_ = tool_.machine.tables(tool_.family).use(*id);
    effects_ = tool_.result.effects.size();
    table_->start();
    good_ = true;
    if (options_.noflush) return;
    ReadRule command{.command = Basic::flush, .has_command = true};
    command.verbose = options_.verbose ? 1 : 0;
    carry_out(tool_, *table_, command);
    command.command = Basic::delete_chain;
    carry_out(tool_, *table_, command);
    tell();
  }

  void tell() {
    tell_effects(tool_, *table_);
    table_->start();
  }

  void end_table() {
    if (!options_.test) {
      good_ = commit(tool_, *table_).number == 0;
      if (good_) {
        tool_.machine.tables(tool_.family).use(table_->id()) = std::move(*table_);
      } else {
        tool_.result.effects.resize(effects_);
      }
    } else {
      good_ = true;
      tool_.result.effects.resize(effects_);
    }
    table_.reset();
  }

  void chain(std::string_view text) {
    text.remove_prefix(1);
    const std::string name(next_word(text));
    if (name.empty()) return tool_.fail({fmt::format("{}: line {} chain name invalid", tool_.name, tool_.line)});
    if (name.size() > 28) return tool_.fail({fmt::format("Invalid chain name `{}' (28 chars max)", name)});
    int chain = table_->find(name);
    if (chain < 0 || !table_->chains()[static_cast<std::size_t>(chain)].hook) {
      if (chain >= 0 && options_.noflush) {
        table_->flush(chain);
      } else {
        const bool verdict = name == "ACCEPT" || name == "DROP" || name == "QUEUE" || name == "RETURN";
        const int number = verdict ? EEXIST : table_->add_chain(name, tool_.line);
        if (number != 0) return tool_.fail({fmt::format("error creating chain '{}':{}", name, std::strerror(number))});
        chain = table_->find(name);
      }
    }
    const std::string_view policy = next_word(text);
    if (policy.empty()) return tool_.fail({fmt::format("{}: line {} policy invalid", tool_.name, tool_.line)});
    if (policy != "-") set_policy(chain, name, policy, next_word(text));
    if (!tool_.failed()) tell();
    good_ = true;
  }

  void set_policy(int chain, const std::string& name, std::string_view policy, std::string_view counts) {
    Counters counters;
    if (options_.counters && !read_counters(counts, counters))
      return tool_.fail({fmt::format("invalid policy counters for chain '{}'", name)});
    std::string_view fault;
    if (!table_->chains()[static_cast<std::size_t>(chain)].hook)
      fault = "Bad built-in chain name";
    else if (policy != "ACCEPT" && policy != "DROP")
      fault = "Bad policy name";
    if (!fault.empty())
      return tool_.fail({.text = fmt::format("Can't set policy `{}' on `{}' line {}: {}", policy, name, tool_.line, fault), .status = 1});
    table_->set_policy(chain, policy == "DROP" ? Verdict::drop : Verdict::accept, counters);
  }

  // "[3:4]"
  static bool read_counters(std::string_view text, Counters& out) {
    const std::size_t colon = text.find(':'), close = text.find(']');
    if (text.empty() || text[0] != '[' || colon == text.npos || close == text.npos || close < colon) return false;
    const auto packets = read_number(text.substr(1, colon - 1)), bytes = read_number(text.substr(colon + 1, close - colon - 1));
    if (!packets || !bytes) return false;
    out = {*packets, *bytes};
    return true;
  }

  void rule(std::string_view text) {
    if (text[0] == '[') {
      const std::size_t colon = text.find(':'), close = text.find(']', colon == text.npos ? 0 : colon);
      if (colon == text.npos || close == text.npos) return tool_.fail({fmt::format("Bad line {}: need ]", tool_.line)});
    }
    Line line;
    if (const auto fault = read_line(text, line)) return tool_.fail({fault->text});
    if (line.kind != Line::Kind::rule && !line_as_words(text, line)) return;
    if (!options_.counters) line.counters.reset();
    ReadRule command;
    const bool good = read_command(tool_, line, table_->id(), ReadAs::restore, command);
    tool_.result.word.reset();
    good_ = true;
    if (!good) return;
    command.verbose += options_.verbose && !options_.noflush ? 1 : 0;
    if (command.help || command.version) {
      tool_.result.out += tool_.version() + "\n";
      done_ = true;
      return;
    }
    good_ = true;
    if (command.other_family) return;
    const Refused refused = carry_out(tool_, *table_, command);
    tool_.result.word.reset();
    if (refused.number < 0) return;
    good_ = refused.number == 0;
    if (good_) tell();
  }

  // "*nat" or "COMMIT " inside a table are read as rules.
  static bool line_as_words(std::string_view text, Line& line) {
    line = Line{.kind = Line::Kind::rule};
    while (true) {
      const std::string_view word = next_word(text);
      if (word.empty()) return true;
      line.words.push_back({word, 1, 2, false});
    }
  }

  Tool& tool_;
  Options options_;
  std::optional<LiveTable> table_;  // as it will be
  std::string name_;                // of the last table
  std::size_t effects_ = 0;         // before this table
  bool good_ = false;
  bool done_ = false;
};

constexpr std::string_view usage_text = R"(
	   [ --counters ]
	   [ --verbose ]
	   [ --version]
	   [ --test ]
	   [ --help ]
	   [ --noflush ]
	   [ --table=<TABLE> ]
	   [ --modprobe=<command> ]
)";

struct LongOption {
  std::string_view name;
  char letter;
  int value;  // 0 none, 1 one, 2 perhaps
};
constexpr LongOption long_options[] = {{"counters", 'c', 0}, {"verbose", 'v', 0}, {"version", 'V', 0}, {"test", 't', 0},   {"help", 'h', 0},         {"noflush", 'n', 0},
                                       {"modprobe", 'M', 1}, {"table", 'T', 1},   {"wait", 'w', 2},    {"wait-interval", 'W', 2}, {"binary", 'b', 0}};

const LongOption* find_option(std::string_view word) {
  const bool is_long = word.substr(0, 2) == "--";
  const std::string_view name = is_long ? word.substr(2, word.find('=') - 2) : std::string_view{};
  const LongOption* found = nullptr;
  for (const LongOption& option : long_options) {
    if (!is_long && option.letter == word[1]) return &option;
    if (is_long && option.name == name) return &option;
    if (is_long && option.name.substr(0, name.size()) == name) found = &option;
  }
  return found;
}

}  // namespace

void run_restore(Tool& tool) {
  Options options;
  const auto& argv = tool.call.argv;
  std::vector<std::string> rest;
  const auto wrong = [&](std::size_t i, std::string text) {
    tool.result = {.err = text + fmt::format("Try `{} -h' for more information.\n", tool.name), .status = 1, .word = i};
  };
  for (std::size_t i = 1; i < argv.size(); ++i) {
    const std::string& word = argv[i];
    if (word.size() < 2 || word[0] != '-') {
      rest.push_back(word);
      continue;
    }
    const LongOption* option = find_option(word);
    if (!option)
      return wrong(i, word[1] == '-' ? fmt::format("{}: unrecognized option '{}'\n", argv[0], word) : fmt::format("{}: invalid option -- '{}'\n", argv[0], word[1]));
    std::string value;
    if (option->value != 0) {
      const bool is_long = word[1] == '-';
      const std::size_t equals = word.find('=');
      if (is_long ? equals != word.npos : word.size() > 2)
        value = word.substr(is_long ? equals + 1 : 2);
      else if (option->value == 1) {
        if (i + 1 == argv.size())
          return wrong(i, is_long ? fmt::format("{}: option '{}' requires an argument\n", argv[0], word) : fmt::format("{}: option requires an argument -- '{}'\n", argv[0], word[1]));
        value = argv[++i];
      } else if (i + 1 < argv.size() && argv[i + 1][0] != '-') {
        value = argv[++i];
      }
    } else if (word[1] != '-' && word.size() > 2) {
      for (const char letter : word.substr(1)) {
        options.counters = options.counters || letter == 'c';
        options.verbose = options.verbose || letter == 'v';
        options.test = options.test || letter == 't';
        options.noflush = options.noflush || letter == 'n';
      }
    }
    switch (option->letter) {
      case 'c': options.counters = true; break;
      case 'v': options.verbose = true; break;
      case 't': options.test = true; break;
      case 'n': options.noflush = true; break;
      case 'T': options.table = value; break;
      case 'V': tool.result.out = tool.version() + "\n"; return;
      case 'h':
        tool.result.err = fmt::format("Usage: {} [-c] [-v] [-V] [-t] [-h] [-n] [-T table] [-M command] [-4] [-6] [file]", tool.name) + std::string(usage_text);
        return;
      default: break;
    }
  }
  if (rest.size() > 1) {
    tool.result = {.err = "Unknown arguments found on commandline\n", .status = 1};
    return;
  }
  if (rest.empty()) return Restore(tool, std::move(options)).run(tool.input());
  const auto text = tool.machine.read_file ? tool.machine.read_file(rest[0]) : std::nullopt;
  if (!text) {
    tool.result = {.err = fmt::format("Can't open {}: {}\n", rest[0], std::strerror(ENOENT)), .status = 1};
    return;
  }
  Restore(tool, std::move(options)).run(*text);
}

}  // namespace fwsim
