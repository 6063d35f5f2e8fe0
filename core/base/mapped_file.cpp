// SPDX-License-Identifier: Apache-2.0
#include "core/base/mapped_file.h"

#include "core/base/error.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

namespace regard {
namespace {

[[noreturn]] void fail(const std::filesystem::path& path, int error) {
  if (error == ENOENT || error == ENOTDIR) throw Error("file_missing", {.file = path.string()});
  throw Error("file_unreadable", {.file = path.string(), .found = std::strerror(error)});
}

}  // namespace

MappedFile::MappedFile(const std::filesystem::path& path) {
  // O_NONBLOCK: opening a pipe returns at once, and is then refused.
  MappedFile file;
  file.path_ = path;
  file.descriptor_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file.descriptor_ < 0) fail(path, errno);
  struct stat status {};
  if (::fstat(file.descriptor_, &status) != 0) fail(path, errno);
  if (!S_ISREG(status.st_mode)) throw Error("file_not_regular", {.file = path.string()});
  file.written_ = status.st_mtim;
  if (const auto size = static_cast<std::size_t>(status.st_size); size > 0) {
    void* address = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.descriptor_, 0);
    if (address == MAP_FAILED) fail(path, errno);
    file.bytes_ = {static_cast<const std::byte*>(address), size};
  }
  *this = std::move(file);
}

MappedFile::~MappedFile() {
  if (!bytes_.empty()) ::munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
  if (descriptor_ >= 0) ::close(descriptor_);
}

MappedFile::MappedFile(MappedFile&& other) noexcept {
  *this = std::move(other);
}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(descriptor_, other.descriptor_);
  std::swap(written_, other.written_);
  std::swap(bytes_, other.bytes_);
  return *this;
}

void MappedFile::check_unchanged() const {
  struct stat status {};
  if (::fstat(descriptor_, &status) != 0) fail(path_, errno);
  const auto size = static_cast<std::size_t>(status.st_size);
  if (size == bytes_.size() && status.st_mtim.tv_sec == written_.tv_sec && status.st_mtim.tv_nsec == written_.tv_nsec)
    return;
  throw Error("file_changed",
              {.file = path_.string(), .expected = std::to_string(bytes_.size()), .found = std::to_string(size)});
}

}  // namespace regard
