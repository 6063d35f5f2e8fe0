// SPDX-License-Identifier: Apache-2.0
// SHA-256 as in FIPS 180-4, section 6.2. One object hashes one message; any thread, one at a time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace regard {

class Sha256 {
public:
  void add(std::string_view bytes);
  /// 64 hexadecimal digits. The object is used up.
  [[nodiscard]] std::string finish();

private:
  void take_block(const unsigned char* block);

  std::array<std::uint32_t, 8> state_{0x6a09e667U, 0xbb67ae85U, 0x3c6ef372U, 0xa54ff53aU,
                                      0x510e527fU, 0x9b05688cU, 0x1f83d9abU, 0x5be0cd19U};
  std::array<unsigned char, 64> waiting_{};
  std::uint64_t bytes_ = 0;
};

}  // namespace regard
