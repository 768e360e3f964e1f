#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "reports/lint_report.hh"

namespace fwsim {

std::string witness_text(const std::vector<WitnessLine>& lines) {
  std::string out;
  std::size_t shown = 0;
  for (const WitnessLine& line : lines) {
    if (line.what == "shown") {
      ++shown;
      out += fmt::format("{}: packet {}{}{}\n", line.place.text(), line.packet, line.question.empty() ? "" : ": ", line.question);
    } else {
      out += fmt::format("{}: {}\n", line.place.text(), line.what == "never" ? "no packet can reach it" : line.what == "perhaps" ? "perhaps: no packet could be shown" : "not decided");
    }
  }
  return out + fmt::format("{} of {} rules shown by a packet\n", shown, lines.size());
}

std::string witness_json(const std::vector<WitnessLine>& lines) {
  auto all = nlohmann::ordered_json::array();
  for (const WitnessLine& line : lines) {
    nlohmann::ordered_json j{{"name", line.place.name}, {"file", line.place.file}, {"line", line.place.line}, {"reached", line.what}};
    if (line.packet != 0) j["packet"] = line.packet;
    if (!line.question.empty()) j["question"] = line.question;
    all.push_back(std::move(j));
  }
  return all.dump(2) + "\n";
}

}  // namespace fwsim
