// SPDX-License-Identifier: Apache-2.0
// OpenGL's functions, through glad (2: glad/gl.h, 1: glad/glad.h). For source files that call OpenGL only.
#pragma once

#if __has_include(<glad/gl.h>)
#include <glad/gl.h>
#else
#include <glad/glad.h>
#endif
