// SPDX-License-Identifier: Apache-2.0
// What the compiler reads once for all files of app/: as in core/precompiled.h, and Dear ImGui.
#pragma once

#include "core/precompiled.h"

#include <imgui.h>
