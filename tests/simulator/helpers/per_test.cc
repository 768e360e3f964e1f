// The packed encoding: what is kept, what is passed over, where reading ends.
#include "simulator/helpers/per.hh"

#include <doctest/doctest.h>

#include "simulator/helpers/h323_schema.hh"
#include "tests/simulator/packet_builder.hh"

using namespace fwsim;
using fwsim::test::hex;

namespace {

const PerSchema& small() {
  static const PerSchema schema(
      "Point = { x*:word y?*:cons } Thing = {... flag:bool point?*:Point id:octets#4 | +1 late*:Point ! }"
      " Kind = <... none:null point*:Point | far*:Point +2 > Many = { list*:[semi<=1 *Point] end*:word }");
  return schema;
}

}  // namespace

TEST_CASE("optional parts are told by bits, octets begin at whole bytes") {
  // no extension, no point: flag, then four octets
  auto plain = read_per(small(), "Thing", hex("20 01020304"));
  REQUIRE(plain);
  CHECK(plain->parts.empty());
  // with a point: its own bit for y, x aligned
  auto full = read_per(small(), "Thing", hex("40 1234 01020304"));
  REQUIRE(full);
  REQUIRE(full->part("point"));
  CHECK(full->part("point")->part("x") != nullptr);
  CHECK_FALSE(read_per(small(), "Thing", hex("40 1234 010203")));  // cut short
}

TEST_CASE("extensions stand behind their lengths; unknown ones are passed over") {
  // extension bit; two extensions: the first absent, the second a point with y
  auto thing = read_per(small(), "Thing", hex("80 01020304 0280 05 80 0007 00 05 00"));
  REQUIRE(thing);
  REQUIRE(thing->part("late"));
  CHECK(thing->part("late")->part("y")->value == 5);
  // The kernel passes such a number twice, and so over the end.
  CHECK_FALSE(read_per(small(), "Thing", hex("80 01020304 0280 05 80 0007 00 05")));
  auto kind = read_per(small(), "Kind", hex("82 02 ffff"));
  REQUIRE(kind);
  CHECK(kind->value == 4);
  CHECK(kind->parts.empty());
  CHECK_FALSE(read_per(small(), "Kind", hex("82 03 ffff")));
}

TEST_CASE("of lists only so many items are kept, but all are read") {
  auto many = read_per(small(), "Many", hex("02 00 0001 00 0002 0009"));
  REQUIRE(many);
  CHECK(many->part("list")->parts.size() == 1);
}

TEST_CASE("a Connect of H.323 with the address of its control channel") {
  const auto bytes = hex("0240060008914a000400c6336405138900001111111111111111 1111111111111111");
  auto information = read_per(h323_schema(), "UserInformation", bytes);
  REQUIRE(information);
  const PerNode* connect = information->part("pdu")->part("body")->part("connect");
  REQUIRE(connect);
  const PerNode* ip = connect->part("h245Address")->part("ipAddress")->part("ip");
  REQUIRE(ip);
  CHECK(be32(bytes, ip->value) == 0xc6336405);
  CHECK(be16(bytes, ip->value + 4) == 5001);
}

TEST_CASE("every type of the schema is there") {
  for (const char* type : {"UserInformation", "ControlMessage", "RasMessage", "CryptoH323Token", "DataType"})
    CHECK_FALSE(h323_schema().type(type).parts.empty());
  CHECK(h323_schema().type("Setup").root == 13);
  CHECK(h323_schema().type("Setup").parts.size() == 39);
  CHECK(h323_schema().type("RasMessage").parts.size() == 32);
  CHECK(h323_schema().type("AdmissionRequest").optional_parts == 7);
}
