// ipset: one command on the sets of the machine, or a file of them (ipset 7.17, lib/ipset.c).
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "parser/commands/tool.hh"
#include "parser/ipset_reader.hh"

namespace fwsim {
namespace {

struct Options {
  bool exist = false, quiet = false, sorted = false, names = false, terse = false, save = false;
  std::vector<std::size_t> words;  // places in argv of the command and its arguments
};

// The revision of each type that this version of ipset asks for.
unsigned revision(const SetType& type) {
  constexpr std::pair<std::string_view, unsigned> revisions[] = {
      {"hash:ip", 6},          {"hash:net", 7},       {"hash:mac", 1},     {"hash:ip,port", 7},       {"hash:net,port", 8},
      {"hash:ip,port,ip", 6},  {"hash:ip,port,net", 8}, {"hash:net,port,net", 3}, {"hash:net,net", 4}, {"hash:net,iface", 8},
      {"hash:ip,mark", 3},     {"hash:ip,mac", 1}};
  for (const auto& [name, number] : revisions)
    if (name == type.name) return number;
  return 3;  // bitmaps and lists
}

class IpsetRun {
 public:
  explicit IpsetRun(Tool& tool) : tool_(tool), reporter_({}, diagnostics_) {
    sets().tell(reporter_, true);
    sets().rules_name([&](std::string_view name) { return tool_.machine.rules_naming(name); });
  }

  void run() {
    const bool good = read_options();
    if (good) command();
    sets().rules_name(nullptr);
    if (options_.quiet) tool_.result.err.clear();
  }

 private:
  SetTables& sets() { return tool_.machine.sets(); }

  void fail(ToolWords words) {
    tool_.result.err += fmt::format("ipset v7.17: {}{}\n", in_file_ && words.text.find('\n') == words.text.npos ? fmt::format("Error in line {}: ", reporter_.line()) : "", words.text);
    if (words.status == 2) tool_.result.err += "Try `ipset help' for more information.\n";
    tool_.result.status = words.status;
  }

  // The first fault, as ipset says it. False when there is one.
  bool told() {
    for (const Diagnostic& d : diagnostics_) {
      if (d.severity != Severity::error) continue;
      if (!in_file_ && d.column != 0) tool_.result.word = d.column - 1;
      tool_.result.hint = d.hint;
      const bool no_command = d.id == "ipset-unknown-command";
      const bool file = std::exchange(in_file_, in_file_ && !no_command);
      fail({.text = d.tool.text.empty() ? d.text : d.tool.text, .status = d.tool.text.empty() ? 1 : d.tool.status});
      in_file_ = file;
      return false;
    }
    return true;
  }

  bool read_options() {
    const auto& argv = tool_.call.argv;
    for (std::size_t i = 1; i < argv.size(); ++i) {
      std::string_view word = argv[i];
      if (word.substr(0, 2) == "--") word.remove_prefix(1);
      const auto is = [&](std::string_view letter, std::string_view name) { return word == letter || word == name; };
      if (is("-!", "-exist")) {
        options_.exist = true;
      } else if (is("-q", "-quiet")) {
        options_.quiet = true;
      } else if (is("-s", "-sorted")) {
        options_.sorted = true;
      } else if (is("-t", "-terse")) {
        options_.terse = true;
      } else if (is("-r", "-resolve")) {
        continue;
      } else if (word == "-name" || (word == "-n" && !(options_.words.empty() && i + 2 < argv.size()))) {
        options_.names = true;
      } else if (is("-o", "-output") || is("-f", "-file")) {
        if (++i == argv.size()) return fail({fmt::format("Missing mandatory argument to option {}", argv[i - 1])}), false;
        if (is("-o", "-output") && !output(argv[i])) return false;
      } else {
        options_.words.push_back(i);
      }
    }
    return true;
  }

  bool output(std::string_view mode) {
    options_.save = mode == "save";
    if (mode == "save" || mode == "plain") return true;
    if (mode == "xml")
      fail({.text = "the output mode xml is left out by fwsim", .status = 1});
    else
      fail({.text = fmt::format("Syntax error: unknown output mode '{}'", mode), .status = 1});
    return false;
  }

