// The drawing of a network with a packet's way through it.
#pragma once

#include <string>
#include <string_view>

#include "reports/path_report.hh"

namespace fwsim {

// As an inline SVG, in the colours of the page around it (path_html.cc): hosts are boxes, links are rounded, each as far right as it
// is from where the packet begins. A line along the way there, and a dashed one back.
std::string drawing_of(const PathReport& report);

}  // namespace fwsim
