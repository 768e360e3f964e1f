#include "reports/services_report.hh"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "reports/proof_text.hh"

namespace fwsim {
namespace {

constexpr std::size_t most_rows = 40, most_sources = 6;
constexpr std::size_t columns = 5;
using Line = std::array<std::string, columns>;

std::string to_text(const ServiceRow& row) {
  const std::string to = row.to.empty() ? "any" : row.to;
  return row.translated.empty() ? to : to + " => " + row.translated;
}

void add(std::vector<Line>& lines, const ServiceRow& row, bool whole) {
  for (std::size_t i = 0; i < row.sources.size(); ++i) {
    Line line;
    if (i == 0) line = {row.protocol, row.ports.empty() ? "any" : row.ports, to_text(row), "", ""};
    if (!whole && i == most_sources) {
      line[3] = fmt::format("and {} more", row.sources.size() - i);
      lines.push_back(std::move(line));
      return;
    }
    const ServiceSource& source = row.sources[i];
    line[3] = source.from;
    line[4] = (source.may ? "may, by " : "") + text_of(source.by);
    lines.push_back(std::move(line));
  }
}

std::string table(const std::vector<Line>& lines) {
  constexpr std::size_t widest = 44;
  std::array<std::size_t, columns> width{};
  for (const Line& line : lines)
    for (std::size_t c = 0; c + 1 < columns; ++c) width[c] = std::max(width[c], std::min(line[c].size(), widest));
  std::string out;
  for (const Line& line : lines) {
    std::string text = " ";
    for (std::size_t c = 0; c < columns; ++c) text += fmt::format(" {:<{}}", line[c], c + 1 < columns ? width[c] : 0) + (c + 1 < columns ? " " : "");
    text.erase(text.find_last_not_of(' ') + 1);
    out += text + "\n";
  }
  return out;
}

}  // namespace

std::string text_of(const Services& services, bool whole) {
  std::string out;
  for (Way way : {Way::input, Way::forward}) {
    std::vector<Line> lines{{"PROTOCOL", "PORTS", "TO", "FROM", "BY"}};
    std::size_t rows = 0;
    for (const ServiceRow& row : services.rows)
      if (row.way == way && (++rows <= most_rows || whole)) add(lines, row, whole);
    out += way == Way::input ? "to this host:\n" : "through it:\n";
    if (rows == 0)
      out += "  nothing\n";
    else
      out += table(lines);
    if (!whole && rows > most_rows) out += fmt::format("  and {} more (--all shows them)\n", rows - most_rows);
  }
  if (!services.complete) out += "the ruleset is too large: not all was looked at\n";
  return out;
}

std::string json_of(const Services& services) {
  nlohmann::ordered_json j;
  j["format"] = 1;
  j["family"] = services.family == Family::v4 ? "ipv4" : "ipv6";
  j["complete"] = services.complete;
  j["services"] = nlohmann::ordered_json::array();
  for (const ServiceRow& row : services.rows) {
    nlohmann::ordered_json one;
    one["way"] = way_name(row.way);
    one["protocol"] = row.protocol;
    one["ports"] = row.ports;
    one["to"] = row.to;
    one["translated"] = row.translated;
    one["sources"] = nlohmann::ordered_json::array();
    for (const ServiceSource& source : row.sources) {
      nlohmann::ordered_json s;
      s["from"] = source.from;
      s["may"] = source.may;
      s["by"] = json_value(source.by);
      s["example"] = source.packet;
      one["sources"].push_back(std::move(s));
    }
    j["services"].push_back(std::move(one));
  }
  return dump_json(j);
}

}  // namespace fwsim
