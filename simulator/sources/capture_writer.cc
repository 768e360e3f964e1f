#include "simulator/sources/capture_writer.hh"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>

#include "model/diagnostic.hh"

namespace fwsim {
namespace {

constexpr std::int64_t second = 1'000'000'000;

// A buffer of its own size: small headers are made without allocation.
template <std::size_t Size>
class Header {
 public:
  void add16(std::uint64_t value) {
    bytes_[size_++] = static_cast<std::uint8_t>(value >> 8);
    bytes_[size_++] = static_cast<std::uint8_t>(value);
  }
  void add32(std::uint64_t value) {
    add16(value >> 16);
    add16(value);
  }
  void add(Bytes bytes) {
    std::copy(bytes.begin(), bytes.end(), bytes_.begin() + static_cast<std::ptrdiff_t>(size_));
    size_ += bytes.size();
  }
  std::size_t size() const { return size_; }
  Bytes bytes() const { return Bytes(bytes_).first(size_); }

 private:
  std::array<std::uint8_t, Size> bytes_{};
  std::size_t size_ = 0;
};

using EthernetHeader = Header<22>;

EthernetHeader ethernet_header(const LinkHeader& link, Family family) {
  EthernetHeader header;
  header.add(Bytes(link.ethernet).first(12));
  if (link.tagged) {
    const bool two = link.inner_vlan != 0;
    header.add16(two ? 0x88a8 : 0x8100);
    header.add16(link.vlan);
    if (two) {
      header.add16(0x8100);
      header.add16(link.inner_vlan);
    }
  }
  header.add16(family == Family::v4 ? 0x0800 : 0x86dd);
  return header;
}

}  // namespace

void CaptureWriter::CloseFile::operator()(std::FILE* file) const {
  if (file != stdout) std::fclose(file);
}

CaptureWriter::CaptureWriter(const std::string& path, Link link)
    : path_(path == "-" ? "standard output" : path),
      link_(link),
      file_(path == "-" ? stdout : std::fopen(path.c_str(), "wb")) {
  if (!file_) throw EnvironmentError(fmt::format("{}: {}", path_, std::strerror(errno)));
  Header<24> header;
  header.add32(0xa1b23c4d);
  header.add32(0x00020004);
  header.add32(0);
  header.add32(0);
  header.add32(262144);
  header.add32(static_cast<unsigned>(link_));
  put(header.bytes());
}

CaptureWriter::~CaptureWriter() = default;

void CaptureWriter::put(Bytes bytes) {
  if (std::fwrite(bytes.data(), 1, bytes.size(), file_.get()) != bytes.size())
    throw EnvironmentError(fmt::format("{}: {}", path_, std::strerror(errno)));
}

void CaptureWriter::write(const Packet& packet, const LinkHeader& link) {
  const EthernetHeader header = link_ == Link::ethernet ? ethernet_header(link, packet.family) : EthernetHeader();
  const std::size_t captured = header.size() + packet.bytes.size();
  Header<16> record;
  record.add32(static_cast<std::uint64_t>(packet.time / second));
  record.add32(static_cast<std::uint64_t>(packet.time % second));
  record.add32(captured);
  record.add32(captured + packet.missing);
  put(record.bytes());
  put(header.bytes());
  put(packet.bytes);
}

void CaptureWriter::close() {
  if (!file_) return;
  const bool failed = std::fflush(file_.get()) != 0;
  const int error = errno;
  file_.reset();
  if (failed) throw EnvironmentError(fmt::format("{}: {}", path_, std::strerror(error)));
}

}  // namespace fwsim
