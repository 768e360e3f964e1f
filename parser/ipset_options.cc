#include "parser/ipset_options.hh"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "model/value.hh"

namespace fwsim {
namespace {

enum class Key : std::uint8_t {
  timeout, nomatch, packets, bytes, comment, skbmark, skbprio, skbqueue, wildcard, before, after
};
struct ElementOption {
  std::string_view name;
  Key key;
  bool value = true;
};
constexpr ElementOption element_options[] = {
    {"timeout", Key::timeout}, {"nomatch", Key::nomatch, false}, {"packets", Key::packets},
    {"bytes", Key::bytes},     {"comment", Key::comment},        {"skbmark", Key::skbmark},
    {"skbprio", Key::skbprio}, {"skbqueue", Key::skbqueue},      {"wildcard", Key::wildcard, false},
    {"before", Key::before},   {"after", Key::after},
};

bool takes(const SetType& type, Key key, bool adding) {
  if (key == Key::before || key == Key::after) return type.list;
  if (key == Key::nomatch) return type.nomatch;
  if (!adding) return false;
  return key != Key::wildcard || type.parts.back() == SetPart::iface;
}

const ElementOption* find(const Word& word, const SetType& type, bool adding) {
  const std::string_view name = word.text.substr(0, 2) == "--" ? word.text.substr(2) : word.text;
  for (const ElementOption& option : element_options)
    if (option.name == name && takes(type, option.key, adding)) return &option;
  return nullptr;
}

bool unknown(const Word& word, const SetType& type, bool adding, Reporter& reporter) {
  std::vector<std::string_view> names;
  bool elsewhere = false;
  for (const ElementOption& option : element_options) {
    if (takes(type, option.key, adding)) names.push_back(option.name);
    elsewhere = elsewhere || option.name == word.text;
  }
  const std::string meant = did_you_mean(word.text, names);
  std::string hint = meant.empty() ? "" : fmt::format("did you mean '{}'?", meant);
  if (word.text.front() == '#') hint = "a comment must stand on a line of its own";
  reporter.error(word, "ipset-bad-option",
                 elsewhere ? fmt::format("elements of {} have no option '{}' here", type.name, word.text)
                           : fmt::format("unknown option '{}'", word.text),
                 std::move(hint), {fmt::format("Unknown argument: `{}'", word.text)});
  return false;
}

// Hexadecimal digits up to the end or to `stop`; what is beyond 32 bits is cut off, as ipset does.
std::optional<std::uint32_t> read_hex(std::string_view& text, char stop) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  if (error != std::errc{}) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  if (!text.empty() && text.front() != stop) return std::nullopt;
  return static_cast<std::uint32_t>(value);
}

// "0x1" or "0x1/0xff"
std::optional<std::pair<std::uint32_t, std::uint32_t>> read_skbmark(std::string_view text) {
  std::uint32_t mask = 0xffffffff;
  if (text.substr(0, 2) != "0x") return std::nullopt;
  text.remove_prefix(2);
  const auto mark = read_hex(text, '/');
  if (!mark) return std::nullopt;
  if (!text.empty()) {
    if (text.substr(0, 3) != "/0x") return std::nullopt;
    text.remove_prefix(3);
    const auto given = read_hex(text, '\0');
    if (!given) return std::nullopt;
    mask = *given;
  }
  return std::pair{*mark, mask};
}

// "1:10", hexadecimal without 0x
std::optional<std::uint32_t> read_skbprio(std::string_view text) {
  const auto major = read_hex(text, ':');
  if (!major || text.empty()) return std::nullopt;
  text.remove_prefix(1);
  const auto minor = read_hex(text, '\0');
  if (!minor) return std::nullopt;
  return (*major << 16) | (*minor & 0xffff);
}

class ElementOptionReader {
 public:
  ElementOptionReader(const IpSet& set, ElementOptions& out, Reporter& reporter)
      : set_(set), out_(out), reporter_(reporter) {}

