// What `fwsim lint --fix` did to a file.
#pragma once

#include <string>
#include <string_view>

#include "lint/mend.hh"

namespace fwsim {

// What was mended and what was left, with the reasons. `only_said`: nothing was written.
std::string mended_text(const std::string& file, const Mended& mended, bool only_said, bool colour);
// A unified diff, as `patch -p0` takes it; empty when there are no edits.
std::string patch_text(const std::string& file, std::string_view text, const Edits& edits);

}  // namespace fwsim
