// SPDX-License-Identifier: Apache-2.0
// What tells a model from another one on any machine, quickly even where it has many gigabytes. Reads files; any thread.
//
// The SHA-256 of, in the order of their names:
//   * "<name> <size>\n" and the bytes of every file beside the weights that decides numbers: config, tokenizer, how pictures are
//     prepared, the index of shards (names in fingerprint.cpp). Of a .gguf file there are none: it holds them itself.
//   * "weights <size>\n" and, of every file of weights, all bytes where it has at most 16 MiB; else 1024 blocks of 4 KiB at equal
//     distances, the first at its beginning and the last at its end.
// A folder's weights are model.safetensors, else all .safetensors, else all .bin, else all .gguf; a .gguf file of several parts
// counts all of them; a captured run is its one file. Names of weights are left out: a file that somebody has renamed is the same model.
// An adapter's files are read in the same way: adapter_config.json whole, then its weights.
// A change of a large file that touches none of the blocks is not seen; that is what the checked numbers of a session file are for.
#pragma once

#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

namespace regard {

struct Model;

struct ModelFiles {
  std::vector<std::filesystem::path> whole{};    ///< sorted by name
  std::vector<std::filesystem::path> weights{};  ///< likewise
  std::uint64_t bytes = 0;                       ///< of all of them
};

/// What a fingerprint reads, found without reading any of it. Throws Error(file_missing) where nothing is at the path.
[[nodiscard]] ModelFiles fingerprint_files(const std::filesystem::path& model);

/// 64 hexadecimal digits. Throws Error: file_missing, file_unreadable, file_too_large; Cancelled.
[[nodiscard]] std::string fingerprint(const ModelFiles& files, const std::stop_token& stop = {});

/// Of the files of the adapters that a model was opened with, in their order; empty where it has none. Throws likewise.
[[nodiscard]] std::string adapters_fingerprint(const Model& model, const std::stop_token& stop = {});

/// What its numbers follow from: the fingerprint of its files; where adapters change it, of these, the adapters' and their strengths.
/// Throws likewise.
[[nodiscard]] std::string fingerprint_of(const Model& model, const std::stop_token& stop = {});

}  // namespace regard
