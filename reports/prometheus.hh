// The text format of Prometheus, as node_exporter's textfile collector reads it.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "reports/utf8.hh"

namespace fwsim {

struct PrometheusLabel {
  std::string_view name;
  std::string value;
};

// One metric: its lines must stand together. Those without samples are left out.
class PrometheusMetric {
 public:
  PrometheusMetric(std::string_view name, std::string_view type, std::string_view help)
      : name_(name), head_(fmt::format("# HELP {0} {1}\n# TYPE {0} {2}\n", name, help, type)) {}

  void add(const std::vector<PrometheusLabel>& labels, std::uint64_t value) {
    lines_ += name_;
    for (std::size_t i = 0; i < labels.size(); ++i)
      lines_ += fmt::format("{}{}=\"{}\"", i == 0 ? '{' : ',', labels[i].name, escaped(labels[i].value));
    lines_ += fmt::format("{}{}\n", labels.empty() ? " " : "} ", value);
  }
  std::string text() const { return lines_.empty() ? "" : head_ + lines_; }

 private:
  static std::string escaped(std::string_view value) {
    std::string out;
    for (const char c : valid_utf8(value)) out += c == '\\' ? "\\\\" : c == '"' ? "\\\"" : c == '\n' ? "\\n" : std::string(1, c);
    return out;
  }

  std::string_view name_;
  std::string head_, lines_;
};

}  // namespace fwsim
