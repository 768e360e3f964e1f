// Collects the faults of one file; knows the line being read. Of each severity only so many are
// kept: a file that is no ruleset at all has millions.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "model/diagnostic.hh"
#include "parser/grammar.hh"

namespace fwsim {

class Reporter {
 public:
  static constexpr unsigned most_kept = 1000;

  Reporter(std::string file, Diagnostics& list) : file_(std::move(file)), list_(list) {}

  void at_line(unsigned number, std::string_view text) {
    line_ = number;
    text_ = text;
  }
  unsigned line() const { return line_; }

  void report(Severity severity, unsigned column, unsigned width, std::string_view id, std::string text,
              std::string hint = {}, ToolWords tool = {}) {
    if (++counts_[static_cast<std::size_t>(severity)] <= most_kept)
      list_.push_back({severity, file_, line_, column, width, std::string(id), std::move(text), std::move(hint),
                       std::string(text_), 1, std::move(tool)});
  }
  void error(const Word& at, std::string_view id, std::string text, std::string hint = {}, ToolWords tool = {}) {
    report(Severity::error, at.column, at.end - at.column, id, std::move(text), std::move(hint), std::move(tool));
  }
  void warning(const Word& at, std::string_view id, std::string text, std::string hint = {}) {
    report(Severity::warning, at.column, at.end - at.column, id, std::move(text), std::move(hint));
  }
  unsigned errors() const { return counts_[static_cast<std::size_t>(Severity::error)]; }

  // To be called at the end: a last fault for each severity stands for those that were not kept.
  void count_rest() {
    for (Severity severity : {Severity::error, Severity::warning, Severity::note}) {
      const unsigned count = counts_[static_cast<std::size_t>(severity)];
      if (count > most_kept)
        list_.push_back({.severity = severity, .file = file_, .line = line_, .id = "too-many",
                         .text = "more faults than are listed", .times = count - most_kept});
    }
  }

 private:
  std::string file_;
  Diagnostics& list_;
  unsigned line_ = 0;
  std::string_view text_;
  std::array<unsigned, 3> counts_{};   // by severity
};

}  // namespace fwsim
