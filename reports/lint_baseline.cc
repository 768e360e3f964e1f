#include "reports/lint_baseline.hh"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace fwsim {
namespace {

using Json = nlohmann::json;

constexpr const char* how = "a baseline is what 'fwsim lint --format json' prints";

Diagnostic fault(const std::string& file, std::string text) {
  return {.file = file, .id = "bad-baseline", .text = std::move(text), .hint = how};
}

// Where the JSON ends to be JSON: nlohmann counts bytes, people lines.
Diagnostic fault_at(const std::string& file, const std::string& text, std::size_t byte) {
  Diagnostic d = fault(file, "this is not JSON");
  const std::size_t at = std::min(byte == 0 ? 0 : byte - 1, text.size());
  const std::size_t start = at == 0 ? 0 : text.rfind('\n', at - 1) + 1;   // npos + 1 is 0
  d.line = 1 + static_cast<unsigned>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(start), '\n'));
  d.column = 1 + static_cast<unsigned>(at - start);
  d.source = text.substr(start, text.find('\n', start) - start);
  return d;
}

const Json* member(const Json& json, const char* name, bool (Json::*is)() const noexcept) {
  if (!json.is_object()) return nullptr;
  const auto found = json.find(name);
  return found != json.end() && ((*found).*is)() ? &*found : nullptr;
}

}  // namespace

std::set<std::string> read_baseline(const std::string& file, const std::string& text, Diagnostics& faults) {
  Json json;
  try {
    json = Json::parse(text);
  } catch (const Json::parse_error& error) {
    faults.push_back(fault_at(file, text, error.byte));
    return {};
  }
  const Json* version = member(json, "version", &Json::is_number_integer);
  const Json* rulesets = member(json, "rulesets", &Json::is_array);
  if (version == nullptr || rulesets == nullptr) {
    faults.push_back(fault(file, "this is no report of fwsim lint: it has no 'version' or no 'rulesets'"));
    return {};
  }
  if (*version != 1) {
    faults.push_back(fault(file, fmt::format("this report has version {}; version 1 is known here", version->dump())));
    return {};
  }
  std::set<std::string> known;
  for (std::size_t r = 0; r < rulesets->size(); ++r) {
    const Json* findings = member((*rulesets)[r], "findings", &Json::is_array);
    if (findings == nullptr) {
      faults.push_back(fault(file, fmt::format("ruleset {} has no 'findings'", r + 1)));
      continue;
    }
    for (std::size_t f = 0; f < findings->size(); ++f)
      if (const Json* print = member((*findings)[f], "fingerprint", &Json::is_string))
        known.insert(print->get<std::string>());
      else
        faults.push_back(fault(file, fmt::format("finding {} of ruleset {} has no 'fingerprint'", f + 1, r + 1)));
  }
  return known;
}

void leave_out(LintReport& report, const std::set<std::string>& known) {
  for (LintedRuleset& linted : report.rulesets) {
    std::vector<Finding> findings;
    std::vector<std::string> fingerprints;
    for (std::size_t i = 0; i < linted.result.findings.size(); ++i) {
      if (known.count(linted.fingerprints[i]) != 0) continue;
      findings.push_back(std::move(linted.result.findings[i]));
      fingerprints.push_back(std::move(linted.fingerprints[i]));
    }
    linted.known = linted.result.findings.size() - findings.size();
    linted.result.findings = std::move(findings);
    linted.fingerprints = std::move(fingerprints);
  }
}

}  // namespace fwsim
