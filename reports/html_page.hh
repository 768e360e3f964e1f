// The text of the page that `fwsim lint --format html` prints: its frame, style and script, as they stand in the file.
// The frame has {style}, {report} (JSON) and {script} where those go. Nothing in it loads anything.
#pragma once

#include <string_view>

namespace fwsim {

extern const std::string_view html_frame, html_style;
// In this order they are the script.
extern const std::string_view html_script_base, html_script_findings, html_script_rules, html_script_drawings, html_script_steps, html_script_services,
    html_script_start;

}  // namespace fwsim
