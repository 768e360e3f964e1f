// A tool that was called in the sandbox, as seen from outside: what it was called with, and what it can be told to do.
// What it says is not trusted: it is the script's.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/run/sandbox.hh"
#include "cli/run/wire_words.hh"

namespace fwsim {

class Caller {
 public:
  explicit Caller(Descriptor connection) : connection_(std::move(connection)) {}

  // False when it does not say in time what it was called with.
  bool read_call();
  const std::string& at() const { return at_; }      // the place in the script, as the prelude has it (tool_image.cc)
  const std::string& job() const { return job_; }    // number of the job that it belongs to
  const std::vector<std::string>& argv() const { return argv_; }
  int connection() const { return connection_.get(); }

  // What it is told waits here until it goes out; for its output may be a pipe that somebody else must first read.
  // False: some of it still waits.
  bool flush();

  void out(std::string_view text) { say(WireWord::out, text); }
  void err(std::string_view text) { say(WireWord::err, text); }
  // What it reads; nothing with errno in `error`.
  struct Read {
    std::string text;
    int error = 0;
  };
  Read input() { return asked(WireWord::input, {}); }
  Read read(const std::string& path) { return asked(WireWord::read, path); }
  // The same in two halves, for what may take until somebody else has been answered: a pipe.
  void ask_to_read(const std::string& path) { say(path.empty() ? WireWord::input : WireWord::read, path); }   // "": its standard input
  Read take_what_it_read();
  int write(const std::string& path, std::string_view text, bool create);   // errno(3), or 0
  // It becomes another program: file, then its name and arguments.
  void become(const std::vector<std::string>& words) { say(WireWord::become, joined(words)); }
  // Starts a program beside it: the number of the job, file, name and arguments.
  void spawn(const std::vector<std::string>& words) { say(WireWord::spawn, joined(words)); }
  void quit(int status) { say(WireWord::quit, std::string(1, static_cast<char>(status))); }

 private:
  static std::string joined(const std::vector<std::string>& words);
  void say(WireWord word, std::string_view text);
  bool hear(WireWord& word, std::string& text);
  Read asked(WireWord word, std::string_view text);

  Descriptor connection_;
  std::string waiting_;
  std::string at_, job_;
  std::vector<std::string> argv_;
};

}  // namespace fwsim
