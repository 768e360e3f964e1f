#include "parser/topology.hh"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <tuple>
#include <utility>

#include "parser/parse.hh"
#include "parser/toml_reader.hh"

namespace fwsim {
namespace {

class TopologyReader {
 public:
  TopologyReader(std::string_view text, const std::string& file) : toml_(text, file, "topology") {
    out_.file = file;
    out_.lines = toml_.lines();
  }

  TopologyText read() {
    if (const auto root = toml_.root()) {
      toml_.check_keys(*root, {"hosts", "links", "pairs"}, "");
      if (const toml::table* hosts = tables(*root, "hosts", "[hosts.NAME]"))
        for (const auto& [key, node] : *hosts) host(key, node);
      if (const toml::table* links = tables(*root, "links", "[links.NAME]"))
        for (const auto& [key, node] : *links) link(key, node);
      if (const toml::node* list = root->get("pairs")) pairs(*list);
      if (out_.hosts.empty() && toml_.diagnostics.empty())
        toml_.report(root->source(), "the network has no hosts", "[hosts.NAME] with snapshot, or with rules and host; see: fwsim help path");
    }
    in_order();
    return {std::move(out_), std::move(toml_.diagnostics)};
  }

 private:
  // As they stand in the file; TOML's tables are sorted by name.
  void in_order() {
    std::stable_sort(toml_.diagnostics.begin(), toml_.diagnostics.end(),
                     [](const Diagnostic& a, const Diagnostic& b) { return std::tie(a.line, a.column) < std::tie(b.line, b.column); });
    std::stable_sort(out_.links.begin(), out_.links.end(), [](const TopologyLink& a, const TopologyLink& b) { return a.line < b.line; });
  }

  const toml::table* tables(const toml::table& parent, std::string_view key, const char* form) {
    const toml::node* node = parent.get(key);
    if (node == nullptr) return nullptr;
    if (!node->is_table()) toml_.report(node->source(), fmt::format("'{}' must be tables", key), form);
    return node->as_table();
  }

  // Nothing, with a fault, when it is none or has no name that can be written in an end.
  const toml::table* named(const toml::key& key, const toml::node& node, const char* what) {
    const std::string_view name = key.str();
    const bool good = !name.empty() && name.find_first_of(": \t\"") == name.npos;
    if (!good) toml_.report(key.source(), fmt::format("'{}' is not a name for a {}", name, what), "letters, digits, - and _", name.size());
    if (!node.is_table()) toml_.report(key.source(), fmt::format("the {} '{}' must be a table", what, name), {}, name.size());
    return good ? node.as_table() : nullptr;
  }

  PlacedText file_name(const toml::table& table, std::string_view key) {
    PlacedText name;
    toml_.text(table, key, name);
    beside(name);
    return name;
  }
  // Paths are as seen from this file.
  void beside(PlacedText& name) const {
    if (!name.text.empty()) name.text = (std::filesystem::path(out_.file).parent_path() / name.text).string();
  }

  void host(const toml::key& key, const toml::node& node) {
    const toml::table* table = named(key, node, "host");
    if (table == nullptr) return;
    toml_.check_keys(*table, {"snapshot", "rules", "rules6", "host", "sets"}, fmt::format(" in host '{}'", key.str()));
    TopologyHost h;
    h.name = std::string(key.str());
    h.line = static_cast<unsigned>(key.source().begin.line);
    h.snapshot = file_name(*table, "snapshot");
    h.rules = file_name(*table, "rules");
    h.rules6 = file_name(*table, "rules6");
    h.description = file_name(*table, "host");
    toml_.texts(*table, "sets", h.sets);
    for (PlacedText& set : h.sets) beside(set);
    if (!table->contains("snapshot") && !table->contains("host"))
      toml_.report(key.source(), fmt::format("nothing tells which addresses and routes '{}' has", h.name),
                   "snapshot = \"DIRECTORY\" of fwsim collect, or host = \"FILE.toml\"", h.name.size());
    out_.hosts.push_back(std::move(h));
  }

  std::optional<std::size_t> host_named(std::string_view name) const {
    for (std::size_t i = 0; i < out_.hosts.size(); ++i)
      if (out_.hosts[i].name == name) return i;
    return std::nullopt;
  }
  std::optional<std::size_t> host_or_fault(const PlacedText& at, std::string_view name) {
    const auto found = host_named(name);
    if (found) return found;
    std::vector<std::string_view> names;
    for (const TopologyHost& h : out_.hosts) names.push_back(h.name);
    const std::string meant = TomlReader::meant(name, names);
    toml_.report(at, fmt::format("there is no host '{}'", name), meant.empty() ? fmt::format("[hosts.{}]", name) : meant);
    return found;
  }

