// Captures in the pcap and pcapng formats (draft-ietf-opsawg-pcap, draft-ietf-opsawg-pcapng), read
// by our own reader because libpcap refuses pcapng files whose interfaces differ. Nothing is
// allocated per packet. A damaged file delivers what is before the damage and then a note of it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "simulator/sources/source.hh"

namespace fwsim {

// Where and why reading stopped before the end.
struct CaptureDamage {
  std::string file;
  std::uint64_t offset = 0;  // of the record that cannot be read
  std::string what;
};
// "file: at byte 1234: what"
std::string to_text(const CaptureDamage& damage);

class CaptureFormat;  // capture_format.hh
class InputBuffer;

class CaptureFile : public Source {
 public:
  // "-" is standard input. Throws EnvironmentError when the file cannot be opened or read; a file
  // that is no capture has damage at offset 0.
  explicit CaptureFile(const std::string& path);
  // A capture in memory; `name` stands for the file in messages.
  CaptureFile(std::vector<std::uint8_t> content, std::string name);
  CaptureFile(std::shared_ptr<const std::vector<std::uint8_t>> content, std::string name);
  ~CaptureFile() override;

  bool next(Frame& frame) override;
  // Whether the next frame is in memory: then those before it stay valid.
  bool ready() const;
  std::optional<double> share_read() const;   // InputBuffer's
  // Known once next() has returned false.
  const std::optional<CaptureDamage>& damage() const { return damage_; }

 private:
  std::string name_;
  std::unique_ptr<InputBuffer> input_;
  std::unique_ptr<CaptureFormat> format_;
  std::optional<CaptureDamage> damage_;
  std::uint64_t count_ = 0;
  bool started_ = false;

  bool stop(std::string what);
};

}  // namespace fwsim
