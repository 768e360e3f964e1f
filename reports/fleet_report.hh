// What `fwsim lint` found on many hosts, of the lines of its ndjson, in whatever order and files they come.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "model/diagnostic.hh"
#include "model/types.hh"

namespace fwsim {

struct FleetHostFound {
  std::array<std::size_t, 3> findings{};   // by severity
  std::size_t rulesets = 0, rules = 0, undecided = 0;
  std::size_t known = 0;                   // findings left out, since the baseline has them
  std::size_t checked = 0;                 // rulesets that only check, or fmt, has looked at
  std::string fault;                       // why it could not be read; empty: it could
  std::string source;                      // the result that has it
  std::uint8_t seen = 0;                   // lines of it: 1 IPv4, 2 IPv6, 4 the fault
  bool plain = false;                      // it is a ruleset, which is of one family only, and no snapshot
};

// Findings of the same check that say the same, but for the places.
struct FleetFinding {
  Severity severity = Severity::note;      // the worst
  std::size_t times = 0;
  std::set<std::string> hosts;
  std::tuple<std::string, std::string, std::string> example;   // host, place, rule; the first by name
};

// Rulesets that are the same but for counters.
struct FleetVariant {
  std::set<std::string> hosts;
  std::string file;                        // of the first host by name
};

// What became of the comparison of a variant with the golden ruleset.
enum class Likeness : std::uint8_t { same_text, same_packets, differs, not_compared };
struct GoldenVariant {
  Likeness likeness = Likeness::same_text;
  std::set<std::string> hosts;
  std::string file, text;                  // text: what diff says, or why it does not
};
struct Golden {
  std::string file;
  Family family = Family::v4;
  std::vector<GoldenVariant> variants;     // the most frequent first
  std::size_t without = 0;                 // snapshots that have no ruleset of that family
};

struct FleetReport {
  std::map<std::string, FleetHostFound> hosts;
  std::map<std::array<std::string, 3>, FleetFinding> findings;            // by id, check and text
  std::map<std::pair<Family, std::string>, FleetVariant> variants;        // by family and digest
  std::vector<Golden> golden;
  std::size_t repeated = 0;                // lines of hosts that an earlier result has
};

struct FleetOptions {
  bool whole = false;                      // all hosts and findings, not the first of each
  bool colour = false;
};

// Adds the lines of a result. What an earlier result says of a host counts. The first line with a fault ends it, and is
// added to `faults`, with its number.
void add_result(FleetReport& report, std::string_view text, const std::string& source, Diagnostics& faults);

std::string fleet_text(const FleetReport& report, const FleetOptions& options);
std::string fleet_json(const FleetReport& report);
std::string fleet_html(const FleetReport& report, const FleetOptions& options);

// Where the example of a finding is: its place names the file, which mostly says of which host it is.
std::string example_words(const FleetFinding& found);

// As the formats show it.
struct FleetCounts {
  std::size_t broken = 0, rulesets = 0, rules = 0, undecided = 0, known = 0, checked = 0;
  std::array<std::size_t, 3> findings{};
};
FleetCounts count(const FleetReport& report);
using FleetHostEntry = std::pair<const std::string, FleetHostFound>;
using FleetFindingEntry = std::pair<const std::array<std::string, 3>, FleetFinding>;
// With most errors first, then warnings, then notes, then by name; only those with findings.
std::vector<const FleetHostEntry*> worst_hosts(const FleetReport& report);
// Of most hosts first, then most often, then the most severe.
std::vector<const FleetFindingEntry*> frequent_findings(const FleetReport& report);

}  // namespace fwsim
