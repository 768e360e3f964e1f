#include "tests/kernel/steps.hh"

#include <fmt/format.h>

#include <algorithm>

#include "model/diagnostic.hh"
#include "parser/iproute.hh"
#include "parser/parse.hh"
#include "simulator/sources/link_layer.hh"
#include "tests/kernel/conntrack_command.hh"
#include "tests/kernel/hex.hh"
#include "tests/kernel/host_commands.hh"

namespace fwsim::kernel {
namespace {

[[noreturn]] void refuse(const Scenario& s, const std::string& why) {
  throw EnvironmentError(fmt::format("{}: {}", s.directory, why));
}

std::unique_ptr<Ruleset> parse(const Scenario& s, const std::string& text, Family family) {
  if (text.empty()) return nullptr;
  Parsed parsed = parse_ruleset(text, {.file = s.directory, .family = family});
  for (const Diagnostic& d : parsed.diagnostics)
    if (d.severity == Severity::error) refuse(s, fmt::format("line {}: {}", d.line, d.text));
  return std::make_unique<Ruleset>(std::move(parsed.ruleset));
}

std::vector<std::uint8_t> mac_bytes(const std::string& text) {
  std::vector<std::uint8_t> bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 3)
    bytes.push_back(static_cast<std::uint8_t>(std::stoul(text.substr(i, 2), nullptr, 16)));
  return bytes;
}

std::string mac_text(std::uint64_t mac) {
  std::string text;
  for (int shift = 40; shift >= 0; shift -= 8) text += fmt::format("{}{:02x}", text.empty() ? "" : ":", (mac >> shift) & 0xff);
  return text;
}

std::vector<std::string> words_of(const Json& words) {
  if (words.is_array()) return words.get<std::vector<std::string>>();
  std::vector<std::string> list(1);
  for (const char c : words.get<std::string>())
    if (c != ' ')
      list.back() += c;
    else if (!list.back().empty())
      list.emplace_back();
  return list;
}

// The TCP timestamp option of a segment: offset of its value; 0 without.
std::size_t timestamp_at(Bytes b, std::size_t tcp) {
  for (std::size_t at = tcp + 20; at + 10 <= b.size() && at < tcp + static_cast<std::size_t>(b[tcp + 12] >> 4) * 4; ++at)
    if (b[at] == 8 && b[at + 1] == 10) return at + 2;
  return 0;
}

}  // namespace

Machine::Machine(const Scenario& scenario, Lookup lookup) : scenario_(scenario), rules_{scenario.rules4, scenario.rules6} {
  for (const Family family : {Family::v4, Family::v6})
    rulesets_.push_back(parse(scenario, rules_[static_cast<std::size_t>(family)], family));
  engine_ = std::make_unique<Engine>(rulesets_[0].get(), rulesets_[1].get(), scenario.host, 
                                     EngineOptions{.paths = true, .host_replies = scenario.host_replies, .lookup = lookup});
  engine_->world().now = static_cast<std::int64_t>(scenario.start * 1e9);
  for (const Json& words : scenario.setup) command(words);
}

std::optional<Result> Machine::take(const Json& step, std::int64_t now) {
  engine_->world().now = now;
  if (step.contains("cmd")) {
    command(step.at("cmd"));
    return std::nullopt;
  }
  std::optional<Packet> sent;
  if (step.contains("socket")) {
    sent = sockets_.take(step, engine_->world());
    if (!sent) return std::nullopt;
  }
  Result result = sent ? engine_->send(std::move(*sent)) : step.value("local", false) ? send(step) : receive(step);
  remember(result);
  return result;
}

Packet Machine::from_frame(const std::vector<std::uint8_t>& frame, const Interface& interface) const {
  Packet packet;
  const Frame f{.link_type = 1, .bytes = frame, .original = frame.size(), .time = engine_->world().now};
  if (!interface.ethernet) {
    packet.bytes.assign(frame.begin() + 14, frame.end());
    packet.family = packet.bytes.empty() || packet.bytes[0] >> 4 != 6 ? Family::v4 : Family::v6;
  } else if (strip_link_layer(f, packet).kind == Stripped::Kind::packet) {
    const bool group = (frame[0] & 1) != 0;
    if (!group && !std::equal(frame.begin(), frame.begin() + 6, mac_bytes(mac_text(interface.mac)).begin()))
      packet.fields.set(Field::pkttype, 3);   // for another host
  }
  packet.time = engine_->world().now;
  return packet;
}

