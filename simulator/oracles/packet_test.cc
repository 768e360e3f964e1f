#include "simulator/oracles/packet_test.hh"

#include <utility>

namespace fwsim {
namespace {

class PacketTest : public Oracle {
 public:
  explicit PacketTest(std::function<Answer(const Packet&)> test) : test_(std::move(test)) {}
  Answer test(Packet& packet, const Where&, World&) override { return test_(packet); }
  std::string why() const override { return "the capture did not keep the bytes that it looks at"; }

 private:
  std::function<Answer(const Packet&)> test_;
};

}  // namespace

std::unique_ptr<Oracle> make_packet_test(std::function<Answer(const Packet&)> test) {
  return std::make_unique<PacketTest>(std::move(test));
}

}  // namespace fwsim
