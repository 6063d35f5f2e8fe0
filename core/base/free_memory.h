// SPDX-License-Identifier: Apache-2.0
// What the program has freed and its allocator keeps.
#pragma once

#include <chrono>
#include <cstddef>

namespace regard {

/// So many bytes at the most lie ready: what a run of a billion parameters over 256 tokens records.
inline constexpr std::size_t kept_free_memory = std::size_t{256} << 20;

/// What one run has freed lies ready for the next. Else memory goes back to the system after each run, and taking it again, page by
/// page, costs as much as the products of an edited last word (a billion parameters in four bits, 64 tokens: 60 ms, 32 without).
/// All threads share two parts of the heap. GNU's malloc would give each of ours one of its own, and what a thread frees there is of
/// no use to the others: after 25 minutes of tests/soak 545 MiB are resident so, 310 with two parts; 170 of them are in use.
/// Once, when the program starts; does nothing where another malloc is used.
void keep_free_memory();

/// Gives back to the system what was freed and lies between what is in use: GNU's malloc keeps all of it, and so a window that has
/// shown many models takes twice the memory that it needs (after a quarter of an hour of tests/soak 155 of 325 MiB, with a part of the
/// heap for each thread). Takes milliseconds, in which whoever allocates waits. Any thread; does nothing where another malloc is used.
void give_back_free_memory();

/// For so long a thread has nothing to do before it calls that.
inline constexpr std::chrono::milliseconds rest_before_giving_back{1000};

}  // namespace regard