// The bytes of a step; its TCP numbers may follow what was sent before.
std::vector<std::uint8_t> Machine::ip_bytes(const Json& step) const {
  auto b = from_hex(step.at("ip").get<std::string>());
  if (!step.contains("ack_from") && !step.contains("seq_from")) return b;
  const std::size_t tcp = b[0] >> 4 == 4 ? static_cast<std::size_t>(b[0] & 15) * 4 : 40;
  const auto number = [&](const char* key) {
    const auto found = last_syn_.find(step.at(key).get<std::string>());
    return found == last_syn_.end() ? Numbers{} : found->second;
  };
  if (step.contains("ack_from")) {
    const Numbers n = number("ack_from");
    put32(b, tcp + 8, n.seq + 1 + step.value("ack_add", 0U));
    if (const std::size_t at = timestamp_at(b, tcp)) std::copy(n.timestamp.begin(), n.timestamp.end(), b.begin() + static_cast<std::ptrdiff_t>(at + 4));
  }
  if (step.contains("seq_from")) put32(b, tcp + 4, number("seq_from").ack);
  Packet packet;
  packet.family = b[0] >> 4 == 4 ? Family::v4 : Family::v6;
  packet.bytes = std::move(b);
  decode(packet);
  fix_checksums(packet);
  return packet.bytes;
}

Result Machine::receive(const Json& step) {
  const std::string device = step.at("in");
  const Interface* interface = engine_->host().find(device);
  if (!interface) refuse(scenario_, fmt::format("no interface {}", device));
  std::vector<std::uint8_t> frame;
  if (step.contains("frame")) {
    frame = from_hex(step.at("frame").get<std::string>());
  } else {
    const auto ip = ip_bytes(step);
    frame = mac_bytes(step.value("dst_mac", mac_text(interface->mac)));
    const auto peer = mac_bytes(step.value("src_mac", mac_text(interface->mac | 0x100)));
    frame.insert(frame.end(), peer.begin(), peer.end());
    const bool six = !ip.empty() && ip[0] >> 4 == 6;
    frame.push_back(six ? 0x86 : 0x08);
    frame.push_back(six ? 0xdd : 0x00);
    frame.insert(frame.end(), ip.begin(), ip.end());
  }
  Packet packet = from_frame(frame, *interface);
  if (packet.bytes.empty() || !decode(packet)) {
    Result ignored{.fate = Fate::ignored, .in_if = device};
    ignored.reason = packet.bytes.empty() ? "no IP packet" : std::string(packet.fault);
    ignored.packet = std::move(packet);
    return ignored;
  }
  return engine_->receive(std::move(packet), device);
}

Result Machine::send(const Json& step) {
  Packet packet;
  packet.bytes = ip_bytes(step);
  packet.family = packet.bytes[0] >> 4 == 6 ? Family::v6 : Family::v4;
  packet.time = engine_->world().now;
  packet.locally_sent = true;
  decode(packet);
  attach_socket(packet, std::make_shared<const Socket>(raw_socket(step)));
  if (step.contains("mark")) packet.fields.set(Field::mark, step.at("mark").get<std::uint32_t>());
  if (step.contains("bind")) packet.next_device = step.at("bind");
  return engine_->send(std::move(packet));
}

void Machine::remember(const Result& result) {
  for (const Sent& sent : result.out) {
    const Packet& p = sent.packet;
    if (p.protocol != 6 || !p.l4_known || p.transport().size() < 20 || (p.transport()[13] & 2) == 0) continue;
    Numbers& n = last_syn_[sent.device];
    n.seq = be32(p.bytes, p.l4 + 4);
    n.ack = be32(p.bytes, p.l4 + 8);
    const std::size_t at = timestamp_at(p.bytes, p.l4);
    n.timestamp.assign(4, 0);
    if (at) std::copy_n(p.bytes.begin() + static_cast<std::ptrdiff_t>(at), 4, n.timestamp.begin());
  }
  for (const Result& g : result.generated) remember(g);
}

void Machine::command(const Json& json) {
  const auto words = words_of(json);
  if (words[0] == "iptables-legacy" || words[0] == "iptables") return iptables(Family::v4, words);
  if (words[0] == "ip6tables-legacy" || words[0] == "ip6tables") return iptables(Family::v6, words);
  if (words[0] == "conntrack" && run_conntrack(*engine_, words)) return;
  if (host_command(words, engine_->world())) return;
  refuse(scenario_, fmt::format("the command '{}' cannot be replayed yet", fmt::join(words, " ")));
}

// A command becomes one more line of its table.
void Machine::iptables(Family family, std::vector<std::string> words) {
  std::string table = "filter", line;
  for (std::size_t i = 1; i < words.size(); ++i)
    if (words[i] == "-t" && i + 1 < words.size())
      table = words[++i];
    else
      line += (line.empty() ? "" : " ") + words[i];
  std::string& text = rules_[static_cast<std::size_t>(family)];
  const std::size_t start = text.find("*" + table + "\n");
  const std::size_t end = start == text.npos ? text.npos : text.find("COMMIT", start);
  if (end == text.npos)
    text += fmt::format("*{}\n{}\nCOMMIT\n", table, line);
  else
    text.insert(end, line + "\n");
  rulesets_.push_back(parse(scenario_, text, family));
  engine_->replace(family, rulesets_.back().get());
}

}  // namespace fwsim::kernel
