#include "model/matches/header_options.hh"

#include <fmt/format.h>

#include <iterator>

namespace fwsim {
namespace {

constexpr std::size_t most = 16;  // IP6T_OPTS_OPTSNR

std::optional<ValueError> read_options(const ValueContext&, std::span<const std::string_view> words, Value& out) {
  std::vector<NumRange> list;
  for (std::string_view piece : split(words[0], ',')) {
    const std::size_t colon = piece.find(':');
    const auto type = read_number(piece.substr(0, colon));
    const auto length = colon == piece.npos ? any_option_length : read_number(piece.substr(colon + 1));
    if (!type || !length)
      return ValueError{fmt::format("'{}' is not an option", piece), "a number, or number:length"};
    list.push_back({*type & 0xff, *length & 0xff});  // iptables keeps a byte of each
  }
  if (list.size() > most)
    return ValueError{fmt::format("{} options are too many: at most {}", list.size(), most), {}};
  out = std::move(list);
  return {};
}

void print_options_list(const ValueContext&, const Value& value, std::string& out) {
  bool first = true;
  for (const NumRange& option : std::get<std::vector<NumRange>>(value)) {
    if (!first) out += ',';
    first = false;
    out += fmt::format("{}", option.low);
    if (option.high != any_option_length) out += fmt::format(":{}", option.high);
  }
}

}  // namespace

const ValueKind header_options_kind{"type[:length][,...]", 1, read_options, print_options_list};

}  // namespace fwsim
