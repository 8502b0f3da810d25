/* floor NLCD SOIL: what one core can do on the tiles of two rasters. Prints CPU seconds as JSON: reading memory, inflating, one increment for each cell. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zlib.h>

typedef struct {
  uint8_t *bytes;
  size_t length;
  uint32_t tiles;
  uint32_t *offsets, *lengths;
} Raster;

enum { CELLS = 512 * 512 };

static double cpu(void) {
  struct timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return now.tv_sec + now.tv_nsec / 1e9;
}

static void fail(const char *what) {
  fprintf(stderr, "floor: %s\n", what);
  exit(1);
}

static uint32_t u32(const uint8_t *at) { uint32_t v; memcpy(&v, at, 4); return v; }
static uint16_t u16(const uint8_t *at) { uint16_t v; memcpy(&v, at, 2); return v; }

/* A classic little-endian TIFF whose tiles have 512 x 512 cells of one byte. */
static Raster opened(const char *path) {
  FILE *file = fopen(path, "rb");
  if (!file) fail(path);
  Raster raster = {0};
  fseek(file, 0, SEEK_END);
  raster.length = ftell(file);
  rewind(file);
  raster.bytes = malloc(raster.length);
  if (fread(raster.bytes, 1, raster.length, file) != raster.length) fail("the file is cut short");
  fclose(file);
  const uint8_t *directory = raster.bytes + u32(raster.bytes + 4);
  for (int i = 0; i < u16(directory); i++) {
    const uint8_t *entry = directory + 2 + 12 * i;
    uint32_t *values = (uint32_t *)(raster.bytes + u32(entry + 8));
    if (u16(entry) == 324) raster.tiles = u32(entry + 4), raster.offsets = values;
    if (u16(entry) == 325) raster.lengths = values;
  }
  return raster;
}

static void inflated(const Raster *raster, uint32_t tile, uint8_t *cells) {
  uLongf length = CELLS;
  if (uncompress(cells, &length, raster->bytes + raster->offsets[tile], raster->lengths[tile]) != Z_OK) fail("a tile does not inflate");
}

int main(int argc, char **argv) {
  if (argc != 3) fail("expected two rasters");
  Raster nlcd = opened(argv[1]), soil = opened(argv[2]);
  static uint8_t cover[CELLS], group[CELLS];
  static uint64_t counts[256 * 256];
  double inflating = 0, counting = 0;
  for (uint32_t tile = 0; tile < nlcd.tiles; tile++) {
    double start = cpu();
    inflated(&nlcd, tile, cover);
    inflated(&soil, tile, group);
    double middle = cpu();
    for (int cell = 0; cell < CELLS; cell++) counts[cover[cell] << 8 | group[cell]]++;
    inflating += middle - start;
    counting += cpu() - middle;
  }
  /* Memory is read as fast as the core can: all of a block that no cache holds, ten times. */
  size_t words = (256 << 20) / sizeof(uint64_t);
  uint64_t *block = malloc(words * sizeof(uint64_t)), sum = 0;
  for (size_t i = 0; i < words; i++) block[i] = i;
  double start = cpu();
  for (int turn = 0; turn < 10; turn++) {
    for (size_t i = 0; i < words; i++) sum += block[i];
    /* The compiler must not take the turns for the same. */
    __asm__ volatile("" ::: "memory");
  }
  double reading = cpu() - start;
  printf("{\"cells\":%llu,\"inflating\":%f,\"counting\":%f,\"bytesPerSecond\":%f,\"sum\":%llu}\n", (unsigned long long)nlcd.tiles * CELLS,
         inflating, counting, 10.0 * words * sizeof(uint64_t) / reading, (unsigned long long)(sum + counts[0]) % 1000);
  return 0;
}
