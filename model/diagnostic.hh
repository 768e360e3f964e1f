// A fault in what the user wrote: where, what, and what might be meant.
#pragma once

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace fwsim {

enum class Severity : std::uint8_t { error, warning, note };

// What iptables itself (1.8.9) prints for a fault, after its name and version, and its exit status.
struct ToolWords {
  std::string text;     // may be empty: it prints nothing, or it is not known
  int status = 2;
  bool bare = false;    // without name and version
  int number = 0;       // errno(3) of the kernel, where it is the kernel that refuses
};

struct Diagnostic {
  Severity severity = Severity::error;
  std::string file;
  unsigned line = 0;    // from 1; 0 when the fault has no line
  unsigned column = 0;  // from 1, in bytes; 0 when unknown
  unsigned width = 1;   // bytes underlined
  std::string id;       // stable, for suppression and tests: "unknown-option"
  std::string text;
  std::string hint;     // may be empty
  std::string source;   // the line itself, for the caret; may be empty
  unsigned times = 1;   // how many faults this stands for: more than one when they are only counted
  ToolWords tool{};
};

using Diagnostics = std::vector<Diagnostic>;

inline bool has_errors(const Diagnostics& list) {
  for (const Diagnostic& d : list)
    if (d.severity == Severity::error) return true;
  return false;
}

// "file:line:column: error: text [id]", the line, a caret, the hint; each line ends with \n.
std::string to_text(const Diagnostic& diagnostic, bool colour = false);

// The candidate that differs least from `word`, if it is close enough to be meant; "" otherwise.
std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& candidates);

// A fault of the environment (a file that cannot be opened): caught in main, exit status 2.
struct EnvironmentError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

}  // namespace fwsim