  bool read(const ElementOption& option, const Word& word, const Word& value) {
    switch (option.key) {
      case Key::timeout:
        return extension(set_.timeout.has_value(), "timeout", word) && put(value, max_set_timeout, out_.timeout);
      case Key::packets: return extension(set_.counters, "counters", word) && put(value, max_count, out_.packets);
      case Key::bytes: return extension(set_.counters, "counters", word) && put(value, max_count, out_.bytes);
      case Key::comment: return extension(set_.comment, "comment", word) && read_comment(value);
      case Key::skbmark:
        out_.skbmark = read_skbmark(value.text);
        return extension(set_.skbinfo, "skbinfo", word) && form(out_.skbmark.has_value(), value, "0x1 or 0x1/0xff");
      case Key::skbprio: {
        const auto prio = read_skbprio(value.text);
        out_.skbprio = prio.value_or(0);
        return extension(set_.skbinfo, "skbinfo", word) && form(prio.has_value(), value, "major:minor, hexadecimal");
      }
      case Key::skbqueue: {
        std::optional<std::uint16_t> queue;
        const bool good = extension(set_.skbinfo, "skbinfo", word) && put(value, 0xffff, queue);
        out_.skbqueue = queue.value_or(0);
        return good;
      }
      case Key::nomatch: return out_.nomatch = true;
      case Key::wildcard: return out_.wildcard = true;
      case Key::before:
      case Key::after:
        out_.reference = value.text;
        out_.before = option.key == Key::before;
        return true;
    }
    return false;
  }

 private:
  static constexpr std::uint64_t max_count = ~std::uint64_t{0} - 1;
  const IpSet& set_;
  ElementOptions& out_;
  Reporter& reporter_;

  bool extension(bool has, std::string_view name, const Word& word) {
    if (!has)
      reporter_.error(word, "ipset-no-extension", fmt::format("the set was created without {}", name),
                      fmt::format("add {} to its create line", name == "timeout" ? "timeout 0" : name),
                      {.text = name == "timeout"    ? "Timeout cannot be used: set was created without timeout support"
                               : name == "counters" ? "Packet/byte counters cannot be used: set was created without counter support"
                               : name == "comment"  ? "Comment cannot be used: set was created without comment support"
                                                    : "Skbinfo mapping cannot be used: set was created without skbinfo support",
                       .status = 1});
    return has;
  }
  bool form(bool good, const Word& value, std::string_view hint) {
    if (!good)
      reporter_.error(value, "ipset-bad-option", fmt::format("cannot read '{}'", value.text), std::string(hint));
    return good;
  }
  template <class T>
  bool put(const Word& value, std::uint64_t max, std::optional<T>& out) {
    const auto number = read_ipset_number(value, max, reporter_);
    if (number) out = static_cast<T>(*number);
    return number.has_value();
  }
  bool read_comment(const Word& value) {
    out_.comment = value.text;
    if (value.text.size() <= max_set_comment) return true;
    reporter_.error(value, "ipset-bad-option", fmt::format("a comment has at most {} characters", max_set_comment));
    return false;
  }
};

}  // namespace

std::optional<std::uint64_t> read_ipset_number(const Word& word, std::uint64_t max, Reporter& reporter) {
  const auto number = read_number(word.text);
  if (number && *number <= max) return number;
  reporter.error(word, "ipset-bad-option",
                 number ? fmt::format("{} is out of range", word.text) : fmt::format("'{}' is not a number", word.text),
                 fmt::format("0 to {}", max),
                 {.text = number ? fmt::format("Syntax error: '{}' is out of range 0-{}", word.text, max)
                                 : fmt::format("Syntax error: '{}' is invalid as number", word.text),
                  .status = 1});
  return std::nullopt;
}

bool read_element_options(std::span<const Word> words, const IpSet& set, bool adding, ElementOptions& out,
                          Reporter& reporter) {
  bool good = true;
  std::uint32_t seen = 0;
  ElementOptionReader reader(set, out, reporter);
  for (std::size_t i = 0; i < words.size(); ++i) {
    const ElementOption* option = find(words[i], *set.type, adding);
    if (option == nullptr) {
      good = unknown(words[i], *set.type, adding, reporter);
      continue;
    }
    const Word& word = words[i];
    if (option->value && ++i == words.size()) {
      reporter.error(word, "ipset-bad-option", fmt::format("option '{}' needs a value", option->name),
                     option->key == Key::comment ? "an empty comment counts as none" : "",
                     {fmt::format("Missing mandatory argument of option `{}'", option->name)});
      return false;
    }
    const std::uint32_t bit = 1U << static_cast<unsigned>(option->key);
    if (seen & bit) {
      reporter.error(word, "ipset-bad-option", fmt::format("option '{}' is given twice", option->name));
      good = false;
    }
    seen |= bit;
    good = reader.read(*option, word, words[i]) && good;
  }
  return good;
}

}  // namespace fwsim
