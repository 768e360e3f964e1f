#include "parser/host_toml.hh"

#include <fmt/format.h>

// Without exceptions, so that a fault in the file is a result like any other.
#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <system_error>
#include <utility>
#include <vector>

#include "model/value.hh"
#include "parser/iproute.hh"
#include "parser/ipset.hh"
#include "parser/parse.hh"

namespace fwsim {
namespace {

using ReadFile = std::function<std::optional<std::string>(const std::string&)>;

class HostReader {
 public:
  HostReader(std::string_view text, const std::string& file, const ReadFile& read)
      : file_(file), read_(read), lines_(split(text, '\n')) {}

  HostText read(std::string_view text) {
    out_.host.interfaces.push_back(loopback_interface());
    const toml::parse_result parsed = toml::parse(text, file_);
    if (!parsed) {
      report(parsed.error().source(), std::string(parsed.error().description()));
      return std::move(out_);
    }
    const toml::table& root = parsed.table();
    check_keys(root, {"interfaces", "routes", "routes6", "rules", "rules6", "sysctl", "sets", "geoip", "fingerprints"}, "");
    // Routes may name gateways in the networks of the interfaces, so these come first.
    if (const toml::table* interfaces = table(root, "interfaces"))
      for (const auto& [name, node] : *interfaces) read_interface(name, node);
    each_text(root, "routes",
              [&](const std::string& t, const toml::node& at) { check(add_route(out_.host, t), t, at); });
    each_text(root, "routes6",
              [&](const std::string& t, const toml::node& at) { check(add_route(out_.host, t, Family::v6), t, at); });
    each_text(root, "rules", [&](const std::string& t, const toml::node& at) { check(add_rule(out_.host, t), t, at); });
    each_text(root, "rules6",
              [&](const std::string& t, const toml::node& at) { check(add_rule(out_.host, t, Family::v6), t, at); });
    if (const toml::table* sysctls = table(root, "sysctl")) read_sysctls(*sysctls, "");
    each_text(root, "geoip", [&](const std::string& t, const toml::node&) { out_.host.geoip_dir = t; });
    each_text(root, "fingerprints", [&](const std::string& t, const toml::node&) { out_.host.fingerprints = t; });
    each_text(root, "sets", [&](const std::string& t, const toml::node& at) { read_sets(t, at); });
    return std::move(out_);
  }

 private:
  const std::string& file_;
  const ReadFile& read_;
  std::vector<std::string_view> lines_;
  HostText out_;

  void report(const toml::source_region& where, std::string text, std::string hint = {}, std::size_t offset = 0) {
    const std::size_t line = where.begin.line;
    out_.diagnostics.push_back({.severity = Severity::error,
                                .file = file_,
                                .line = static_cast<unsigned>(line),
                                .column = static_cast<unsigned>(where.begin.column + offset),
                                .id = "host-toml",
                                .text = std::move(text),
                                .hint = std::move(hint),
                                .source = line > 0 && line <= lines_.size() ? std::string(lines_[line - 1]) : ""});
  }
  void fault(const toml::node& at, std::string text, std::string hint = {}) {
    report(at.source(), std::move(text), std::move(hint));
  }

  // A fault inside a string: the column counts from its opening quote.
  void check(const std::optional<TextFault>& wrong, const std::string& text, const toml::node& at) {
    if (!wrong) return;
    report(at.source(), wrong->text, wrong->hint, 1 + wrong->at);
    out_.diagnostics.back().width =
        static_cast<unsigned>(std::max<std::size_t>(1, std::min(wrong->width, text.size())));
  }

  void check_keys(const toml::table& table, const std::vector<std::string_view>& known, std::string_view where) {
    for (const auto& [key, node] : table) {
      if (std::find(known.begin(), known.end(), key.str()) != known.end()) continue;
      const std::string meant = did_you_mean(key.str(), known);
      report(key.source(), fmt::format("unknown key '{}'{}", key.str(), where),
             meant.empty() ? "" : fmt::format("did you mean '{}'?", meant));
    }
  }

  const toml::table* table(const toml::table& parent, std::string_view key) {
    const toml::node* node = parent.get(key);
    if (node == nullptr) return nullptr;
    if (!node->is_table()) fault(*node, fmt::format("'{}' must be a table", key), fmt::format("[{}]", key));
    return node->as_table();
  }

  // A string, or a list of strings.
  template <class F>
  void each_text(const toml::table& parent, std::string_view key, F&& each) {
    const toml::node* node = parent.get(key);
    if (node == nullptr) return;
    if (const auto* one = node->as_string()) return each(one->get(), *node);
    const toml::array* list = node->as_array();
    if (list == nullptr) return fault(*node, fmt::format("'{}' must be a list of texts", key));
    for (const toml::node& element : *list) {
      if (const auto* text = element.as_string())
        each(text->get(), element);
      else
        fault(element, fmt::format("'{}' holds something that is not a text", key));
    }
  }

