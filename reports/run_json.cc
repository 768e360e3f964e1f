#include <nlohmann/json.hpp>

#include "reports/json_text.hh"
#include "reports/run_report.hh"

namespace fwsim {
namespace {

using Json = nlohmann::ordered_json;

Json step_json(const RunStep& step) {
  Json j;
  if (step.line != 0) {
    j["file"] = step.file;
    j["line"] = step.line;
  }
  if (!step.from.empty()) j["called_from"] = step.from;
  j["command"] = step.argv;
  j["status"] = step.status;
  j["seconds"] = step.at;
  if (step.later) j["after_end"] = true;
  j["changes"] = step.changes;
  if (!step.err.empty()) j["stderr"] = step.err;
  if (!step.left_out.empty()) j["left_out"] = step.left_out;
  return j;
}

std::string_view kind_name(RunWindow::Kind kind) {
  switch (kind) {
    case RunWindow::Kind::locked_out: return "locked-out";
    case RunWindow::Kind::session_cut: return "session-cut";
    case RunWindow::Kind::exposed: return "exposed";
  }
  return "";
}

Json window_json(const RunReport& report, const RunWindow& w) {
  Json j;
  j["kind"] = kind_name(w.kind);
  j["family"] = w.family == Family::v4 ? 4 : 6;
  j["severity"] = w.ends ? "warning" : "error";
  j["from_command"] = w.from + 1;
  if (report.steps[w.from].line != 0) j["from_line"] = report.steps[w.from].line;
  if (w.ends) {
    j["to_command"] = w.to + 1;
    if (report.steps[w.to].line != 0) j["to_line"] = report.steps[w.to].line;
  }
  if (w.partly) j["partly"] = true;
  if (!w.text.empty()) j["who"] = w.text;
  if (!w.by.empty()) j["by"] = w.by;
  if (!w.packet.empty()) j["packet"] = w.packet;
  return j;
}

}  // namespace

std::string run_json(const RunReport& report) {
  Json j;
  j["script"] = report.script;
  j["status"] = report.status;
  j["stopped"] = report.stopped;
  j["seconds"] = report.seconds;
  j["findings"] = Json::array();
  for (const RunWindow& w : report.windows) j["findings"].push_back(window_json(report, w));
  j["commands"] = Json::array();
  for (const RunStep& step : report.steps) j["commands"].push_back(step_json(step));
  j["rules4"] = report.rules4;
  j["rules6"] = report.rules6;
  j["ipsets"] = report.sets;
  if (report.changed_later) {
    j["later"] = {{"seconds", report.later_seconds}, {"rules4", report.later4}, {"rules6", report.later6}};
  }
  j["sysctls"] = report.sysctls;
  j["files"] = Json::array();
  for (const RunReport::File& file : report.files) j["files"].push_back({{"path", file.path}, {"bytes", file.size}});
  j["notes"] = report.notes;
  return to_text(j);
}

}  // namespace fwsim
