// conntrack_bench FLOWS...: what a connection takes, how long it takes to find one, and what the conntrack hook takes for a
// packet of it, with so many in the table. CPU time, for the machine may be busy with something else. Prints a Markdown table.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <new>
#include <string>

#include "simulator/conntrack.hh"
#include "simulator/packet.hh"

using namespace fwsim;

namespace {

std::uint64_t allocations = 0;

}  // namespace

void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace {

constexpr std::uint32_t lookups = 4'000'000;
constexpr std::int64_t second = 1'000'000'000, start = 1'700'000'000 * second;

// ns
double cpu_time() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e9 + static_cast<double>(time.tv_nsec);
}

std::size_t resident() {
  std::ifstream file("/proc/self/statm");
  std::size_t all = 0, pages = 0;
  file >> all >> pages;
  return pages * 4096;
}

Tuple original(std::uint32_t number) {
  return {.family = Family::v4, .src = 0x0a000002 + number / 50'000, .dst = 0xc6120000 + number % 251,
          .sport = static_cast<std::uint16_t>(1024 + number % 50'000), .dport = 53, .proto = 17};
}
// As MASQUERADE has it.
Tuple reply(std::uint32_t number) {
  return {.family = Family::v4, .src = 0xc6120000 + number % 251 + std::uint64_t{number / 60'000} * 256, .dst = 0xcb007102,
          .sport = 53, .dport = static_cast<std::uint16_t>(1024 + number % 60'000), .proto = 17};
}

// Flows in an order that no cache foresees.
class Draw {
 public:
  explicit Draw(std::uint32_t flows) : flows_(flows) {}
  std::uint32_t operator()() {
    state_ ^= state_ << 13, state_ ^= state_ >> 7, state_ ^= state_ << 17;
    return static_cast<std::uint32_t>(state_ % flows_);
  }

 private:
  std::uint64_t state_ = 88172645463325252;
  std::uint32_t flows_;
};

// For each of many, ns. `sum` keeps the compiler from leaving it out.
template <class Work>
double measure(std::uint32_t flows, std::uint64_t& sum, Work work) {
  Draw draw(flows);
  const double begin = cpu_time();
  for (std::uint32_t i = 0; i < lookups; ++i) sum += work(draw());
  return (cpu_time() - begin) / lookups;
}

// Without the making of what is looked up.
template <class Tuples>
double look_up(Conntrack& table, std::uint32_t flows, std::uint64_t& sum, Tuples tuples) {
  const double both = measure(flows, sum, [&](std::uint32_t number) -> std::uint64_t {
    bool answers = false;
    return table.find(tuples(number), {}, start, answers) ? 1 : 0;
  });
  return both - measure(flows, sum, [&](std::uint32_t number) {
           const Tuple tuple = tuples(number);
           return static_cast<std::uint64_t>(tuple.src) ^ static_cast<std::uint64_t>(tuple.dst) ^ tuple.sport ^ tuple.dport;
         });
}

// As trace does: memory is told of a few before the first of them is looked for.
double look_up_ahead(Conntrack& table, std::uint32_t flows, std::uint64_t& sum) {
  constexpr std::uint32_t ahead = 16;
  std::array<Tuple, ahead> tuples;
  const auto run = [&](auto use) {
    Draw draw(flows);
    const double begin = cpu_time();
    for (std::uint32_t i = 0; i < lookups; i += ahead) {
      for (Tuple& tuple : tuples) tuple = original(draw());
      use();
    }
    return (cpu_time() - begin) / lookups;
  };
  const double both = run([&] {
    for (const Tuple& tuple : tuples) table.fetch(tuple);
    for (const Tuple& tuple : tuples) table.fetch_entry(tuple);
    for (const Tuple& tuple : tuples) {
      bool answers = false;
      sum += table.find(tuple, {}, start, answers) ? 1 : 0;
    }
  });
  return both - run([&] {
    for (const Tuple& tuple : tuples) sum += static_cast<std::uint64_t>(tuple.src) ^ tuple.sport;
  });
}

// The conntrack hook, with packets of known connections.
double track(Conntrack& table, std::uint32_t flows, std::uint64_t& sum) {
  Packet packet;
  packet.bytes = {0x45, 0, 0, 28, 0, 0, 0x40, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2, 0, 1, 0, 53, 0, 8, 0, 0};
  fix_header_checksum(packet);
  if (!decode(packet)) std::abort();
  return measure(flows, sum, [&](std::uint32_t number) -> std::uint64_t {
    const Tuple tuple = original(number);
    packet.fields.set(Field::src, tuple.src);
    packet.fields.set(Field::dst, tuple.dst);
    put16(packet.bytes, packet.l4, tuple.sport);
    packet.ct.reset();
    table.track(packet, false, start);
    return packet.fields.number(Field::ct_orig_sport);
  });
}

void bench(std::uint32_t flows) {
  const std::size_t before = resident();
  Conntrack table;
  table.active[0] = true;
  table.of_source(original(0), 0, start);   // as with NAT
  double slowest = 0, last = cpu_time();
  const double begin = last;
  for (std::uint32_t i = 0; i < flows; ++i) {
    const CtRef entry = table.make(original(i), reply(i));
    entry->expires = start + second + i * std::int64_t{2000};
    table.insert(entry);
    if (i % 1000 != 0) continue;
    const double time = cpu_time();
    slowest = std::max(slowest, time - last);
    last = time;
  }
  const double insertion = (cpu_time() - begin) / flows;
  const std::size_t bytes = resident() - before;
  std::uint64_t sum = 0;
  const double there = look_up(table, flows, sum, original), back = look_up(table, flows, sum, reply);
  const double ahead = look_up_ahead(table, flows, sum);
  const std::uint64_t first = allocations;
  const double hook = track(table, flows, sum);
  fmt::print("| {} | {:.1f} | {:.0f} | {:.1f} | {:.0f} | {:.0f} | {:.0f} | {:.0f} | {} |\n", flows, static_cast<double>(bytes) / flows, insertion,
             slowest / 1e6, there, ahead, back, hook, allocations - first);
  std::fflush(stdout);
  if (sum == 1) std::putchar('\n');
}

}  // namespace

int main(int argc, char** argv) {
  fmt::print("| flows | bytes of each | new, ns | slowest 1,000 new, ms | found, ns | when it was told of before, ns | by its answer, ns | hook, ns | allocations of {} hooks |\n"
             "| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n", lookups);
  for (int i = 1; i < argc; ++i) bench(static_cast<std::uint32_t>(std::strtoul(argv[i], nullptr, 10)));
  return 0;
}
