#include "parser/tar.hh"

#include <charconv>
#include <cstdint>

namespace fwsim {
namespace {

constexpr std::size_t block = 512;

std::string_view field(std::string_view header, std::size_t at, std::size_t size) {
  const std::string_view text = header.substr(at, size);
  return text.substr(0, text.find('\0'));
}

std::optional<std::uint64_t> octal(std::string_view text) {
  const std::size_t start = text.find_first_not_of(' ');
  if (start == std::string_view::npos) return 0;
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data() + start, text.data() + text.size(), number, 8);
  if (error != std::errc{} || (end != text.data() + text.size() && *end != ' ')) return std::nullopt;
  return number;
}

// The sum of the header's bytes, its own field taken as spaces.
bool checksum_ok(std::string_view header) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < block; ++i)
    sum += i >= 148 && i < 156 ? std::uint64_t{' '} : static_cast<unsigned char>(header[i]);
  return octal(field(header, 148, 8)) == sum;
}

}  // namespace

std::optional<std::map<std::string, std::string>> read_tar(std::string_view archive, std::string& why) {
  std::map<std::string, std::string> files;
  std::string long_name;
  while (archive.size() >= block && archive[0] != '\0') {
    const std::string_view header = archive.substr(0, block);
    archive.remove_prefix(block);
    const auto size = octal(field(header, 124, 12));
    if (!size || !checksum_ok(header)) {
      why = "it is not a tar archive (a compressed one must be unpacked first)";
      return std::nullopt;
    }
    if (*size > archive.size()) {
      why = "it is cut off";
      return std::nullopt;
    }
    const std::string_view content = archive.substr(0, *size);
    archive.remove_prefix(std::min((*size + block - 1) / block * block, std::uint64_t{archive.size()}));
    const char type = header[156];
    if (type == 'L') {  // the name of the next file
      long_name = content.substr(0, content.find('\0'));
      continue;
    }
    if (type == '0' || type == '\0') {
      std::string name(field(header, 345, 155));
      if (field(header, 257, 5) != "ustar") name.clear();
      if (!name.empty()) name += '/';
      name += field(header, 0, 100);
      files[long_name.empty() ? name : long_name] = content;
    }
    long_name.clear();
  }
  if (files.empty() && archive.size() < block) {
    why = "it holds no files";
    return std::nullopt;
  }
  return files;
}

}  // namespace fwsim