  void command() {
    const auto& argv = tool_.call.argv;
    if (options_.words.empty()) return fail({"No command specified."});
    std::vector<Word> words;
    for (const std::size_t at : options_.words) {
      const auto column = static_cast<unsigned>(at) + 1;
      words.push_back({argv[at], column, column + 1, false});
    }
    const IpsetCommandName* name = find_ipset_command(words[0].text);
    if (!name) {
      tool_.result.word = options_.words[0];
      tool_.result.hint = hint_for_ipset_command(words[0].text);
      return fail({fmt::format("No command specified: unknown argument {}", words[0].text)});
    }
    if (words.size() <= name->arguments) return fail(missing_argument(*name, words.size()));
    reporter_.at_line(tool_.call.line, {});
    SetReader reader(sets(), reporter_, options_.exist, true);
    switch (name->command) {
      case IpsetCommand::list:
      case IpsetCommand::save: return show(words, name->command == IpsetCommand::save || options_.save);
      case IpsetCommand::restore:
        in_file_ = true;
        reader.read(tool_.input());
        break;
      case IpsetCommand::test:
        if (const auto answer = reader.tested(words)) {
          tool_.result.err += fmt::format("{}{} is {} set {}.\n", answer->held ? "Warning: " : "", answer->element, answer->held ? "in" : "NOT in", words[1].text);
          tool_.result.status = answer->held ? 0 : 1;
        }
        break;
      case IpsetCommand::version: tool_.result.out += "ipset v7.17, protocol version: 7\n"; return;
      case IpsetCommand::help: tool_.result.out += "ipset v7.17\n\nUsage: ipset [options] COMMAND\n"; return;
      case IpsetCommand::quit: return;
      default: reader.run(name->command, words);
    }
    told();
  }

  void show(const std::vector<Word>& words, bool save) {
    if (words.size() > 2) return fail({fmt::format("Unknown argument {}", words[2].text)});
    const IpSets all = sets().copy();
    if (words.size() == 2 && !all.contains(words[1].text)) {
      sets().table(words[1]);
      told();
      return;
    }
    bool first = true;
    for (const IpSet* set : printed_sets(all)) {
      if (words.size() == 2 && set->name != words[1].text) continue;
      if (options_.names) {
        tool_.result.out += set->name + '\n';
        continue;
      }
      if (!save && !std::exchange(first, false)) tool_.result.out += '\n';
      if (save)
        tool_.result.out += saved(*set);
      else
        tool_.result.out += listed(*set);
    }
  }

  std::vector<std::string> members(const IpSet& set) const {
    std::vector<std::string> lines;
    for (const SetElement* element : printed_elements(set)) lines.push_back(print_element(set, *element));
    if (options_.sorted) std::sort(lines.begin(), lines.end());
    return lines;
  }

  std::string saved(const IpSet& set) const {
    std::string out = fmt::format("create {} {} {}\n", set.name, set.type->name, print_set_options(set));
    for (const std::string& member : members(set)) out += fmt::format("add {} {}\n", set.name, member);
    return out;
  }

  // The size in memory is the kernel's secret: 0 stands for it.
  std::string listed(const IpSet& set) {
    std::string out = fmt::format("Name: {}\nType: {}\nRevision: {}\nHeader: {}\nSize in memory: 0\nReferences: {}\nNumber of entries: {}\n", set.name, set.type->name,
                                  revision(*set.type), print_set_options(set), sets().references(set.name), set.elements.size());
    if (options_.terse) return out;
    out += "Members:\n";
    for (const std::string& member : members(set)) out += member + '\n';
    return out;
  }

  Tool& tool_;
  Options options_;
  Diagnostics diagnostics_;
  Reporter reporter_;
  bool in_file_ = false;
};

}  // namespace

void run_ipset(Tool& tool) { IpsetRun(tool).run(); }

}  // namespace fwsim
