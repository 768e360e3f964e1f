// fwsim path: a packet through several firewalls, and its answer back.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "cli/ask_all.hh"
#include "cli/load.hh"
#include "cli/network.hh"
#include "cli/write_file.hh"
#include "model/value.hh"
#include "reports/path_report.hh"
#include "simulator/network/path.hh"
#include "simulator/sources/question.hh"

namespace fwsim {
namespace {

constexpr std::int64_t moment = 1'700'000'000'000'000'000;   // any: only -m time looks at it

Internetwork join(const NetworkSetting& setting, std::uint64_t seed) {
  std::vector<NetworkMember> members;
  for (const Setting& s : setting.settings) members.push_back({s.rules(Family::v4), s.rules(Family::v6), s.host});
  return Internetwork(setting.topology, std::move(members), seed);
}

// Words that only a single host gives a meaning.
QuestionFault foreign_word(const Question& q, std::string_view text) {
  const auto at = [&](std::string_view word, std::string fault, std::string hint) {
    const std::size_t found = (" " + std::string(text) + " ").find(" " + std::string(word) + " ");
    return QuestionFault{found == std::string::npos ? 1 : found + 1, word.size(), std::move(fault), std::move(hint)};
  };
  if (!q.in.empty() || !q.out.empty())
    return at(q.in.empty() ? "out" : "in", "devices are told by the network", "--from HOST or LINK says where the packet begins");
  if (q.established || q.quoted)
    return at(q.quoted ? "related" : "established", "a path is that of a packet that begins a connection, and of its answer", "leave the word out");
  return {};
}

std::optional<PathPlace> begin(const Internetwork& net, const Question& q, const std::string& from) {
  if (!from.empty()) {
    if (const auto host = net.host_named(from)) return PathPlace{.host = host};
    if (const auto link = net.link_named(from)) return PathPlace{.link = *link};
    std::vector<std::string_view> names;
    for (const TopologyHost& host : net.hosts()) names.push_back(host.name);
    for (const TopologyLink& link : net.links()) names.push_back(link.name);
    const std::string near = did_you_mean(from, names);
    fmt::print(stderr, "fwsim: the network has no host and no link '{}'{}\n", from, near.empty() ? "" : fmt::format(", did you mean '{}'?", near));
    return std::nullopt;
  }
  std::string why;
  const auto place = place_of(net, q.packet.family, q.packet.fields.get(Field::src), why);
  if (!place) fmt::print(stderr, "fwsim: where does the packet come from? {}; --from HOST or LINK says it\n", why);
  return place;
}

void note_missing_rules(const NetworkSetting& setting, const PathAnswer& answer, Family family, std::vector<std::string>& assumed) {
  for (std::size_t i = 0; i < setting.settings.size(); ++i) {
    const auto came = [&](const PathLeg& leg) {
      for (const PathHop& hop : leg.hops)
        if (hop.host == i) return true;
      return false;
    };
    if (!setting.settings[i].rules(family) && (came(answer.there) || (answer.back && came(*answer.back))))
      assumed.push_back(fmt::format("{} has no {} rules", setting.topology.hosts[i].name, family == Family::v4 ? "IPv4" : "IPv6"));
  }
}

std::string words_text(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

struct PlacedQuestion {
  std::string text;
  Question question;
};

// The words, or with "-" a question on each line of standard input. Nothing when one has faults, which are printed.
std::optional<std::vector<PlacedQuestion>> read_questions(const PathArgs& args, const Common& common) {
  const std::string words = words_text(args.question);
  const std::string lines = words == "-" ? read_file("-") : words;
  std::vector<PlacedQuestion> out;
  bool good = true;
  unsigned number = 0;
  for (std::string_view line : split(lines, '\n')) {
    ++number;
    if (words == "-" && line.find_first_not_of(" \t\r") == line.npos) continue;
    const std::string text(line);
    QuestionFault fault;
    auto question = read_question(text, fault);
    if (question) fault = foreign_word(*question, text);
    QuestionFault set_fault;
    if (!question && read_traffic(text, set_fault))
      fault = {fault.column, fault.width, "a path is that of one packet, and this is a set of them", "'fwsim ask' answers for all packets at one host"};
    if (question && fault.text.empty()) {
      question->packet.time = moment;
      question->packet.number = out.size() + 1;
      out.push_back({text, std::move(*question)});
      continue;
    }
    good = false;
    Diagnostic diagnostic = diagnostic_of(fault, text);
    diagnostic.line = number;
    print_diagnostics({diagnostic}, common);
  }
  if (good && out.empty()) fmt::print(stderr, "fwsim: there is no question\n");
  if (!good || out.empty()) return std::nullopt;
  return out;
}

}  // namespace

int run_path(const PathArgs& args, const Common& common) {
  const auto questions = read_questions(args, common);
  if (!questions) return status_bad;
  if (args.format == "html" && questions->size() > 1) {
    fmt::print(stderr, "fwsim: a page is about one packet\n");
    return status_bad;
  }
  const auto setting = load_network(args.network, common);
  if (!setting) return status_bad;
  Common plain = common;
  if (args.format != "text" || !args.output.empty()) plain.colour = false;
  int status = status_good;
  std::string out;
  std::vector<std::string> assumed = setting->assumed;
  for (const auto& [text, question] : *questions) {
    Internetwork net = join(*setting, args.seed);   // each is about the same moment
    const auto from = begin(net, question, args.from);
    if (!from) return status_bad;
    PathAnswer answer = follow(net, question.packet, *from);
    note_missing_rules(*setting, answer, question.packet.family, answer.assumed);
    answer.assumed.insert(answer.assumed.end(), question.assumed.begin(), question.assumed.end());
    for (const std::string& one : answer.assumed)
      if (std::find(assumed.begin(), assumed.end(), one) == assumed.end()) assumed.push_back(one);
    answer.assumed.insert(answer.assumed.begin(), setting->assumed.begin(), setting->assumed.end());
    const PathReport report{.net = net, .answer = answer, .question = text, .contexts = setting->contexts(plain), .colour = plain.colour};
    out += args.format == "json" ? json_of(report) + "\n" : args.format == "html" ? html_of(report) : text_of(report, args.verbose);
    if (answer.outcome != PathAnswer::Outcome::both_ways && answer.outcome != PathAnswer::Outcome::one_way) status = status_not;
  }
  if (args.output.empty())
    fmt::print("{}", out);
  else
    write_file(args.output, out);
  say_assumptions(assumed);
  return status;
}

}  // namespace fwsim
