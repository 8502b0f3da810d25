/** The properties of a picture in the header of a JPEG stream. */
export interface JpegHeader {
  readonly width: number;
  readonly height: number;
  readonly bits: number;
  readonly components: number;
}

/**
 * Tells whether a marker begins a frame, which holds the size of a picture (ITU-T T.81, table B.1):
 * C0 to CF except for the tables C4, C8 and CC.
 */
const isFrame = (marker: number) => marker === 0xc0 || (marker > 0xc0 && marker < 0xd0 && marker % 4 !== 0);

const startOfScan = 0xda;

/**
 * Reads the frame header of a JPEG stream, which is before its first scan. Throws if there is none.
 */
export function jpegHeader(bytes: Uint8Array): JpegHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 4 || view.getUint16(0) !== 0xffd8) throw new Error('it does not begin as a JPEG does');
  for (let at = 2; at + 4 <= bytes.length && bytes[at] === 0xff; ) {
    const marker = bytes[at + 1]!;
    // There may be any number of fill bytes before a marker.
    if (marker === 0xff) {
      at++;
      continue;
    }
    if (isFrame(marker) && at + 10 <= bytes.length) {
      return {
        bits: view.getUint8(at + 4),
        height: view.getUint16(at + 5),
        width: view.getUint16(at + 7),
        components: view.getUint8(at + 9),
      };
    }
    if (marker === startOfScan) break;
    at += 2 + view.getUint16(at + 2);
  }
  throw new Error('its JPEG has no frame header before its first scan');
}

/**
 * Progressive pictures have about ten scans. Each scan visits all cells, even if it has few bytes.
 */
const mostScans = 32;

/** Throws if a JPEG stream has more scans than any picture needs. */
export function refuseManyScans(bytes: Uint8Array): void {
  let scans = 0;
  // In the data of a scan, FF is followed by 0, which is no marker.
  for (let at = bytes.indexOf(0xff); at >= 0; at = bytes.indexOf(0xff, at + 1))
    if (bytes[at + 1] === startOfScan && ++scans > mostScans)
      throw new Error(`its JPEG has more than ${mostScans} scans, expected fewer`);
}
