#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "model/value.hh"
#include "reports/fleet_report.hh"
#include "reports/lint_words.hh"

namespace fwsim {
namespace {

using Json = nlohmann::json;

constexpr std::string_view elsewhere = "\u2026";

void replace_all(std::string& text, std::string_view what, std::string_view by) {
  if (what.empty()) return;
  for (std::size_t at = text.find(what); at != text.npos; at = text.find(what, at + by.size())) text.replace(at, what.size(), by);
}

// "filter/INPUT/3 (rules.v4:12)"
std::string place_words(const Json& place) {
  std::string words = place.at("name");
  if (place.contains("line")) words += fmt::format(" ({}:{})", place.at("file").get<std::string>(), place.at("line").get<unsigned>());
  return words;
}

// Without the " (rules.v4:12)" of chains and whatever else is named.
void take_out_lines(std::string& text, const std::string& file) {
  const std::string before = fmt::format(" ({}:", file);
  for (std::size_t at = text.find(before); at != text.npos; at = text.find(before, at)) {
    const std::size_t end = text.find_first_not_of("0123456789", at + before.size());
    if (end != text.npos && text[end] == ')') text.erase(at, end + 1 - at);
    else at = end == text.npos ? text.size() : end;
  }
}

// So that the same fault is the same on all hosts: which rules are to blame differs.
std::string without_places(std::string text, const Json& finding, const std::string& file) {
  const auto take_out = [&](const Json& place) {
    replace_all(text, place_words(place), elsewhere);
    replace_all(text, place.at("name").get<std::string>(), elsewhere);
  };
  // Longer names first: filter/INPUT/1 is in filter/INPUT/12.
  std::vector<const Json*> places{&finding.at("place")};
  for (const Json& place : finding.at("by")) places.push_back(&place);
  std::stable_sort(places.begin(), places.end(), [](const Json* a, const Json* b) {
    return a->at("name").get_ref<const std::string&>().size() > b->at("name").get_ref<const std::string&>().size();
  });
  for (const Json* place : places) take_out(*place);
  take_out_lines(text, file);
  for (const std::string_view between : {", ", " and "})
    for (const std::string several = fmt::format("{0}{1}{0}", elsewhere, between); text.find(several) != text.npos;) replace_all(text, several, elsewhere);
  return text;
}

std::optional<Severity> severity_of(const std::string& word) {
  for (const Severity s : {Severity::error, Severity::warning, Severity::note})
    if (severity_word(s) == word) return s;
  return std::nullopt;
}

// What is wrong with the form of a line; thrown within this file.
struct BadLine {
  std::string text;
};

// Names are those of files on many hosts: shown, they move no cursor and begin no line.
std::string harmless(std::string name) {
  for (char& c : name)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = c == '\n' ? ' ' : '?';
  return name;
}

void add_finding(FleetReport& report, const std::string& host, const std::string& file, FleetHostFound& found, const Json& f) {
  const auto severity = severity_of(f.at("severity"));
  if (!severity) throw BadLine{fmt::format("there is no severity {}", f.at("severity").dump())};
  ++found.findings[static_cast<std::size_t>(*severity)];
  FleetFinding& same = report.findings[{f.at("id"), f.at("check"), without_places(f.at("text"), f, file)}];
  std::tuple<std::string, std::string, std::string> here{host, place_words(f.at("place")), f.value("rule", "")};
  same.severity = std::min(same.severity, *severity);
  if (same.times++ == 0 || here < same.example) same.example = std::move(here);
  same.hosts.insert(host);
}

void add_line(FleetReport& report, const Json& line, const std::string& source) {
  if (!line.is_object() || !line.contains("version") || !line.contains("host")) throw BadLine{"this is no line of 'fwsim lint --format ndjson': it has no 'version' or no 'host'"};
  if (line.at("version") != 1) throw BadLine{fmt::format("this line has version {}; version 1 is known here", line.at("version").dump())};
  const std::string host = harmless(line.at("host"));
  if (line.contains("result")) throw BadLine{"this is a line of 'fwsim diff'; those of lint and check can be merged"};
  const bool broken = line.contains("fault");
  const std::string family = broken ? "" : line.at("family");
  if (!broken && family != "ipv4" && family != "ipv6") throw BadLine{fmt::format("there is no family '{}'", family)};
  const std::uint8_t bit = broken ? 4 : family == "ipv4" ? 1 : 2;
  FleetHostFound& found = report.hosts.try_emplace(host, FleetHostFound{.source = source}).first->second;
  if (found.source != source || (found.seen & (bit | 4)) != 0) {
    ++report.repeated;
    return;
  }
  found.seen = static_cast<std::uint8_t>(found.seen | bit);
  if (broken) {
    found.fault = harmless(line.at("fault"));
    return;
  }
  found.plain = line.at("file") == line.at("host");
  ++found.rulesets;
  found.rules += line.at("rules").get<std::size_t>();
  if (!line.contains("findings"))
    ++found.checked;
  else
    found.undecided += line.at("undecided").size();
  found.known += line.value("known", std::size_t{0});
  if (const auto findings = line.find("findings"); findings != line.end())
    for (const Json& f : *findings) add_finding(report, host, line.at("file"), found, f);
  FleetVariant& variant = report.variants[{family == "ipv4" ? Family::v4 : Family::v6, line.at("digest")}];
  if (variant.hosts.empty() || host < *variant.hosts.begin()) variant.file = harmless(line.at("file"));
  variant.hosts.insert(host);
}

}  // namespace

void add_result(FleetReport& report, std::string_view text, const std::string& source, Diagnostics& faults) {
  unsigned number = 0;
  for (const std::string_view line : split(text, '\n')) {
    ++number;
    if (line.find_first_not_of(" \t\r") == line.npos) continue;
    Diagnostic fault{.file = source, .line = number, .id = "bad-result", .text = {}, .hint = "results are what 'fwsim lint --format ndjson' prints", .source = {}};
    try {
      add_line(report, Json::parse(line), source);
      continue;
    } catch (const Json::parse_error& error) {
      fault.column = static_cast<unsigned>(error.byte);
      fault.text = "this is not JSON; was it cut off?";
    } catch (const Json::exception&) {
      fault.text = "something is missing in this line, or is not what it should be";
    } catch (const BadLine& bad) {
      fault.text = bad.text;
    }
    faults.push_back(std::move(fault));
    return;
  }
}

std::string example_words(const FleetFinding& found) {
  const auto& [host, place, rule] = found.example;
  return place.find("(" + host) != place.npos ? place : host + ": " + place;
}

FleetCounts count(const FleetReport& report) {
  FleetCounts all;
  for (const auto& [name, host] : report.hosts) {
    all.broken += !host.fault.empty();
    all.rulesets += host.rulesets;
    all.rules += host.rules;
    all.undecided += host.undecided;
    all.known += host.known;
    all.checked += host.checked;
    for (std::size_t s = 0; s < all.findings.size(); ++s) all.findings[s] += host.findings[s];
  }
  return all;
}

std::vector<const FleetHostEntry*> worst_hosts(const FleetReport& report) {
  std::vector<const FleetHostEntry*> list;
  for (const auto& entry : report.hosts)
    if (entry.second.findings != std::array<std::size_t, 3>{}) list.push_back(&entry);
  std::stable_sort(list.begin(), list.end(), [](const auto* a, const auto* b) { return a->second.findings > b->second.findings; });
  return list;
}

std::vector<const FleetFindingEntry*> frequent_findings(const FleetReport& report) {
  std::vector<const FleetFindingEntry*> list;
  for (const auto& entry : report.findings) list.push_back(&entry);
  std::stable_sort(list.begin(), list.end(), [](const auto* a, const auto* b) {
    return std::tuple(b->second.hosts.size(), b->second.times, a->second.severity) < std::tuple(a->second.hosts.size(), a->second.times, b->second.severity);
  });
  return list;
}

}  // namespace fwsim
