// PPTP control messages and the keys of its GRE.
#include "simulator/helpers/pptp_message.hh"

#include <doctest/doctest.h>

#include "simulator/gre_keymap.hh"
#include "tests/simulator/entry_builder.hh"
#include "tests/simulator/packet_builder.hh"

using namespace fwsim;
using fwsim::test::hex;

TEST_CASE("a call's reply: both call ids and the result") {
  auto bytes = hex("0020 0001 1a2b3c4d 0008 0000 2222 1111 01 00 0000 0000fa00 0040 0000 00000000");
  const auto message = read_pptp(bytes);
  REQUIRE(message);
  CHECK(message->type == PptpType::out_call_reply);
  CHECK(message->call_id == 0x2222);
  CHECK(message->peer_call_id == 0x1111);
  CHECK(message->result == 1);
  bytes.pop_back();
  CHECK_FALSE(read_pptp(bytes));  // shorter than such a reply is
  CHECK_FALSE(read_pptp(hex("0020 0002 1a2b3c4d 0008 0000")));
  CHECK_FALSE(read_pptp(hex("0020 0001 1a2b3c4e 0008 0000")));
}

TEST_CASE("a source key belongs to the master that brought it, one for each direction") {
  GreKeymap keys;
  const CtRef master = test::make_entry();
  master->expires = 100;
  const Tuple there{.src = 1, .dst = 2, .sport = 0x1111, .dport = 0x2222, .proto = 47};
  Tuple packet = there;
  packet.sport = 0;
  CHECK(keys.find(packet) == 0);
  CHECK(keys.add(master, false, there));
  CHECK(keys.add(master, false, there));  // said once more
  Tuple other = there;
  other.dport = 0x3333;
  CHECK_FALSE(keys.add(master, false, other));
  CHECK(keys.find(packet) == 0x1111);
  CHECK(keys.expired(99).empty());
  CHECK(keys.expired(100).size() == 1);
  keys.remove_of(*master);
  CHECK(keys.find(packet) == 0);
}
