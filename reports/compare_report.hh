// What two rulesets did differently to live traffic: `fwsim live --compare`.
#pragma once

#include <map>

#include "reports/packet_report.hh"

namespace fwsim {

// Both sides of a comparison: how the rulesets are called, and where they are.
struct CompareContext {
  std::array<std::string, 2> names;
  std::array<ReportContext, 2> reports;
};

struct FlowDifference {
  std::uint64_t number = 0;            // of the packet that showed it
  std::int64_t time = 0;
  std::string packet, flow;            // in words
  std::vector<std::string> differs;    // "fate", "device", "bytes", "mark", "answers"
  std::array<Result, 2> results;
};
std::string difference_text(const FlowDifference& difference, const CompareContext& context);
// An object, one line: "before" and "after" as reports/trace.schema.json has packets.
std::string difference_json(const FlowDifference& difference, const CompareContext& context);

struct CompareSummary {
  std::uint64_t packets = 0, flows = 0, differing = 0;
  std::uint64_t unknown = 0;           // flows about which neither ruleset tells
  std::uint64_t lost = 0;              // packets that nobody judged
  std::map<std::array<std::string, 2>, std::uint64_t> pairs;   // flows by what decided on both sides

  void add(const FlowDifference& difference, const CompareContext& context);
};
std::string compare_text(const CompareSummary& summary, const CompareContext& context);
std::string compare_json(const CompareSummary& summary, const CompareContext& context);

}  // namespace fwsim
