#include "parser/settings.hh"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <tuple>
#include <utility>

#include "parser/parse.hh"
#include "parser/toml_reader.hh"

namespace fwsim {
namespace {

constexpr std::string_view severity_words[] = {"error", "warning", "note", "off"};

class SettingsReader {
 public:
  SettingsReader(std::string_view text, const std::string& file, std::span<const std::string_view> checks)
      : toml_(text, file, "settings"), checks_(checks.begin(), checks.end()) {
    out_.file = file;
  }

  SettingsText read() {
    if (const auto root = toml_.root()) {
      toml_.check_keys(*root, {"lint", "site", "allow"}, "");
      if (const toml::table* lint = table(*root, "lint")) read_lint(*lint);
      if (const toml::table* site = table(*root, "site")) read_site(*site);
      if (const toml::node* allow = root->get("allow")) read_allowed(*allow);
    }
    Diagnostics& faults = toml_.diagnostics;
    std::stable_sort(faults.begin(), faults.end(), [](const Diagnostic& a, const Diagnostic& b) { return std::tie(a.line, a.column) < std::tie(b.line, b.column); });
    return {std::move(out_), std::move(faults)};
  }

 private:
  const toml::table* table(const toml::table& parent, std::string_view key) {
    const toml::node* node = parent.get(key);
    if (node == nullptr) return nullptr;
    if (!node->is_table()) toml_.report(node->source(), fmt::format("'{}' must be a table", key), fmt::format("[{}]", key));
    return node->as_table();
  }

  std::vector<PlacedText> texts(const toml::table& table, std::string_view key) {
    std::vector<PlacedText> list;
    toml_.texts(table, key, list);
    return list;
  }

  std::string unknown_check(std::string_view word) const {
    const std::string meant = TomlReader::meant(word, checks_);
    return meant.empty() ? "'fwsim lint --list' has them all" : meant;
  }

  bool is_check(std::string_view word) const { return std::find(checks_.begin(), checks_.end(), word) != checks_.end(); }

  void check_names(const toml::table& lint, std::string_view key, std::vector<std::string>& out) {
    for (PlacedText& word : texts(lint, key)) {
      if (!is_check(word.text)) toml_.report(word, fmt::format("there is no check '{}'", word.text), unknown_check(word.text));
      out.push_back(std::move(word.text));
    }
  }

  void read_lint(const toml::table& lint) {
    toml_.check_keys(lint, {"skip", "only", "severity"}, " in [lint]");
    check_names(lint, "skip", out_.skip);
    check_names(lint, "only", out_.only);
    const toml::table* severities = table(lint, "severity");
    if (severities == nullptr) return;
    for (const auto& [key, node] : *severities) {
      if (!is_check(key.str())) toml_.report(key.source(), fmt::format("there is no check '{}'", key.str()), unknown_check(key.str()), key.str().size());
      const std::string word = node.value_or(std::string());
      const auto at = std::find(std::begin(severity_words), std::end(severity_words), word);
      if (at == std::end(severity_words)) {
        toml_.report(node.source(), fmt::format("the severity of '{}' must be one of {}", key.str(), fmt::join(severity_words, ", ")));
        continue;
      }
      const auto index = static_cast<std::uint8_t>(at - std::begin(severity_words));
      out_.severities.push_back({std::string(key.str()), *at == "off" ? std::nullopt : std::optional(static_cast<Severity>(index))});
    }
  }

  void read_site(const toml::table& site) {
    toml_.check_keys(site, {"external", "internal", "admin", "public", "host", "policy"}, " in [site]");
    devices(site, "external", out_.site.external);
    devices(site, "internal", out_.site.internal);
    for (const PlacedText& word : texts(site, "admin")) {
      const Family family = word.text.find(':') == std::string::npos ? Family::v4 : Family::v6;
      if (const auto prefix = read_prefix(family, word.text))
        out_.site.admin.push_back({family, *prefix});
      else
        toml_.report(word, fmt::format("'{}' is not a network", word.text), "\"10.0.0.0/8\", \"2001:db8::/48\"");
    }
    for (const PlacedText& word : texts(site, "public")) service(word);
    file(site, "host", out_.site.host);
    file(site, "policy", out_.site.policy);
  }

