#include "parser/commands/script.hh"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "parser/commands/machine.hh"

namespace fwsim {
namespace {

constexpr std::array<std::string_view, 21> shell_words{"if",   "then", "else",  "elif", "fi",  "for",    "while",  "until", "do",   "done", "case",
                                                       "esac", "function", "{", "}",  "export", "set", "source", ".",   "exit", "return"};

class ScriptReader {
 public:
  ScriptReader(std::string_view text, const std::string& file, Script& out) : text_(text), file_(file), out_(out) {}

  void read() {
    if (const std::size_t zero = text_.find('\0'); zero != text_.npos) return binary(zero);
    while (at_ < text_.size()) {
      command_ = {};
      bad_ = false;
      command_.source = std::string(current_line());
      read_command();
      if (!bad_ && !command_.argv.empty() && known()) out_.commands.push_back(std::move(command_));
    }
  }

 private:
  std::string_view current_line() const {
    const std::size_t end = std::min(text_.find('\n', line_start_), text_.size());
    return text_.substr(line_start_, end - line_start_);
  }
  unsigned column() const { return static_cast<unsigned>(at_ - line_start_) + 1; }

  void binary(std::size_t zero) {
    const std::string_view before = text_.substr(0, zero);
    line_ += static_cast<unsigned>(std::count(before.begin(), before.end(), '\n'));
    line_start_ = before.rfind('\n') + 1;   // 0 in the first line
    at_ = zero;
    out_.diagnostics.push_back({.file = file_, .line = line_, .column = column(), .width = 1, .id = "binary",
                                .text = "the line holds a zero byte: this is no text file", .hint = {}, .source = std::string(current_line())});
  }

  // Only the first fault of a line is told.
  void fault(ScriptCommand::Place place, std::string text, std::string hint) {
    if (std::exchange(bad_, true)) return;
    out_.diagnostics.push_back({.file = file_, .line = place.line, .column = place.column, .width = std::max(1U, place.width), .id = "no-plain-command",
                                .text = std::move(text), .hint = std::move(hint), .source = std::string(current_line())});
  }

  void newline() {
    ++at_;
    ++line_;
    line_start_ = at_;
  }

  // Up to the end of the line, which a backslash before it does not count as.
  void read_command() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '\n') return newline();
      if (c == ' ' || c == '\t' || c == '\r') {
        ++at_;
      } else if (c == '\\' && at_ + 1 < text_.size() && text_[at_ + 1] == '\n') {
        ++at_;
        newline();
      } else if (c == '#') {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else {
        word();
      }
    }
  }

  void shell(std::string_view what, std::string_view hint) {
    fault({line_, column(), 1}, fmt::format("'{}' is shell language, not a part of a plain command", what), std::string(hint));
  }

  // Characters that a shell acts upon where they are not quoted.
  bool special(char c) {
    switch (c) {
      case '$':
      case '`': shell(std::string(1, c), "write what it stands for; in quotes ' it is taken as it is"); return true;
      case '|':
      case '&':
      case ';': shell(std::string(1, c), "one command a line"); return true;
      case '<':
      case '>': shell(std::string(1, c), "files are named with --from, --to, --to6 and --sets"); return true;
      case '(':
      case ')': shell(std::string(1, c), "in quotes it is taken as it is"); return true;
      default: return false;
    }
  }

  void word() {
    std::string word;
    const ScriptCommand::Place start{line_, column(), 0};
    const std::size_t from = at_;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == ' ' || c == '\t' || c == '\n' || c == '\r') break;
      if (c == '\'' || c == '"') {
        if (!quoted(c, word)) return;
        continue;
      }
      if (c == '\\') {
        if (++at_ >= text_.size()) break;
        if (text_[at_] == '\n')
          newline();
        else
          word += text_[at_++];
        continue;
      }
      if (c == '{' && braces()) shell("{...,...}", "a shell would make several words of it: write them out");
      special(c);
      word += c;
      ++at_;
    }
    command_.argv.push_back(std::move(word));
    command_.places.push_back({start.line, start.column, static_cast<unsigned>(std::min(at_, text_.size()) - from)});
  }

  bool braces() const {
    const std::string_view rest = text_.substr(at_, text_.find_first_of(" \t\n", at_) - at_);
    return rest.find(',') < rest.find('}');
  }

  bool quoted(char quote, std::string& word) {
    const ScriptCommand::Place start{line_, column(), 1};
    for (++at_; at_ < text_.size() && text_[at_] != quote;) {
      const char c = text_[at_];
      if (quote == '"' && (c == '$' || c == '`')) special(c);
      if (quote == '"' && c == '\\' && at_ + 1 < text_.size() && std::string_view("\"\\$`\n").find(text_[at_ + 1]) != std::string_view::npos) {
        ++at_;
        if (text_[at_] == '\n') {
          newline();
          continue;
        }
      }
      word += text_[at_];
      if (text_[at_] == '\n')
        newline();
      else
        ++at_;
    }
    if (at_ < text_.size()) return ++at_, true;
    fault(start, "nothing closes this quote", {});
    return false;
  }

  // Whether the command is one of ours, and has all that it reads.
  bool known() {
    const std::string& name = command_.argv[0];
    const ScriptCommand::Place place = command_.places[0];
    const auto no = [&](std::string text, std::string hint) {
      bad_ = false;
      out_.diagnostics.push_back({.file = file_, .line = place.line, .column = place.column, .width = place.width, .id = "no-plain-command", .text = std::move(text),
                                  .hint = std::move(hint), .source = command_.source});
      return false;
    };
    if (Machine::knows(name)) {
      const std::string_view base = std::string_view(name).substr(name.rfind('/') + 1);
      const bool restore = base.ends_with("-restore");
      const bool from_input = restore ? std::none_of(command_.argv.begin() + 1, command_.argv.end(), [](const std::string& word) { return word[0] != '-'; })
                                      : base == "ipset" && std::find(command_.argv.begin(), command_.argv.end(), "restore") != command_.argv.end();
      return !from_input || no(fmt::format("{} reads its standard input, and a line of this file has none", name), "name the file with --from");
    }
    if (name == "sudo") return no("'sudo' is no command of a firewall", "leave it out: nothing of this machine is touched");
    if (std::find(shell_words.begin(), shell_words.end(), name) != shell_words.end())
      return no(fmt::format("'{}' is shell language, not a plain command", name), "write the commands that come out of it, one a line");
    if (const std::size_t equals = name.find('='); equals != name.npos && equals > 0)
      return no(fmt::format("'{}' sets a variable of a shell", name), "write its value where it is used");
    if (name == "*filter" || name == "COMMIT" || (!name.empty() && (name[0] == '*' || name[0] == ':' || name[0] == '-')))
      return no("this is a line of iptables-save, not a command", "such a file is named with --from");
    const std::string near = did_you_mean(name, {"iptables", "ip6tables", "ipset", "iptables-restore", "ip6tables-restore"});
    return no(fmt::format("'{}' is no command of a firewall", name), near.empty() ? "iptables, ip6tables and ipset are known here" : fmt::format("did you mean {}?", near));
  }

  std::string_view text_;
  const std::string& file_;
  Script& out_;
  ScriptCommand command_;
  std::size_t at_ = 0, line_start_ = 0;
  unsigned line_ = 1;
  bool bad_ = false;
};

}  // namespace

Script read_script(std::string_view text, const std::string& file) {
  Script script;
  ScriptReader(text, file, script).read();
  return script;
}

}  // namespace fwsim
