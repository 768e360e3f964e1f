// The way of a packet through several hosts, and of its answer back: as text, as JSON, as a page with a drawing.
#pragma once

#include <string>
#include <vector>

#include "reports/packet_report.hh"
#include "simulator/network/path.hh"

namespace fwsim {

struct PathReport {
  const Internetwork& net;
  const PathAnswer& answer;
  std::string question;
  std::vector<ReportContext> contexts;   // of the hosts
  bool colour = false;
};

std::string text_of(const PathReport& report, bool verbose);
// One object, one line; hops are as in reports/trace.schema.json.
std::string json_of(const PathReport& report);
std::string html_of(const PathReport& report);

// "passes both ways", "does not pass: dropped at edge by ..."
std::string verdict_text(const PathReport& report);
std::string_view outcome_name(PathAnswer::Outcome outcome);   // "both-ways", "stopped-there", ...

// What a host made of the addresses and ports: "source 10.1.0.5:4000 -> 198.51.100.1:4000 by nat/POSTROUTING/1 (edge.v4:30)".
std::vector<std::string> translations(const PathHop& hop, const ReportContext& context);
// "an end system on lan", "edge", "outside, by wan"
std::string begin_text(const PathReport& report, const PathLeg& leg);
std::string end_text(const PathReport& report, const PathLeg& leg);

// Of the hosts' names, of the longest; "  in eth0", nothing without a device.
std::size_t name_width(const Internetwork& net);
std::string device_text(const char* word, const std::string& device);

// A page of its own about a question; `kind`: good, bad or unsure.
std::string path_page(const std::string& question, const char* kind, const std::string& verdict, const std::string& body);
std::string assumed_html(const std::vector<std::string>& assumed);   // as a list with its heading; nothing when there is none

}  // namespace fwsim
