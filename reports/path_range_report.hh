// Sets of packets through several hosts: as text, as JSON, as a page with a drawing of a packet of each class.
#pragma once

#include <string>
#include <vector>

#include "lint/network/follow_all.hh"
#include "reports/path_report.hh"

namespace fwsim {

struct PathRangeReport {
  const Internetwork& net;
  const PathRange& range;
  std::vector<ReportContext> contexts;   // of the hosts
  bool colour = false;
};

// `verbose`: all packets of each class.
std::string text_of(const PathRangeReport& report, bool verbose);
std::string json_of(const PathRangeReport& report);   // one object, one line
std::string html_of(const PathRangeReport& report);

// "some pass, and so do their answers"
std::string verdict_text(const PathRange& range);
// "dropped at inner by filter/FORWARD/policy (inner.v4:3)", "passed: delivered to edge"
std::string class_text(const PathRangeReport& report, const PathClass& c);
// "end systems on lan", "edge", "outside, by wan"
std::string begin_text(const PathRangeReport& report, const PathClass& c);
std::string translation_text(const RangeTranslation& translation);   // "source -> 198.51.100.1 by nat/POSTROUTING/1 (edge.v4:7)"
// "all answers come back", or of how many that were followed; empty of classes that do not arrive.
std::string answers_text(const PathRangeReport& report, const PathClass& c);
std::string example_text(const PathRangeReport& report, const PathClass& c);   // the packet, and where that of the others is not known its fate

}  // namespace fwsim
