#include "parser/iproute_values.hh"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace fwsim {

TextFault unknown_ip_word(const IpWord& word, std::span<const std::string_view> known) {
  const std::string meant = did_you_mean(word.text, {known.begin(), known.end()});
  return word.fault(fmt::format("'{}' is not known here", word.text),
                    meant.empty() ? "" : fmt::format("did you mean '{}'?", meant));
}

std::optional<AnyAddress> read_any_address(std::string_view text) {
  const Family family = text.find(':') == std::string_view::npos ? Family::v4 : Family::v6;
  const auto address = read_address(family, text);
  if (!address) return std::nullopt;
  return AnyAddress{family, *address};
}

std::optional<AnyPrefix> read_any_prefix(std::string_view text) {
  const Family family = text.find(':') == std::string_view::npos ? Family::v4 : Family::v6;
  const auto prefix = read_prefix(family, text);
  if (!prefix || prefix_length(family, prefix->mask) < 0) return std::nullopt;
  return AnyPrefix{family, *prefix};
}

std::optional<TextFault> read_device(const IpWord& word, std::string& out) {
  if (word.text.empty() || word.text.size() > max_interface_name)
    return word.fault(fmt::format("'{}' is not a device name", word.text),
                      fmt::format("1 to {} characters", max_interface_name));
  out = word.text;
  return {};
}

Diagnostic to_diagnostic(const TextFault& fault, std::string file, std::string_view text) {
  return {.severity = Severity::error,
          .file = std::move(file),
          .line = 1,
          .column = static_cast<unsigned>(fault.at + 1),
          .width = static_cast<unsigned>(std::max<std::size_t>(1, fault.width)),
          .id = "host",
          .text = fault.text,
          .hint = fault.hint,
          .source = std::string(text)};
}

}  // namespace fwsim
