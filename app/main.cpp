// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

int main() {
  std::puts("regard " REGARD_VERSION);
  return 0;
}