  void link(const toml::key& key, const toml::node& node) {
    const toml::table* table = named(key, node, "link");
    if (table == nullptr) return;
    toml_.check_keys(*table, {"ends", "gateway", "networks", "outside"}, fmt::format(" in link '{}'", key.str()));
    TopologyLink l;
    l.name = std::string(key.str());
    l.line = static_cast<unsigned>(key.source().begin.line);
    std::vector<PlacedText> ends, gateways, networks;
    toml_.texts(*table, "ends", ends);
    toml_.texts(*table, "gateway", gateways);
    toml_.texts(*table, "networks", networks);
    if (ends.empty() && !table->get("ends"))
      toml_.report(key.source(), fmt::format("the link '{}' needs 'ends'", l.name), "ends = [\"edge:eth0\", \"inner:eth1\"]", l.name.size());
    for (const PlacedText& word : ends) end(word, l);
    for (const PlacedText& word : gateways) gateway(word, l);
    for (const PlacedText& word : networks) network(word, l);
    if (const toml::node* outside = table->get("outside")) {
      if (const auto* flag = outside->as_boolean())
        l.outside = flag->get();
      else
        toml_.report(outside->source(), "'outside' must be true or false");
    }
    out_.links.push_back(std::move(l));
  }

  void end(const PlacedText& word, TopologyLink& l) {
    const std::size_t colon = word.text.find(':');
    const std::string device = colon == std::string::npos ? "" : word.text.substr(colon + 1);
    if (device.empty() || device.size() > max_interface_name)
      return toml_.report(word, fmt::format("'{}' is not a device of a host", word.text), "HOST:DEVICE, like \"edge:eth0\"");
    const auto host = host_or_fault(word, std::string_view(word.text).substr(0, colon));
    if (!host) return;
    const auto same = [&](const LinkEnd& e) { return e.host == *host && e.device == device; };
    const auto joined = [&](const TopologyLink& other) { return std::any_of(other.ends.begin(), other.ends.end(), same); };
    if (joined(l)) return toml_.report(word, fmt::format("'{}' is named twice", word.text));
    for (const TopologyLink& other : out_.links)
      if (joined(other)) return toml_.report(word, fmt::format("'{}' is on the link '{}' already", word.text, other.name), "a device is on one link");
    l.ends.push_back({*host, device, word});
  }

  static Family family_of(const std::string& text) { return text.find(':') == std::string::npos ? Family::v4 : Family::v6; }

  void gateway(const PlacedText& word, TopologyLink& l) {
    const Family family = family_of(word.text);
    const auto address = read_address(family, word.text);
    const bool short_form = family == Family::v4 && std::count(word.text.begin(), word.text.end(), '.') != 3;
    if (!address || short_form) return toml_.report(word, fmt::format("'{}' is not an address", word.text), "\"10.1.0.1\", or [\"10.1.0.1\", \"2001:db8::1\"]");
    std::optional<u128>& place = l.gateways[static_cast<std::size_t>(family)];
    if (place) return toml_.report(word, fmt::format("the link '{}' has two gateways of one family", l.name), "end systems send to one of them");
    place = *address;
  }

  void network(const PlacedText& word, TopologyLink& l) {
    const Family family = family_of(word.text);
    const auto prefix = read_prefix(family, word.text);
    if (!prefix) return toml_.report(word, fmt::format("'{}' is not a network", word.text), "\"10.1.0.0/24\", \"2001:db8::/64\"");
    l.networks.push_back({family, *prefix});
  }

  void pairs(const toml::node& node) {
    if (!node.is_array()) return toml_.report(node.source(), "'pairs' must be a list of tables", "[[pairs]]");
    for (const toml::node& element : *node.as_array()) {
      const toml::table* one = element.as_table();
      if (one == nullptr) {
        toml_.report(element.source(), "'pairs' holds something that is not a table", "[[pairs]]");
        continue;
      }
      toml_.check_keys(*one, {"hosts"}, " in [[pairs]]");
      std::vector<PlacedText> names;
      toml_.texts(*one, "hosts", names);
      if (names.size() != 2 || names[0].text == names[1].text) {
        toml_.report(one->source(), "a pair needs two hosts", "hosts = [\"fw1\", \"fw2\"]");
        continue;
      }
      const auto first = host_or_fault(names[0], names[0].text), second = host_or_fault(names[1], names[1].text);
      if (first && second) out_.pairs.push_back({*first, *second, static_cast<unsigned>(one->source().begin.line)});
    }
  }

  TomlReader toml_;
  Topology out_;
};

}  // namespace

TopologyText parse_topology(std::string_view text, const std::string& file) { return TopologyReader(text, file).read(); }

TopologyText read_topology(const std::string& path) { return parse_topology(read_file(path), path); }

}  // namespace fwsim
