/**
 * A new run id: a UUID of version 7 (RFC 9562), which sorts by time. `now` is milliseconds since 1970, `random` ten
 * random bytes; both are arguments, so that a test can repeat a run.
 */
export function newRunId(now: number, random: Uint8Array): string {
  const bytes = new Uint8Array(16)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(now) << 16n)
  bytes.set(random.subarray(0, 10), 6)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = Buffer.from(bytes).toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

/** What a caller may name a run: kept short and plain, since it appears in tables, files and logs. */
export function isRunId(text: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._:/+-]{0,127}$/.test(text)
}
