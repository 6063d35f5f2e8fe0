// SPDX-License-Identifier: Apache-2.0
// A .gguf file, or all parts of a model that is split into several: "name-00001-of-00003.gguf" and its neighbours. The first
// part holds the metadata, each its own tensors. Not for other rooms.
#pragma once

#include "core/format/gguf.h"
#include "core/model/weight_reader.h"

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace regard {

/// What the name of a part says; its number counts from 1.
struct GgufPart {
  std::string stem{};  ///< "name"
  std::size_t number = 0;
  std::size_t count = 0;
};
/// Nothing where the name is not of that form.
[[nodiscard]] std::optional<GgufPart> gguf_part_of(const std::filesystem::path& file);
/// The first part of a split model; the file itself elsewhere.
[[nodiscard]] std::filesystem::path first_gguf_part(const std::filesystem::path& file);
/// What to call the model in a file: its name without ".gguf" and the number of a part.
[[nodiscard]] std::string gguf_model_name(const std::filesystem::path& file);

/// One model; `gguf` has the first file's metadata and the tensors of all, each with the number of its file. It borrows the
/// bytes of the files.
struct GgufFiles {
  Gguf gguf{};
  std::vector<Checkpoint::File> files{};
  [[nodiscard]] std::vector<std::span<const std::byte>> bytes() const;
};

/// Throws Error is_adapter, is_projector: a .gguf file may hold changes to a model, or what lets one see.
void refuse_other_parts(const Gguf& gguf);

/// Any part opens all. Throws Error: gguf_part_missing (one that is not beside it, named), tensor_duplicate, those of
/// refuse_other_parts(), refuse_placeholder(), parse_gguf() and MappedFile.
[[nodiscard]] GgufFiles open_gguf(const std::filesystem::path& file);

}  // namespace regard
