# SPDX-License-Identifier: Apache-2.0
#
# md4c reads the Markdown of lessons. A file of its own because the fuzz targets need it without the rest of the window.
pkg_check_modules(md4c QUIET IMPORTED_TARGET md4c)
if(TARGET PkgConfig::md4c)
    set(md4c_target PkgConfig::md4c)
else()
    set(BUILD_MD2HTML_EXECUTABLE OFF CACHE BOOL "" FORCE)
    set(BUILD_SHARED_LIBS OFF CACHE BOOL "" FORCE)
    regard_fetch(md4c https://github.com/mity/md4c/archive/refs/tags/release-0.4.8.tar.gz libmd4c-dev)
    target_include_directories(md4c INTERFACE ${md4c_SOURCE_DIR}/src)
    set(md4c_target md4c)
endif()
