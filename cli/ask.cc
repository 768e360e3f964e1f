// fwsim ask: would this packet pass?
#include <fmt/format.h>

#include <cstdio>

#include "cli/ask_all.hh"
#include "cli/host.hh"
#include "cli/load.hh"
#include "simulator/engine.hh"
#include "simulator/sources/assume.hh"
#include "simulator/sources/placement.hh"
#include "simulator/sources/question.hh"

namespace fwsim {
namespace {

std::string text_of(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

bool passes(Fate fate) {
  return fate == Fate::forwarded || fate == Fate::delivered || fate == Fate::sent || fate == Fate::bridged;
}

std::string answer_text(const Result& result, const ReportContext& context) {
  const char* word = passes(result.fate) ? "yes" : result.fate == Fate::unknown ? "unknown" : "no";
  std::string where;
  if (!result.out_if.empty() && passes(result.fate) && result.fate != Fate::delivered) where = fmt::format(" out by {}", result.out_if);
  if (result.fate == Fate::unknown) return fmt::format("{} because {}", word, verdict_text(result, context).substr(std::string_view("unknown because ").size()));
  return fmt::format("{}: {}{}", word, verdict_text(result, context), where);
}

}  // namespace

int run_ask(const AskArgs& args, const Common& common) {
  const std::string text = text_of(args.question);
  QuestionFault fault, set_fault;
  auto question = read_question(text, fault);
  if (!question) {
    if (const auto traffic = read_traffic(text, set_fault)) return run_ask_all(args, *traffic, common);
    // Of the two readings that one is meant which goes further.
    print_diagnostics({diagnostic_of(set_fault.column > fault.column ? set_fault : fault, text)}, common);
    return status_bad;
  }
  auto setting = load_setting(args.rules, args.host, common);
  if (!setting) return status_bad;
  Question& q = *question;
  if (!is_described(setting->host)) describe_by_question(setting->host, q, setting->rules(Family::v4), setting->rules(Family::v6));
  if (!setting->rules(q.packet.family)) {
    fmt::print(stderr, "fwsim: no {} ruleset was given, and the question is about {}\n",
               q.packet.family == Family::v4 ? "IPv4" : "IPv6", q.packet.family == Family::v4 ? "IPv4" : "IPv6");
    return status_bad;
  }
  for (const std::string& device : {q.in, q.out})
    if (!device.empty() && !setting->host.find(device)) {
      fmt::print(stderr, "fwsim: the host has no device '{}'\n", device);
      return status_bad;
    }

  Engine engine(setting->rules(Family::v4), setting->rules(Family::v6), setting->host,
                {.paths = true, .host_replies = args.host_replies}, args.seed);
  Traced traced{.number = 1, .time = q.packet.time, .flow = packet_text(q.packet)};
  traced.result = answer(q, engine);
  traced.time = q.packet.time;

  const ReportContext context = setting->context(common);
  if (args.format == "json") {
    fmt::print("{}\n", json_of(traced, context));
  } else {
    fmt::print("{}\n", answer_text(traced.result, context));
    if (args.verbose) fmt::print("  {}\n{}", traced.flow, path_of(traced.result, context));
    for (const Record& record : traced.result.records)
      if (record.kind == Record::Kind::log || record.kind == Record::Kind::conntrack) fmt::print("  log: {}\n", record.text);
    for (const Record& record : traced.result.records)
      if (record.kind == Record::Kind::other) fmt::print("  note: {}\n", record.text);
  }
  std::vector<std::string> assumed = setting->host.assumed;
  assumed.insert(assumed.end(), q.assumed.begin(), q.assumed.end());
  say_assumptions(assumed);
  return passes(traced.result.fate) ? status_good : status_not;
}

}  // namespace fwsim
