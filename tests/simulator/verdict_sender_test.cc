// Verdicts on their way to the kernel.
#include "simulator/live/verdict_sender.hh"

#include <doctest/doctest.h>
#include <linux/netlink.h>

#include <cstring>

using namespace fwsim;

namespace {

std::vector<char> messages(std::size_t count, std::size_t size) {
  std::vector<char> all(count * size);
  nlmsghdr header{};
  header.nlmsg_len = static_cast<std::uint32_t>(size);
  for (std::size_t i = 0; i < count; ++i) std::memcpy(all.data() + i * size, &header, sizeof header);
  return all;
}

}  // namespace

TEST_CASE("verdicts that the kernel does not take are counted, by calls") {
  VerdictSender sender(-1);
  std::vector<char> few = messages(2, 32);
  sender.send(few, 2);
  CHECK(few.empty());
  CHECK(sender.failures() == 1);
}
