// -m string: a pattern in the bytes of the packet. net/netfilter/xt_string.c. The search is
// simulator/oracles/string.cc. Both ways to write the pattern are kept as its bytes; which one is
// printed depends on them alone.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <iterator>

#include "model/extension.hh"

namespace fwsim {
namespace {

constexpr std::size_t longest = 128;  // XT_STRING_MAX_PATTERN_SIZE

std::optional<ValueError> check_length(const std::string& pattern) {
  if (pattern.empty()) return ValueError{"the pattern is empty", "the kernel wants at least one byte", {}, EINVAL};
  if (pattern.size() > longest)
    return ValueError{fmt::format("the pattern has {} bytes: at most {}", pattern.size(), longest), {}};
  return {};
}

// Text with bytes in hexadecimal between bars: "GET |20 2f|". Outside them a backslash takes the
// next character as it is. The character behind a closing bar is always text, a bar too.
class HexReader {
 public:
  explicit HexReader(std::string_view text) : text_(text) {}

  std::optional<ValueError> read(std::string& out) {
    while (at_ < text_.size()) {
      if (text_[at_] == '|') {
        if (auto error = read_block(out)) return error;
      } else if (text_[at_] == '\\') {
        if (++at_ == text_.size()) return ValueError{"a backslash ends the text", "write \\\\ for a backslash"};
        out += text_[at_++];
      } else {
        out += text_[at_++];
      }
    }
    return {};
  }

 private:
  std::optional<ValueError> read_block(std::string& out) {
    const std::size_t start = at_++;
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
    if (at_ == text_.size()) return {};  // a bar at the end opens nothing
    do {
      const auto digit = [&](std::size_t i) {
        return i < text_.size() && std::isxdigit(static_cast<unsigned char>(text_[i])) != 0;
      };
      if (!digit(at_) || !digit(at_ + 1) || at_ + 2 >= text_.size())
        return ValueError{fmt::format("'{}' is not a block of bytes", text_.substr(start)),
                          "pairs of hexadecimal digits between bars, one space between them at most: |0d 0a|",
                          digit(at_) && at_ + 2 >= text_.size() ? "Invalid hex block" : fmt::format("Invalid hex char '{}'", text_[digit(at_) ? at_ + 1 : at_])};
      out += static_cast<char>(*read_number("0x" + std::string(text_.substr(at_, 2))));
      at_ += text_[at_ + 2] == ' ' ? 3 : 2;
    } while (at_ < text_.size() && text_[at_] != '|');
    if (at_ == text_.size()) return {};
    if (++at_ < text_.size()) out += text_[at_++];
    return {};
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

constexpr ValueKind text_kind{
    "text", 1,
    [](const ValueContext&, std::span<const std::string_view> words, Value& out) -> std::optional<ValueError> {
      std::string pattern(words[0]);
      if (auto error = check_length(pattern)) return error;
      out = std::move(pattern);
      return {};
    },
    [](const ValueContext& c, const Value& value, std::string& out) { kinds::quoted.print(c, value, out); }};

constexpr ValueKind hex_kind{
    "text|hex hex...|", 1,
    [](const ValueContext&, std::span<const std::string_view> words, Value& out) -> std::optional<ValueError> {
      std::string pattern;
      if (auto error = HexReader(words[0]).read(pattern)) return error;
      if (auto error = check_length(pattern)) return error;
      out = std::move(pattern);
      return {};
    },
    [](const ValueContext&, const Value& value, std::string& out) {
      out += "\"|";
      for (char c : std::get<std::string>(value))
        out += fmt::format("{:02x}", static_cast<unsigned char>(c));
      out += "|\"";
    }};

constexpr ValueKind algorithm_kind{
    "bm|kmp", 1,
    [](const ValueContext&, std::span<const std::string_view> words, Value& out) -> std::optional<ValueError> {
      if (words[0] != "bm" && words[0] != "kmp")
        return ValueError{fmt::format("'{}' is not a search algorithm", words[0]), "bm or kmp", {}, ENOENT};
      out = std::string(words[0]);
      return {};
    },
    [](const ValueContext&, const Value& value, std::string& out) { out += std::get<std::string>(value); }};

bool printed_in_hex(const std::string& pattern) {
  return pattern.back() == '\\' ||
         std::any_of(pattern.begin(), pattern.end(), [](char c) { return c < 0x20 || c > 0x7e; });
}

void finish(Use& use, CheckContext& c) {
  const std::string_view given = use.has("string") ? "string" : "hex-string";
  const bool inverted = use.inverted(given);
  const std::string pattern(use.text(given));
  use.remove(given);
  use.put(printed_in_hex(pattern) ? "hex-string" : "string", pattern, inverted);
  if (use.number("from") > use.number("to", 0xffff))
    c.fault("from", "--from is above --to: the kernel refuses this", "offsets count from the IP header");
}

Meaning meaning(const MatchUse& use, Family) { return {oracle(use), never()}; }

constexpr Option options[] = {
    {.name = "string", .kind = &text_kind, .invertible = true, .help = "the packet has this text"},
    {.name = "hex-string", .kind = &hex_kind, .invertible = true,
     .help = "the packet has this text, with bytes between bars in hexadecimal"},
    {.name = "algo", .kind = &algorithm_kind, .required = true, .help = "how to search; both find the same"},
    {.name = "from", .kind = &kinds::number, .max = 0xffff, .saved = Saved::unless_default, .fallback = "0",
     .help = "offset from the IP header at which the search starts"},
    {.name = "to", .kind = &kinds::number, .max = 0xffff, .saved = Saved::unless_default, .fallback = "65535",
     .help = "offset from the IP header at which the pattern must have ended"},
    {.name = "icase", .help = "upper and lower case are the same"},
};

}  // namespace

extern const Extension match_string{.name = "string", .options = options, .groups = "string|hex-string", .none_given = "STRING match: You must specify `--string' or `--hex-string'",
                                    .note = "looks at one packet at a time, as the kernel does",
                                    .help = "text in the packet", .finish = finish, .match = meaning};

}  // namespace fwsim
