// -m comment: a note that matches everything. net/netfilter/xt_comment.c
#include <string>

#include "model/extension.hh"

namespace fwsim {
namespace {

constexpr std::size_t max_comment = 255;

// iptables keeps what there is room for (seen: 1.8.9).
void finish(Use& use, CheckContext&) {
  if (use.text("comment").size() > max_comment) use.put("comment", std::string(use.text("comment").substr(0, max_comment)));
}

constexpr Option options[] = {
    {.name = "comment", .kind = &kinds::text, .required = true, .help = "a note, of which 255 bytes are kept"},
};

}  // namespace

extern const Extension match_comment{.name = "comment", .options = options, .help = "a note; always true", .finish = finish};

}  // namespace fwsim
