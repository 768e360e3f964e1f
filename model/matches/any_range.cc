#include "model/matches/any_range.hh"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "model/extension.hh"

namespace fwsim {
namespace {

using Words = std::span<const std::string_view>;
using Error = std::optional<ValueError>;

Error read_one(const ValueContext& c, std::string_view word, std::uint64_t& number) {
  const auto n = read_number(word);
  if (!n) return ValueError{fmt::format("'{}' is not a number", word), {}};
  if (*n < c.option->min || *n > c.option->max)
    return ValueError{fmt::format("'{}' is out of range", word),
                      fmt::format("--{} takes {} to {}", c.option->name, c.option->min, c.option->max)};
  number = *n;
  return {};
}

std::string unresolved(std::string_view word) { return fmt::format("Port \"{}\" does not resolve to anything.\n", word); }

// getaddrinfo(3) reads digits in decimal only, other than -m tcp.
Error read_one_port(const ValueContext& c, std::string_view word, std::uint64_t& number) {
  if (!word.empty() && std::all_of(word.begin(), word.end(), [](char ch) { return ch >= '0' && ch <= '9'; })) {
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
    if (error != std::errc{} || number > 0xffff)
      return ValueError{fmt::format("'{}' is not a port: ports are 0 to 65535", word), {}, unresolved(word)};
    return {};
  }
  const auto port = read_number(word) ? std::nullopt : read_port(word, c.protocol);
  if (!port)
    return ValueError{fmt::format("'{}' is not a port or a known service", word),
                      word.find('-') != word.npos ? "a range of ports is written with ':'" : "", unresolved(word)};
  number = *port;
  return {};
}

template <class One>
Error read_ends(std::string_view word, NumRange whole, Value& out, One one) {
  const std::size_t colon = word.find(':');
  const std::string_view low = word.substr(0, colon);
  if (colon == word.npos) {
    if (auto error = one(low, whole.low)) return error;
    out = NumRange{whole.low, whole.low};
    return {};
  }
  const std::string_view high = word.substr(colon + 1);
  if (high.find(':') != high.npos) return ValueError{fmt::format("'{}' has more than two ends", word), "write a:b"};
  if (!low.empty())
    if (auto error = one(low, whole.low)) return error;
  if (!high.empty())
    if (auto error = one(high, whole.high)) return error;
  out = whole;
  return {};
}

Error read_any_range(const ValueContext& c, Words words, Value& out) {
  return read_ends(words[0], NumRange{c.option->min, c.option->max}, out,
                   [&](std::string_view w, std::uint64_t& n) { return read_one(c, w, n); });
}

Error read_any_ports(const ValueContext& c, Words words, Value& out) {
  auto error = read_ends(words[0], NumRange{0, 0xffff}, out,
                         [&](std::string_view w, std::uint64_t& n) { return read_one_port(c, w, n); });
  if (error && words[0].find(',') != words[0].npos)
    error->hint = "a list of ports needs -m multiport and --dports, --sports or --ports";
  return error;
}

Error read_ports(const ValueContext& c, Words words, Value& out) {
  if (auto error = read_any_ports(c, words, out)) return error;
  const auto& range = std::get<NumRange>(out);
  if (range.low > range.high)
    return ValueError{fmt::format("range '{}' is empty: its end is below its start", words[0]),
                      fmt::format("write {}:{}", range.high, range.low)};
  return {};
}

void print(const ValueContext& c, const Value& value, std::string& out) { kinds::range.print(c, value, out); }
void name(const ValueContext& c, const Value& value, std::string& out) { kinds::port_range.print_named(c, value, out); }

}  // namespace

namespace kinds {
const ValueKind any_range{"N[:N]", 1, read_any_range, print};
const ValueKind any_port_range{"port[:port]", 1, read_any_ports, print};
const ValueKind decimal_port_range{"port[:port]", 1, read_ports, print, name};
}  // namespace kinds

}  // namespace fwsim
