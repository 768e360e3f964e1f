// The words of an ip(8) command line, with where they stand.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "parser/iproute.hh"

namespace fwsim {

struct IpWord {
  std::string_view text;  // empty behind the last word
  std::size_t at = 0;

  TextFault fault(std::string what, std::string hint = {}) const {
    return {at, text.empty() ? 1 : text.size(), std::move(what), std::move(hint)};
  }
  IpWord part(std::size_t from, std::size_t to) const {
    return {text.substr(from, to == std::string_view::npos ? to : to - from), at + from};
  }
};

class IpWords {
 public:
  explicit IpWords(std::string_view text) : text_(text) { skip(); }

  bool done() const { return at_ == text_.size(); }
  IpWord peek() const {
    const std::size_t end = text_.find_first_of(blanks, at_);
    return {text_.substr(at_, end == std::string_view::npos ? end : end - at_), at_};
  }
  IpWord next() {
    const IpWord word = peek();
    at_ += word.text.size();
    skip();
    return word;
  }
  TextFault whole(std::string what, std::string hint = {}) const {
    return {0, text_.empty() ? 1 : text_.size(), std::move(what), std::move(hint)};
  }

 private:
  static constexpr std::string_view blanks = " \t\r\n";
  std::string_view text_;
  std::size_t at_ = 0;

  void skip() {
    at_ = text_.find_first_not_of(blanks, at_);
    if (at_ == std::string_view::npos) at_ = text_.size();
  }
};

}  // namespace fwsim
