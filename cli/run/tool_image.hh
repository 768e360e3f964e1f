// What fwsim carries in itself for the sandbox.
#pragma once

#include <string_view>

namespace fwsim {

std::string_view tool_image();      // the program of tool.cc
std::string_view shell_prelude();   // what bash reads before a script: it has each command told where it stands

}  // namespace fwsim
