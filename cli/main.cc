#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <new>
#include <system_error>

#include "cli/subcommands/command_line.hh"
#include "model/diagnostic.hh"

int main(int argc, char** argv) {
  using fwsim::status_bad;
  try {
    const int status = fwsim::CommandLine().run(argc, argv);
    if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return status;
    fmt::print(stderr, "fwsim: cannot write the output: {}\n", std::strerror(errno));
  } catch (const fwsim::EnvironmentError& e) {
    fmt::print(stderr, "fwsim: {}\n", e.what());
  } catch (const std::system_error& e) {   // of fmt::print
    fmt::print(stderr, "fwsim: cannot write the output: {}\n", e.code().message());
  } catch (const std::bad_alloc&) {
    fmt::print(stderr, "fwsim: the memory does not suffice\n");
  }
  return status_bad;
}
