// What a running fwsim tells of itself: its state as text, as JSON lines of the control socket and as metrics.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/ruleset.hh"
#include "reports/packet_report.hh"
#include "simulator/result.hh"

namespace fwsim {

struct LiveStatus {
  std::string mode;                    // "observe", "enforce", ...
  double uptime = 0;                   // seconds
  std::array<std::string, 2> files;    // of the rules, by family; empty: none
  std::uint64_t packets = 0, bytes = 0;
  std::array<std::uint64_t, fate_count> fates{};
  double packets_per_second = 0, bits_per_second = 0;   // of the last seconds
  std::uint64_t connections = 0, most_connections = 0;  // 0: no bound
  std::uint64_t reloads = 0, refused_reloads = 0, rollbacks = 0;
  std::optional<double> confirm_within;   // seconds until the old rules come back
  std::map<std::string, std::uint64_t, std::less<>> troubles;
};

std::string status_text(const LiveStatus& status);
// `rulesets`: with their counters.
std::string live_prometheus(const LiveStatus& status, const std::vector<Ruleset>& rulesets);

// The control socket takes one object a line, {"do":"trace","filter":"tcp port 22"}, and gives objects with "do": any
// number with "text" for people, and one with "ok". Those of a trace come after it, until either end goes.
struct LiveRequest {
  std::string word, filter;
};
std::string request_json(const LiveRequest& request);
// Nothing, and why, when the line is none.
std::optional<LiveRequest> read_request(std::string_view line, std::string& why);

// What happened. With `ok` false the text is the error.
std::string answer_json(std::string_view word, bool ok, std::string_view text = {}, std::string_view hint = {});
std::string status_json(std::string_view word, const LiveStatus& status);
std::string item_json(std::string_view word, std::string_view text);
std::string ruleset_json(std::string_view word, Family family, std::string_view text);
std::string traced_json(std::string_view word, const Traced& traced, std::string_view text, const ReportContext& context);
std::string lost_json(std::string_view word, std::uint64_t lost);

struct LiveAnswer {
  std::optional<bool> ok;   // only the last line has it
  std::string text, error, hint;
};
std::optional<LiveAnswer> read_answer(std::string_view line);

// A record of LOG, NFLOG, ... of a packet, as a line of JSON.
std::string record_json(const Record& record, const Packet& packet, std::int64_t time);
// "NFLOG group 5 \"prefix\": 192.0.2.1:80 > ..."; of LOG the kernel's own line.
std::string record_text(const Record& record, const Packet& packet);

}  // namespace fwsim
