// fwsim path: a packet, or a set of them, through several firewalls, and the answers back.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <set>
#include <variant>

#include "cli/ask_all.hh"
#include "cli/load.hh"
#include "cli/network.hh"
#include "cli/write_file.hh"
#include "lint/traffic.hh"
#include "model/value.hh"
#include "reports/path_range_report.hh"
#include "simulator/network/path.hh"
#include "simulator/sources/question.hh"

namespace fwsim {
namespace {

constexpr std::int64_t moment = 1'700'000'000'000'000'000;   // any: only -m time looks at it

std::vector<NetworkMember> members_of(const NetworkSetting& setting) {
  std::vector<NetworkMember> members;
  for (const Setting& s : setting.settings) members.push_back({s.rules(Family::v4), s.rules(Family::v6), s.host});
  return members;
}

// Where the question has the word.
QuestionFault fault_of(std::string_view text, std::string_view word, std::string fault, std::string hint) {
  const std::size_t found = (" " + std::string(text) + " ").find(" " + std::string(word) + " ");
  return {found == std::string::npos ? 1 : found + 1, word.size(), std::move(fault), std::move(hint)};
}

QuestionFault device_fault(std::string_view text, std::string_view word) {
  return fault_of(text, word, "devices are told by the network", "--from HOST or LINK says where the packet begins");
}

QuestionFault state_fault(std::string_view text, std::string_view word) {
  return fault_of(text, word, "a path is that of a packet that begins a connection, and of its answer", "leave the word out");
}

// Words that only a single host gives a meaning.
QuestionFault foreign_word(const Question& q, std::string_view text) {
  if (!q.in.empty() || !q.out.empty()) return device_fault(text, q.in.empty() ? "out" : "in");
  if (q.established || q.quoted) return state_fault(text, q.quoted ? "related" : "established");
  return {};
}

// And those of what changes on the way.
QuestionFault foreign_word(const Traffic& t, std::string_view text) {
  if (t.in.mask != 0 || t.out.mask != 0) return device_fault(text, t.in.mask == 0 ? "out" : "in");
  for (const Range& state : t.states)
    for (const auto& [number, word] : {std::pair{0U, "invalid"}, {2U, "related"}, {3U, "established"}, {4U, "untracked"}})
      if (state.low == number) return state_fault(text, word);
  for (std::string_view word : {"mark", "ttl", "hl", "uid", "gid", "mac"})
    if ((" " + std::string(text) + " ").find(" " + std::string(word) + " ") != std::string::npos)
      return fault_of(text, word, fmt::format("a set of packets is followed whatever its {} is", word), "leave the word out, or ask about one packet");
  return {};
}

// The place of --from. Nothing, with a message, when there is none of that name.
std::optional<PathPlace> place_named(const Internetwork& net, const std::string& from) {
  if (const auto host = net.host_named(from)) return PathPlace{.host = host};
  if (const auto link = net.link_named(from)) return PathPlace{.link = *link};
  std::vector<std::string_view> names;
  for (const TopologyHost& host : net.hosts()) names.push_back(host.name);
  for (const TopologyLink& link : net.links()) names.push_back(link.name);
  const std::string near = did_you_mean(from, names);
  fmt::print(stderr, "fwsim: the network has no host and no link '{}'{}\n", from, near.empty() ? "" : fmt::format(", did you mean '{}'?", near));
  return std::nullopt;
}

std::optional<PathPlace> begin(const Internetwork& net, const Question& q, const std::string& from) {
  if (!from.empty()) return place_named(net, from);
  std::string why;
  const auto place = place_of(net, q.packet.family, q.packet.fields.get(Field::src), why);
  if (!place) fmt::print(stderr, "fwsim: where does the packet come from? {}; --from HOST or LINK says it\n", why);
  return place;
}

void add_new(const std::vector<std::string>& more, std::vector<std::string>& list) {
  for (const std::string& one : more)
    if (std::find(list.begin(), list.end(), one) == list.end()) list.push_back(one);
}

// Hosts by which packets came and that filter nothing of the family.
void note_missing_rules(const NetworkSetting& setting, const std::set<std::size_t>& hosts, Family family, std::vector<std::string>& assumed) {
  for (std::size_t host : hosts)
    if (!setting.settings[host].rules(family))
      assumed.push_back(fmt::format("{} has no {} rules", setting.topology.hosts[host].name, family == Family::v4 ? "IPv4" : "IPv6"));
}

std::string words_text(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

// About one packet or about a set of them.
struct PathQuestion {
  std::string text;
  std::variant<Question, Traffic> about;
};

// The words, or with "-" a question on each line of standard input. Nothing when one has faults, which are printed.
std::optional<std::vector<PathQuestion>> read_questions(const PathArgs& args, const Common& common) {
  const std::string words = words_text(args.question);
  const std::string lines = words == "-" ? read_file("-") : words;
  std::vector<PathQuestion> out;
  bool good = true;
  unsigned number = 0;
  for (std::string_view line : split(lines, '\n')) {
    ++number;
    if (words == "-" && line.find_first_not_of(" \t\r") == line.npos) continue;
    const std::string text(line);
    QuestionFault fault, set_fault;
    auto question = read_question(text, fault);
    auto traffic = question ? std::nullopt : read_traffic(text, set_fault);
    if (question || traffic) fault = question ? foreign_word(*question, text) : foreign_word(*traffic, text);
    if ((question || traffic) && fault.text.empty()) {
      if (question) {
        question->packet.time = moment;
        question->packet.number = out.size() + 1;
        out.push_back({text, std::move(*question)});
      } else {
        out.push_back({text, std::move(*traffic)});
      }
      continue;
    }
    // Of the two readings that one is meant which goes further.
    if (!question && !traffic && set_fault.column > fault.column) fault = set_fault;
    good = false;
    Diagnostic diagnostic = diagnostic_of(fault, text);
    diagnostic.line = number;
    print_diagnostics({diagnostic}, common);
  }
  if (good && out.empty()) fmt::print(stderr, "fwsim: there is no question\n");
  if (!good || out.empty()) return std::nullopt;
  return out;
}

struct Told {
  std::string text;
  bool good = true;
};

class PathRun {
 public:
  PathRun(const NetworkSetting& setting, const PathArgs& args, const Common& plain)
      : setting_(setting), args_(args), plain_(plain), members_(members_of(setting)), assumed_(setting.assumed) {}

  // Nothing, with a message, when it is not clear where the packet begins.
  std::optional<Told> answer(const Question& question, const std::string& text) {
    Internetwork net(setting_.topology, members_, args_.seed);   // each is about the same moment
    const auto from = begin(net, question, args_.from);
    if (!from) return std::nullopt;
    PathAnswer answer = follow(net, question.packet, *from);
    std::set<std::size_t> hosts;
    for (const PathHop& hop : answer.there.hops) hosts.insert(hop.host);
    if (answer.back)
      for (const PathHop& hop : answer.back->hops) hosts.insert(hop.host);
    note_missing_rules(setting_, hosts, question.packet.family, answer.assumed);
    answer.assumed.insert(answer.assumed.end(), question.assumed.begin(), question.assumed.end());
    add_new(answer.assumed, assumed_);
    answer.assumed.insert(answer.assumed.begin(), setting_.assumed.begin(), setting_.assumed.end());
    const bool good = answer.outcome == PathAnswer::Outcome::both_ways || answer.outcome == PathAnswer::Outcome::one_way;
    return Told{written(PathReport{.net = net, .answer = answer, .question = text, .contexts = setting_.contexts(plain_), .colour = plain_.colour}), good};
  }

  std::optional<Told> answer(const Traffic& traffic, const std::string&) {
    const Internetwork net(setting_.topology, members_, args_.seed);
    const auto from = args_.from.empty() ? std::nullopt : place_named(net, args_.from);
    if (!args_.from.empty() && !from) return std::nullopt;
    const std::vector<Family> families = families_of(traffic);
    Told out;
    for (Family family : families) {
      PathRange range = follow_all({setting_.topology, members_, from, args_.seed}, family, traffic);
      std::set<std::size_t> hosts;
      for (const PathClass& c : range.classes)
        for (const RangeHop& hop : c.hops) hosts.insert(hop.host);
      note_missing_rules(setting_, hosts, family, range.assumed);
      add_new(range.assumed, assumed_);
      range.assumed.insert(range.assumed.begin(), setting_.assumed.begin(), setting_.assumed.end());
      if (families.size() > 1 && args_.format == "text") out.text += family == Family::v4 ? "IPv4: " : "IPv6: ";
      out.text += written(PathRangeReport{.net = net, .range = range, .contexts = setting_.contexts(plain_), .colour = plain_.colour});
      out.good = out.good && range.share == Share::all && range.all_answered();
    }
    return out;
  }

  const std::vector<std::string>& assumed() const { return assumed_; }

 private:
  template <class Report>
  std::string written(const Report& report) const {
    return args_.format == "json" ? json_of(report) + "\n" : args_.format == "html" ? html_of(report) : text_of(report, args_.verbose);
  }

  // Those that the question says; else those of which the network has addresses.
  std::vector<Family> families_of(const Traffic& traffic) const {
    std::vector<Family> out;
    for (Family family : {Family::v4, Family::v6}) {
      const auto has = [&](const Setting& s) {
        return std::any_of(s.host.interfaces.begin(), s.host.interfaces.end(), [&](const Interface& i) {
          return !i.loopback && std::any_of(i.addresses.begin(), i.addresses.end(), [&](const InterfaceAddress& a) { return a.family == family; });
        });
      };
      if (traffic.family ? *traffic.family == family : std::any_of(setting_.settings.begin(), setting_.settings.end(), has)) out.push_back(family);
    }
    // A page is about one family.
    if (out.empty() || (args_.format == "html" && out.size() > 1)) out = {out.empty() ? Family::v4 : out.front()};
    return out;
  }

  const NetworkSetting& setting_;
  const PathArgs& args_;
  const Common& plain_;
  std::vector<NetworkMember> members_;
  std::vector<std::string> assumed_;
};

}  // namespace

int run_path(const PathArgs& args, const Common& common) {
  const auto questions = read_questions(args, common);
  if (!questions) return status_bad;
  if (args.format == "html" && questions->size() > 1) {
    fmt::print(stderr, "fwsim: a page is about one question\n");
    return status_bad;
  }
  const auto setting = load_network(args.network, common);
  if (!setting) return status_bad;
  Common plain = common;
  if (args.format != "text" || !args.output.empty()) plain.colour = false;
  int status = status_good;
  std::string out;
  PathRun run(*setting, args, plain);
  for (const PathQuestion& question : *questions) {
    const auto told = std::visit([&](const auto& about) { return run.answer(about, question.text); }, question.about);
    if (!told) return status_bad;
    out += told->text;
    if (!told->good) status = status_not;
  }
  if (args.output.empty())
    fmt::print("{}", out);
  else
    write_file(args.output, out);
  say_assumptions(run.assumed());
  return status;
}

}  // namespace fwsim
