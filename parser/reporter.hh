// Collects the faults of one file; knows the line being read.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "model/diagnostic.hh"
#include "parser/grammar.hh"

namespace fwsim {

class Reporter {
 public:
  Reporter(std::string file, Diagnostics& list) : file_(std::move(file)), list_(list) {}

  void at_line(unsigned number, std::string_view text) {
    line_ = number;
    text_ = text;
  }
  unsigned line() const { return line_; }

  void report(Severity severity, unsigned column, unsigned width, std::string_view id, std::string text,
              std::string hint = {}) {
    list_.push_back({severity, file_, line_, column, width, std::string(id), std::move(text), std::move(hint),
                     std::string(text_)});
    if (severity == Severity::error) ++errors_;
  }
  void error(const Word& at, std::string_view id, std::string text, std::string hint = {}) {
    report(Severity::error, at.column, at.end - at.column, id, std::move(text), std::move(hint));
  }
  void warning(const Word& at, std::string_view id, std::string text, std::string hint = {}) {
    report(Severity::warning, at.column, at.end - at.column, id, std::move(text), std::move(hint));
  }
  unsigned errors() const { return errors_; }

 private:
  std::string file_;
  Diagnostics& list_;
  unsigned line_ = 0;
  std::string_view text_;
  unsigned errors_ = 0;
};

}  // namespace fwsim
