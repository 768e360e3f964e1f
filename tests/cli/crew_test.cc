// The processes that work for a fleet.
#include "cli/fleet/crew.hh"

#include <doctest/doctest.h>

#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <new>
#include <stdexcept>
#include <string>
#include <vector>

using fwsim::run_crew;
using fwsim::WorkDone;

namespace {

// Whether the process has ended, though nobody has asked for its status yet.
bool is_over(pid_t process) {
  std::ifstream file("/proc/" + std::to_string(process) + "/stat");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  return text.empty() || text.find(") Z ") != text.npos;
}

std::vector<WorkDone> crew(unsigned jobs, std::size_t count, const std::function<int(std::size_t)>& work) {
  std::vector<WorkDone> all;
  run_crew(jobs, count, work, [&](std::size_t i, WorkDone done) {
    CHECK(i == all.size());
    all.push_back(std::move(done));
  });
  return all;
}

}  // namespace

TEST_CASE("what works print comes in their order, however many there are at a time and however long each takes") {
  for (const unsigned jobs : {1U, 2U, 7U}) {
    const auto all = crew(jobs, 1000, [](std::size_t i) {
      if (i % 100 == 0) usleep(20'000);
      std::printf("%zu", i);
      std::fprintf(stderr, "!%zu", i);
      return static_cast<int>(i % 3);
    });
    REQUIRE(all.size() == 1000);
    for (std::size_t i = 0; i < all.size(); ++i) {
      REQUIRE(all[i].out == std::to_string(i));
      REQUIRE(all[i].err == "!" + std::to_string(i));
      REQUIRE(all[i].status == static_cast<int>(i % 3));
      REQUIRE_FALSE(all[i].crashed);
    }
  }
  CHECK(crew(3, 0, [](std::size_t) { return 0; }).empty());
}

TEST_CASE("much output comes whole") {
  const std::string much(3'000'000, 'x');
  const auto all = crew(2, 5, [&](std::size_t) { return std::fputs(much.c_str(), stdout) < 0 ? 1 : 0; });
  for (const WorkDone& done : all) CHECK(done.out == much);
}

TEST_CASE("a work that crashes or throws is told of, and the others are done") {
  for (const unsigned jobs : {1U, 3U}) {
    const auto all = crew(jobs, 9, [](std::size_t i) -> int {
      std::printf("%zu", i);
      if (i == 2) throw std::runtime_error("too odd");
      if (i == 4 || i == 5) std::raise(SIGKILL);
      if (i == 7) _exit(9);
      return 0;
    });
    REQUIRE(all.size() == 9);
    for (const std::size_t i : {0U, 1U, 3U, 6U, 8U}) CHECK(all[i].out == std::to_string(i));
    CHECK(all[2].status == 2);
    CHECK(all[2].err == "fwsim: too odd\n");
    for (const std::size_t i : {4U, 5U, 7U}) {
      CHECK(all[i].crashed);
      CHECK(all[i].status == 2);
      CHECK(all[i].out.empty());
    }
    CHECK(all[4].err == "fwsim: the process that read this was ended by signal 9 (Killed)\n");
    CHECK(all[7].err == "fwsim: the process that read this ended with status 9\n");
  }
}

TEST_CASE("a process that is ended while it has no work is replaced, and no work suffers") {
  void* shared = mmap(nullptr, sizeof(std::atomic<pid_t>), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  REQUIRE(shared != MAP_FAILED);
  auto& other = *new (shared) std::atomic<pid_t>(0);
  // Nobody may be more than 256 works ahead of the first, so whoever does the last of these has none until that is done.
  const auto all = crew(2, 300, [&](std::size_t i) {
    if (i == 255) other = getpid();
    if (i != 0) return 0;
    while (other == 0) usleep(1000);
    usleep(300'000);
    const int failed = kill(other, SIGKILL);
    while (!is_over(other)) usleep(1000);
    return failed;
  });
  for (const WorkDone& done : all) CHECK(done.status == 0);
  munmap(shared, sizeof(std::atomic<pid_t>));
}
