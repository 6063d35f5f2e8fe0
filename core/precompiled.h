// SPDX-License-Identifier: Apache-2.0
// What the compiler reads once for all files of core/: the standard library. (JSON is not here: its templates cost every file
// half a second, the forty that use it one.) Every file still includes what it uses: one job of the continuous integration
// builds without this (REGARD_PCH=OFF).
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cmath>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <deque>
#include <filesystem>
#include <functional>
#include <future>
#include <limits>
#include <map>
#include <memory>
#include <mutex>
#include <numeric>
#include <optional>
#include <random>
#include <set>
#include <span>
#include <sstream>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>
