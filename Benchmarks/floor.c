/* What reading a folder costs without any search: the limit of every scanner that reads what it scans.
 *
 * floor FOLDER        opens each file and reads its first 8 KiB: the cost of many small files.
 * floor FOLDER touch  fetches each file as `retrohunt scan` does (copied up to 512 KiB, mapped above) and
 *                     touches a byte of every line of 64: no scan of all bytes can be faster.
 *
 * Prints CPU milliseconds. Build: cc -O2 -o floor floor.c */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { first = 8 << 10, held = 512 << 10, line = 64 };
static unsigned char buffer[held];
static unsigned long sum;
static long files;
static int touches;

static void touch(const unsigned char *bytes, long count) {
  for (long place = 0; place < count; place += line) sum += bytes[place];
}

static void visit_file(int file) {
  long count = pread(file, buffer, first, 0);
  struct stat status;
  files++;
  if (count < first) {
    if (touches) touch(buffer, count);
  } else if (touches && fstat(file, &status) == 0) {
    if (status.st_size <= held) {
      touch(buffer, pread(file, buffer, held, 0));
    } else {
      void *bytes = mmap(NULL, status.st_size, PROT_READ, MAP_PRIVATE, file, 0);
      if (bytes == MAP_FAILED) return;
      touch(bytes, status.st_size);
      munmap(bytes, status.st_size);
    }
  }
}

static void visit_folder(int folder) {
  DIR *entries = fdopendir(folder);
  for (struct dirent *entry; entries && (entry = readdir(entries));) {
    if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")) continue;
    if (entry->d_type == DT_DIR) {
      int inner = openat(folder, entry->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
      if (inner >= 0) visit_folder(inner);
    } else if (entry->d_type == DT_REG) {
      int file = openat(folder, entry->d_name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
      if (file < 0) continue;
      visit_file(file);
      close(file);
    }
  }
  if (entries) closedir(entries);
}

int main(int count, char **arguments) {
  if (count < 2) return 1;
  touches = count > 2;
  int folder = open(arguments[1], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) {
    perror(arguments[1]);
    return 1;
  }
  visit_folder(folder);
  struct timespec time;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  printf("%ld files, %.1f ms CPU (sum %lu)\n", files, time.tv_sec * 1e3 + time.tv_nsec / 1e6, sum);
}
