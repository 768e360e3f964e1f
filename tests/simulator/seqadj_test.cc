// Sequence numbers across the places where a helper changed lengths.
#include "simulator/seqadj.hh"

#include <doctest/doctest.h>

#include "tests/simulator/entry_builder.hh"
#include "tests/simulator/packet_builder.hh"

using namespace fwsim;
using namespace fwsim::test;

TEST_CASE("a shift counts behind its place, once, and adds to those before") {
  const CtRef made = make_entry();
  CtEntry& entry = *made;
  set_seq_adjust(entry, false, 100, 3);
  CHECK((entry.status & ct_seq_adjust) != 0);
  CHECK(seq_offset(entry, false, 100) == 0);
  CHECK(seq_offset(entry, false, 101) == 3);
  set_seq_adjust(entry, false, 100, 3);   // sent again
  set_seq_adjust(entry, false, 90, 5);    // or an older one
  CHECK(seq_offset(entry, false, 101) == 3);
  set_seq_adjust(entry, false, 200, -5);
  CHECK(seq_offset(entry, false, 200) == 3);
  CHECK(seq_offset(entry, false, 201) == -2);
  CHECK(seq_offset(entry, true, 201) == 0);
}

TEST_CASE("acknowledgements and SACK edges move back, and a malformed option is told") {
  const auto moved = [](const char* options, bool& fine) {
    Packet p = v4(6, hex("03e8 0016 00000010 000000d0 9010 faf0 0000 0000") + hex(options));
    decode(p);
    fix_checksums(p);
    p.ct = make_entry();
    set_seq_adjust(*p.ct, true, 0xc0, 4);
    fine = adjust_seq(p);
    CHECK(transport_checksum_ok(p));
    return p;
  };
  bool fine = false;
  const Packet p = moved("0101 050a 000000b0 000000d8 00000000", fine);
  CHECK(fine);
  CHECK(be32(p.all(), p.l4 + 4) == 0x10);
  CHECK(be32(p.all(), p.l4 + 8) == 0xcc);
  CHECK(be32(p.all(), p.l4 + 24) == 0xb0);
  CHECK(be32(p.all(), p.l4 + 28) == 0xd4);
  moved("0101 0101 0101 0101 0101 0101 0101 0520", fine);
  CHECK_FALSE(fine);
}
