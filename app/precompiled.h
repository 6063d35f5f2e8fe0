// SPDX-License-Identifier: Apache-2.0
// What the compiler reads once for all files of app/: as in core/precompiled.h, Dear ImGui, and what most of them include by one
// way or another: of 35 pieces that are compiled, 25 read locale.h, 32 trace.h. A change of it has all of them compiled anew.
// session.h is not among it.
#pragma once

#include "app/session/kept.h"
#include "app/style/locale.h"
#include "app/viewmodel/views.h"
#include "core/engine/engine.h"
#include "core/precompiled.h"

#include <imgui.h>
