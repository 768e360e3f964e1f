#include "cli/host.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/load.hh"
#include "parser/host_toml.hh"
#include "parser/ipset.hh"
#include "parser/iproute.hh"
#include "parser/nft_json.hh"
#include "parser/snapshot.hh"

namespace fwsim {
namespace {

// Reads everything and complains about all of it before giving up.
class Loader {
 public:
  Loader(const Common& common, bool rules_needed) : common_(common), rules_needed_(rules_needed) {}

  std::optional<Setting> load(const RuleArgs& rules, const HostArgs& args) {
    setting_.host = default_host();
    describe(args);
    this->rules(rules.rules, {}, rules.text);
    this->rules(rules.rules6, Family::v6, {});
    if (!setting_.v4 && !setting_.v6 && !bad_) from_snapshot();
    if (!bad_ && rules_needed_ && !setting_.v4 && !setting_.v6) {
      fmt::print(stderr, "fwsim: no ruleset: give --rules FILE, or a --snapshot that has one\n");
      bad_ = true;
    }
    if (bad_) return std::nullopt;
    return std::move(setting_);
  }

 private:
  void diagnose(const Diagnostics& diagnostics) {
    print_diagnostics(diagnostics, common_);
    bad_ = bad_ || has_errors(diagnostics);
  }

  void describe(const HostArgs& args) {
    if (!args.snapshot.empty()) {
      snapshot_ = read_snapshot(args.snapshot);
      if (args.just_made) std::erase_if(snapshot_->diagnostics, [](const Diagnostic& d) { return d.severity == Severity::note; });
      diagnose(snapshot_->diagnostics);
      setting_.host = snapshot_->host;
    }
    if (!args.toml.empty()) {
      HostText read = read_host_toml(args.toml);
      diagnose(read.diagnostics);
      setting_.host = std::move(read.host);
      // What a description does not mention, and a firewall that routes could not do without.
      for (const char* name : {"net.ipv4.ip_forward", "net.ipv6.conf.all.forwarding"})
        if (!setting_.host.sysctls.contains(name)) setting_.host.assumed.push_back(fmt::format("{} is 0, the kernel's default", name));
    }
    flags("--addr", args.addresses, [&](const std::string& text) { return add_address(setting_.host, text); });
    flags("--route", args.routes, [&](const std::string& text) { return add_route(setting_.host, text); });
    flags("--sysctl", args.sysctls, [&](const std::string& text) { return add_sysctl(setting_.host, text); });
    // What the defaults assume is given after all.
    const auto given = [&](std::string_view name) {
      return std::any_of(args.sysctls.begin(), args.sysctls.end(), [&](const std::string& text) { return text.substr(0, text.find('=')) == name; });
    };
    if (args.snapshot.empty() && args.toml.empty() && given("net.ipv4.ip_forward") && given("net.ipv6.conf.all.forwarding")) setting_.host.assumed.clear();
    for (const std::string& file : args.set_files) {
      ParsedSets sets = parse_ipset(read_file(file), {.file = file});
      diagnose(sets.diagnostics);
      for (auto& [name, set] : sets.sets) setting_.host.sets.insert_or_assign(name, std::move(set));
    }
  }

  template <class Add>
  void flags(const char* name, const std::vector<std::string>& texts, Add add) {
    for (const std::string& text : texts)
      if (const auto fault = add(text)) diagnose({to_diagnostic(*fault, name, text)});
  }

  void rules(const std::string& file, std::optional<Family> family, const std::optional<std::string>& now) {
    if (file.empty()) return;
    std::string text = now ? *now : read_file(file);
    if (is_nft_json(text)) return nft_rules(file, text, family);
    auto ruleset = load_ruleset(file, text, family, common_);
    take(std::move(ruleset), file, std::move(text));
  }

  // A listing of nft holds both families; its lines are not those of a ruleset.
  void nft_rules(const std::string& file, std::string_view text, std::optional<Family> family) {
    std::vector<Family> families = nft_families(text);
    if (family || families.empty()) families = {family.value_or(Family::v4)};
    for (Family f : families) take(load_ruleset(file, text, f, common_), file);
  }

  // `text`: as it was read; empty when it is none of a file.
  void take(std::optional<Ruleset> ruleset, const std::string& file, std::string text = {}) {
    if (!ruleset) {
      bad_ = true;
      return;
    }
    auto& place = ruleset->family == Family::v4 ? setting_.v4 : setting_.v6;
    if (place) {
      fmt::print(stderr, "fwsim: {} and {} are both for {}\n", place->file, file,
                 ruleset->family == Family::v4 ? "IPv4" : "IPv6");
      bad_ = true;
      return;
    }
    setting_.texts[ruleset->family == Family::v4 ? 0 : 1] = std::move(text);
    place = std::move(*ruleset);
  }

  void from_snapshot() {
    if (!snapshot_) return;
    const auto take_file = [&](const std::optional<SnapshotFile>& file, Family family) {
      if (!file) return;
      Parsed parsed = parse_ruleset(file->text, {.file = file->name, .family = family});
      diagnose(parsed.diagnostics);
      if (!has_errors(parsed.diagnostics)) take(std::move(parsed.ruleset), file->name);
    };
    take_file(snapshot_->rules4, Family::v4);
    take_file(snapshot_->rules6, Family::v6);
  }

  const Common& common_;
  bool rules_needed_;
  Setting setting_;
  std::optional<Snapshot> snapshot_;
  bool bad_ = false;
};

}  // namespace

std::optional<Setting> load_setting(const RuleArgs& rules, const HostArgs& host, const Common& common, bool rules_needed) {
  return Loader(common, rules_needed).load(rules, host);
}

bool is_described(const HostArgs& host) {
  return !host.snapshot.empty() || !host.toml.empty() || !host.addresses.empty() || !host.routes.empty();
}

void say_assumptions(const std::vector<std::string>& assumed) {
  if (assumed.empty()) return;
  std::string line;
  for (const std::string& one : assumed) line += (line.empty() ? "" : "; ") + one;
  fmt::print(stderr, "assumed: {}\n", line);
}

}  // namespace fwsim
