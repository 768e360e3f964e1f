#include "simulator/helpers/sdp_text.hh"

namespace fwsim {
namespace {

std::string_view name_of(SdpLine line) {
  switch (line) {
    case SdpLine::version: return "v=";
    case SdpLine::owner: return "o=";
    case SdpLine::connection: return "c=";
    case SdpLine::media: return "m=";
  }
  return {};
}

// Begin of the address in an o= or c= line; npos when it has none of this family.
std::size_t address_in_line(std::string_view text, std::size_t at, Family family) {
  const std::string_view word = family == Family::v4 ? "IN IP4 " : "IN IP6 ";
  for (; at + word.size() < text.size() && !is_newline(text[at]); ++at)
    if (text.substr(at, word.size()) == word) return at + word.size();
  return std::string_view::npos;
}

std::size_t media_size(std::string_view text, std::size_t at) {
  const std::size_t letters = count_letters(text, at);
  if (at + letters >= text.size() || text[at + letters] != ' ') return 0;
  return letters + 1 + count_digits(text, at + letters + 1);
}

TextMatch read_line(std::string_view text, std::size_t at, SdpLine line, Family family) {
  Span span{at, 0};
  if (line == SdpLine::version) {
    span.size = count_digits(text, at);
  } else if (line == SdpLine::media) {
    span.size = media_size(text, at);
  } else if (const std::size_t place = address_in_line(text, at, family); place != std::string_view::npos) {
    const auto address = read_text_address(text, place, family);
    if (address) span = {place, address->end - place};
  }
  return {span.size == 0 ? Found::bad : Found::yes, span};
}

}  // namespace

TextMatch find_sdp_line(std::string_view text, std::size_t from, SdpLine line, Family family, bool before_media) {
  const std::string_view name = name_of(line);
  for (std::size_t at = from; at < text.size(); ++at) {
    if (!is_newline(text[at])) continue;
    at = after_newline(text, at);
    if (before_media && starts_with_nocase(text, at, name_of(SdpLine::media))) return {};
    if (starts_with_nocase(text, at, name)) return read_line(text, at + name.size(), line, family);
  }
  return {};
}

std::optional<SdpAddress> find_sdp_connection(std::string_view text, std::size_t from, Family family) {
  const TextMatch match = find_sdp_line(text, from, SdpLine::connection, family, true);
  if (match.found != Found::yes) return std::nullopt;
  return SdpAddress{match.span, read_text_address(text, match.span.at, family)->address};
}

}  // namespace fwsim
