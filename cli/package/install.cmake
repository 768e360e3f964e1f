# What `cmake --install` puts where, and the Debian packages that `cpack` makes of it: fwsim, and libfwsim-dev for programs that
# use the rooms as a library (find_package(fwsim), fwsim::fwsim).
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

# The pages and completions come from the program itself.
set(pages ${PROJECT_BINARY_DIR}/pages)
add_custom_command(OUTPUT ${pages}/made
                   COMMAND sh ${PROJECT_SOURCE_DIR}/cli/package/pages.sh $<TARGET_FILE:fwsim> ${pages}
                   DEPENDS fwsim ${PROJECT_SOURCE_DIR}/cli/package/pages.sh ${PROJECT_SOURCE_DIR}/cli/package/changelog VERBATIM)
add_custom_target(pages ALL DEPENDS ${pages}/made)

set(unit_directory lib/systemd/system CACHE STRING "Where units of systemd go, under the prefix")
install(TARGETS fwsim RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT program)
install(DIRECTORY ${pages}/man ${pages}/bash-completion ${pages}/zsh ${pages}/fish DESTINATION share COMPONENT program)
install(FILES cli/live/fwsim-live.service DESTINATION ${unit_directory} COMPONENT program)
install(FILES README.md DESTINATION share/doc/fwsim COMPONENT program)
install(FILES cli/package/copyright ${pages}/changelog.gz DESTINATION share/doc/fwsim COMPONENT program)

set(rooms model parser simulator lint reports)
add_library(fwsim_library INTERFACE)
set_target_properties(fwsim_library PROPERTIES EXPORT_NAME fwsim)
target_link_libraries(fwsim_library INTERFACE reports lint simulator parser model)
install(TARGETS fwsim_library ${rooms} EXPORT fwsim ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development)
foreach(room ${rooms})
  set_target_properties(${room} PROPERTIES OUTPUT_NAME fwsim_${room})
  install(DIRECTORY ${room}/ DESTINATION include/fwsim/${room} COMPONENT development FILES_MATCHING PATTERN *.hh)
endforeach()
set(config ${CMAKE_INSTALL_LIBDIR}/cmake/fwsim)
install(EXPORT fwsim NAMESPACE fwsim:: FILE fwsimTargets.cmake DESTINATION ${config} COMPONENT development)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/fwsimConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES cli/package/fwsimConfig.cmake ${PROJECT_BINARY_DIR}/fwsimConfigVersion.cmake DESTINATION ${config} COMPONENT development)
install(FILES cli/package/copyright ${pages}/changelog.gz DESTINATION share/doc/libfwsim-dev COMPONENT development)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME fwsim)
set(CPACK_PACKAGE_CONTACT "fwsim maintainers <maintainers@fwsim.example>")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL program development)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_NAME fwsim)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SUGGESTS "iptables, ipset")
set(CPACK_COMPONENT_PROGRAM_DESCRIPTION "simulator and linter of iptables rulesets\n\
Follows packets and captures through every hook of a ruleset as the Linux\n\
kernel does, without loading it, proves what holds for all packets, finds\n\
rules that do not do what they say, and audits them.")
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libfwsim-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS
    "libfmt-dev, libpcap-dev, zlib1g-dev, libzstd-dev, libmnl-dev, libz3-dev, nlohmann-json3-dev, pkg-config")
set(CPACK_COMPONENT_DEVELOPMENT_DESCRIPTION "simulator and linter of iptables rulesets, as a library\n\
For C++20 programs that read rulesets, ask what becomes of packets, lint, and\n\
compare two rulesets: find_package(fwsim) in CMake.")
include(CPack)
