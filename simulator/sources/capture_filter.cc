#include "simulator/sources/capture_filter.hh"

#include <fmt/format.h>
#include <pcap/pcap.h>

#include <utility>

#include "simulator/sources/link_layer.hh"

namespace fwsim {
namespace {

constexpr unsigned ethernet = 1;
constexpr int longest = 262144;

struct CloseHandle {
  void operator()(pcap_t* handle) const { pcap_close(handle); }
};

// Most numbers of the registry are libpcap's own, but for the oldest.
int dlt_of(unsigned link_type) {
  switch (link_type) {
    case 12:
    case 14:
    case 101:
    case 228:
    case 229: return DLT_RAW;
    case 0:
    case 108:
    case 239: return DLT_RAW;  // see visible_bytes()
    case 100: return DLT_ATM_RFC1483;
    case 102: return DLT_SLIP_BSDOS;
    case 103: return DLT_PPP_BSDOS;
    case 106: return DLT_ATM_CLIP;
    default: return static_cast<int>(link_type);
  }
}

// What the filter sees of a frame. libpcap reads the header of loopback captures in the byte order of
// this machine, not in that of the capture, and cannot filter NFLOG: there it sees the packet alone.
Bytes visible_bytes(const Frame& frame, Packet& scratch) {
  switch (frame.link_type) {
    case 0:
    case 108: return frame.bytes.subspan(std::min<std::size_t>(4, frame.bytes.size()));
    case 239: return strip_link_layer(frame, scratch).kind == Stripped::Kind::packet ? scratch.all() : Bytes();
    default: return frame.bytes;
  }
}

}  // namespace

struct CaptureFilter::Compiled {
  unsigned link_type;
  bpf_program program{};
  bool usable = false;
  std::string error;

  Compiled(unsigned type, const std::string& expression) : link_type(type) {
    const std::unique_ptr<pcap_t, CloseHandle> handle(pcap_open_dead(dlt_of(type), longest));
    usable = handle && pcap_compile(handle.get(), &program, expression.c_str(), 1, PCAP_NETMASK_UNKNOWN) == 0;
    if (!usable) error = handle ? pcap_geterr(handle.get()) : "out of memory";
  }
  Compiled(const Compiled&) = delete;
  Compiled& operator=(const Compiled&) = delete;
  ~Compiled() {
    if (usable) pcap_freecode(&program);
  }
};

CaptureFilter::CaptureFilter(std::string expression)
    : expression_(std::move(expression)), scratch_(std::make_unique<Packet>()) {
  compiled_.push_back(std::make_unique<Compiled>(ethernet, expression_));
}

CaptureFilter::~CaptureFilter() = default;

std::optional<std::string> CaptureFilter::error() const {
  if (compiled_.front()->usable) return std::nullopt;
  return compiled_.front()->error;
}

CaptureFilter::Compiled& CaptureFilter::compiled_for(unsigned link_type) {
  for (const auto& compiled : compiled_)
    if (compiled->link_type == link_type) return *compiled;
  compiled_.push_back(std::make_unique<Compiled>(link_type, expression_));
  Compiled& added = *compiled_.back();
  if (!added.usable)
    complaints_.push_back(fmt::format("the filter cannot be used with link type {}: {}", link_type, added.error));
  return added;
}

bool CaptureFilter::matches(const Frame& frame) {
  Compiled& compiled = compiled_for(frame.link_type);
  if (!compiled.usable) return false;
  const Bytes bytes = visible_bytes(frame, *scratch_);
  pcap_pkthdr header{};
  header.caplen = static_cast<bpf_u_int32>(bytes.size());
  header.len = static_cast<bpf_u_int32>(frame.original);
  return pcap_offline_filter(&compiled.program, &header, bytes.data()) != 0;
}

}  // namespace fwsim
