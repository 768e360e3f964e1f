#include "cli/settings.hh"

#include <filesystem>
#include <system_error>

#include "cli/load.hh"
#include "lint/check.hh"
#include "parser/settings.hh"

namespace fwsim {
namespace {

constexpr const char* name = ".fwsim.toml";

std::string find_settings(const std::string& ruleset) {
  namespace fs = std::filesystem;
  std::error_code none;
  const fs::path folder = fs::is_directory(ruleset, none) ? fs::path(ruleset) : fs::path(ruleset).parent_path();
  for (const fs::path& path : {folder / name, fs::path(name)})
    if (fs::exists(path, none)) return path.string();
  return {};
}

}  // namespace

const Settings* SettingsFiles::of(const std::string& ruleset) {
  const std::string path = config_.empty() ? find_settings(ruleset) : config_;
  for (const Read& read : read_)
    if (read.path == path) return read.good ? &read.settings : nullptr;
  Read& read = read_.emplace_back();
  read.path = path;
  if (!path.empty()) {
    std::vector<std::string_view> checks;
    for (const Check* check : all_checks()) checks.insert(checks.end(), {check->id, check->name});
    SettingsText text = read_settings(path, checks);
    print_diagnostics(text.diagnostics, common_);
    read.good = !has_errors(text.diagnostics);
    read.settings = std::move(text.settings);
  }
  return read.good ? &read.settings : nullptr;
}

}  // namespace fwsim
