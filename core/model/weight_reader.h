// SPDX-License-Identifier: Apache-2.0
// The tensors of a checkpoint by name, for the files of the model families. Not for other rooms.
#pragma once

#include "core/base/mapped_file.h"
#include "core/format/stored_tensor.h"
#include "core/model/quantization.h"
#include "core/model/weights.h"

#include <filesystem>
#include <functional>
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace regard {

class AdapterReader;
struct Progress;

/// The mapped weight files of a folder, and where each tensor lies in them.
struct Checkpoint {
  struct File {
    std::string name{};  ///< whole path, for errors
    std::shared_ptr<const MappedFile> mapping{};
  };
  struct Place {
    std::size_t file = 0;
    StoredTensor tensor{};
    std::size_t interleaved = 0;  ///< rows of a head that lie as pairs (2k, 2k+1) instead of (k, k + d/2); 0: none do
    std::vector<std::size_t> strides{};  ///< numbers to the next one along each axis; empty: row-major, side by side
  };
  std::string listing{};  ///< the file that says which tensors there are: the only one, or the index
  std::vector<File> files{};
  std::map<std::string, Place, std::less<>> places{};
  /// The file's name for a tensor that families know by its Hugging Face name; null where these are the same.
  std::function<std::string(std::string_view name)> own_name{};
  Quantization quantization{};
  bool outputs_first = false;    ///< GPT-2's matrices are [out, in], as those of other families
  bool whole_norms = false;      ///< Gemma's norm scales are w, not w − 1
  bool whole_rates = false;      ///< A of state spaces and delta layers lies in the file, not log −A
  bool parts_apart = false;      ///< Falcon's fused matrix holds all queries, then all keys, then all values
  bool values_by_turns = false;  ///< value heads of delta layers: the first of each key head, then the second of each …

  [[nodiscard]] std::size_t bytes() const;  ///< of all files together
};

/// Opens the weights of a folder: model.safetensors, else those that model.safetensors.index.json lists, else the only
/// .safetensors file there, else pytorch_model.bin, else those that pytorch_model.bin.index.json lists. `chosen`, if not
/// empty, is the file to use. Throws Error.
[[nodiscard]] Checkpoint open_checkpoint(const std::filesystem::path& folder, const std::filesystem::path& chosen = {});

/// One file of weights, by itself: .safetensors, or what torch.save() writes. Throws Error.
[[nodiscard]] Checkpoint open_weights_file(const std::filesystem::path& path);

/// A tensor's name without what training wrappers put before it ("module.", "_orig_mod.", "base_model.model.",
/// "language_model.", also within "model.language_model.").
[[nodiscard]] std::string unwrapped_name(std::string_view name);

/// Up to three names of the checkpoint that are most like this one, most alike first, in one line; "∅" where there are none.
[[nodiscard]] std::string closest_names(const Checkpoint& checkpoint, std::string_view name);

/// Hands out tensors by name, with or without a training wrapper's prefix, each checked against the shape the config promises:
/// views of the file, of whatever kind its numbers are. Only what lies at an odd address or with strides is copied.
/// Every function throws Error (tensor_missing, tensor_shape, tensor_dtype) and Cancelled.
class WeightReader {
public:
  /// `checkpoint` must outlive the reader (not the weights read).
  explicit WeightReader(const Checkpoint& checkpoint, std::stop_token stop = {}, Progress* progress = nullptr);

  /// From now on what is read is changed by these, which must outlive the reader: tensors that they replace are theirs, and
  /// linear() has what they add.
  void adapt_by(std::span<AdapterReader> adapters) { adapters_ = adapters; }

  /// From now on layers() reads these alone; the others stay empty.
  void read_only(std::set<std::size_t> layers) { only_ = std::move(layers); }

  [[nodiscard]] bool has(std::string_view name) const;
  /// Which of the prefixes stands before the model's own tensors: the first with which `anchor`, a tensor that every such model
  /// has, is there; the first one of all where it is nowhere. Remembered.
  [[nodiscard]] std::string root(std::string_view anchor, std::initializer_list<std::string_view> prefixes);
  /// The tensor as a matrix or whatever its shape is.
  [[nodiscard]] TensorView tensor(const std::string& name, std::vector<std::size_t> shape);
  /// One tensor that a file may hold under any of these names, or under several: then they must hold the same numbers, or
  /// nobody can tell which of them counts (Error tensor_tied).
  [[nodiscard]] TensorView tied(std::initializer_list<std::string_view> names, std::vector<std::size_t> shape);
  /// The same of a matrix that is not quantised, and cannot be where it lies the other way round (tensor_dtype).
  [[nodiscard]] TensorView unquantised(const std::string& name, std::vector<std::size_t> shape);
  /// MXFP4 as safetensors has it: name + "_blocks" [axes…, last/32, 16] and name + "_scales" [axes…, last/32], both U8, as a tensor of
  /// this shape whose scales lie apart.
  [[nodiscard]] TensorView mxfp4(const std::string& name, std::vector<std::size_t> shape);
  /// A one-dimensional tensor, always as float32.
  [[nodiscard]] std::vector<float> vector(const std::string& name, std::size_t size);
  /// Likewise under any of these names.
  [[nodiscard]] std::vector<float> tied_vector(std::initializer_list<std::string_view> names, std::size_t size);
  /// name + ".weight" [out, in] and, if asked, name + ".bias" [out].
  [[nodiscard]] Linear linear(const std::string& name, std::size_t out, std::size_t in, bool bias);
  /// What adapters add to a matrix that was read in another way, whole as the file has it; `name` without ".weight".
  void adapt(const std::string& name, Linear& linear);
  /// Adapters of this matrix must have its rows in the order of the model's file (Checkpoint::parts_apart): Error adapter_order.
  void expect_order_of_file(const std::string& name, const Linear& linear) const;
  /// LayerNorm: name + ".weight" and ".bias", or ".gamma" and ".beta" in older files.
  [[nodiscard]] Norm layer_norm(const std::string& name, std::size_t size);
  /// LayerNorm that shifts by nothing: name + ".weight".
  [[nodiscard]] Norm layer_norm_without_bias(const std::string& name, std::size_t size);
  /// RMSNorm: name + ".weight".
  [[nodiscard]] Norm rms_norm(const std::string& name, std::size_t size);

  [[nodiscard]] const Checkpoint& checkpoint() const { return checkpoint_; }
  [[nodiscard]] std::vector<std::string> unread() const;  ///< tensors that nobody asked for, by the names of the file
  [[nodiscard]] const std::string& found_root() const { return root_; }  ///< of the last root()
  void report(float fraction);                                           ///< to Progress, if there is one
  /// Every layer as `read` gives it for its number and the beginning of its tensors' names ("h.3.": `names` and the number), reported.
  [[nodiscard]] std::vector<LayerWeights> layers(
      std::size_t count, const std::string& names,
      const std::function<LayerWeights(std::size_t layer, const std::string& name)>& read);
  /// A tensor handed out lies in a file: the files are read from as long as there are weights.
  [[nodiscard]] bool views_files() const { return views_files_; }
  [[nodiscard]] std::size_t parameters() const { return parameters_; }  ///< numbers handed out so far
  [[nodiscard]] std::vector<std::shared_ptr<const void>> take_storage();
  /// What was copied out of the files lives here as long as the weights; families add what they copy.
  [[nodiscard]] std::vector<std::shared_ptr<const void>>& storage() { return storage_; }

private:
  struct Found {
    std::span<const std::byte> bytes;
    std::shared_ptr<const void> owner;  ///< of bytes that do not lie in the file as they are needed
    DType type;
    std::size_t count;
    std::size_t interleaved;
  };
  [[nodiscard]] std::string own_name(std::string_view name) const;
  /// Of a tensor of U8.
  [[nodiscard]] const std::byte* bytes(const std::string& name, std::span<const std::size_t> shape);
  /// The bytes of a tensor; find() wants numbers that weights can be.
  [[nodiscard]] Found look_up(const std::string& name, std::span<const std::size_t> shape);
  [[nodiscard]] Found find(const std::string& name, std::span<const std::size_t> shape);
  // core/model/quantized_weights.cpp; `module` is a name without ".weight"
  [[nodiscard]] bool has_packed(std::string_view module) const;
  [[nodiscard]] TensorView packed(const std::string& module, std::vector<std::size_t> shape);
  [[nodiscard]] std::vector<std::uint32_t> groups_of_inputs(const std::string& module, std::size_t inputs,
                                                            std::size_t groups);
  [[nodiscard]] std::span<const std::byte> whole_numbers(const std::string& name,
                                                         std::initializer_list<std::size_t> shape);
  /// `out` is [groups, outputs] and has room for a panel behind.
  void read_scales(const std::string& name, std::span<const std::size_t> shape, std::span<float> out);
  [[nodiscard]] ScalesApart scales_of_f8(const std::string& name, std::span<const std::size_t> shape);
  void pass_over_zero_bias(const std::string& module);
  /// The first of the names that is there, else the first; the others are held to it.
  [[nodiscard]] std::string first_of(std::initializer_list<std::string_view> names);

  const Checkpoint& checkpoint_;
  std::map<std::string, std::string, std::less<>> wrapped_{};  ///< plain name → the file's name
  std::set<std::string, std::less<>> read_{};                  ///< names of the file
  std::optional<std::set<std::size_t>> only_{};                ///< none: all layers are read
  std::string root_{};
  std::stop_token stop_;
  Progress* progress_;
  bool views_files_ = false;
  std::size_t parameters_ = 0;
  std::vector<std::shared_ptr<const void>> storage_{};
  std::span<AdapterReader> adapters_{};
};

}  // namespace regard
