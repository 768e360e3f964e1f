#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>

#include "model/diagnostic.hh"
#include "simulator/sources/capture_file.hh"
#include "simulator/sources/capture_filter.hh"
#include "simulator/sources/capture_writer.hh"
#include "simulator/sources/link_layer.hh"
#include "tests/simulator/capture_builder.hh"

namespace fwsim::test {
namespace {

struct Taken {
  unsigned link_type;
  Octets bytes;
  std::size_t original;
  std::int64_t time;
  std::string interface;
  std::uint32_t flags;
};

struct Read {
  std::vector<Taken> frames;
  std::string damage;  // what, or "" for none
  std::uint64_t offset = 0;
};

Read read(Octets content) {
  CaptureFile file(std::move(content), "test");
  Read result;
  for (Frame frame; file.next(frame);) {
    CHECK(frame.number == result.frames.size() + 1);
    result.frames.push_back({frame.link_type, Octets(frame.bytes.begin(), frame.bytes.end()), frame.original,
                             frame.time, std::string(frame.interface), frame.flags});
  }
  if (file.damage()) {
    result.damage = file.damage()->what;
    result.offset = file.damage()->offset;
  }
  Frame frame;
  CHECK_FALSE(file.next(frame));
  return result;
}

const Octets frame = hex("0102030405");

}  // namespace

TEST_CASE("pcap in both byte orders, with micro- and nanoseconds") {
  for (const bool big : {false, true}) {
    const Read micro = read(CaptureBytes(big).pcap_header(0xa1b2c3d4, 101).record(7, 250000, frame, 99).bytes);
    REQUIRE(micro.frames.size() == 1);
    CHECK(micro.frames[0].link_type == 101);
    CHECK(micro.frames[0].bytes == frame);
    CHECK(micro.frames[0].original == 99);
    CHECK(micro.frames[0].time == 7'250'000'000);
    CHECK(micro.damage.empty());
    const Read nano = read(CaptureBytes(big).pcap_header(0xa1b23c4d, 1).record(7, 250000, frame).bytes);
    CHECK(nano.frames.at(0).time == 7'000'250'000);
  }
}

TEST_CASE("frames stay where they are while the next one is in memory") {
  for (const std::uint32_t original : {0U, 2000U}) {
    CaptureBytes content = CaptureBytes(false).pcap_header(0xa1b2c3d4, 1);
    for (std::uint32_t i = 0; i < 3000; ++i) content.record(i, 0, Octets(900 + i % 300, static_cast<std::uint8_t>(i)), original);
    CaptureFile file(content.bytes, "test");
    unsigned kept = 0;
    Frame first;
    REQUIRE(file.next(first));
    for (bool more = true; more;) {
      const Octets copy(first.bytes.begin(), first.bytes.end());
      const bool ready = file.ready();
      Frame second;
      more = file.next(second);
      if (ready && more) {
        REQUIRE(std::equal(copy.begin(), copy.end(), first.bytes.begin()));
        ++kept;
      }
      first = second;
    }
    CHECK(kept > 2900);
  }
}

TEST_CASE("times after 2038 are not negative") {
  CHECK(read(CaptureBytes(false).pcap_header(0xa1b2c3d4, 1).record(4000000000, 0, frame).bytes).frames.at(0).time ==
        4'000'000'000'000'000'000);
}

TEST_CASE("pcap: bits above the link type tell of checksums, two lengths may be swapped in old versions") {
  CHECK(
      read(CaptureBytes(false).pcap_header(0xa1b2c3d4, 0x30000001).record(1, 0, frame).bytes).frames.at(0).link_type ==
      1);
  const Octets swapped = CaptureBytes(false).pcap_header(0xa1b2c3d4, 1, 3).u32(1).u32(0).u32(9).u32(5).add(frame).bytes;
  CHECK(read(swapped).frames.at(0).original == 9);
}

TEST_CASE("a pcap file that ends too early delivers what is before") {
  const Octets whole = CaptureBytes(false).pcap_header(0xa1b2c3d4, 1).record(1, 0, frame).record(2, 0, frame).bytes;
  for (std::size_t size = 45; size < whole.size(); ++size) {
    Octets part(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    const Read result = read(part);
    CHECK(result.frames.size() == 1);
    CHECK(result.damage.empty() == (size == 45));
    CHECK(result.offset == (size == 45 ? 0 : 45));
  }
}

TEST_CASE("an absurd length is refused, before and not after memory is asked for it") {
  const Octets content =
      CaptureBytes(false).pcap_header(0xa1b2c3d4, 1).record(1, 0, frame).u32(2).u32(0).u32(0xfffffff0).u32(60).bytes;
  const Read result = read(content);
  CHECK(result.frames.size() == 1);
  CHECK(result.damage == "a packet of 4294967280 bytes cannot be, at most 262144 are believed");
}

TEST_CASE("files that are no captures") {
  CHECK(read({}).damage == "the file is empty");
  CHECK(read(hex("1f8b0800")).damage == "the compressed file ends before its data does");
  CHECK(read(hex("23212f62696e2f7368")).damage == "this is neither pcap nor pcapng");
  CHECK(read(hex("d4c3b2a10200")).damage == "the file ends in its header");
  CHECK(read(CaptureBytes(true).pcap_header(0xa1b2c3d4, 1).bytes).frames.empty());
  CHECK_THROWS_AS(CaptureFile(std::string("/nonexistent/x.pcap")), EnvironmentError);
}

TEST_CASE("pcapng: sections of both byte orders, interfaces of several link types") {
  CaptureBytes content(false);
  CaptureBytes options = content.inner().option(2, hex("65746830")).option(9, hex("09"));
  content.section().interface(1, 0, options).interface(101);
  content.enhanced(0, 1'500'000'000'000'000'001, frame).enhanced(1, 7'000'001, frame);
  CaptureBytes second(true);
  CaptureBytes binary = second.inner().option(9, hex("8a")).option(14, hex("0000000000000064"));
  second.section().interface(113, 0, binary).enhanced(0, 3 * 1024 + 512, frame);
  const Read result = read(content.add(second.bytes).bytes);
  REQUIRE(result.frames.size() == 3);
  CHECK(result.damage.empty());
  CHECK(result.frames[0].link_type == 1);
  CHECK(result.frames[0].interface == "eth0");
  CHECK(result.frames[0].time == 1'500'000'000'000'000'001);
  CHECK(result.frames[1].link_type == 101);
  CHECK(result.frames[1].time == 7'000'001'000);
  CHECK(result.frames[1].interface.empty());
  CHECK(result.frames[2].link_type == 113);
  CHECK(result.frames[2].time == 103'500'000'000);
}

TEST_CASE("pcapng: simple and old packet blocks, packet flags, unknown blocks") {
  CaptureBytes content(false);
  content.section().block(0x80000001, content.inner().u32(1)).interface(101, 4);
  content.enhanced(0, 5'000'000, hex("01020304"), content.inner().option(2, hex("02000000")));
  content.block(3, content.inner().u32(9).add(hex("01020304")));  // 9 bytes, 4 kept
  content.block(2, content.inner().u16(0).u16(3).u32(0).u32(6'000'000).u32(2).u32(60).add(hex("0a0b0000")));
  const Read result = read(content.bytes);
  REQUIRE(result.frames.size() == 3);
  CHECK(result.frames[0].flags == 2);
  CHECK(result.frames[1].bytes == hex("01020304"));
  CHECK(result.frames[1].original == 9);
  CHECK(result.frames[1].time == 5'000'000'000);  // it has none of its own
  CHECK(result.frames[2].bytes == hex("0a0b"));
  CHECK(result.frames[2].original == 60);
  CHECK(result.frames[2].time == 6'000'000'000);
}

TEST_CASE("damaged pcapng delivers what is before, and tells where") {
  CaptureBytes good(false);
  good.section().interface(101).enhanced(0, 1, frame);
  const auto damage = [&](const CaptureBytes& more) {
    Octets content = good.bytes;
    content.insert(content.end(), more.bytes.begin(), more.bytes.end());
    const Read result = read(content);
    CHECK(result.frames.size() == 1);
    CHECK(result.offset == good.bytes.size());
    return result.damage;
  };
  const CaptureBytes none = good.inner();
  CHECK(damage(good.inner().enhanced(7, 1, frame)) == "a packet of interface 7, which is not described");
  CHECK(damage(good.inner().u32(6).u32(8).u32(0)) == "a block of 8 bytes cannot be");
  CHECK(damage(good.inner().u32(6).u32(13).u32(0)) == "a block of 13 bytes: the length is no multiple of 4");
  CHECK(damage(good.inner().u32(9).u32(0xfffffffc).u32(0)) == "a block of 4294967292 bytes cannot be");
  CHECK(damage(good.inner().u32(9).u32(12).u32(16)) == "the two lengths of a block differ");
  CHECK(damage(good.inner().u32(9).u32(64).u32(16)) == "the file ends in a block: 12 of 64 bytes are there");
  CHECK(damage(good.inner().u32(9)) == "the file ends in the header of a block");
  CHECK(damage(good.inner().section(2)) == "version 2.0 of the pcapng format is not known");
  CHECK(damage(good.inner().block(6, none.inner().u32(0).u64(0).u32(65536).u32(65536))) ==
        "a packet of 65536 bytes in a block with room for 0");
  CHECK(damage(good.inner().block(1, none.inner().u32(1))) == "an interface description that is too short");
}

TEST_CASE("a file is read in blocks, whatever its size") {
  const auto path = std::filesystem::temp_directory_path() / "fwsim-capture-test.pcap";
  {
    CaptureWriter writer(path.string());
    Packet packet = v4(17, datagram() + Octets(1400));
    for (int i = 0; i < 3000; ++i) {
      packet.time = 1'700'000'000'000'000'000 + i;
      writer.write(packet);
    }
    writer.close();
  }
  CaptureFile file(path.string());
  std::uint64_t count = 0;
  bool same = true;
  for (Frame f; file.next(f); ++count)
    same = same && f.link_type == 101 && f.bytes.size() == 1433 && f.bytes[20] == 0x03 &&
           f.time == 1'700'000'000'000'000'000 + static_cast<std::int64_t>(count);
  CHECK(same);
  CHECK(count == 3000);
  CHECK_FALSE(file.damage());
  std::filesystem::remove(path);
}

TEST_CASE("what the writer writes with Ethernet header comes back, VLAN tag and all") {
  const auto path = std::filesystem::temp_directory_path() / "fwsim-writer-test.pcap";
  Packet packet = v6(6, syn());
  std::copy_n(hex("02000000000102000000000286dd").begin(), 14, packet.link.ethernet.begin());
  packet.link.present = packet.link.tagged = true;
  packet.link.vlan = 100;
  packet.missing = 7;
  {
    CaptureWriter writer(path.string(), CaptureWriter::Link::ethernet);
    writer.write(packet);
    writer.close();
  }
  CaptureFile file(path.string());
  Frame f;
  REQUIRE(file.next(f));
  Packet back;
  CHECK(strip_link_layer(f, back).kind == Stripped::Kind::packet);
  CHECK(back.bytes == packet.bytes);
  CHECK(back.link.vlan == 100);
  CHECK(back.link.ethernet == packet.link.ethernet);
  CHECK(back.missing == 7);
  std::filesystem::remove(path);
  CHECK_THROWS_AS(CaptureWriter("/nonexistent/x.pcap"), EnvironmentError);
}

TEST_CASE("filters see each link type as what it is") {
  CaptureFilter filter("tcp port 22");
  CHECK_FALSE(filter.error());
  const auto passes = [&](unsigned link_type, const Octets& bytes, bool big = false) {
    return filter.matches({.link_type = link_type, .bytes = bytes, .original = bytes.size(), .big_endian = big});
  };
  const Octets packet = v4(6, syn()).bytes;
  CHECK(passes(101, packet));
  CHECK_FALSE(passes(101, v4(17, datagram()).bytes));
  CHECK(passes(1, hex("020000000001 020000000002 0800") + packet));
  CHECK(passes(0, hex("02000000") + packet));
  CHECK(passes(0, hex("00000002") + packet));
  CHECK(passes(108, hex("00000002") + packet));
  CHECK(passes(113, hex("0000 0001 0006 0200000000020000 0800") + packet));
  CHECK(passes(239, hex("0200 0000 2c00 0900") + packet));
  CHECK_FALSE(passes(239, hex("0200 0000")));
  CHECK(filter.complaints().empty());
  CHECK_FALSE(passes(230, packet));
  CHECK_FALSE(passes(230, packet));
  CHECK(filter.complaints().size() == 1);
}

TEST_CASE("a filter that cannot be understood says why") {
  const CaptureFilter filter("tcp prot 22");
  REQUIRE(filter.error());
  CHECK_FALSE(filter.error()->empty());
}

}  // namespace fwsim::test
