// SPDX-License-Identifier: Apache-2.0
#include "core/base/text_file.h"

#include "core/base/error.h"
#include "core/base/mapped_file.h"

#include <fcntl.h>
#include <unistd.h>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>

namespace regard {
namespace fs = std::filesystem;

std::string read_file(const fs::path& path, std::size_t limit) {
  const MappedFile file(path);
  const auto bytes = file.bytes();
  if (bytes.size() > limit)
    throw Error("file_too_large",
                {.file = path.string(), .expected = std::to_string(limit), .found = std::to_string(bytes.size())});
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

NeighbourFile::NeighbourFile(const fs::path& target) : target_(target) {
  std::error_code error;
  if (fs::exists(target, error)) {
    if (!fs::is_regular_file(target, error)) throw Error("file_not_regular", {.file = target.string()});
    const fs::path resolved = fs::canonical(target, error);
    if (!error) target_ = resolved;
  }
  static std::atomic<unsigned> counter = 0;
  neighbour_ = target_;
  neighbour_ += ".new-" + std::to_string(::getpid()) + "-" + std::to_string(counter++);
  descriptor_ = ::open(neighbour_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (descriptor_ < 0) fail(errno);
}

NeighbourFile::~NeighbourFile() {
  if (descriptor_ < 0) return;
  ::close(descriptor_);
  ::unlink(neighbour_.c_str());
}

void NeighbourFile::fail(int error) const {
  throw Error("file_unwritable", {.file = target_.string(), .found = std::strerror(error)});
}

void NeighbourFile::write(std::string_view bytes) {
  overwrite(size_, bytes);
  size_ += bytes.size();
}

void NeighbourFile::overwrite(std::size_t offset, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail(errno);
    bytes.remove_prefix(static_cast<std::size_t>(written));
    offset += static_cast<std::size_t>(written);
  }
}

void NeighbourFile::publish() {
  if (::fsync(descriptor_) != 0) fail(errno);
  if (std::rename(neighbour_.c_str(), target_.c_str()) != 0) fail(errno);
  ::close(descriptor_);
  descriptor_ = -1;
}

void write_file_atomically(const fs::path& path, std::string_view bytes) {
  NeighbourFile file(path);
  file.write(bytes);
  file.publish();
}

}  // namespace regard
