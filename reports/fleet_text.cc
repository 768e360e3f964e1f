#include <fmt/format.h>

#include <algorithm>

#include "model/value.hh"
#include "reports/fleet_report.hh"
#include "reports/lint_words.hh"
#include "reports/wrapped.hh"

namespace fwsim {
namespace {

constexpr std::size_t most_hosts = 20, most_findings = 20, most_lines = 12;

std::string_view family_name(Family family) { return family == Family::v4 ? "IPv4" : "IPv6"; }

class FleetText {
 public:
  FleetText(const FleetReport& report, const FleetOptions& options) : report_(report), options_(options) {}

  std::string write() {
    summary();
    broken();
    hosts();
    findings();
    variants();
    for (const Golden& g : report_.golden) golden(g);
    return std::move(text_);
  }

 private:
  template <class... Args>
  void add(fmt::format_string<Args...> form, Args&&... args) {
    fmt::format_to(std::back_inserter(text_), form, std::forward<Args>(args)...);
  }
  void heading(std::string_view words) { add("\n{}{}{}\n", options_.colour ? "\033[1m" : "", words, options_.colour ? "\033[0m" : ""); }
  // How many of so many are shown; what is not is counted by more().
  std::size_t shown(std::size_t all, std::size_t most) const { return options_.whole ? all : std::min(all, most); }
  void more(std::size_t all, std::size_t most) {
    if (const std::size_t n = all - shown(all, most); n > 0) add("  and {} more (--all-findings)\n", n);
  }

  void summary() {
    const FleetCounts all = count(report_);
    add("{}, {}, {}: {}, {}, {}\n", plural(report_.hosts.size(), "host"), plural(all.rulesets, "ruleset"), plural(all.rules, "rule"), plural(all.findings[0], "error"),
        plural(all.findings[1], "warning"), plural(all.findings[2], "note"));
    if (all.known > 0) add("{} of the baseline left out\n", plural(all.known, "finding"));
    if (all.checked > 0) add("{} not looked at by lint\n", plural(all.checked, "ruleset"));
    if (all.undecided > 0) add("{} not decided\n", plural(all.undecided, "question"));
  }

  void broken() {
    const std::size_t all = count(report_).broken;
    if (all == 0) return;
    heading(fmt::format("{} could not be read", plural(all, "host")));
    std::size_t n = 0;
    for (const auto& [name, host] : report_.hosts)
      if (!host.fault.empty() && n++ < shown(all, most_hosts)) text_ += wrapped("  ", host.fault.starts_with(name) ? host.fault : fmt::format("{}: {}", name, host.fault), 6);
    more(all, most_hosts);
  }

  void hosts() {
    const auto list = worst_hosts(report_);
    if (list.empty()) return;
    heading("hosts, the worst first");
    add("  {:>6}  {:>8}  {:>6}\n", "errors", "warnings", "notes");
    for (std::size_t i = 0; i < shown(list.size(), most_hosts); ++i) {
      const auto& [name, host] = *list[i];
      add("  {:>6}  {:>8}  {:>6}  {}\n", host.findings[0], host.findings[1], host.findings[2], name);
    }
    more(list.size(), most_hosts);
  }

  void findings() {
    const auto list = frequent_findings(report_);
    if (list.empty()) return;
    heading("findings, the most frequent first");
    add("  {:>6}  {:>6}\n", "hosts", "times");
    for (std::size_t i = 0; i < shown(list.size(), most_findings); ++i) {
      const auto& [what, found] = *list[i];
      const std::string& rule = std::get<2>(found.example);
      text_ += wrapped(fmt::format("  {:>6}  {:>6}  ", found.hosts.size(), found.times), fmt::format("{}: {} [{} {}]", severity_word(found.severity), what[2], what[0], what[1]), 18);
      text_ += wrapped(std::string(18, ' '), example_words(found), 20);
      if (!rule.empty()) add("{:18}{}\n", "", rule);
    }
    more(list.size(), most_findings);
  }

  void variants() {
    bool first = true;
    for (const Family family : {Family::v4, Family::v6}) {
      std::size_t different = 0, hosts = 0;
      const FleetVariant* most = nullptr;
      for (const auto& [key, variant] : report_.variants) {
        if (key.first != family) continue;
        ++different;
        hosts += variant.hosts.size();
        if (most == nullptr || std::pair(most->hosts.size(), variant.file) < std::pair(variant.hosts.size(), most->file)) most = &variant;
      }
      if (most == nullptr) continue;
      if (first) heading("rulesets that are the same but for counters");
      first = false;
      text_ += wrapped("  ", fmt::format("{}: {} on {}; the most frequent ({}) on {}", family_name(family), plural(different, "different ruleset"), plural(hosts, "host"), most->file, most->hosts.size()), 4);
    }
  }

  void golden(const Golden& golden) {
    std::array<std::size_t, 4> hosts{};
    for (const GoldenVariant& v : golden.variants) hosts[static_cast<std::size_t>(v.likeness)] += v.hosts.size();
    heading(fmt::format("against {} ({})", golden.file, family_name(golden.family)));
    add("  {:>6}  have the same rules\n  {:>6}  others, that treat every packet alike\n  {:>6}  treat packets differently\n", hosts[0], hosts[1], hosts[2]);
    if (hosts[3] > 0) add("  {:>6}  could not be compared\n", hosts[3]);
    if (golden.without > 0) add("  {:>6}  have no {} rules\n", golden.without, family_name(golden.family));
    for (const GoldenVariant& v : golden.variants)
      if (v.likeness == Likeness::differs || v.likeness == Likeness::not_compared) outlier(v);
  }

  void outlier(const GoldenVariant& v) {
    const std::size_t most = shown(v.hosts.size(), 5);
    add("\n  {}: {}{}\n", plural(v.hosts.size(), "host"), fmt::join(v.hosts.begin(), std::next(v.hosts.begin(), static_cast<std::ptrdiff_t>(most)), ", "),
        most < v.hosts.size() ? ", ..." : "");
    const std::vector<std::string_view> lines = split(std::string_view(v.text).substr(0, v.text.find_last_not_of('\n') + 1), '\n');
    for (std::size_t i = 0; i < shown(lines.size(), most_lines); ++i) add("    {}\n", lines[i]);
    if (const std::size_t n = lines.size() - shown(lines.size(), most_lines); n > 0) add("    and {} more (--all-findings)\n", plural(n, "line"));
  }

  const FleetReport& report_;
  const FleetOptions& options_;
  std::string text_;
};

}  // namespace

std::string fleet_text(const FleetReport& report, const FleetOptions& options) { return FleetText(report, options).write(); }

}  // namespace fwsim
