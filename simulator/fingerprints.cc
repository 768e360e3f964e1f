#include "simulator/fingerprints.hh"

#include <charconv>

#include "model/value.hh"

namespace fwsim {
namespace {

constexpr std::uint8_t lengths_of_kinds[] = {1, 1, 4, 3, 2, 1, 6, 6, 10};  // TCP options 0 to 8

std::optional<std::uint32_t> number(std::string_view text) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r')) text.remove_suffix(1);
  return text;
}

bool read_window(std::string_view text, Fingerprint& f) {
  if (text.empty()) return false;
  using Window = Fingerprint::Window;
  const char first = text.front();
  f.window = first == 'S' ? Window::mss : first == 'T' ? Window::mtu : first == '%' ? Window::modulo : Window::plain;
  if (first == '*') return true;
  if (f.window != Window::plain) text.remove_prefix(1);
  const auto value = number(text);
  f.window_value = value.value_or(0);
  return value && (f.window != Window::modulo || *value != 0);
}

// M* or M1460, N, S, T, T0, W7, E, ?KIND; only kinds and their lengths are compared.
bool read_options(std::string_view text, Fingerprint& f) {
  if (text == ".") return true;
  for (std::string_view word : split(text, ',')) {
    word = trimmed(word);
    if (word.empty()) continue;
    constexpr std::string_view letters = "ENMWS";  // kinds 0 to 4
    std::uint32_t kind = 0;
    if (const std::size_t at = letters.find(word.front()); at != letters.npos)
      kind = static_cast<std::uint32_t>(at);
    else if (word.front() == 'T')
      kind = 8;
    else if (const auto given = word.front() == '?' ? number(word.substr(1)) : std::nullopt)
      kind = *given;
    else
      return false;
    if (kind >= std::size(lengths_of_kinds)) return false;
    f.options.push_back({static_cast<std::uint8_t>(kind), lengths_of_kinds[kind]});
  }
  return true;
}

}  // namespace

std::optional<Fingerprint> read_fingerprint(std::string_view line) {
  if (line.empty() || line.front() == '#') return std::nullopt;
  const auto parts = split(line, ':');
  if (parts.size() < 8) return std::nullopt;
  const auto part = [&](std::size_t i) { return trimmed(parts[i]); };
  Fingerprint f;
  const auto ttl = number(part(1)), fragment = number(part(2)), length = number(part(3));
  if (!read_window(part(0), f) || !ttl || !fragment || !length || !read_options(part(4), f)) return std::nullopt;
  f.ttl = *ttl;
  f.dont_fragment = *fragment != 0;
  f.length = *length;
  f.genre = part(5);
  f.version = part(6);
  f.subtype = part(7);
  return f;
}

}  // namespace fwsim
