import { execFileSync } from 'node:child_process'
import { test } from 'vitest'
import { startPostgres } from './servers/postgres.js'

test('bench', { timeout: 1_200_000 }, async () => {
  const server = await startPostgres({ shared_buffers: '512MB', max_wal_size: '4GB', max_connections: '20' })
  try {
    console.log(
      execFileSync(
        process.execPath,
        ['bench/engines.mjs', '--url', server.url, '--rows', process.env.ROWS ?? '1000'],
        { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
      ),
    )
  } finally {
    await server.remove()
  }
})
