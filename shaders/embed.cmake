# SPDX-License-Identifier: Apache-2.0
#
# Writes OUTPUT: a C++ file with the text of each shader in FILES and the function that finds one by file name.
set(table "")
foreach(file IN LISTS FILES)
    get_filename_component(name ${file} NAME)
    file(READ ${file} text)
    string(APPEND table "    {\"${name}\", R\"GLSL~(${text})GLSL~\"},\n")
endforeach()
file(WRITE ${OUTPUT} "// Generated from shaders/ by shaders/embed.cmake.
#include \"app/gfx/shader_source.h\"

#include <utility>
#include <vector>

namespace regard::gfx {
namespace {
const std::vector<std::pair<std::string_view, std::string_view>> kShaders = {
${table}};
}  // namespace

std::string_view shader_source(std::string_view name) {
    for (const auto& [file, text] : kShaders)
        if (file == name) return text;
    return {};
}

std::vector<std::string_view> shader_names() {
    std::vector<std::string_view> names;
    for (const auto& [file, text] : kShaders) names.push_back(file);
    return names;
}
}  // namespace regard::gfx
")
