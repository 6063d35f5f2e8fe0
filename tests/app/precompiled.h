// SPDX-License-Identifier: Apache-2.0
// What the compiler reads once for all tests of app/: as in app/precompiled.h, and GoogleTest.
#pragma once

#include <gtest/gtest.h>

#include "app/precompiled.h"
