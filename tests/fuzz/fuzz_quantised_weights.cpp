// SPDX-License-Identifier: Apache-2.0
// The tensors of one quantised matrix, from a stranger: a safetensors file behind four bytes that choose the method and its settings,
// the outputs and the inputs. Every number of what is read can be widened, or it is a regard::Error.
#include "core/base/error.h"
#include "core/base/kernels.h"
#include "core/engine/linear.h"
#include "core/model/weight_reader.h"

#include <unistd.h>
#include <cstdint>
#include <cstdlib>
#include <fstream>

namespace {

namespace fs = std::filesystem;
using Method = regard::Quantization::Method;

struct OneFile {
  fs::path path = fs::temp_directory_path() / ("regard-fuzz-" + std::to_string(::getpid()) + ".safetensors");
  ~OneFile() {
    std::error_code ignored;
    fs::remove(path, ignored);
  }
};

regard::Quantization chosen(std::uint8_t settings, std::uint8_t group) {
  regard::Quantization quantization;
  quantization.method = static_cast<Method>(settings % 4);
  quantization.bits = quantization.method == Method::gptq && (settings & 4U) != 0 ? 8 : 4;
  quantization.group = group;
  quantization.act_order = (settings & 8U) != 0;
  quantization.zeros_less_one = (settings & 16U) != 0;
  quantization.block_rows = (settings & 32U) != 0 ? 1U + group : 0;
  quantization.block_cols = (settings & 32U) != 0 ? 32 : 0;
  return quantization;
}

void multiply(const regard::Linear& linear) {
  std::vector<float> widened(linear.weight.rows() * linear.weight.cols());
  regard::copy_as_f32(linear.weight, 0, widened);
  regard::Matrix x(3, linear.weight.cols(), 1.0F), out(3, linear.weight.rows());
  regard::project(regard::all_rows(x), linear, regard::all_rows(out), {});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const OneFile file;
  if (size < 4) return 0;
  std::error_code ignored;
  fs::remove(file.path, ignored);
  std::ofstream(file.path, std::ios::binary)
      .write(reinterpret_cast<const char*>(data) + 4, static_cast<std::streamsize>(size - 4));
  try {
    regard::Checkpoint checkpoint = regard::open_checkpoint(file.path.parent_path(), file.path);
    checkpoint.quantization = chosen(data[0], data[1]);
    regard::WeightReader reader(checkpoint);
    const std::size_t outputs = 1U + data[2], inputs = 1U + data[3];
    const regard::Linear linear = reader.linear("m", outputs, inputs, false);
    if (inputs % regard::block_of(linear.weight.dtype).numbers == 0) multiply(linear);
  } catch (const regard::Error&) {}
  return 0;
}
