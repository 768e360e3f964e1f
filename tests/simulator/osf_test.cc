// -m osf with two fingerprints, as Linux 6.18 answered in FORWARD after nfnl_osf had loaded them.
#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "tests/simulator/oracle_match.hh"

using namespace fwsim;
using namespace fwsim::test;

namespace {

// MSS 1460, SACK permitted, timestamps, NOP, window scale 7.
const Octets options = hex("020405b4 0402 080a0000000000000000 01 030307");

Packet segment(unsigned ttl, unsigned window = 5840, unsigned flags = 2, unsigned fragment = 0x4000) {
  Octets tcp = hex("03e8 0050 00000001 00000000 a002 0000 0000 0000") + options;
  tcp[13] = static_cast<std::uint8_t>(flags);
  put16(tcp, 14, window);
  Packet packet = v4(6, tcp, fragment);
  packet.bytes[8] = static_cast<std::uint8_t>(ttl);
  fix_header_checksum(packet);
  return decoded(std::move(packet));
}

struct Fingerprints {
  std::string path = (std::filesystem::temp_directory_path() / "fwsim-pf-os-XXXXXX").string();
  Fingerprints() {
    const int file = mkstemp(path.data());
    REQUIRE(file >= 0);
    std::ofstream(path) << "# test\nS4:64:1:60:M*,S,T,N,W7:\tLinux:2.6:17:Linux 2.6.17\n"
                           "S4:128:1:60:M*,S,T,N,W7:\tWindows:XP:SP1:Windows XP\n";
  }
  ~Fingerprints() { std::filesystem::remove(path); }
};

}  // namespace

TEST_CASE("osf: time to live, window and options; inversion and --log as the kernel has them") {
  const Fingerprints file;
  World world;
  world.host.fingerprints = file.path;
  const auto says = [&](const std::string& rule, const Packet& packet) {
    return Match(world, "-p tcp -m osf " + rule, Family::v4, Hook::forward)(packet);
  };
  CHECK_FALSE(says("--genre Linux", segment(63)));
  CHECK(says("--genre Linux", segment(64)));
  CHECK(says("--genre Linux --ttl 1", segment(63)));
  CHECK_FALSE(says("--genre Linux --ttl 1", segment(127)));
  CHECK(says("--genre Linux --ttl 2", segment(127)));
  CHECK_FALSE(says("--genre BSD --ttl 2", segment(63)));
  CHECK(says("! --genre Linux --ttl 2", segment(63)));
  CHECK_FALSE(says("! --genre BSD --ttl 2", segment(63)));
  CHECK_FALSE(says("--genre Windows --log 0", segment(63)));
  CHECK(says("--genre BSD --ttl 2 --log 1", segment(63)));
  CHECK_FALSE(says("--genre Linux --ttl 2", segment(63, 5841)));
  CHECK(says("--genre Linux --ttl 2", segment(63, 5840, 0x12)));
  CHECK_FALSE(says("--genre Linux --ttl 2", segment(63, 5840, 2, 0)));
}