  void read_interface(const toml::key& key, const toml::node& node) {
    const toml::table* settings = node.as_table();
    const std::string name(key.str());
    if (name.empty() || name.size() > max_interface_name)
      return report(key.source(), fmt::format("'{}' is not a device name", name),
                    fmt::format("1 to {} characters", max_interface_name));
    if (settings == nullptr)
      return fault(node, fmt::format("interface '{}' must be a table", name), fmt::format("[interfaces.{}]", name));
    check_keys(*settings, {"addresses", "mac", "mtu", "group", "master", "kind", "up", "ethernet"},
               fmt::format(" in interface '{}'", name));
    Interface& i = interface_named(out_.host, name);
    if (i.loopback && settings->contains("addresses")) i.addresses.clear();
    each_text(*settings, "addresses",
              [&](const std::string& t, const toml::node& at) { check(add_address(i, t), t, at); });
    read_number(*settings, "mtu", 68, 65536, i.mtu);
    read_number(*settings, "group", 0, 0xffffffff, i.group);
    read_flag(*settings, "up", i.up);
    read_flag(*settings, "ethernet", i.ethernet);
    each_text(*settings, "master", [&](const std::string& t, const toml::node&) { i.master = t; });
    each_text(*settings, "kind", [&](const std::string& t, const toml::node&) { i.kind = t; });
    each_text(*settings, "mac", [&](const std::string& t, const toml::node& at) { read_mac(t, at, i); });
  }

  void read_number(const toml::table& parent, std::string_view key, std::int64_t low, std::int64_t high,
                   unsigned& out) {
    const toml::node* node = parent.get(key);
    if (node == nullptr) return;
    const auto* number = node->as_integer();
    if (number == nullptr || number->get() < low || number->get() > high)
      return fault(*node, fmt::format("'{}' must be a number from {} to {}", key, low, high));
    out = static_cast<unsigned>(number->get());
  }

  void read_flag(const toml::table& parent, std::string_view key, bool& out) {
    const toml::node* node = parent.get(key);
    if (node == nullptr) return;
    if (const auto* flag = node->as_boolean())
      out = flag->get();
    else
      fault(*node, fmt::format("'{}' must be true or false", key));
  }

  void read_mac(const std::string& text, const toml::node& at, Interface& i) {
    const auto groups = split(text, ':');
    std::uint64_t mac = 0;
    bool good = groups.size() == 6;
    for (std::string_view group : groups) {
      const auto number = group.size() <= 2 ? fwsim::read_number("0x" + std::string(group)) : std::nullopt;
      good = good && number;
      mac = (mac << 8) | number.value_or(0);
    }
    if (!good) return fault(at, fmt::format("'{}' is not a MAC address", text), "six octets: 02:00:00:00:00:01");
    i.mac = mac;
  }

  // Keys with dots may be quoted, or be tables in tables: both name the same sysctl.
  void read_sysctls(const toml::table& values, const std::string& prefix) {
    for (const auto& [key, node] : values) {
      const std::string name = prefix + std::string(key.str());
      std::string value;
      if (const auto* inner = node.as_table()) {
        read_sysctls(*inner, name + '.');
        continue;
      }
      if (const auto* number = node.as_integer())
        value = std::to_string(number->get());
      else if (const auto* flag = node.as_boolean())
        value = flag->get() ? "1" : "0";
      else if (const auto* text = node.as_string())
        value = text->get();
      else {
        fault(node, fmt::format("'{}' must be a number or a text", name));
        continue;
      }
      add_sysctl(out_.host, name + '=' + value);
    }
  }

  void read_sets(const std::string& name, const toml::node& at) {
    const auto path = std::filesystem::path(file_).parent_path() / name;
    const auto text = read_(path.string());
    if (!text) return fault(at, fmt::format("cannot read '{}'", path.string()));
    ParsedSets parsed = parse_ipset(*text, {.file = path.string()});
    std::move(parsed.diagnostics.begin(), parsed.diagnostics.end(), std::back_inserter(out_.diagnostics));
    for (auto& [key, set] : parsed.sets) {
      set.place += static_cast<unsigned>(out_.host.sets.size());
      if (!out_.host.sets.emplace(key, std::move(set)).second)
        fault(at, fmt::format("set '{}' is in two files", key));
    }
  }
};

}  // namespace

HostText parse_host_toml(std::string_view text, const std::string& file, const ReadFile& read) {
  return HostReader(text, file, read).read(text);
}

HostText read_host_toml(const std::string& path) {
  return parse_host_toml(read_file(path), path, [](const std::string& name) -> std::optional<std::string> {
    std::error_code error;
    if (!std::filesystem::is_regular_file(name, error)) return std::nullopt;
    return read_file(name);
  });
}

}  // namespace fwsim
