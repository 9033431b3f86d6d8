import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { FileReader } from '../../src/engines/duckdb/file-reader.js'
import { temporaryFolder } from '../temporary-folder.js'

test('a reader may be closed while its rows are read, as when the server they go to has died', async () => {
  const path = join(temporaryFolder(), 'people.csv')
  const lines = Array.from({ length: 100_000 }, (_, i) => `${i},p${i}@x.com`)
  writeFileSync(path, `id,email\n${lines.join('\n')}\n`)
  for (const read of [0, 1, 2]) {
    const reader = await FileReader.open()
    const file = { path, format: 'csv' } as const
    const { csv = [] } = await reader.describe(file, true)
    const rows = reader.rows({ ...file, csv }, ['id', 'email'])
    for (let i = 0; i < read; i += 1) expect((await rows.next()).value?.[0]?.[1]).toMatch(/@x\.com$/)
    const next = rows.next().catch(({ message }: Error) => message)
    await reader.close()
    await next
    expect((await rows.next()).done).toBe(true)
  }
})
