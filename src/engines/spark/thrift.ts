import { InternalError } from '../../diagnostics/errors.js'

/**
 * Thrift's binary protocol, as much of it as the protocol of HiveServer2 needs: values to bytes, and bytes to values by the
 * numbers of fields alone, so that what a newer server adds is passed over.
 * https://github.com/apache/thrift/blob/master/doc/specs/thrift-binary-protocol.md
 */
const TYPE = { bool: 2, byte: 3, double: 4, i16: 6, i32: 8, i64: 10, text: 11, struct: 12, map: 13, list: 15 }
const SET = 14

/** A value with its type, as bytes. */
export interface Encoded {
  readonly type: number
  readonly bytes: Buffer
}

/** A value as read: of a struct its fields by number, of text and binary the bytes, of 64 bits a bigint. */
export type Decoded = boolean | number | bigint | Buffer | readonly Decoded[] | Struct
export type Struct = ReadonlyMap<number, Decoded>

export function bool(value: boolean): Encoded {
  return { type: TYPE.bool, bytes: Buffer.of(value ? 1 : 0) }
}

export function i16(value: number): Encoded {
  const bytes = Buffer.alloc(2)
  bytes.writeInt16BE(value)
  return { type: TYPE.i16, bytes }
}

export function i32(value: number): Encoded {
  return { type: TYPE.i32, bytes: int32(value) }
}

export function i64(value: bigint): Encoded {
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64BE(value)
  return { type: TYPE.i64, bytes }
}

export function text(value: string | Buffer): Encoded {
  const bytes = Buffer.from(value as string)
  return { type: TYPE.text, bytes: Buffer.concat([int32(bytes.length), bytes]) }
}

/** Of text to text. */
export function map(entries: Readonly<Record<string, string>>): Encoded {
  const parts = Object.entries(entries).flatMap(([key, value]) => [text(key).bytes, text(value).bytes])
  const head = Buffer.concat([Buffer.of(TYPE.text, TYPE.text), int32(parts.length / 2)])
  return { type: TYPE.map, bytes: Buffer.concat([head, ...parts]) }
}

/** Fields by their numbers. */
export function struct(fields: Readonly<Record<number, Encoded>>): Encoded {
  const parts = Object.entries(fields).map(([id, { type, bytes }]) =>
    Buffer.concat([Buffer.of(type), i16(Number(id)).bytes, bytes]),
  )
  return { type: TYPE.struct, bytes: Buffer.concat([...parts, Buffer.of(0)]) }
}

const VERSION = 0x8001
const CALL = 1
const EXCEPTION = 3

/** The message that calls a method with its one argument. */
export function call(method: string, argument: Encoded): Buffer {
  const head = Buffer.from([VERSION >> 8, VERSION & 0xff, 0, CALL])
  return Buffer.concat([head, text(method).bytes, int32(1), struct({ 1: argument }).bytes])
}

/** What a method gave: its result, or what the server says of a call that it could not read. */
export function answerOf(
  message: Buffer,
): { readonly result: Struct } | { readonly exception: string | undefined } {
  const reader = new Reader(message)
  const version = reader.int32()
  reader.bytes()
  reader.int32()
  const fields = reader.struct()
  const result = fields.get(0)
  if ((version & 0xff) !== EXCEPTION && result instanceof Map) return { result }
  return { exception: fields.get(1)?.toString() }
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}

class Reader {
  #at = 0

  constructor(readonly buffer: Buffer) {}

  int32(): number {
    return this.buffer.readInt32BE(this.#skip(4))
  }

  bytes(): Buffer {
    const length = this.int32()
    const start = this.#skip(length)
    return this.buffer.subarray(start, start + length)
  }

  struct(): Struct {
    const fields = new Map<number, Decoded>()
    for (;;) {
      const type = this.#byte()
      if (type === 0) return fields
      const id = this.buffer.readInt16BE(this.#skip(2))
      fields.set(id, this.#value(type))
    }
  }

  #byte(): number {
    return this.buffer.readInt8(this.#skip(1))
  }

  #skip(length: number): number {
    const start = this.#at
    this.#at += length
    if (length < 0 || this.#at > this.buffer.length) throw new RangeError('the message ends early')
    return start
  }

  #value(type: number): Decoded {
    switch (type) {
      case TYPE.bool:
        return this.#byte() === 1
      case TYPE.byte:
        return this.#byte()
      case TYPE.i16:
        return this.buffer.readInt16BE(this.#skip(2))
      case TYPE.i32:
        return this.int32()
      case TYPE.i64:
        return this.buffer.readBigInt64BE(this.#skip(8))
      case TYPE.double:
        return this.buffer.readDoubleBE(this.#skip(8))
      case TYPE.text:
        return this.bytes()
      case TYPE.struct:
        return this.struct()
      case TYPE.map:
        return this.#entries()
      case TYPE.list:
      case SET:
        return this.#items()
    }
    throw new InternalError(`no Thrift type ${type}`)
  }

  #items(): readonly Decoded[] {
    const type = this.#byte()
    return Array.from({ length: this.int32() }, () => this.#value(type))
  }

  /** Keys and values in turn. */
  #entries(): readonly Decoded[] {
    const [key, value] = [this.#byte(), this.#byte()]
    return Array.from({ length: 2 * this.int32() }, (_, i) => this.#value(i % 2 === 0 ? key : value))
  }
}
