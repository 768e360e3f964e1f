#include "cli/write_file.hh"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "model/diagnostic.hh"

namespace fwsim {
namespace {

void write_to(const std::string& path, const std::string& text) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out << text;
  out.close();
  if (!out) throw EnvironmentError(fmt::format("cannot write {}: {}", path, std::strerror(errno)));
}

}  // namespace

void write_file(const std::string& path, const std::string& text) {
  namespace fs = std::filesystem;
  std::error_code error;
  const fs::file_status there = fs::status(path, error);
  if (fs::exists(there) && !fs::is_regular_file(there)) return write_to(path, text);
  const fs::path target = fs::exists(there) ? fs::canonical(path, error) : fs::path(path);
  const std::string part = target.string() + ".part";
  try {
    write_to(part, text);
  } catch (const EnvironmentError&) {
    fs::remove(part, error);
    throw;
  }
  fs::rename(part, target, error);
  if (error) throw EnvironmentError(fmt::format("cannot write {}: {}", path, error.message()));
}

}  // namespace fwsim
