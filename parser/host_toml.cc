#include "parser/host_toml.hh"

#include <fmt/format.h>

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
#include "parser/ss.hh"
#include "parser/toml.hh"

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
    check_keys(root,
               {"interfaces", "routes", "routes6", "rules", "rules6", "sysctl", "sets", "sockets", "queues", "geoip",
                "fingerprints"},
               "");
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
    if (root.contains("sockets")) read_socket_list(*root.get("sockets"));
    if (const toml::table* queues = table(root, "queues")) read_queues(*queues);
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

  void read_socket_list(const toml::node& node) {
    const toml::array* list = node.as_array();
    if (list == nullptr) return fault(node, "'sockets' must be a list of tables", "[[sockets]]");
    for (const toml::node& element : *list) {
      if (const toml::table* one = element.as_table())
        read_socket(*one);
      else
        fault(element, "'sockets' holds something that is not a table", "[[sockets]]");
    }
    out_.host.listeners_known = out_.host.connections_known = true;
  }

  void read_socket(const toml::table& settings) {
    check_keys(settings,
               {"proto", "local", "peer", "device", "transparent", "v6only", "mark", "uid", "gid", "groups", "cgroup", "class"},
               " of a socket");
    Socket s;
    each_text(settings, "proto", [&](const std::string& t, const toml::node& at) {
      if (t != "tcp" && t != "udp") return fault(at, fmt::format("'{}' is neither tcp nor udp", t));
      s.proto = t == "tcp" ? 6 : 17;
    });
    read_socket_ends(settings, s);
    read_socket_owner(settings, s);
    bool transparent = false;
    read_flag(settings, "transparent", transparent);
    s.transparent = transparent;
    read_flag(settings, "v6only", s.v6_only);
    out_.host.sockets.push_back(std::move(s));
  }

  void read_socket_ends(const toml::table& settings, Socket& s) {
    const auto end = [&](const std::string& t, const toml::node& at) {
      auto read = read_socket_end(t);
      if (!read) fault(at, fmt::format("'{}' is not an address with a port", t), "\"192.0.2.1:80\", \"[::]:80\"");
      return read.value_or(SocketEnd{});
    };
    if (!settings.contains("local")) report(settings.source(), "a socket needs 'local'", "local = \"0.0.0.0:80\"");
    s.state = s.proto == 6 ? Socket::State::listening : Socket::State::unconnected;
    each_text(settings, "local", [&](const std::string& t, const toml::node& at) {
      const SocketEnd local = end(t, at);
      s.family = local.family;
      s.address = local.address;
      s.port = local.port;
      s.device = local.device;
    });
    each_text(settings, "peer", [&](const std::string& t, const toml::node& at) {
      const SocketEnd peer = end(t, at);
      s.peer = peer.address;
      s.peer_port = peer.port;
      s.state = Socket::State::established;
    });
    each_text(settings, "device", [&](const std::string& t, const toml::node&) { s.device = t; });
  }

  void read_socket_owner(const toml::table& settings, Socket& s) {
    each_text(settings, "cgroup", [&](const std::string& t, const toml::node&) { s.cgroup = t; });
    for (auto [key, id] : {std::pair{"mark", &s.mark}, std::pair{"uid", &s.uid}, std::pair{"gid", &s.gid}}) {
      unsigned number = 0;
      read_number(settings, key, 0, 0xffffffff, number);
      *id = number;
    }
    read_number(settings, "class", 0, 0xffffffff, s.class_id);
    if (const toml::array* groups = settings["groups"].as_array())
      for (const toml::node& group : *groups)
        if (const auto* number = group.as_integer()) s.groups->push_back(static_cast<std::uint32_t>(number->get()));
  }

  void read_queues(const toml::table& queues) {
    using Verdict = QueueListener::Verdict;
    for (const auto& [key, node] : queues) {
      const auto queue = fwsim::read_number(key.str());
      if (!queue || *queue > 0xffff) {
        report(key.source(), fmt::format("'{}' is not the number of a queue", key.str()), "0 to 65535");
        continue;
      }
      const std::string text = node.value_or(std::string());
      const auto words = split(text, ' ');
      QueueListener program;
      bool good = words.size() == 1 || (words.size() == 3 && words[1] == "mark");
      if (words.size() == 3) {
        const auto mark = fwsim::read_number(words[2]);
        good = good && mark && *mark <= 0xffffffff;
        program.mark = static_cast<std::uint32_t>(mark.value_or(0));
      }
      if (!words.empty() && words[0] == "drop") program.verdict = Verdict::drop;
      else if (!words.empty() && words[0] == "repeat") program.verdict = Verdict::repeat;
      else good = good && !words.empty() && words[0] == "accept";
      if (!good)
        fault(node, fmt::format("'{}' is not what a program says of packets", text),
              "\"accept\", \"drop\", \"repeat mark 1\"");
      out_.host.queues[static_cast<std::uint16_t>(*queue)] = program;
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
