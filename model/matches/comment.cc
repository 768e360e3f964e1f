// -m comment: a note that matches everything. net/netfilter/xt_comment.c
#include "model/extension.hh"

namespace fwsim {
namespace {

constexpr Option options[] = {
    {.name = "comment", .kind = &kinds::text, .max = 255, .required = true, .help = "a note of at most 255 bytes"},
};

}  // namespace

extern const Extension match_comment{.name = "comment", .options = options, .help = "a note; always true"};

}  // namespace fwsim
