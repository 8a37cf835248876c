/* The CSV files of a scenario as one zip archive, stored without packing (PKWARE APPNOTE 4.3). */

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

function crc32(bytes) {
  let sum = 0xffffffff;
  for (const byte of bytes) sum = (sum >>> 8) ^ TABLE[(sum ^ byte) & 255];
  return (sum ^ 0xffffffff) >>> 0;
}

const little = (...fields) => {
  const bytes = new Uint8Array(fields.reduce((sum, [size]) => sum + size, 0));
  let at = 0;
  for (const [size, value] of fields) for (let byte = 0; byte < size; byte++) bytes[at++] = (value >>> (8 * byte)) & 255;
  return bytes;
};

/** An archive of files, names as they are. */
export async function packed(files) {
  const parts = [];
  const directory = [];
  let offset = 0;
  for (const file of files) {
    const [name, content] = [new TextEncoder().encode(file.name), new Uint8Array(await file.arrayBuffer())];
    const DATE = 0x5a21; // 1 January 2025; nobody reads it
    const common = [[2, 20], [2, 0x0800], [2, 0], [2, 0], [2, DATE], [4, crc32(content)], [4, content.length], [4, content.length], [2, name.length], [2, 0]];
    const head = little([4, 0x04034b50], ...common);
    directory.push(little([4, 0x02014b50], [2, 20], ...common, [2, 0], [2, 0], [2, 0], [4, 0], [4, offset]), name);
    parts.push(head, name, content);
    offset += head.length + name.length + content.length;
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0);
  const end = little([4, 0x06054b50], [2, 0], [2, 0], [2, files.length], [2, files.length], [4, size], [4, offset], [2, 0]);
  return new Blob([...parts, ...directory, end], { type: "application/zip" });
}
