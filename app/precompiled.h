// SPDX-License-Identifier: Apache-2.0
// What the compiler reads once for all files of app/: as in core/precompiled.h, Dear ImGui, and what nine files of ten include by
// one way or another (a change of it has nearly all of them compiled anew, with this or without). session.h is not among it.
#pragma once

#include "app/session/kept.h"
#include "app/style/locale.h"
#include "app/viewmodel/views.h"
#include "core/engine/engine.h"
#include "core/precompiled.h"

#include <imgui.h>
