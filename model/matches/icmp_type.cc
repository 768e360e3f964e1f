#include "model/matches/icmp_type.hh"

#include <fmt/format.h>

#include <iterator>

namespace fwsim {
namespace {

bool abbreviates(std::string_view word, std::string_view name) {
  return word.size() <= name.size() && equal_ignoring_case(word, name.substr(0, word.size()));
}

std::optional<ValueError> find_name(std::span<const IcmpName> names, std::string_view word, NumRange& out, std::string_view protocol) {
  const IcmpName* found = nullptr;
  for (const IcmpName& entry : names) {
    if (word.empty() || !abbreviates(word, entry.name)) continue;
    if (found)
      return ValueError{fmt::format("'{}' is ambiguous", word),
                        fmt::format("it can mean {} or {}", found->name, entry.name),
                        fmt::format("Ambiguous {} type `{}': `{}' or `{}'?", protocol, word, found->name, entry.name)};
    found = &entry;
  }
  if (!found) return ValueError{fmt::format("'{}' is not an ICMP type", word), "a name, a number, or type/code", fmt::format("Unknown {} type `{}'", protocol, word)};
  out = found->types;
  return {};
}

}  // namespace

std::optional<ValueError> read_icmp_type(std::span<const IcmpName> names, std::string_view word, NumRange& out, std::string_view protocol) {
  const std::size_t slash = word.find('/');
  const auto type = read_number(word.substr(0, slash));
  if (!type) return find_name(names, word, out, protocol);
  if (*type > 255) return ValueError{fmt::format("'{}' is not an ICMP type: types are 0 to 255", word), {}, fmt::format("Unknown {} type `{}'", protocol, word)};
  out = icmp_whole_type(*type);
  if (slash == word.npos) return {};
  const auto code = read_number(word.substr(slash + 1));
  if (!code || *code > 255) return ValueError{fmt::format("'{}' has no ICMP code: codes are 0 to 255", word), {}, fmt::format("Unknown {} code `{}'", protocol, word)};
  out = icmp_one_code(*type, *code);
  return {};
}

std::string_view icmp_type_name(std::span<const IcmpName> names, NumRange types) {
  for (const IcmpName& entry : names)
    if (entry.types == types) return entry.name;
  return {};
}

void print_icmp_type(NumRange types, std::string& out) {
  out += fmt::format("{}", types.low / 256);
  if (types.low == types.high) out += fmt::format("/{}", types.low % 256);
}

}  // namespace fwsim
