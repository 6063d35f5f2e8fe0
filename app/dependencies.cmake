# SPDX-License-Identifier: Apache-2.0
#
# Libraries of the window and the command line: Dear ImGui, GLFW, glad, CLI11, md4c, cairo; and the fonts (libpng comes with core).
find_package(OpenGL QUIET)
add_library(regard_app_dependencies INTERFACE)

find_package(glfw3 3.3 QUIET)
if(NOT TARGET glfw)
    set(GLFW_BUILD_DOCS OFF CACHE BOOL "" FORCE)
    set(GLFW_BUILD_TESTS OFF CACHE BOOL "" FORCE)
    set(GLFW_BUILD_EXAMPLES OFF CACHE BOOL "" FORCE)
    regard_fetch(glfw https://github.com/glfw/glfw/archive/refs/tags/3.3.8.tar.gz libglfw3-dev)
endif()

pkg_check_modules(imgui QUIET IMPORTED_TARGET imgui)
if(TARGET PkgConfig::imgui)
    set(imgui_target PkgConfig::imgui)  # Debian's archive holds the GLFW and OpenGL 3 backends too
else()
    regard_fetch(imgui https://github.com/ocornut/imgui/archive/refs/tags/v1.86.tar.gz libimgui-dev)
    add_library(regard_imgui STATIC
        ${imgui_SOURCE_DIR}/imgui.cpp ${imgui_SOURCE_DIR}/imgui_draw.cpp ${imgui_SOURCE_DIR}/imgui_tables.cpp
        ${imgui_SOURCE_DIR}/imgui_widgets.cpp ${imgui_SOURCE_DIR}/misc/cpp/imgui_stdlib.cpp
        ${imgui_SOURCE_DIR}/backends/imgui_impl_glfw.cpp ${imgui_SOURCE_DIR}/backends/imgui_impl_opengl3.cpp)
    target_include_directories(regard_imgui SYSTEM PUBLIC ${imgui_SOURCE_DIR} ${imgui_SOURCE_DIR}/misc/cpp)
    target_link_libraries(regard_imgui PUBLIC glfw)
    set(imgui_target regard_imgui)
endif()

# glad: a package when there is one, else the copy that the set-up step took out of GLFW's source package.
find_package(glad QUIET)
if(TARGET glad::glad)
    set(glad_target glad::glad)
else()
    find_path(regard_glad_root include/glad/gl.h NO_DEFAULT_PATH NO_CACHE
        PATHS ${REGARD_GLAD_DIR} $ENV{REGARD_GLAD_DIR} ${PROJECT_SOURCE_DIR}/build/deps/glad
              $ENV{XDG_CACHE_HOME}/regard/glad $ENV{HOME}/.cache/regard/glad)
    if(regard_glad_root)
        set(glad_include ${regard_glad_root}/include)
        set(glad_source ${regard_glad_root}/src/glad_gl.c)
    elseif(glfw_SOURCE_DIR)
        set(glad_include ${glfw_SOURCE_DIR}/deps)
        set(glad_source ${glfw_SOURCE_DIR}/deps/glad_gl.c)
    elseif(REGARD_FETCH)
        FetchContent_Declare(glfw_source URL https://github.com/glfw/glfw/archive/refs/tags/3.3.8.tar.gz
                             SOURCE_SUBDIR deps/glad)  # no CMakeLists.txt there: sources only
        FetchContent_MakeAvailable(glfw_source)
        set(glad_include ${glfw_source_SOURCE_DIR}/deps)
        set(glad_source ${glfw_source_SOURCE_DIR}/deps/glad_gl.c)
    else()
        message(FATAL_ERROR "The OpenGL loader glad was not found. Run app/setup once (it takes glad out of GLFW's "
                            "Debian source package), or set REGARD_GLAD_DIR, or configure with -DREGARD_FETCH=ON.")
    endif()
    add_library(regard_glad STATIC ${glad_source})
    target_include_directories(regard_glad SYSTEM PUBLIC ${glad_include})
    target_link_libraries(regard_glad PUBLIC ${CMAKE_DL_LIBS})
    set(glad_target regard_glad)
endif()

find_package(CLI11 2.1 QUIET)
if(NOT TARGET CLI11::CLI11)
    regard_fetch(cli11 https://github.com/CLIUtils/CLI11/archive/refs/tags/v2.1.2.tar.gz libcli11-dev)
endif()

# md4c reads the Markdown of lessons.
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

# cairo and FreeType draw exported pictures without a window.
pkg_check_modules(cairo IMPORTED_TARGET cairo>=1.16 cairo-ft cairo-pdf freetype2)
if(NOT TARGET PkgConfig::cairo)
    message(FATAL_ERROR "cairo with FreeType was not found. On Debian 12 install libcairo2-dev and libfreetype-dev "
                        "(app/run does it).")
endif()

# FriBidi and HarfBuzz lay out scripts that run from right to left, join or stack.
pkg_check_modules(scripts IMPORTED_TARGET fribidi>=1.0 harfbuzz>=2.6)
if(NOT TARGET PkgConfig::scripts)
    message(FATAL_ERROR "FriBidi and HarfBuzz were not found. On Debian 12 install libfribidi-dev and libharfbuzz-dev "
                        "(app/run does it).")
endif()

# xcb puts pictures on the clipboard under X11; without it the program says that it cannot.
pkg_check_modules(xcb QUIET IMPORTED_TARGET xcb)

target_link_libraries(regard_app_dependencies INTERFACE PkgConfig::cairo ${imgui_target} ${glad_target} glfw CLI11::CLI11 ${md4c_target}
                                                        ${CMAKE_DL_LIBS} $<LINK_ONLY:PkgConfig::scripts>)

if(TARGET PkgConfig::xcb)
    target_link_libraries(regard_app_dependencies INTERFACE PkgConfig::xcb)
endif()

# Fonts are copied into the build tree: app/style/font_files.h says what for.
set(REGARD_FONT_FILES Inter-Regular.otf Inter-SemiBold.otf JetBrainsMono-Regular.ttf Inter-Italic.otf
                       DejaVuSans.ttf DroidSansFallback.ttf)
foreach(script Hebrew Arabic Syriac Thaana Devanagari Bengali Gurmukhi Gujarati Oriya Tamil Telugu Kannada Malayalam Sinhala
               Thai Lao Myanmar Khmer Ethiopic)
    list(APPEND REGARD_FONT_FILES NotoSans${script}-Regular.ttf)
endforeach()
list(APPEND REGARD_FONT_FILES NotoSerifTibetan-Regular.ttf)
set(regard_fonts "")
foreach(font IN LISTS REGARD_FONT_FILES)
    find_file(regard_font_${font} ${font}
        PATHS /usr/share/fonts/opentype/inter /usr/share/fonts/truetype/jetbrains-mono /usr/share/fonts/truetype/dejavu
              /usr/share/fonts-droid-fallback/truetype /usr/share/fonts/truetype/noto /usr/share/fonts
              /usr/local/share/fonts /Library/Fonts $ENV{HOME}/.local/share/fonts
        PATH_SUFFIXES inter jetbrains-mono dejavu droid noto TTF NO_DEFAULT_PATH)
    if(NOT regard_font_${font})
        message(FATAL_ERROR "The font ${font} was not found. On Debian 12 install fonts-inter, fonts-jetbrains-mono, "
                            "fonts-dejavu-core, fonts-droid-fallback and fonts-noto-core (app/run does it); elsewhere set "
                            "regard_font_${font} to its path.")
    endif()
    list(APPEND regard_fonts ${regard_font_${font}})
endforeach()
