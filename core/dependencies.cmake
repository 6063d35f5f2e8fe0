# SPDX-License-Identifier: Apache-2.0
#
# Libraries of the headless part: Eigen, nlohmann-json, utf8proc, Oniguruma, zlib, libpng. The system's own are taken first;
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

pkg_check_modules(oniguruma QUIET IMPORTED_TARGET oniguruma)
if(TARGET PkgConfig::oniguruma)
    set(oniguruma_target PkgConfig::oniguruma)
else()
    set(BUILD_TEST OFF CACHE BOOL "" FORCE)
    set(BUILD_SHARED_LIBS OFF CACHE BOOL "" FORCE)
    regard_fetch(oniguruma https://github.com/kkos/oniguruma/releases/download/v6.9.8/onig-6.9.8.tar.gz libonig-dev)
    set(oniguruma_target onig)
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
                                                         ${utf8proc_target} ${oniguruma_target} ${zlib_target} PNG::PNG)
