import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes, randomUUID } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { withFileLock } from './file-lock.js'

/** What is kept of an account between runs. */
export interface KeptTokens {
  readonly accessToken: string
  /** Milliseconds since 1970. */
  readonly validUntil: number
  /** The one that the vendor gave last in the place of the one in the config. */
  readonly refreshToken: string
}

/**
 * The tokens of one account on this machine, in a file that only its owner reads, encrypted with what the config holds: to
 * whoever has the file alone it says nothing. Another refresh token in the config is another account.
 */
export class TokenStore {
  readonly #path: string
  readonly #key: Buffer

  /** `secrets`: everything of the config that shows whose account it is, the refresh token among it. */
  constructor(
    private readonly folder: string,
    secrets: readonly string[],
  ) {
    const text = JSON.stringify(secrets)
    this.#key = Buffer.from(hkdfSync('sha256', text, '', 'cdp tokens: key', 32))
    const name = createHash('sha256').update(`cdp tokens: name ${text}`).digest('hex').slice(0, 32)
    this.#path = join(folder, `${name}.token`)
  }

  /** Does work that no other process does at the same time for this account. Throws where the folder cannot be written. */
  alone<T>(timeoutMs: number, work: () => Promise<T>): Promise<T | undefined> {
    mkdirSync(this.folder, { recursive: true, mode: 0o700 })
    const limits = { waitMs: 2 * timeoutMs, staleMs: timeoutMs + 30_000 }
    return withFileLock(`${this.#path}.lock`, limits, work)
  }

  /** Undefined where nothing is kept, or nothing that can be read. */
  read(): KeptTokens | undefined {
    try {
      const sealed = readFileSync(this.#path)
      const decipher = createDecipheriv('aes-256-gcm', this.#key, sealed.subarray(0, 12))
      decipher.setAuthTag(sealed.subarray(12, 28))
      const text = Buffer.concat([decipher.update(sealed.subarray(28)), decipher.final()]).toString('utf8')
      return JSON.parse(text) as KeptTokens
    } catch {
      return undefined
    }
  }

  write(tokens: KeptTokens): void {
    const nonce = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce)
    const sealed = Buffer.concat([cipher.update(JSON.stringify(tokens), 'utf8'), cipher.final()])
    const beside = `${this.#path}.${randomUUID()}`
    writeFileSync(beside, Buffer.concat([nonce, cipher.getAuthTag(), sealed]), { mode: 0o600, flush: true })
    renameSync(beside, this.#path)
  }
}
