#include "cli/run/sandbox_root.hh"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "cli/run/tool_image.hh"

namespace fwsim {
namespace {

namespace fs = std::filesystem;

const std::string base = sandbox_base;
const std::string root = base + "/root";

// Directories of "/" that are there, but empty or made anew.
constexpr std::array own_directories = std::to_array<std::string_view>(
    {"proc", "sys", "dev", "run", "tmp", "home", "root", "mnt", "media", "boot", "lost+found", "srv", "var", "etc", "usr", "opt"});
// Directories of programs, where a script may look for a tool by its full name.
constexpr std::array program_directories = std::to_array<std::string_view>({"/usr/sbin", "/usr/bin", "/sbin", "/bin", "/usr/local/sbin", "/usr/local/bin"});
// What others left for others.
constexpr std::array hidden_directories = std::to_array<std::string_view>({"mail", "backups", "tmp", "spool/cron", "spool/mail", "lib/sudo", "crash"});

std::vector<std::string> names_in(const std::string& directory) {
  std::vector<std::string> names;
  std::error_code ignored;
  for (fs::directory_iterator it(directory, ignored), end; it != end; it.increment(ignored)) names.push_back(it->path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

// Where other file systems are mounted in this machine.
std::vector<std::string> mount_points() {
  std::vector<std::string> points;
  std::ifstream in("/proc/self/mountinfo");
  for (std::string line; std::getline(in, line);) {
    std::istringstream words(line);
    std::string skip, point;
    for (int i = 0; i < 4; ++i) words >> skip;
    words >> point;
    for (std::size_t at; (at = point.find("\\040")) != point.npos;) point.replace(at, 4, " ");
    points.push_back(point);
  }
  return points;
}

class RootBuilder {
 public:
  explicit RootBuilder(const SandboxSpec& spec) : spec_(spec), mounted_(mount_points()) {}

  SysctlValues build() {
    memory(base, "size=512m,nr_inodes=200k");
    for (const char* name : {"/root", "/up", "/work", "/out", "/sysctl"}) make_directories(base + name);
    // One that the script has filled must not keep others from being written.
    memory(root, "size=64m");
    memory(base + "/out", "size=64m");
    memory(base + "/sysctl", "size=16m");
    for (const std::string& name : names_in("/")) top(name);
    for (const std::string_view name : own_directories) make_directories(root + "/" + std::string(name));
    system();
    make_directories(root + "/etc/iptables");   // a machine with a firewall has the directory of netfilter-persistent
    for (const std::string& directory : spec_.shown) show(directory);
    for (const auto& [path, placed] : spec_.placed) {
      if (access((root + path).c_str(), placed.runs ? R_OK | X_OK : R_OK) == 0) continue;   // it is seen anyway
      make_directories(root + fs::path(path).parent_path().string());
      unlink((root + path).c_str());   // of somebody else, it could not be written to
      write_text(root + path, placed.text, placed.runs ? 0755 : 0644);
    }
    devices();
    temporary();
    tools();
    return sysctls();
  }

 private:
  static void memory(const std::string& where, const char* options) {
    if (mount("fwsim", where.c_str(), "tmpfs", MS_NOSUID | MS_NODEV, options) != 0) sandbox_fault("a file system in memory cannot be mounted");
    if (chmod(where.c_str(), 0755) != 0) sandbox_fault("chmod");
  }

  // Links like /bin -> usr/bin, and directories of programs; all else is not there.
  void top(const std::string& name) {
    const std::string path = "/" + name;
    std::error_code ignored;
    if (fs::is_symlink(path, ignored))
      fs::create_symlink(fs::read_symlink(path, ignored), root + path, ignored);
    else if (name == "bin" || name == "sbin" || name.starts_with("lib") || name == "nix" || name == "gnu")
      lay(path, 1);
  }

  void system() {
    lay("/usr", 3, true);
    lay("/opt", 1);
    lay("/etc", 8);
    lay("/var", 3);
  }

  // The directory with what will be written over it kept aside; `depth`: how deep its directories can be written into.
  void lay(const std::string& path, int depth, bool only_local = false) {
    std::error_code ignored;
    if (!fs::is_directory(path, ignored) || access(path.c_str(), R_OK | X_OK) != 0) return;
    laid_.push_back(path);
    make_directories(root + path);
    if (std::any_of(mounted_.begin(), mounted_.end(), [&](const std::string& m) { return m.starts_with(path + "/"); })) return lay_pieces(path, depth);
    const std::string up = base + "/up" + path, work = base + "/work/" + std::to_string(layers_++);
    make_directories(up);
    make_directories(work);
    std::size_t budget = 4000;
    shadow(path, up, depth, only_local, budget);
    if (path == "/var")
      for (const std::string_view hidden : hidden_directories) hide(path + "/" + std::string(hidden), up + "/" + std::string(hidden));
    const int lower = open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (lower < 0) sandbox_fault(path);
    const std::string options = fmt::format("lowerdir=/proc/self/fd/{},upperdir={},workdir={},userxattr", lower, up, work);
    if (mount("fwsim", (root + path).c_str(), "overlay", MS_NOSUID | MS_NODEV, options.c_str()) != 0)
      sandbox_fault(fmt::format("an overlay of {} cannot be mounted", path));
    close(lower);
  }

  // A directory below which others are mounted is put together of its entries.
  void lay_pieces(const std::string& path, int depth) {
    for (const std::string& name : names_in(path)) {
      const std::string from = path + "/" + name;
      std::error_code ignored;
      const fs::file_status status = fs::symlink_status(from, ignored);
      if (fs::is_symlink(status))
        fs::create_symlink(fs::read_symlink(from, ignored), root + from, ignored);
      else if (fs::is_directory(status))
        lay(from, depth > 0 ? depth - 1 : 0);
      else if (fs::is_regular_file(status))
        copy(from, root + from, 1 << 20);
    }
  }

  // An overlay can only be written to where the directory is ours: those that belong to others are made above them, and so
  // are the files of /etc.
  void shadow(const std::string& from, const std::string& to, int depth, bool only_local, std::size_t& budget) {
    const bool files = from == "/etc" || from.starts_with("/etc/");
    for (const std::string& name : names_in(from)) {
      if (budget == 0) return;
      const std::string path = from + "/" + name, above = to + "/" + name;
      std::error_code ignored;
      const fs::file_status status = fs::symlink_status(path, ignored);
      if (fs::is_directory(status) && depth > 0 && access(path.c_str(), R_OK | X_OK) == 0) {
        --budget;
        make_directories(above);
        const bool local = !only_local || name == "local" || from.find("/local") != from.npos;
        if (local) shadow(path, above, depth - 1, only_local, budget);
      } else if (files && fs::is_regular_file(status)) {
        --budget;
        copy(path, above, 256 << 10);
      }
    }
  }

  // A whiteout: to an overlay, a device 0, 0 is nothing.
  static void hide(const std::string& path, const std::string& above) {
    std::error_code ignored;
    if (!fs::exists(path, ignored)) return;
    fs::remove_all(above, ignored);
    if (mknod(above.c_str(), S_IFCHR | 0600, makedev(0, 0)) != 0) sandbox_fault(path + " cannot be hidden");
  }

  static void copy(const std::string& from, const std::string& to, std::uintmax_t most) {
    std::error_code ignored;
    if (access(from.c_str(), R_OK) != 0 || fs::file_size(from, ignored) > most || ignored) return;
    std::ifstream in(from, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    struct stat status {};
    if (stat(from.c_str(), &status) != 0) return;
    write_text(to, text.str(), (status.st_mode & 0777) | 0600);
    const timespec times[2] = {status.st_atim, status.st_mtim};
    utimensat(AT_FDCWD, to.c_str(), times, 0);
  }

  void show(const std::string& path) {
    const bool seen = std::any_of(laid_.begin(), laid_.end(), [&](const std::string& l) { return path == l || path.starts_with(l + "/"); });
    if (!seen && path != "/") lay(path, 3);
  }

  static void devices() {
    for (const char* name : {"null", "zero", "full", "random", "urandom"}) {
      const std::string from = fmt::format("/dev/{}", name), to = root + from;
      write_text(to, "", 0666);
      if (mount(from.c_str(), to.c_str(), nullptr, MS_BIND, nullptr) != 0) sandbox_fault(from);
    }
    std::error_code ignored;
    fs::create_symlink("/proc/self/fd", root + "/dev/fd", ignored);
    fs::create_symlink("/proc/self/fd/0", root + "/dev/stdin", ignored);
    fs::create_symlink("/proc/self/fd/1", root + "/dev/stdout", ignored);
    fs::create_symlink("/proc/self/fd/2", root + "/dev/stderr", ignored);
    make_directories(root + "/dev/shm");
    mount("fwsim", (root + "/sys").c_str(), "sysfs", MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr);   // without it, no /sys/class/net
  }

  static void temporary() {
    for (const char* name : {"/tmp", "/var/tmp", "/run/lock"}) {
      make_directories(root + name);
      chmod((root + name).c_str(), 01777);
    }
    std::error_code ignored;
    if (!fs::exists(root + "/var/run", ignored)) fs::create_symlink("/run", root + "/var/run", ignored);
  }

  void tools() const {
    const std::string own = root + "/.fwsim";
    make_directories(own + "/bin");
    make_directories(own + "/real");
    write_text(own + "/tool", tool_image(), 0755);
    write_text(own + "/prelude", shell_prelude(), 0644);
    std::error_code ignored;
    for (const std::string& tool : spec_.tools) {
      fs::create_symlink("/.fwsim/tool", own + "/bin/" + tool, ignored);
      bool there = false, aside = false;
      for (const std::string_view directory : program_directories) {
        const std::string path = std::string(directory) + "/" + tool;
        if (fs::is_symlink(root + std::string(directory), ignored) || !fs::exists(root + path, ignored)) continue;
        if (!std::exchange(aside, true)) keep(path, own + "/real/" + tool);
        there = place(root + path) || there;
      }
      if (!there && fs::is_directory(root + "/usr/sbin", ignored)) place(root + "/usr/sbin/" + tool);
    }
  }

  // The machine's own program, for the tools that lead to it.
  static void keep(const std::string& path, const std::string& aside) {
    std::error_code ignored;
    const fs::path real = fs::canonical(path, ignored);
    if (ignored) return;
    write_text(aside, "", 0755);
    if (mount(real.c_str(), aside.c_str(), nullptr, MS_BIND, nullptr) != 0) fs::remove(aside, ignored);
  }

  static bool place(const std::string& path) {
    unlink(path.c_str());
    return symlink("/.fwsim/tool", path.c_str()) == 0;
  }

  SysctlValues sysctls() const {
    SysctlValues all = read_sysctl_files("/proc/sys");
    for (const auto& [name, value] : spec_.sysctls) all[name] = value;
    for (const auto& [name, value] : all) {
      const std::string path = sysctl_path(base + "/sysctl", name);
      make_directories(fs::path(path).parent_path().string());
      write_text(path, value + "\n", 0644);
    }
    return all;
  }

  const SandboxSpec& spec_;
  std::vector<std::string> mounted_, laid_;
  int layers_ = 0;
};

}  // namespace

void sandbox_fault(const std::string& what) { throw SandboxFault(fmt::format("{}: {}", what, std::strerror(errno))); }

void make_directories(const std::string& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error) throw SandboxFault(fmt::format("{}: {}", path, error.message()));
}

void write_text(const std::string& path, std::string_view text, mode_t mode) {
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
  if (fd < 0) sandbox_fault(path);
  for (std::string_view rest = text; !rest.empty();) {
    const ssize_t n = write(fd, rest.data(), rest.size());
    if (n <= 0) sandbox_fault(path);
    rest.remove_prefix(static_cast<std::size_t>(n));
  }
  fchmod(fd, mode);
  close(fd);
}

// A point in the name of a device stands as a slash in the name of its sysctls.
std::string sysctl_path(const std::string& under, std::string_view name) {
  std::string path(name);
  for (char& c : path) c = c == '.' ? '/' : c == '/' ? '.' : c;
  return under + "/" + path;
}

SysctlValues build_root(const SandboxSpec& spec) { return RootBuilder(spec).build(); }

SysctlValues read_sysctl_files(const std::string& directory) {
  SysctlValues all;
  std::error_code error;
  for (fs::recursive_directory_iterator it(directory, fs::directory_options::skip_permission_denied, error), end; !error && it != end; it.increment(error)) {
    if (!it->is_regular_file(error)) continue;
    std::string name = it->path().string().substr(directory.size() + 1);
    for (char& c : name) c = c == '/' ? '.' : c == '.' ? '/' : c;
    const int fd = open(it->path().c_str(), O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0) continue;
    char text[4096];
    const ssize_t n = read(fd, text, sizeof text);
    close(fd);
    if (n < 0) continue;
    std::string value(text, static_cast<std::size_t>(n));
    while (!value.empty() && value.back() == '\n') value.pop_back();
    all.emplace(std::move(name), std::move(value));
  }
  return all;
}

void enter_root() {
  if (mount("proc", (root + "/proc").c_str(), "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr) != 0) sandbox_fault("/proc cannot be mounted");
  if (mount((base + "/sysctl").c_str(), (root + "/proc/sys").c_str(), nullptr, MS_BIND, nullptr) != 0) sandbox_fault("/proc/sys");
  if (chdir(root.c_str()) != 0 || syscall(SYS_pivot_root, ".", ".") != 0 || umount2(".", MNT_DETACH) != 0 || chdir("/") != 0)
    sandbox_fault("the root directory cannot be changed");
}

}  // namespace fwsim
