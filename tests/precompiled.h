// SPDX-License-Identifier: Apache-2.0
// What the compiler reads once for all tests of core/: as in core/precompiled.h, and GoogleTest.
#pragma once

#include <gtest/gtest.h>

#include "core/precompiled.h"
