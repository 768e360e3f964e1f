#include "parser/parse.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <vector>

#include "parser/grammar.hh"
#include "parser/nft_json.hh"
#include "parser/rule_reader.hh"
#include "parser/table_builder.hh"

namespace fwsim {
namespace {

constexpr std::size_t longest_line = 10239;  // what iptables-restore's buffer holds

class FileReader {
 public:
  FileReader(std::string_view text, const ParseOptions& options, Parsed& out)
      : text_(text), out_(out), reporter_(options.file, out.diagnostics) {
    out.ruleset.file = options.file;
    out.ruleset.family = options.family ? *options.family : guess_family(text, options.file);
  }

  void read() {
    unsigned number = 0;
    for (std::size_t from = 0; from < text_.size();) {
      const std::size_t end = std::min(text_.find('\n', from), text_.size());
      std::string_view line = text_.substr(from, end - from);
      reporter_.at_line(++number, line);
      if (!line.empty() && line.back() == '\r') line = without_return(line);
      read_one(line);
      if (stopped_) break;
      from = end + 1;
    }
    if (stopped_) current_ = nullptr;
    reporter_.at_line(number + 1, {});
    if (current_)
      reporter_.report(Severity::error, 0, 1, "missing-commit",
                       fmt::format("table {} has no COMMIT: nothing of it would be loaded", table_name(current_->id())),
                       "add a line COMMIT at its end");
    for (auto& builder : builders_) out_.ruleset.tables.push_back(builder->finish());
    reporter_.count_rest();
  }

 private:
  std::string_view without_return(std::string_view line) {
    if (line.front() != '#' && !std::exchange(returns_reported_, true))
      reporter_.report(Severity::error, static_cast<unsigned>(line.size()), 1, "windows-line-end",
                       "the line ends in a carriage return: iptables-restore takes it for a part of the last word",
                       "convert the file to Unix line ends; read without them here");
    return line.substr(0, line.size() - 1);
  }

  void read_one(std::string_view text) {
    if (text.empty()) return;
    if (text.size() > longest_line)
      reporter_.report(Severity::error, 1, 1, "line-too-long",
                       fmt::format("the line has {} bytes, iptables-restore takes {}", text.size(), longest_line));
    if (text.find('\0') != text.npos) {
      reporter_.report(Severity::error, static_cast<unsigned>(text.find('\0')) + 1, 1, "binary", "the line holds a zero byte: this is no text file");
      stopped_ = true;
      return;
    }
    if (const auto fault = read_line(text, line_)) {
      reporter_.report(Severity::error, fault->column, 1, "syntax", fault->text, fault->hint);
      return;
    }
    switch (line_.kind) {
      case Line::Kind::empty: return;
      case Line::Kind::comment: return remark(text);
      case Line::Kind::table: return open_table(text);
      case Line::Kind::commit:
        if (!current_) reporter_.report(Severity::error, 1, 6, "stray-commit", "COMMIT without a table", "a table starts with a line like '*filter'");
        current_ = nullptr;
        return;
      case Line::Kind::chain:
        if (in_table()) current_->declare(line_, reporter_);
        return;
      case Line::Kind::rule: return rule(text);
    }
  }

  // "# fwsim: ..." is handed on; other comments are for people.
  void remark(std::string_view text) {
    constexpr std::string_view sign = "fwsim:";
    text.remove_prefix(std::min(text.find_first_not_of("# \t"), text.size()));
    if (text.substr(0, sign.size()) == sign) out_.ruleset.remarks.push_back({reporter_.line(), std::string(text.substr(sign.size()))});
  }

  // A rule outside any table is reported once, not for each line.
  bool in_table() {
    if (current_) return true;
    if (skipping_) return false;
    if (!std::exchange(outside_reported_, true))
      reporter_.report(Severity::error, 1, 1, "no-table", "this line stands in no table",
                       !line_.words.empty() && line_.words.front().text == "table" ? "rules of nft are read as 'nft -j list ruleset' prints them" : "start with a line like '*filter'");
    return false;
  }

  void open_table(std::string_view text) {
    outside_reported_ = skipping_ = false;
    if (current_)
      reporter_.report(Severity::error, 1, static_cast<unsigned>(text.size()), "missing-commit",
                       fmt::format("table {} has no COMMIT before this line", table_name(current_->id())));
    const std::string_view name = line_.words.empty() ? std::string_view{} : line_.words.front().text;
    const auto id = find_table(name);
    current_ = nullptr;
    if (!id) {
      skipping_ = true;
      reporter_.report(Severity::error, 2, static_cast<unsigned>(std::max<std::size_t>(1, name.size())), "unknown-table",
                       fmt::format("there is no table '{}'", name), "one of filter, nat, mangle, raw, security");
      return;
    }
    for (auto& builder : builders_)
      if (builder->id() == *id) {
        builder->flush();
        current_ = builder.get();
        return;
      }
    builders_.push_back(std::make_unique<TableBuilder>(*id, reporter_.line()));
    current_ = builders_.back().get();
  }

