// accept_all QUEUE: takes every packet at every hook as `fwsim live --enforce` does, and lets it pass. What live is measured
// against.
#include <fmt/format.h>

#include <cstdlib>

#include "model/diagnostic.hh"
#include "simulator/live/hook_table.hh"
#include "simulator/live/loop.hh"
#include "simulator/live/packet_queue.hh"

using namespace fwsim;

int main(int argc, char** argv) {
  const auto number = static_cast<std::uint16_t>(argc > 1 ? std::atoi(argv[1]) : 17);
  try {
    Loop loop;
    PacketQueue queue({.number = number});
    const HookTable table({Family::v4}, {.queue = number});
    std::vector<QueuedPacket> packets;
    loop.watch(queue.descriptor(), [&] {
      std::size_t count = 0;
      for (int i = 0; i < 16 && queue.read(packets, count); ++i)
        for (std::size_t p = 0; p < count; ++p) queue.accept(packets[p].id);
      queue.flush();
    });
    fmt::print(stderr, "in force\n");
    loop.run();
  } catch (const EnvironmentError& e) {
    fmt::print(stderr, "accept_all: {}\n", e.what());
    return 2;
  }
}
