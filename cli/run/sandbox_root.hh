// What a script sees as "/": made in the namespaces of the sandbox, by the process that keeps it.
#pragma once

#include <stdexcept>
#include <string>

#include "cli/run/sandbox.hh"

namespace fwsim {

// What the system does not allow; with the words of errno(3).
class SandboxFault : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};
[[noreturn]] void sandbox_fault(const std::string& what);   // with errno

// Everything lies on one file system in memory, mounted over /sys (a directory that every machine has and that nobody
// needs meanwhile): root/ is the new root, up/ what is written over directories of the machine, sysctl/ the files that
// stand for /proc/sys, out/ what is collected at the end.
inline constexpr char sandbox_base[] = "/sys";

// Returns what is in the files that stand for /proc/sys.
SysctlValues build_root(const SandboxSpec& spec);
// In the first process of the new process namespace: /proc, and away from the machine's root.
void enter_root();

// Files below a directory of /proc/sys that can be read, by their names with dots: "net.ipv4.ip_forward" -> "1".
SysctlValues read_sysctl_files(const std::string& directory);
std::string sysctl_path(const std::string& under, std::string_view name);

// Makes a directory and those above it.
void make_directories(const std::string& path);
void write_text(const std::string& path, std::string_view text, mode_t mode);

}  // namespace fwsim
