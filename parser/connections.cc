#include "parser/connections.hh"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "model/value.hh"

namespace fwsim {
namespace {

// One line:
//   [ipv4 2] tcp 6 431999 ESTABLISHED src=... dst=... sport=... dport=... [packets= bytes=] [UNREPLIED]
//   src=... dst=... ... [ASSURED] mark=0 helper=ftp zone=1 use=1
class LineReader {
 public:
  explicit LineReader(std::string_view line) : words_(split_words(line)) {}

  std::optional<KnownConnection> read() {
    if (!read_start()) return std::nullopt;
    for (; at_ < words_.size(); ++at_)
      if (!read_word(words_[at_])) return std::nullopt;
    if (ends_ != 2) return std::nullopt;
    return std::move(out_);
  }

 private:
  static std::vector<std::string_view> split_words(std::string_view line) {
    std::vector<std::string_view> words;
    for (std::size_t at = 0; (at = line.find_first_not_of(" \t\r", at)) != std::string_view::npos;) {
      const std::size_t end = std::min(line.find_first_of(" \t\r", at), line.size());
      words.push_back(line.substr(at, end - at));
      at = end;
    }
    return words;
  }

  // Up to the state: names and numbers.
  bool read_start() {
    if (!words_.empty() && (words_[0] == "ipv4" || words_[0] == "ipv6")) at_ = 2;
    if (at_ + 3 > words_.size()) return false;
    const auto proto = read_number(words_[at_ + 1]), timeout = read_number(words_[at_ + 2]);
    if (!proto || *proto > 255 || !timeout) return false;
    out_.proto = static_cast<std::uint8_t>(*proto);
    out_.timeout = *timeout;
    at_ += 3;
    if (at_ < words_.size() && words_[at_].find('=') == std::string_view::npos) out_.state = words_[at_++];
    return true;
  }

  bool read_word(std::string_view word) {
    if (word == "[UNREPLIED]") out_.replied = false;
    if (word == "[ASSURED]") out_.assured = true;
    const std::size_t equals = word.find('=');
    if (equals == std::string_view::npos || word.front() == '[') return true;
    const std::string_view key = word.substr(0, equals), value = word.substr(equals + 1);
    if (key == "src") return start_end(value);
    if (key == "helper") out_.helper = value;
    if (key == "helper" || ends_ == 0) return true;
    KnownConnection::End& end = out_.ends[ends_ - 1];
    if (key == "dst") return read_address_into(value, end.dst);
    return read_numbered(key, value, end);
  }

  bool start_end(std::string_view value) {
    if (ends_ == 2) return false;
    out_.family = value.find(':') == std::string_view::npos ? Family::v4 : Family::v6;
    return read_address_into(value, out_.ends[ends_++].src);
  }

  bool read_address_into(std::string_view text, u128& address) {
    const auto value = read_address(out_.family, text);
    if (value) address = *value;
    return value.has_value();
  }

  // What is not known here (timeout=, use=, delta-time=, ...) says nothing about packets.
  bool read_numbered(std::string_view key, std::string_view text, KnownConnection::End& end) {
    const auto number = read_number(text);
    if (!number) return key != "sport" && key != "dport" && key != "mark";
    const auto small = static_cast<std::uint16_t>(*number);
    if (key == "sport" || key == "srckey") end.sport = small;
    else if (key == "dport" || key == "dstkey") end.dport = small;
    else if (key == "type") end.dport = static_cast<std::uint16_t>((end.dport & 0xff) | (small << 8));
    else if (key == "code") end.dport = static_cast<std::uint16_t>((end.dport & 0xff00) | small);
    else if (key == "id") end.sport = small;
    else if (key == "packets") end.counters.packets = *number;
    else if (key == "bytes") end.counters.bytes = *number;
    else if (key == "mark") out_.mark = static_cast<std::uint32_t>(*number);
    else if (key == "zone") out_.ends[0].zone = out_.ends[1].zone = small;
    else if (key == "zone-orig") out_.ends[0].zone = small;
    else if (key == "zone-reply") out_.ends[1].zone = small;
    return true;
  }

  std::vector<std::string_view> words_;
  std::size_t at_ = 0, ends_ = 0;
  KnownConnection out_;
};

}  // namespace

std::vector<KnownConnection> read_connections(std::string_view text, const std::string& file, Diagnostics& diagnostics) {
  std::vector<KnownConnection> list;
  unsigned number = 0;
  for (std::string_view rest = text; !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    ++number;
    if (line.find("src=") == std::string_view::npos) continue;
    if (auto connection = LineReader(line).read())
      list.push_back(std::move(*connection));
    else
      diagnostics.push_back({.severity = Severity::warning,
                             .file = file,
                             .line = number,
                             .id = "snapshot-connection",
                             .text = "this connection cannot be read, and is taken to be unknown"});
  }
  return list;
}

}  // namespace fwsim
