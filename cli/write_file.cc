#include "cli/write_file.hh"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "model/diagnostic.hh"
#include "model/unfinished.hh"

namespace fwsim {
namespace {

// `path`: what it is called in messages.
void write_to(const std::string& file, const std::string& path, const std::string& text) {
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out << text;
  out.close();
  if (!out) throw EnvironmentError(fmt::format("cannot write {}: {}", path, std::strerror(errno)));
}

// Who may read a firewall's rules stays as it was.
void keep_owner(const std::string& old, const std::string& part) {
  struct stat s {};
  if (stat(old.c_str(), &s) != 0) return;
  if (chown(part.c_str(), s.st_uid, s.st_gid) != 0) s.st_mode &= ~static_cast<mode_t>(S_ISUID | S_ISGID);   // only root can give files away
  if (chmod(part.c_str(), s.st_mode & 07777) != 0) throw EnvironmentError(fmt::format("cannot write {}: {}", old, std::strerror(errno)));
}

// Beside what it is to replace, so that it can take its place at once.
std::string part_of(const std::filesystem::path& target) { return target.string() + ".part"; }

}  // namespace

void expect_to_write(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code error;
  const fs::file_status there = fs::status(path, error);
  if (fs::is_directory(there)) throw EnvironmentError(fmt::format("cannot write {}: it is a directory", path));
  if (fs::exists(there) && !fs::is_regular_file(there)) return;
  const std::string part = part_of(fs::exists(there) ? fs::canonical(path, error) : fs::path(path));
  if (fs::exists(part, error)) return;   // of another that writes it; the last wins
  write_to(part, path, {});
  fs::remove(part, error);
}

void write_file(const std::string& path, const std::string& text) {
  namespace fs = std::filesystem;
  std::error_code error;
  const fs::file_status there = fs::status(path, error);
  if (fs::exists(there) && !fs::is_regular_file(there)) return write_to(path, path, text);
  const fs::path target = fs::exists(there) ? fs::canonical(path, error) : fs::path(path);
  const std::string part = part_of(target);
  const Unfinished unfinished(part);
  try {
    write_to(part, path, text);
    if (fs::exists(there)) keep_owner(target, part);
  } catch (const EnvironmentError&) {
    fs::remove(part, error);
    throw;
  }
  fs::rename(part, target, error);
  if (error) throw EnvironmentError(fmt::format("cannot write {}: {}", path, error.message()));
}

}  // namespace fwsim
