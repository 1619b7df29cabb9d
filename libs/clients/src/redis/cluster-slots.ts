const SLOTS = 16_384;
const OPEN = 123;
const CLOSE = 125;

/** CRC-16/XMODEM, as the Redis Cluster specification has it. */
const CRC16 = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1;
  return crc & 0xffff;
});

/**
 * The slot of a key (https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/): of what stands in the first braces,
 * where that is not empty, else of the whole key.
 */
export function slotOf(key: Buffer): number {
  const open = key.indexOf(OPEN);
  const close = open < 0 ? -1 : key.indexOf(CLOSE, open + 1);
  const [start, end] = close > open + 1 ? [open + 1, close] : [0, key.length];
  let crc = 0;
  for (let at = start; at < end; at++) {
    crc = ((crc << 8) & 0xffff) ^ (CRC16[((crc >> 8) ^ (key[at] as number)) & 255] as number);
  }
  return crc % SLOTS;
}
