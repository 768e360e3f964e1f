// sysctl, as procps 4.0 speaks; its values are files in the sandbox, which echo and cat reach as well.
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "cli/run/tools.hh"

namespace fwsim {
namespace {

struct Options {
  bool names = false, values = false, ignore = false, quiet = false, binary = false;
};

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r' || text.back() == '\n')) text.remove_suffix(1);
  return text;
}

// Either of the two separators may be used in a name; the first decides.
std::string path_of(std::string_view name) {
  std::string path(name);
  const std::size_t first = path.find_first_of("./");
  if (first != path.npos && path[first] == '.')
    for (char& c : path) c = c == '.' ? '/' : c == '/' ? '.' : c;
  return "/proc/sys/" + path;
}

class Sysctl {
 public:
  Sysctl(ToolCall& call, const Options& options) : call_(call), options_(options) {}

  int status() const { return status_; }

  void show(std::string_view name) {
    const Caller::Read read = call_.caller.read(path_of(name));
    if (read.error != 0) return missing(name, read.error);
    const std::string_view value = trimmed(read.text);
    if (options_.names)
      call_.caller.out(fmt::format("{}\n", name));
    else if (options_.values)
      call_.caller.out(fmt::format("{}{}", value, options_.binary ? "" : "\n"));
    else
      call_.caller.out(fmt::format("{} = {}\n", name, value));
  }

  void set(std::string_view name, std::string_view value) {
    name = trimmed(name);
    value = trimmed(value);
    const bool forgiving = name.starts_with('-');
    if (forgiving) name.remove_prefix(1);
    std::string written(value);
    // The kernel parts several numbers by tabs, however they were written.
    if (written.find(' ') != written.npos && call_.caller.read(path_of(name)).text.find('\t') != std::string::npos) std::replace(written.begin(), written.end(), ' ', '\t');
    if (const int error = call_.caller.write(path_of(name), written + "\n", false); error != 0) {
      if (!forgiving) missing(name, error);
      return;
    }
    ++call_.step.changes;
    if (options_.quiet) return;
    if (options_.values)
      call_.caller.out(fmt::format("{}\n", value));
    else
      call_.caller.out(fmt::format("{} = {}\n", name, value));
  }

  void load(const std::string& file) {
    const Caller::Read read = file == "-" ? call_.caller.input() : call_.caller.read(file);
    if (read.error != 0) {
      call_.caller.err(fmt::format("sysctl: cannot open \"{}\": {}\n", file, std::strerror(read.error)));
      status_ = 1;
      return;
    }
    std::string_view rest = read.text;
    for (unsigned number = 1; !rest.empty(); ++number) {
      const std::size_t end = std::min(rest.find('\n'), rest.size());
      const std::string_view line = trimmed(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
      if (line.empty() || line[0] == '#' || line[0] == ';') continue;
      const std::size_t equals = line.find('=');
      if (equals == line.npos)
        call_.caller.err(fmt::format("sysctl: {}({}): invalid syntax, continuing...\n", file, number));
      else
        set(line.substr(0, equals), line.substr(equals + 1));
    }
  }

 private:
  void missing(std::string_view name, int error) {
    const std::string path = path_of(name);
    if (error == ENOENT && options_.ignore) return;
    const std::string text = error == ENOENT ? fmt::format("sysctl: cannot stat {}: {}\n", path, std::strerror(error))
                                             : fmt::format("sysctl: setting key \"{}\": {}\n", name, std::strerror(error));
    call_.caller.err(text);
    call_.step.err += text;
    status_ = 1;
  }

  ToolCall& call_;
  const Options& options_;
  int status_ = 0;
};

std::optional<int> sysctl(ToolCall& call) {
  Options options;
  bool write = false, all = false;
  std::vector<std::string> words, files;
  const auto arguments = call.arguments();
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& word = arguments[i];
    if (!word.starts_with('-') || word == "-") {
      words.push_back(word);
    } else if (word == "--system") {
      files = {"/etc/sysctl.conf"};
    } else if (word == "--load" || word.starts_with("--load=")) {
      files.push_back(word == "--load" ? "/etc/sysctl.conf" : word.substr(7));
    } else if (word == "--write") {
      write = true;
    } else if (word == "--values") {
      options.values = true;
    } else if (word == "--names") {
      options.names = true;
    } else if (word == "--ignore") {
      options.ignore = true;
    } else if (word == "--quiet") {
      options.quiet = true;
    } else if (word == "--all") {
      all = true;
    } else {
      for (std::size_t c = 1; c < word.size(); ++c) switch (word[c]) {
          case 'w': write = true; break;
          case 'n': options.values = true; break;
          case 'N': options.names = true; break;
          case 'e': options.ignore = true; break;
          case 'q': options.quiet = true; break;
          case 'b': options.values = options.binary = true; break;
          case 'a':
          case 'A':
          case 'X': all = true; break;
          case 'p':
          case 'f':
            // The file may stand in the same word, or in the next ones.
            if (c + 1 < word.size())
              files.push_back(word.substr(c + 1));
            else
              while (i + 1 < arguments.size() && !arguments[i + 1].starts_with('-')) files.push_back(arguments[++i]);
            if (files.empty()) files.push_back("/etc/sysctl.conf");
            c = word.size();
            break;
          default: call.caller.err(fmt::format("sysctl: invalid option -- '{}'\n", word[c])); return 1;
        }
    }
  }
  if (all) {
    // Its own program reads what there is, file by file.
    std::vector<std::string> become{"/.fwsim/real/sysctl"};
    become.insert(become.end(), call.argv().begin(), call.argv().end());
    call.caller.become(become);
    return std::nullopt;
  }
  Sysctl tool(call, options);
  for (const std::string& file : files) tool.load(file);
  if (words.empty() && files.empty()) {
    call.caller.out("\nUsage:\n sysctl [options] [variable[=value] ...]\n");
    return 1;
  }
  for (const std::string& word : words) {
    const std::size_t equals = word.find('=');
    if (equals != word.npos) {
      tool.set(word.substr(0, equals), word.substr(equals + 1));
    } else if (write) {
      call.caller.err(fmt::format("sysctl: \"{}\" must be of the form name=value\n", word));
      return 1;
    } else {
      tool.show(word);
    }
  }
  return tool.status();
}

constexpr ToolEntry tools[] = {{"sysctl", sysctl}};

}  // namespace

std::span<const ToolEntry> sysctl_tools() { return tools; }

}  // namespace fwsim
