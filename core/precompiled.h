// SPDX-License-Identifier: Apache-2.0
// What the compiler reads once for all files of core/: the standard library, JSON, and what most of them include by one way or
// another: of 17 pieces that are compiled, 11 read model.h, 13 tokenizer.h. A change of it has all of them compiled anew. Every
// file still includes what it uses: one job of the continuous integration builds without this (REGARD_PCH=OFF).
#pragma once

#include "core/base/text_file.h"
#include "core/format/json.h"
#include "core/model/adapter.h"
#include "core/model/image_input.h"
#include "core/model/model.h"
#include "core/text/tokenizer.h"

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
#include <nlohmann/json.hpp>
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