  void rule(std::string_view text) {
    if (line_.words.empty() && !line_.counters) {
      reporter_.report(Severity::error, 1, 1, "blank-line", "a line of blanks: iptables-restore takes only empty ones", "remove the blanks");
      return;
    }
    if (!in_table()) return;
    if (!line_.words.empty() && (line_.words.front().text == "-h" || line_.words.front().text == "--help")) return help();
    rule_.clear();
    if (!read_rule(line_, text, out_.ruleset.family, current_->id(), reporter_, rule_, ReadAs::file, scratch_) || rule_.other_family) return;
    current_->apply(std::move(rule_), reporter_);
  }

  // iptables-restore prints its help here and is done, with success: what was not committed is lost.
  void help() {
    reporter_.warning(line_.words.front(), "help", "iptables-restore stops here with its help: nothing of this table, or after it, is loaded");
    for (auto& builder : builders_)
      if (builder.get() == current_) *builder = TableBuilder(builder->id(), reporter_.line());
    current_ = nullptr;
    stopped_ = true;
  }

  std::string_view text_;
  Parsed& out_;
  Reporter reporter_;
  Line line_;
  ReadRule rule_;
  RuleScratch scratch_;
  std::vector<std::unique_ptr<TableBuilder>> builders_;
  TableBuilder* current_ = nullptr;
  bool stopped_ = false, skipping_ = false, outside_reported_ = false, returns_reported_ = false;
};

bool contains(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }

}  // namespace

Family guess_family(std::string_view text, std::string_view file) {
  const std::string_view start = text.substr(0, 400);
  if (contains(start, "ip6tables")) return Family::v6;
  if (contains(start, "iptables-save") || contains(start, "iptables-nft-save")) return Family::v4;
  // The first address decides.
  for (const std::string_view option : {"-s ", "-d "})
    for (std::size_t at = text.find(option); at != text.npos; at = text.find(option, at + 1)) {
      const std::string_view word = text.substr(at + 3, text.find_first_of(" \n", at + 3) - at - 3);
      if (read_prefix(Family::v6, word)) return Family::v6;
      if (contains(word, ".") && read_prefix(Family::v4, word)) return Family::v4;
    }
  for (std::string_view sign : {"ipv6-icmp", "icmpv6", "-m icmp6", "icmp6-", "-m hl ", "-m rt ", "-m ipv6header"})
    if (contains(text, sign)) return Family::v6;
  const std::string_view name = file.substr(file.rfind('/') + 1);
  if (contains(name, ".v6") || contains(name, "ip6") || contains(name, "rules6") || contains(name, "ipv6"))
    return Family::v6;
  return Family::v4;
}

std::string read_file(const std::string& path) {
  if (path == "-") return {std::istreambuf_iterator<char>(std::cin), {}};
  std::error_code none;
  if (std::filesystem::is_directory(path, none)) throw EnvironmentError(fmt::format("cannot read {}: it is a directory", path));
  std::ifstream file(path, std::ios::binary);
  if (!file) throw EnvironmentError(fmt::format("cannot open {}: {}", path, std::strerror(errno)));
  const std::streamoff size = file.seekg(0, std::ios::end) ? std::streamoff(file.tellg()) : 0;
  if (size <= 0) {  // of a pipe it is not known, and files of /proc say 0
    file.clear();
    file.seekg(0);
    file.clear();
    return {std::istreambuf_iterator<char>(file), {}};
  }
  std::string text(static_cast<std::size_t>(size), '\0');
  file.seekg(0);
  if (!file.read(text.data(), size)) throw EnvironmentError(fmt::format("cannot read {}: {}", path, std::strerror(errno)));
  return text;
}

Parsed parse_ruleset(std::string_view text, const ParseOptions& options) {
  if (is_nft_json(text)) return parse_nft_json(text, options);
  Parsed parsed;
  FileReader(text, options, parsed).read();
  check_loading(parsed.ruleset, text, parsed.diagnostics);
  std::stable_sort(parsed.diagnostics.begin(), parsed.diagnostics.end(),
                   [](const Diagnostic& a, const Diagnostic& b) { return a.line < b.line; });
  return parsed;
}

}  // namespace fwsim
