#include "simulator/sources/capture_file.hh"

#include <fmt/format.h>

#include <utility>

#include "simulator/sources/capture_format.hh"

namespace fwsim {
namespace {

std::unique_ptr<CaptureFormat> open_format(InputBuffer& input, std::string& what) {
  const Bytes start = input.peek(4);
  if (start.empty()) {
    what = "the file is empty";
    return nullptr;
  }
  if (be32(start, 0) == 0x0a0d0d0a) return open_pcapng(input, what);
  return open_pcap(input, what);
}

}  // namespace

std::string to_text(const CaptureDamage& damage) {
  return fmt::format("{}: at byte {}: {}", damage.file, damage.offset, damage.what);
}

std::size_t longest_frame(unsigned link_type) {
  switch (link_type) {
    case 231:                                 // DBUS
    case 249: return std::size_t{128} << 20;  // USBPCAP
    case 279: return std::size_t{8} << 20;    // EBHSCR
    default: return std::size_t{256} << 10;
  }
}

CaptureFile::CaptureFile(const std::string& path)
    : name_(path == "-" ? "standard input" : path), input_(std::make_unique<InputBuffer>(path)) {}

CaptureFile::CaptureFile(std::vector<std::uint8_t> content, std::string name)
    : CaptureFile(std::make_shared<const std::vector<std::uint8_t>>(std::move(content)), std::move(name)) {}

CaptureFile::CaptureFile(std::shared_ptr<const std::vector<std::uint8_t>> content, std::string name)
    : name_(std::move(name)), input_(std::make_unique<InputBuffer>(std::move(content))) {}

CaptureFile::~CaptureFile() = default;

bool CaptureFile::stop(std::string what) {
  if (std::string packing = input_->fault(); !packing.empty() && input_->at_end()) what = std::move(packing);   // that is why it ends
  if (!what.empty()) damage_ = CaptureDamage{name_, input_->offset(), std::move(what)};
  format_.reset();
  return false;
}

bool CaptureFile::ready() const { return format_ && format_->ready(*input_); }

std::optional<double> CaptureFile::share_read() const { return input_->share_read(); }

bool CaptureFile::next(Frame& frame) {
  std::string what;
  if (!std::exchange(started_, true)) {
    format_ = open_format(*input_, what);
    if (!format_) return stop(std::move(what));
  }
  if (!format_) return false;
  if (!format_->next(*input_, frame, what)) return stop(std::move(what));
  frame.number = ++count_;
  return true;
}

}  // namespace fwsim