  void devices(const toml::table& site, std::string_view key, std::vector<Prefix>& out) {
    for (const PlacedText& word : texts(site, key)) {
      std::string why;
      const auto device = word.text.empty() ? std::nullopt : read_interface(word.text, why);
      if (device)
        out.push_back(*device);
      else
        toml_.report(word, fmt::format("'{}' is not a device", word.text), why.empty() ? "\"eth0\", or \"ppp+\" for all that begin with ppp" : why);
    }
  }

  // "tcp 80,443,8000-8080": ports as `fwsim ask` takes them; "gre" is a whole protocol.
  void service(const PlacedText& word) {
    const std::size_t blank = word.text.find(' ');
    const auto proto = read_protocol(std::string_view(word.text).substr(0, blank));
    const auto fault = [&](std::string text) { toml_.report(word, std::move(text), "\"tcp 80,443\", \"udp 53\", \"tcp 8000-8080\", \"gre\""); };
    if (!proto || *proto == 0 || (word.text[0] >= '0' && word.text[0] <= '9')) return fault(fmt::format("'{}' does not begin with a protocol", word.text));
    SiteService service{.proto = static_cast<std::uint8_t>(*proto), .ports = {}};
    if (blank != std::string::npos) {
      constexpr std::uint64_t with_ports[] = {6, 17, 33, 132, 136};   // tcp, udp, dccp, sctp, udplite
      if (std::find(std::begin(with_ports), std::end(with_ports), *proto) == std::end(with_ports))
        return fault(fmt::format("'{}' has no ports", word.text.substr(0, blank)));
      for (std::string_view piece : split(std::string_view(word.text).substr(blank + 1), ',')) {
        const std::size_t dash = piece.find('-');
        const bool range = dash != piece.npos && dash > 0 && piece[0] >= '0' && piece[0] <= '9';   // services may have a dash
        const auto low = read_port(range ? piece.substr(0, dash) : piece, service.proto);
        const auto high = range ? read_port(piece.substr(dash + 1), service.proto) : low;
        if (!low || !high || *low > *high) return fault(fmt::format("'{}' is not a port, or a range of ports", piece));
        service.ports.push_back({*low, *high});
      }
    }
    out_.site.open.push_back(std::move(service));
  }

  // Paths are as seen from the file.
  void file(const toml::table& site, std::string_view key, std::string& out) {
    PlacedText name;
    toml_.text(site, key, name);
    if (!name.text.empty()) out = (std::filesystem::path(out_.file).parent_path() / name.text).string();
  }

  void read_allowed(const toml::node& node) {
    if (!node.is_array()) return toml_.report(node.source(), "'allow' must be a list of tables", "[[allow]]");
    for (const toml::node& element : *node.as_array()) {
      const toml::table* one = element.as_table();
      if (one == nullptr) {
        toml_.report(element.source(), "'allow' holds something that is not a table", "[[allow]]");
        continue;
      }
      toml_.check_keys(*one, {"id", "at", "reason"}, " in [[allow]]");
      PlacedText id, at, reason;
      toml_.text(*one, "id", id);
      toml_.text(*one, "at", at);
      toml_.text(*one, "reason", reason);
      if (!one->contains("id"))
        toml_.report(one->source(), "[[allow]] needs 'id'", "id = \"FW101\"");
      else if (id.line != 0 && !is_check(id.text))
        toml_.report(id, fmt::format("there is no check '{}'", id.text), unknown_check(id.text));
      if (!one->contains("reason"))
        toml_.report(one->source(), "[[allow]] needs 'reason'", "why is it no fault?");
      else if (reason.line != 0 && reason.text.find_first_not_of(" \t") == std::string::npos)
        toml_.report(reason, "'reason' is empty", "why is it no fault?");
      out_.allowed.push_back({id.text, at.text, reason.text, static_cast<unsigned>(one->source().begin.line)});
    }
  }

  TomlReader toml_;
  std::vector<std::string_view> checks_;
  Settings out_;
};

}  // namespace

SettingsText parse_settings(std::string_view text, const std::string& file, std::span<const std::string_view> checks) {
  return SettingsReader(text, file, checks).read();
}

SettingsText read_settings(const std::string& path, std::span<const std::string_view> checks) { return parse_settings(read_file(path), path, checks); }

}  // namespace fwsim
