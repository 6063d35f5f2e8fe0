# SPDX-License-Identifier: Apache-2.0
#
# Libraries of the headless part: Eigen, nlohmann-json, utf8proc, PCRE2, zlib, libpng. The system's own are taken first;
# with REGARD_FETCH the missing ones are downloaded, pinned to the versions Debian 12 ships.
include(FetchContent)
find_package(PkgConfig REQUIRED)

# regard_fetch(<name> <https archive> <what to say when downloads are off>)
function(regard_fetch name url package)
    if(NOT REGARD_FETCH)
        message(FATAL_ERROR "${name} was not found. On Debian 12 install ${package} (app/run does it); "
                            "elsewhere configure with -DREGARD_FETCH=ON to download it.")
    endif()
    message(STATUS "${name} is not installed; downloading ${url}")
    FetchContent_Declare(${name} URL ${url} DOWNLOAD_EXTRACT_TIMESTAMP ON)
    FetchContent_MakeAvailable(${name})
    set(${name}_SOURCE_DIR ${${name}_SOURCE_DIR} PARENT_SCOPE)
    set(${name}_BINARY_DIR ${${name}_BINARY_DIR} PARENT_SCOPE)
endfunction()

add_library(regard_core_dependencies INTERFACE)

find_package(Eigen3 3.4 NO_MODULE QUIET)
if(NOT TARGET Eigen3::Eigen)
    set(EIGEN_BUILD_DOC OFF)
    set(EIGEN_BUILD_TESTING OFF)
    regard_fetch(eigen https://gitlab.com/libeigen/eigen/-/archive/3.4.0/eigen-3.4.0.tar.gz libeigen3-dev)
endif()

find_package(nlohmann_json 3.11 QUIET)
if(NOT TARGET nlohmann_json::nlohmann_json)
    regard_fetch(json https://github.com/nlohmann/json/archive/refs/tags/v3.11.2.tar.gz nlohmann-json3-dev)
endif()

pkg_check_modules(utf8proc QUIET IMPORTED_TARGET libutf8proc)
if(TARGET PkgConfig::utf8proc)
    set(utf8proc_target PkgConfig::utf8proc)
else()
    regard_fetch(utf8proc https://github.com/JuliaStrings/utf8proc/archive/refs/tags/v2.8.0.tar.gz libutf8proc-dev)
    target_include_directories(utf8proc INTERFACE ${utf8proc_SOURCE_DIR})
    set(utf8proc_target utf8proc)
endif()

pkg_check_modules(pcre2 QUIET IMPORTED_TARGET libpcre2-8)
if(TARGET PkgConfig::pcre2)
    set(pcre2_target PkgConfig::pcre2)
else()
    set(PCRE2_BUILD_TESTS OFF CACHE BOOL "" FORCE)
    set(PCRE2_BUILD_PCRE2GREP OFF CACHE BOOL "" FORCE)
    regard_fetch(pcre2 https://github.com/PCRE2Project/pcre2/archive/refs/tags/pcre2-10.42.tar.gz libpcre2-dev)
    target_include_directories(pcre2-8-static INTERFACE ${pcre2_BINARY_DIR})
    set(pcre2_target pcre2-8-static)
endif()

find_package(ZLIB QUIET)
if(TARGET ZLIB::ZLIB)
    set(zlib_target ZLIB::ZLIB)
else()
    regard_fetch(zlib https://github.com/madler/zlib/archive/refs/tags/v1.2.13.tar.gz zlib1g-dev)
    target_include_directories(zlibstatic INTERFACE ${zlib_SOURCE_DIR} ${zlib_BINARY_DIR})
    set(zlib_target zlibstatic)
endif()

find_package(PNG QUIET)
if(NOT TARGET PNG::PNG)
    message(FATAL_ERROR "libpng was not found. On Debian 12 install libpng-dev (app/run does it); "
                        "elsewhere take it from the system's package manager.")
endif()

target_link_libraries(regard_core_dependencies INTERFACE Eigen3::Eigen nlohmann_json::nlohmann_json
                                                         ${utf8proc_target} ${pcre2_target} ${zlib_target} PNG::PNG)
target_compile_definitions(regard_core_dependencies INTERFACE PCRE2_CODE_UNIT_WIDTH=8)
